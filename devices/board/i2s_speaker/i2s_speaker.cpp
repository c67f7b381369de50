#include "board/i2s_speaker/i2s_speaker.hpp"

namespace k210 {

PartDesign I2sSpeaker::design(PartOptions& options) {
    const I2sPads pads{options.hears("clock_pad"), options.hears("word_select_pad"), options.hears("data_pad")};
    return {[=](const PartContext& context) { return std::make_unique<I2sSpeaker>(context, pads); }};
}

void I2sSpeaker::hear(I2sMoment moment, SoundFrame frame) {
    if (listener_ && !supply_.board_off()) listener_->play(moment.begin, moment.rate_hz, frame);
}

}  // namespace k210
