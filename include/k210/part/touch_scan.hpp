// What capacitive touch controllers share: they look at their film about every 10 ms and report the one finger on it,
// as long as it is there and once more when it has left. [assumed]: the first report comes at once.
#pragma once
#include <cstdint>
#include <functional>

#include "k210/part/part.hpp"
#include "k210/part/touch_film.hpp"

namespace k210 {

class TouchScan {
public:
    static constexpr std::uint64_t kPeriodPs = ps_from_us(10'000);
    // As it was reported last: numbered as FT6x36 and CST816S do.
    enum class Finger : std::uint8_t { down, up, contact, none };

    TouchScan(const PartContext& context, const TouchFilm& film, std::function<void()> report);

    void touch(unsigned x, unsigned y);  // in pixels
    void release();
    void power_on();

    Finger finger() const { return finger_; }
    bool touched() const { return finger_ == Finger::down || finger_ == Finger::contact; }
    FilmPoint point() const { return point_; }  // where it was reported last

    void visit_state(StateVisitor& v);

private:
    void report(Finger finger);

    EventQueue& events_;
    const TouchFilm film_;
    const std::function<void()> report_;
    Event scan_;
    Finger finger_ = Finger::none;
    FilmPoint point_, next_;  // as reported, and where the finger is by now
};

}  // namespace k210
