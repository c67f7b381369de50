// Choices taken from what the fuzzer hands in. Once that is used up, every choice is the first one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace k210 {

class FuzzInput {
public:
    FuzzInput(const std::uint8_t* data, std::size_t size) : left_(data, size) {}

    bool empty() const { return left_.empty(); }
    std::uint64_t bits(unsigned count) {
        std::uint64_t v = 0;
        for (unsigned taken = 0; taken < count; taken += 8) v = v << 8 | byte();
        return count == 64 ? v : v & ((std::uint64_t{1} << count) - 1);
    }
    std::uint32_t below(std::uint32_t n) {
        return static_cast<std::uint32_t>(bits(n > 0x10000 ? 32 : n > 0x100 ? 16 : 8) % n);
    }
    bool one_in(std::uint32_t n) { return below(n) == n - 1; }
    std::uint32_t pick(std::initializer_list<std::uint32_t> values) {
        return *(values.begin() + below(static_cast<std::uint32_t>(values.size())));
    }

private:
    std::uint8_t byte() {
        if (left_.empty()) return 0;
        const std::uint8_t b = left_.front();
        left_ = left_.subspan(1);
        return b;
    }
    std::span<const std::uint8_t> left_;
};

}  // namespace k210
