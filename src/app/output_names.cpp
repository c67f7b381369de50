#include "app/output_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/file_kind.hpp"
#include "k210/base/error.hpp"
#include "trace/trace_text.hpp"

namespace k210::app {
namespace {

// Others, such as mktemp's, promise nothing.
constexpr std::array<std::string_view, 23> kFormats = {
    ".png", ".jpg",  ".jpeg", ".bmp", ".gif", ".ppm", ".pgm", ".tga", ".tif",  ".tiff", ".webp", ".svg",
    ".pdf", ".json", ".html", ".htm", ".xml", ".csv", ".md",  ".yml", ".yaml", ".toml", ".npy"};

// Less where the file ends before.
std::string beginning_of(const std::filesystem::path& file, std::size_t size_bytes) {
    std::string there(size_bytes, '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.read(there.data(), static_cast<std::streamsize>(there.size()));
    there.resize(static_cast<std::size_t>(stream.gcount()));
    return there;
}

void check(std::string_view option, const std::optional<std::filesystem::path>& path, std::string_view written) {
    if (!path) return;
    std::string extension = path->extension().string();
    for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (extension == ".htm") extension = ".html";
    if (extension == written || std::ranges::find(kFormats, extension) == kFormats.end()) return;
    throw InputError(fmt::format("{} {}: what it writes is no {} but FILE{}", option, path->string(),
                                 path->extension().string(), written));
}

// What a line says may be any text, so only what plainly is none is somebody else's.
void check_line_file(std::string_view option, const std::string& spec) {
    constexpr std::string_view kFile = "file:";
    constexpr std::size_t kLookedAt = 4096;
    if (!spec.starts_with(kFile)) return;
    const std::filesystem::path path = spec.substr(kFile.size());
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return;
    if (beginning_of(path, kLookedAt).find('\0') != std::string::npos)
        throw InputError(fmt::format("{} {}: is there already, and is no text", option, path.string()));
}

}  // namespace

void check_replaced(std::string_view option, const std::filesystem::path& file, std::string_view beginning,
                    std::string_view what) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error) || std::filesystem::file_size(file, error) == 0) return;
    if (beginning_of(file, beginning.size()) != beginning)
        throw InputError(fmt::format("{} {}: is there already, and is no {}", option, file.string(), what));
}

void check_output_names(const RunOptions& options) {
    check_line_file("--serial", options.serial);
    for (std::size_t i = 0; i < options.uarts.size(); ++i)
        if (options.uarts[i]) check_line_file(kUartOptions[i], *options.uarts[i]);
    check("--screenshot", options.screenshot, ".png");
    check("--report", options.report, ".json");
    check("--video", options.video, ".webp");
    check("--trace-to", options.trace_to, ".txt");
    const auto may_replace = [](std::string_view option, const std::optional<std::filesystem::path>& file,
                                std::string_view beginning, std::string_view what) {
        if (file) check_replaced(option, *file, beginning, what);
    };
    may_replace("--screenshot", options.screenshot, "\x89PNG", "PNG picture");
    may_replace("--report", options.report, "{", "report");
    may_replace("--video", options.video, "RIFF", "WebP video");
    may_replace("--record", options.record, "{", "record");
    may_replace("--trace-to", options.trace_to, trace::kTraceBeginning, "trace");
    if (options.save_at) check_replaced("--save-at", options.save_at->file, kSnapshotBeginning, "snapshot");
    if (options.save_on) check_replaced("--save-on", options.save_on->file, kSnapshotBeginning, "snapshot");
    if (!options.profile) return;
    check("--html", options.profile->html, ".html");
    check("--trace", options.profile->trace, ".json");
    may_replace("--html", options.profile->html, "<!", "page");
    may_replace("--trace", options.profile->trace, "{", "timeline");
    may_replace("--stacks", options.profile->stacks, "hart ", "file of stacks");
}

}  // namespace k210::app
