// Which line of graphic memory each line of the glass shows: partial mode and vertical scrolling, as the ST7789V data
// sheet has them in 8.14 and at 30h, 33h and 37h [doc]. The other controllers' sheets say the same.
#pragma once
#include <cstdint>
#include <optional>

#include "k210/sim/state.hpp"

namespace k210 {

class LcdScan {
public:
    explicit LcdScan(std::uint32_t lines) : lines_(lines) { reset(); }

    void reset();
    void parameter_of_partial_area(std::uint32_t n, std::uint8_t value);       // 30h
    void parameter_of_scrolling_areas(std::uint32_t n, std::uint8_t value);    // 33h
    void parameter_of_scrolling_address(std::uint32_t n, std::uint8_t value);  // 37h
    void set_partial(bool on);                                                 // 12h and 13h; both end scrolling

    bool partial() const { return partial_; }
    bool scrolling() const { return scrolling_; }
    bool areas_fill_memory() const { return top_ + scrolled_ + bottom_ == lines_; }

    // Counted from the bottom if `bottom_up`. None: the line stays dark.
    std::optional<std::uint32_t> memory_line(std::uint32_t line, bool bottom_up) const;

    void visit_state(StateVisitor& v);

private:
    std::uint32_t lines_;
    std::uint32_t first_ = 0, last_ = 0;                             // lines of the partial area
    std::uint32_t top_ = 0, scrolled_ = 0, bottom_ = 0, start_ = 0;  // lines above, in and below what scrolls
    bool partial_ = false, scrolling_ = false;
};

}  // namespace k210
