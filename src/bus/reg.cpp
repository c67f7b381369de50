#include "k210/bus/reg.hpp"

#include <stdexcept>

namespace k210 {

Bits::Bits(Reg* reg, BitRange range, std::string_view name, Access access)
    : reg_(*reg), range_(range), name_(name), access_(access) {
    reg_.add(this);
}

Reg::Reg(RegisterBank& bank, std::uint32_t offset, std::string name, std::uint32_t reset)
    : raw(reset), bank_(bank), name_(std::move(name)), offset_(offset), reset_(reset) {
    bank.add(*this);
}

void Reg::add(const Bits* field) {
    const std::string where = name_ + "." + std::string(field->name());
    if (field->range().msb > 31 || field->range().lsb > field->range().msb)
        throw std::logic_error(where + ": bad bit range");
    for (const Bits* other : fields_)
        if (other->range().mask() & field->range().mask())
            throw std::logic_error(where + " overlaps " + std::string(other->name()));
    fields_.push_back(field);
    masks_[static_cast<std::size_t>(field->access())] |= field->range().mask();
}

std::uint32_t Reg::peek() {
    if (refresh) refresh();
    return raw & ~mask_of(Access::wo);
}

std::uint32_t Reg::guest_read() {
    const std::uint32_t v = peek();
    if (after_read) after_read();
    return v;
}

void Reg::guest_write(std::uint32_t v, std::uint32_t lanes) {
    if (const std::uint32_t bits = v & lanes & mask_of(Access::todo); bits && bank_.on_todo) bank_.on_todo(*this, bits);
    const std::uint32_t stored =
        fields_.empty() ? ~0u : mask_of(Access::rw) | mask_of(Access::wo) | mask_of(Access::todo);
    raw = (raw & ~(stored & lanes)) | (v & stored & lanes);
    raw &= ~(v & lanes & mask_of(Access::w1c));
    if (after_write) after_write(lanes);
}

void RegisterBank::add(Reg& reg) {
    const std::uint32_t word = reg.offset() / 4;
    if (by_word_.size() <= word) by_word_.resize(word + 1);
    if (reg.offset() % 4 != 0 || by_word_[word]) throw std::logic_error(device_ + "." + reg.name() + ": offset clash");
    by_word_[word] = &reg;
}

void RegisterBank::reset() {
    each([](Reg& reg) { reg.reset(); });
}

}  // namespace k210
