#include <cstddef>
#include <cstdint>
#include <span>

#include "k210/base/error.hpp"
#include "kmodel/npy.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        k210::kmodel::read_npy("fuzz", std::span(data, size));
    } catch (const k210::InputError&) {}
    return 0;
}
