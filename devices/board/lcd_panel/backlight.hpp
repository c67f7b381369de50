// What a panel's picture is seen by: a lamp that is always on, that a pad switches, or that a power chip's rail feeds.
// It is on or off: a picture in little light is shown as in full light.
#pragma once
#include <optional>
#include <string>

#include "k210/part/pad_brightness.hpp"
#include "k210/part/part.hpp"

namespace k210 {

class Backlight {
public:
    struct Config {
        std::optional<unsigned> pad{};
        bool active_high = true;
        std::optional<std::string> rail{};
        unsigned least_mv = 0;  // below it the lamp is dark
    };
    static Config design(PartOptions& options);

    Backlight(const PartContext& context, const Config& config);

    bool lit() const;

    void hang(Pads& pads);
    void visit_state(StateVisitor& v);

private:
    const Supply& supply_;
    Config config_;
    std::optional<PadBrightness> pad_;
};

}  // namespace k210
