// What an I2S controller's data lines lead to, as tests hear and fill them.
#pragma once
#include <functional>
#include <vector>

#include "k210/bus/wires.hpp"

namespace k210 {

struct FakeI2sLines final : I2sBus {
    struct Sent {
        unsigned line;
        I2sMoment moment;
        SoundFrame frame;
    };
    bool somebody_listens = false;
    std::vector<Sent> sent;
    std::function<SoundFrame(unsigned line, I2sMoment moment)> speaks;

    bool heard(unsigned) const override { return somebody_listens; }
    void send(unsigned line, I2sMoment moment, SoundFrame frame) override { sent.push_back({line, moment, frame}); }
    SoundFrame receive(unsigned line, I2sMoment moment) override {
        return speaks ? speaks(line, moment) : SoundFrame{};
    }
};

}  // namespace k210
