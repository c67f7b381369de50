#include "app/speed.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "session/pace.hpp"

namespace k210::app {

double parse_speed(std::string_view text) {
    if (text == "max") return kFullSpeed;
    if (text == "real") return kBoardSpeed;
    double factor = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), factor);
    if (error != std::errc{} || end != text.end() || !std::isfinite(factor) || factor <= 0)
        throw InputError(fmt::format("--speed {}: neither max, nor real, nor a number above 0", text));
    return factor;
}

std::string speed_name(double speed) {
    if (speed == kFullSpeed) return "max";
    if (speed == kBoardSpeed) return "real";
    return fmt::format("{}", speed);
}

}  // namespace k210::app
