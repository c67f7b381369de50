// A camera module: one of the chips of this folder, its control bus, its reset and power-down pins, and what it sees.
#pragma once
#include <array>

#include "board/camera/camera_sensor.hpp"
#include "k210/part/part.hpp"

namespace k210 {

class Camera final : public Part, public CameraInput {
    static constexpr std::array kPorts{PortKind::camera_input};

public:
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"camera", kPorts, design};

    // Which chip: an index into a table of the implementation's.
    struct Config {
        std::size_t sensor;
        I2cPads control;
        unsigned reset_pad, power_down_pad;
        CameraMount mount;
    };
    Camera(const PartContext& context, const Config& config);

    void connect(CameraSource& scene) override { scene_.source = &scene; }
    void mount(CameraMount mount) override;

    void hang(ChipPins& chip) override;
    void power_on() override { sensor_->power_on(); }
    void visit_state(StateVisitor& visitor) override { sensor_->visit_state(visitor); }
    std::vector<Port*> ports() override { return {this}; }

private:
    struct Scene final : CameraSource {  // dark until somebody connects another
        Picture dark{2, 2};
        CameraSource* source = nullptr;
        const Picture& frame(std::uint64_t n) override { return source ? source->frame(n) : dark; }
    };

    Config config_;
    Scene scene_;
    std::unique_ptr<CameraSensor> sensor_;
};

}  // namespace k210
