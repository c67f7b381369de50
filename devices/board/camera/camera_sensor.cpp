#include "board/camera/camera_sensor.hpp"

#include <algorithm>

namespace k210 {

CameraSensor::CameraSensor(const SensorModel& model, CameraSource& scene, Log& log, Mounting mounting)
    : I2cRegisters(model.address_bytes), model_(model), scene_(scene), log_(log), mounting_(mounting),
      registers_(model.registers) {
    power_on();
}

void CameraSensor::power_on() {
    std::fill(registers_.begin(), registers_.end(), std::uint8_t{0});
    for (const RegisterValue& wakes : model_.defaults) registers_[wakes.index] = wakes.value;
}

void CameraSensor::set_reset(bool held) {
    in_reset_ = held;
    if (held) power_on();
}

SensorView CameraSensor::mounted_view() const {
    SensorView v = view();
    v.clamp();
    v.mirrored ^= mounting_.mirrored;
    v.upside_down ^= mounting_.upside_down;
    // Windows are cut from the picture as it leaves, already turned.
    if (v.mirrored) v.x = v.array_width - v.x - v.window_width;
    if (v.upside_down) v.y = v.array_height - v.y - v.window_height;
    return v;
}

bool CameraSensor::streaming() const {
    return answers() && !standby() && !mounted_view().empty();
}

VideoTiming CameraSensor::timing() const {
    const Rate r = rate();
    const std::uint64_t total = std::max(r.total_lines, r.active_lines);
    if (total == 0) return {};
    VideoTiming t;
    t.frame_cycles = r.frame_cycles;
    t.first_line_cycles = r.frame_cycles * (total - r.active_lines - r.lines_added) * 3 / 8 / total;
    t.active_cycles = r.frame_cycles * r.active_lines / total;
    t.lines = mounted_view().height;
    return t;
}

VideoFrame CameraSensor::frame(std::uint64_t n) {
    const SensorView v = mounted_view();
    if (v.empty()) return {};
    if (v.order == PixelOrder::unknown) log_.unimplemented(model_.name, "this output format; RGB565 is sent instead");
    if (v.colour_bars) {
        if (picture_.width != v.width || picture_.height != v.height) picture_ = Picture(v.width, v.height);
        draw_colour_bars(picture_);
    } else {
        scaler_.scale(scene_.frame(n), v, picture_);
        if (v.filter_shifted) mistake_filters(picture_);
    }
    encode(picture_, v.order, bytes_);
    return {v.width, v.height, bytes_};
}

void CameraSensor::visit_state(StateVisitor& v) {
    const auto scope = v.enter(model_.name);
    visit_address(v);
    v.bytes("registers", registers_);
    v.value("powered_down", powered_down_);
    v.value("in_reset", in_reset_);
}

}  // namespace k210
