#include "k210/host/camera_sources.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "k210/host/picture_file.hpp"

namespace k210 {
namespace {

namespace fs = std::filesystem;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Removes and returns the run of digits, without leading zeros, that `text` begins with.
std::string_view take_number(std::string_view& text) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    std::string_view number = text.substr(0, end);
    text.remove_prefix(end);
    number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
    return number;
}

bool natural_less(std::string_view a, std::string_view b) {
    const std::string_view whole_a = a, whole_b = b;
    while (!a.empty() && !b.empty()) {
        if (is_digit(a.front()) && is_digit(b.front())) {
            const std::string_view number_a = take_number(a), number_b = take_number(b);
            if (number_a.size() != number_b.size()) return number_a.size() < number_b.size();
            if (number_a != number_b) return number_a < number_b;
        } else {
            if (a.front() != b.front()) return a.front() < b.front();
            a.remove_prefix(1);
            b.remove_prefix(1);
        }
    }
    if (a.empty() != b.empty()) return a.empty();
    return whole_a < whole_b;  // 01 and 1: any fixed order will do
}

bool named_like_a_picture(const fs::path& path) {
    constexpr std::array<std::string_view, 7> kExtensions = {".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".pgm", ".pnm"};
    std::string extension = path.extension().string();
    for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

}  // namespace

FolderCamera::FolderCamera(const fs::path& folder, Report report) : report_(std::move(report)) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (std::error_code unknown; named_like_a_picture(it->path()) && !it->is_directory(unknown))
            files_.push_back(it->path());
    if (error) throw InputError(fmt::format("{}: {}", folder.string(), error.message()));
    if (files_.empty()) throw InputError(fmt::format("{}: holds no pictures", folder.string()));
    std::sort(files_.begin(), files_.end(), [](const fs::path& a, const fs::path& b) {
        return natural_less(a.filename().native(), b.filename().native());
    });
    for (const fs::path& file : files_) check_picture(file);
    picture_ = load_picture(files_.front());
}

const Picture& FolderCamera::frame(std::uint64_t n) {
    if (const std::size_t index = n % files_.size(); index != shown_) show(index);
    return picture_;
}

void FolderCamera::show(std::size_t index) {
    shown_ = index;
    try {
        picture_ = load_picture(files_[index]);
    } catch (const InputError& failure) {
        if (report_) report_(failure.what());
        picture_ = test_chart(index);
    }
}

std::unique_ptr<CameraSource> open_camera_source(const fs::path& path, FolderCamera::Report report) {
    std::error_code error;
    if (fs::is_directory(path, error)) return std::make_unique<FolderCamera>(path, std::move(report));
    return std::make_unique<StillCamera>(load_picture(path));
}

}  // namespace k210
