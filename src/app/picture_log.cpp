#include "app/picture_log.hpp"

#include <fmt/format.h>

#include "app/new_file.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/host/picture_file.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;

void check_folder(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(folder, error)) {
        // A folder cannot be made through a link.
        if (fs::is_symlink(folder, error)) throw InputError(fmt::format("{}: is a link to nothing", folder.string()));
        return check_writable(folder);
    }
    if (!fs::is_directory(folder, error)) throw InputError(fmt::format("{}: is no folder", folder.string()));
    const bool empty = fs::is_empty(folder, error);
    if (error) throw InputError(fmt::format("{}: {}", folder.string(), error.message()));
    if (!empty)
        throw InputError(
            fmt::format("{}: is not empty, and pictures of other runs must not get mixed up with this "
                        "one's",
                        folder.string()));
    check_writable(folder / picture_name({}));
}

}  // namespace

std::string picture_name(SimTime at) {
    const std::uint64_t ms = at.ps / ps_from_us(1000);
    return fmt::format("{:05}.{:03}.png", ms / 1000, ms % 1000);
}

std::optional<SimTime> PictureTimes::due(SimTime now, std::uint64_t generation) {
    if (now.ps < due_ps_) return {};
    const std::uint64_t multiple_ps = now.ps - now.ps % interval_ps_;
    due_ps_ = multiple_ps + interval_ps_;
    if (generation == taken_generation_) return {};
    taken_generation_ = generation;
    return SimTime{multiple_ps};
}

PictureLog::PictureLog(const RunOptions& options)
    : folder_(options.screenshots), video_file_(options.video),
      interval_(guest_time(options.screenshot_every_s.value_or(kDefaultEverySeconds))), picture_times_(interval_) {
    if (options.screenshot_every_s && !folder_)
        throw InputError("--screenshot-every: needs --screenshots, the folder to write to");
    if (interval_ < kLeastInterval) throw InputError("--screenshot-every: less than a millisecond, as names tell it");
    if (folder_) check_folder(*folder_);
    if (video_file_) check_writable(*video_file_);
    start_over();
}

void PictureLog::look(Display& display, SimTime now) {
    if (folder_)
        if (const auto at = picture_times_.due(now, display.generation())) save(display.picture(), *at);
    if (video_file_)
        if (const auto at = film_times_.due(now, display.generation())) film(display.picture(), *at);
}

void PictureLog::save(const Picture& picture, SimTime at) {
    if (!lost_.empty() || picture.rgb == saved_.rgb) return;
    saved_ = picture;
    try {
        if (saved_at_.empty()) make_folder(*folder_);
        saved_at_.push_back(at);
        save_png(*folder_ / picture_name(at), picture);
    } catch (const InputError& failure) { lost_ = failure.what(); }
}

void PictureLog::film(const Picture& picture, SimTime at) {
    if (video_full_) return;
    video_->show(picture, at);
    if (video_->bytes() > kMostVideoBytes) video_full_ = at;
}

void PictureLog::start_over() {
    for (const SimTime at : saved_at_) {
        std::error_code ignored;
        fs::remove(*folder_ / picture_name(at), ignored);
    }
    saved_at_.clear();
    saved_ = {};
    picture_times_ = PictureTimes(interval_);
    film_times_ = PictureTimes(kVideoInterval);
    if (video_file_) video_.emplace();
    video_full_.reset();
}

void PictureLog::finish(Display& display, SimTime now, Outputs& outputs) {
    if (folder_) save(display.picture(), now);
    if (!lost_.empty()) outputs.lost(lost_);
    if (!video_file_) return;
    film(display.picture(), now);
    outputs.attempt([&] { write_file_atomically(*video_file_, video_->finish(video_full_.value_or(now))); });
    if (video_full_)
        outputs.lost(fmt::format("{}: ends after {:.3f} guest seconds, where it has {} MiB", video_file_->string(),
                                 video_full_->seconds(), kMostVideoBytes >> 20));
}

}  // namespace k210::app
