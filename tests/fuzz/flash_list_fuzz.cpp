#include <cstddef>
#include <cstdint>
#include <string_view>

#include "k210/base/error.hpp"
#include "k210/loader/flash_list.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto list = k210::parse_flash_list({reinterpret_cast<const char*>(data), size}, "fuzz");
        if (list.empty() || list.size() > k210::kMostFlashListEntries) __builtin_trap();
    } catch (const k210::InputError& error) {
        // A line that can be shown, whatever the list holds.
        const std::string_view what = error.what();
        if (what.size() > 1000 || what.find('\n') != what.npos) __builtin_trap();
    }
    return 0;
}
