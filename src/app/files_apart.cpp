#include "app/files_apart.hpp"

#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/file_access.hpp"
#include "k210/base/error.hpp"
#include "k210/board/board.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;

struct NamedFile {
    std::string_view option;
    fs::path path;
    OutputPlace place;
};

class Files {
public:
    void add(std::string_view option, const std::optional<fs::path>& path) {
        if (!path || path->empty()) return;
        OutputPlace place = find_output(*path);
        if (place.replaceable()) files_.push_back({option, *path, std::move(place)});
    }
    const std::vector<NamedFile>& all() const { return files_; }

private:
    std::vector<NamedFile> files_;
};

bool same(const OutputPlace& a, const OutputPlace& b) {
    if (a.existing && b.existing) return same_file(*a.existing, *b.existing);
    std::error_code error;
    return !a.existing && !b.existing && fs::weakly_canonical(a.target, error) == fs::weakly_canonical(b.target, error);
}

// Of ADDR=FILE, or FILE.
fs::path overlay_file(const std::string& overlay) {
    const auto equals = overlay.find('=');
    return equals == std::string::npos ? overlay : overlay.substr(equals + 1);
}

}  // namespace

void check_files_apart(const RunOptions& options) {
    constexpr std::string_view kFile = "file:";
    Files written, read;
    written.add("--flash-image", options.flash_image);
    written.add("--sd", options.sd);
    written.add("--report", options.report);
    written.add("--screenshot", options.screenshot);
    written.add("--screenshots", options.screenshots);
    written.add("--video", options.video);
    written.add("--speaker", options.speaker);
    if (options.save_at) written.add("--save-at", options.save_at->file);
    if (options.save_on) written.add("--save-on", options.save_on->file);
    written.add("--record", options.record);
    if (options.serial.starts_with(kFile)) written.add("--serial", options.serial.substr(kFile.size()));
    for (std::size_t i = 0; i < options.uarts.size(); ++i)
        if (const auto& spec = options.uarts[i]; spec && spec->starts_with(kFile))
            written.add(kUartOptions[i], spec->substr(kFile.size()));
    written.add("--trace-to", options.trace_to);
    read.add("FIRMWARE", options.firmware);
    read.add("--symbols", options.symbols);
    for (const std::string& overlay : options.flash) read.add("--flash", overlay_file(overlay));
    read.add("--sd-snapshot", options.sd_snapshot);
    read.add("--camera", options.camera);
    for (const fs::path& camera : options.more_cameras) read.add("--camera", camera);
    read.add("--mic", options.mic);
    read.add("--mic-once", options.mic_once);
    read.add("--from", options.from);
    read.add("--replay", options.replay);
    read.add("--script", options.script);
    if (names_board_file(options.board)) read.add("--board", options.board);
    if (options.profile) {
        written.add("--html", options.profile->html);
        written.add("--trace", options.profile->trace);
        written.add("--stacks", options.profile->stacks);
    }
    const auto check = [](const NamedFile& a, const NamedFile& b) {
        if (same(a.place, b.place))
            throw InputError(fmt::format("{} and {}: {} cannot be both", b.option, a.option, a.path.string()));
    };
    for (std::size_t i = 0; i < written.all().size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) check(written.all()[i], written.all()[k]);
        for (const NamedFile& input : read.all()) check(written.all()[i], input);
    }
}

}  // namespace k210::app
