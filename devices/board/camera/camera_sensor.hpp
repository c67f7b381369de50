// What the camera chips share: a register file behind SCCB, power-down and reset pins, and the way from the scene to
// the bytes on D7..D0. Not modelled by any: exposure, gain, white balance, gamma and effects; their registers only
// store. Blanking before the first line is 3/8 of what a mode has, as in the frame timing diagram of OV2640's data
// sheet [doc]; for the other chips [assumed]. What firmware adds to it comes behind the last line [assumed].
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "board/camera/sensor_view.hpp"
#include "k210/base/log.hpp"
#include "k210/host/area_scaler.hpp"
#include "k210/host/camera_source.hpp"
#include "k210/part/i2c_registers.hpp"

namespace k210 {

// How the board holds the chip: what its picture would show of an upright scene with no register set.
struct Mounting {
    bool mirrored = false, upside_down = false;
};

struct RegisterValue {
    std::uint16_t index;
    std::uint8_t value;
};

struct SensorModel {
    std::string_view name;
    unsigned address_bytes;
    std::size_t registers;
    std::span<const RegisterValue> defaults;  // all others wake up as zero
};

class CameraSensor : public I2cRegisters, public VideoSource {
public:
    void power_on();  // every register as the chip wakes up
    void mount(Mounting mounting) { mounting_ = mounting; }
    void set_power_down(bool down) { powered_down_ = down; }
    void set_reset(bool held);

    bool streaming() const final;
    VideoTiming timing() const final;
    VideoFrame frame(std::uint64_t n) final;

    void visit_state(StateVisitor& v);

protected:
    struct Rate {
        std::uint64_t frame_cycles;
        unsigned total_lines, active_lines;  // as the array is read out, before scaling
        unsigned lines_added = 0;            // to the blanking behind the last line
    };

    CameraSensor(const SensorModel& model, CameraSource& scene, Log& log, Mounting mounting);

    std::uint8_t reg(std::size_t index) const { return registers_[index]; }
    unsigned reg_pair(std::size_t high) const { return unsigned{reg(high)} << 8 | reg(high + 1); }
    void put(std::size_t index, std::uint8_t value) { registers_[index] = value; }

    virtual std::size_t index_of(std::uint16_t address) const = 0;        // of a register on the bus
    virtual void write_index(std::size_t index, std::uint8_t value) = 0;  // by the guest
    virtual SensorView view() const = 0;
    virtual Rate rate() const = 0;
    virtual bool standby() const { return false; }

private:
    bool answers() const final { return !powered_down_ && !in_reset_; }
    std::uint8_t read_register(std::uint16_t address) const final { return reg(index_of(address)); }
    void write_register(std::uint16_t address, std::uint8_t value) final { write_index(index_of(address), value); }
    SensorView mounted_view() const;

    SensorModel model_;
    CameraSource& scene_;
    Log& log_;
    Mounting mounting_;
    std::vector<std::uint8_t> registers_;
    bool powered_down_ = false, in_reset_ = false;

    AreaScaler scaler_;
    Picture picture_;
    std::vector<std::uint8_t> bytes_;
};

}  // namespace k210
