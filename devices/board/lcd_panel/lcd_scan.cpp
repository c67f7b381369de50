#include "board/lcd_panel/lcd_scan.hpp"

namespace k210 {
namespace {

void put_byte(std::uint32_t& number, std::uint32_t n, std::uint8_t value) {
    number = n % 2 ? (number & 0xff00) | value : (number & 0x00ff) | std::uint32_t{value} << 8;
}

}  // namespace

void LcdScan::reset() {
    first_ = top_ = bottom_ = start_ = 0;
    last_ = lines_ - 1;
    scrolled_ = lines_;
    partial_ = scrolling_ = false;
}

void LcdScan::parameter_of_partial_area(std::uint32_t n, std::uint8_t value) {
    if (n < 4) put_byte(n < 2 ? first_ : last_, n, value);
}

void LcdScan::parameter_of_scrolling_areas(std::uint32_t n, std::uint8_t value) {
    if (n < 6) put_byte(n < 2 ? top_ : n < 4 ? scrolled_ : bottom_, n, value);
}

void LcdScan::parameter_of_scrolling_address(std::uint32_t n, std::uint8_t value) {
    if (n >= 2) return;
    put_byte(start_, n, value);
    if (n == 1 && !partial_) scrolling_ = true;
}

void LcdScan::set_partial(bool on) {
    partial_ = on;
    scrolling_ = false;
}

std::optional<std::uint32_t> LcdScan::memory_line(std::uint32_t line, bool bottom_up) const {
    const auto counted = [&](std::uint32_t n) { return bottom_up ? lines_ - 1 - n : n; };
    const std::uint32_t n = counted(line);
    if (partial_) {
        // An area that ends before it begins goes round the end of memory.
        const bool inside = first_ <= last_ ? n >= first_ && n <= last_ : n >= first_ || n <= last_;
        return inside ? std::optional{line} : std::nullopt;
    }
    if (!scrolling_ || !areas_fill_memory() || n < top_ || n >= top_ + scrolled_) return line;
    // An address outside of the area counts on from its beginning, round and round. [assumed]
    const std::uint32_t moved = (start_ % scrolled_ + scrolled_ - top_ % scrolled_) % scrolled_;
    return counted(top_ + (n - top_ + moved) % scrolled_);
}

void LcdScan::visit_state(StateVisitor& v) {
    constexpr std::uint32_t kMost = 0xffff;
    v.value("partial_first", first_, kMost);
    v.value("partial_last", last_, kMost);
    v.value("scroll_top", top_, kMost);
    v.value("scroll_lines", scrolled_, kMost);
    v.value("scroll_bottom", bottom_, kMost);
    v.value("scroll_start", start_, kMost);
    v.value("partial", partial_);
    v.value("scrolling", scrolling_);
}

}  // namespace k210
