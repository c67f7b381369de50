// What the LCD shows in the course of a run: pictures in a folder (--screenshots) and one that moves (--video). Only
// those that differ from the one before, at multiples of a guest time, so that the same run leaves the same.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/outputs.hpp"
#include "app/run_options.hpp"
#include "app/webp_animation.hpp"
#include "k210/part/ports.hpp"

namespace k210::app {

// When a picture is to be taken of what changes now and then.
class PictureTimes {
public:
    explicit PictureTimes(SimTime interval) : interval_ps_(interval.ps) {}

    // To be asked after every step of some milliseconds: the multiple of the interval that has come since, where the
    // display has moved on since the last picture.
    std::optional<SimTime> due(SimTime now, std::uint64_t generation);

private:
    std::uint64_t interval_ps_, due_ps_ = 0;
    std::optional<std::uint64_t> taken_generation_;
};

class PictureLog {
public:
    static constexpr double kDefaultEverySeconds = 1;
    static constexpr SimTime kLeastInterval{ps_from_us(1000)};
    static constexpr SimTime kVideoInterval{ps_from_us(40'000)};
    static constexpr std::size_t kMostVideoBytes = std::size_t{64} << 20;

    // Throws InputError when it could not write there. Touches nothing.
    explicit PictureLog(const RunOptions& options);

    // To be asked after every step.
    void look(Display& display, SimTime now);
    // What was seen is of a machine that does not count.
    void start_over();
    // With what it shows at the end.
    void finish(Display& display, SimTime now, Outputs& outputs);

private:
    void save(const Picture& picture, SimTime at);
    void film(const Picture& picture, SimTime at);

    const std::optional<std::filesystem::path> folder_, video_file_;
    const SimTime interval_;
    PictureTimes picture_times_, film_times_{kVideoInterval};
    Picture saved_;                  // the last one
    std::vector<SimTime> saved_at_;  // all of them, for start_over()
    std::string lost_;               // why nothing more is saved
    std::optional<WebpAnimation> video_;
    std::optional<SimTime> video_full_;
};

// Guest seconds to the millisecond, in order of time when sorted.
std::string picture_name(SimTime at);

}  // namespace k210::app
