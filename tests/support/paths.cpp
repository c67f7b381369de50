#include "support/paths.hpp"

#include <cstdlib>

namespace k210 {
namespace {

std::filesystem::path existing(std::filesystem::path path) {
    return std::filesystem::is_directory(path) ? path : std::filesystem::path{};
}

std::filesystem::path cache_dir() {
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache) return cache;
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home ? home : "/") / ".cache";
}

}  // namespace

std::filesystem::path source_dir() {
    return K210_SOURCE_DIR;
}

std::filesystem::path guests_dir() {
    return K210_GUESTS_DIR;
}

std::filesystem::path program_path() {
    return K210_PROGRAM;
}

std::filesystem::path guest_compiler() {
    return K210_GUEST_CC;
}

std::filesystem::path shared_dir() {
    if (const char* shared = std::getenv("K210_SHARED")) return existing(shared);
    return existing(source_dir() / "../shared");
}

std::filesystem::path images_dir() {
    if (const char* images = std::getenv("K210_IMAGES")) return existing(images);
    return existing(cache_dir() / "k210emu/images");
}

std::filesystem::path flashing_tools_dir() {
    const char* tools = std::getenv("K210_FLASHING_TOOLS");
    return tools ? existing(tools) : std::filesystem::path{};
}

std::filesystem::path riscv_tests_dir() {
    const char* tests = std::getenv("K210_RISCV_TESTS");
    return tests ? existing(tests) : std::filesystem::path{};
}

std::filesystem::path krux_dir() {
    const char* krux = std::getenv("K210_KRUX");
    return krux ? existing(krux) : std::filesystem::path{};
}

}  // namespace k210
