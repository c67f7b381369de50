#include "app/output_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "k210/base/error.hpp"

namespace k210::app {
namespace {

// Others, such as mktemp's, promise nothing.
constexpr std::array<std::string_view, 23> kFormats = {
    ".png", ".jpg",  ".jpeg", ".bmp", ".gif", ".ppm", ".pgm", ".tga", ".tif",  ".tiff", ".webp", ".svg",
    ".pdf", ".json", ".html", ".htm", ".xml", ".csv", ".md",  ".yml", ".yaml", ".toml", ".npy"};

void check(std::string_view option, const std::optional<std::filesystem::path>& path, std::string_view written) {
    if (!path) return;
    std::string extension = path->extension().string();
    for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (extension == ".htm") extension = ".html";
    if (extension == written || std::ranges::find(kFormats, extension) == kFormats.end()) return;
    throw InputError(fmt::format("{} {}: what it writes is no {} but FILE{}", option, path->string(),
                                 path->extension().string(), written));
}

}  // namespace

void check_output_names(const RunOptions& options) {
    check("--screenshot", options.screenshot, ".png");
    check("--report", options.report, ".json");
    check("--video", options.video, ".webp");
    if (!options.profile) return;
    check("--html", options.profile->html, ".html");
    check("--trace", options.profile->trace, ".json");
}

}  // namespace k210::app
