// Registers declared the way a datasheet lists them: offset, name, fields, access.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace k210 {

enum class Access : std::uint8_t {
    rw,
    ro,    // guest writes are ignored
    wo,    // reads as zero
    w1c,   // writing one clears
    todo,  // stored, and logged when the guest sets it: modelled later
};
inline constexpr std::size_t kAccessKinds = 5;
inline constexpr Access ro = Access::ro, wo = Access::wo, w1c = Access::w1c;

struct BitRange {
    // NOLINTNEXTLINE(google-explicit-constructor): it reads as a bit number
    constexpr BitRange(unsigned bit) : msb(bit), lsb(bit) {}
    constexpr BitRange(unsigned m, unsigned l) : msb(m), lsb(l) {}
    constexpr std::uint32_t mask() const { return (~0u >> (31 - (msb - lsb))) << lsb; }
    unsigned msb, lsb;
};

class Reg;
class RegisterBank;

// A field. The model reads and assigns it as a number: no access rules, no hooks.
class Bits {
public:
    Bits(Reg* reg, BitRange range, std::string_view name, Access access = Access::rw);
    Bits(const Bits&) = delete;
    // NOLINTNEXTLINE(google-explicit-constructor): a field is its number
    operator std::uint32_t() const;
    Bits& operator=(std::uint32_t v);
    BitRange range() const { return range_; }
    std::string_view name() const { return name_; }
    Access access() const { return access_; }

private:
    Reg& reg_;
    BitRange range_;
    std::string_view name_;
    Access access_;
};

// 32 bits. A register without fields is plain storage; with fields, what they do not cover reads as zero.
class Reg {
public:
    Reg(RegisterBank& bank, std::uint32_t offset, std::string name, std::uint32_t reset = 0);
    Reg(const Reg&) = delete;
    Reg& operator=(const Reg&) = delete;

    std::function<void()> refresh;     // brings live bits up to date; repeatable
    std::function<void()> after_read;  // guest reads only
    // Guest writes only, access rules applied; lanes are the bits written.
    std::function<void(std::uint32_t lanes)> after_write;

    bool steady = false;  // its value moves with events and writes only, and reading it has no effect

    std::uint32_t raw = 0;

    const std::string& name() const { return name_; }
    std::uint32_t offset() const { return offset_; }
    const std::vector<const Bits*>& fields() const { return fields_; }
    void reset() { raw = reset_; }

    std::uint32_t peek();  // monitor, trace: no side effects
    std::uint32_t guest_read();
    void guest_write(std::uint32_t v, std::uint32_t lanes);

private:
    friend class Bits;
    std::uint32_t mask_of(Access a) const { return masks_[static_cast<std::size_t>(a)]; }
    void add(const Bits* field);

    RegisterBank& bank_;
    std::string name_;
    std::uint32_t offset_, reset_;
    std::array<std::uint32_t, kAccessKinds> masks_{};
    std::vector<const Bits*> fields_;
};

// A device's registers by offset. Sub-word accesses are lanes of the containing register.
// Overlapping fields or offsets throw std::logic_error at construction.
class RegisterBank {
public:
    explicit RegisterBank(std::string device) : device_(std::move(device)) {}
    RegisterBank(const RegisterBank&) = delete;
    RegisterBank& operator=(const RegisterBank&) = delete;

    std::function<void(Reg&, std::uint32_t bits)> on_todo;  // the guest set bits nobody models yet

    void add(Reg& reg);
    Reg* find(std::uint32_t offset) const {
        const std::uint32_t word = offset / 4;
        return word < by_word_.size() ? by_word_[word] : nullptr;
    }
    void reset();
    template <class F>
    void each(F f) const {  // in order of offset
        for (Reg* reg : by_word_)
            if (reg) f(*reg);
    }
    const std::string& device() const { return device_; }

private:
    std::string device_;
    std::vector<Reg*> by_word_;
};

inline Bits::operator std::uint32_t() const {
    return (reg_.raw & range_.mask()) >> range_.lsb;
}
inline Bits& Bits::operator=(std::uint32_t v) {
    reg_.raw = (reg_.raw & ~range_.mask()) | ((v << range_.lsb) & range_.mask());
    return *this;
}

}  // namespace k210
