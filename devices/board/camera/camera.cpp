#include "board/camera/camera.hpp"

#include "board/camera/gc0328.hpp"
#include "board/camera/gc2145.hpp"
#include "board/camera/ov2640.hpp"
#include "board/camera/ov3660.hpp"
#include "board/camera/ov5640.hpp"
#include "board/camera/ov5642.hpp"
#include "board/camera/ov7740.hpp"

namespace k210 {
namespace {

struct Chip {
    std::string_view name;
    std::uint8_t address;
    std::unique_ptr<CameraSensor> (*make)(CameraSource& scene, Log& log, Mounting mounting);
};

template <class Sensor>
constexpr Chip chip(std::string_view name) {
    return {name, Sensor::kAddress, [](CameraSource& scene, Log& log, Mounting mounting) {
                return std::unique_ptr<CameraSensor>(std::make_unique<Sensor>(scene, log, mounting));
            }};
}

constexpr std::array kChips = {chip<Gc0328>("gc0328"), chip<Gc2145>("gc2145"), chip<Ov2640>("ov2640"),
                               chip<Ov3660>("ov3660"), chip<Ov5640>("ov5640"), chip<Ov5642>("ov5642"),
                               chip<Ov7740>("ov7740")};

constexpr auto kNames = [] {
    std::array<std::string_view, kChips.size()> names;
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = kChips[i].name;
    return names;
}();

constexpr std::array<std::string_view, 4> kMounts = {"normal", "mirror", "flip", "rotate180"};  // as in CameraMount

Mounting mounting_of(CameraMount mount) {
    return {.mirrored = mount == CameraMount::mirror || mount == CameraMount::rotate180,
            .upside_down = mount == CameraMount::flip || mount == CameraMount::rotate180};
}

}  // namespace

PartDesign Camera::design(PartOptions& options) {
    Config config{};
    config.sensor = options.choice("sensor", kNames);
    config.control = options.i2c(kChips[config.sensor].address);
    config.reset_pad = options.hears("reset_pad");
    config.power_down_pad = options.hears("power_down_pad");
    config.mount = static_cast<CameraMount>(options.choice("mount", kMounts, 0));
    options.camera_port();
    return {[config](const PartContext& context) { return std::make_unique<Camera>(context, config); }};
}

Camera::Camera(const PartContext& context, const Config& config)
    : config_(config), sensor_(kChips[config.sensor].make(scene_, context.log, mounting_of(config.mount))) {}

void Camera::mount(CameraMount mount) {
    sensor_->mount(mounting_of(mount));
}

void Camera::hang(ChipPins& chip) {
    chip.on_i2c(*sensor_, kChips[config_.sensor].address, config_.control);
    chip.on_camera_port(*sensor_);
    chip.pads().on_pad(config_.reset_pad, [this](bool level) { sensor_->set_reset(!level); });
    chip.pads().on_pad(config_.power_down_pad, [this](bool level) { sensor_->set_power_down(level); });
}

}  // namespace k210
