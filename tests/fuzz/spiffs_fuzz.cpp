// A small SPIFFS as damaged as can be. What is read from it makes another one, which reads the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "k210/base/error.hpp"
#include "spiffs/spiffs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr k210::spiffs::Geometry kSmall{
        .size_bytes = 8192, .block_bytes = 2048, .page_bytes = 256, .name_bytes = 32};
    std::vector<std::uint8_t> area = k210::spiffs::make({}, kSmall);
    // Over a formatted one, so that most inputs are a file system at all.
    for (std::size_t i = 0; i < std::min(size, area.size()); ++i)
        area[i] = static_cast<std::uint8_t>(area[i] ^ data[i]);
    const auto contents = k210::spiffs::read(area, kSmall);
    try {
        const auto again = k210::spiffs::make(contents.files, kSmall);
        if (k210::spiffs::read(again, kSmall).files != contents.files) __builtin_trap();
    } catch (const k210::InputError&) {}  // a full one may hold more than a new one takes
    return 0;
}
