#include "board/i2s_microphone/i2s_microphone.hpp"

namespace k210 {

PartDesign I2sMicrophone::design(PartOptions& options) {
    // Its data line is free until somebody clocks it: a wire there is no quarrel.
    const I2sPads pads{options.hears("clock_pad"), options.hears("word_select_pad"), options.hears("data_pad")};
    return {[=](const PartContext& context) { return std::make_unique<I2sMicrophone>(context, pads); }};
}

void I2sMicrophone::hear(std::shared_ptr<const Sound> sound) {
    player_.reset();
    if (sound) player_.emplace(std::move(sound));
    begun_ = false;
}

SoundFrame I2sMicrophone::sample(I2sMoment moment) {
    if (!player_ || supply_.board_off()) return {};
    if (!begun_) {
        begun_ = true;
        begin_ = moment.begin;
    }
    return player_->frame(moment.begin.ps - begin_.ps, moment.rate_hz);
}

void I2sMicrophone::visit_state(StateVisitor& v) {
    v.value("begun", begun_);
    v.value("begin_ps", begin_.ps);
}

}  // namespace k210
