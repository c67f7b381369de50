#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "fuzz/kmodel_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<std::uint8_t> bytes(data, data + size);
    constexpr std::uint8_t kVersion[] = {3, 0, 0, 0};
    std::copy_n(kVersion, std::min(size, sizeof kVersion), bytes.begin());
    k210::fuzz_kmodel(std::move(bytes));
    return 0;
}
