// What OmniVision's OV3660, OV5640 and OV5642 have in common: 16-bit addresses at 0x3c on SCCB, their ids in 0x300a and
// 0x300b, reset and power-down in 0x3008, the output format in 0x4300 [doc].
#pragma once
#include "board/camera/camera_sensor.hpp"

namespace k210 {

class Ov5600 : public CameraSensor {
public:
    static constexpr std::uint8_t kAddress = 0x3c;

protected:
    static constexpr std::size_t kRegisters = 0x10000;
    enum : std::uint16_t {
        SYSTEM_CTROL0 = 0x3008,
        CHIP_ID_HIGH = 0x300a,
        CHIP_ID_LOW = 0x300b,
        TIMING_HS = 0x3800,
        TIMING_VS = 0x3802,
        TIMING_HW = 0x3804,
        TIMING_VH = 0x3806,
        TIMING_DVPHO = 0x3808,
        TIMING_DVPVO = 0x380a,
        TIMING_HTS = 0x380c,
        TIMING_VTS = 0x380e,
        FORMAT_CONTROL = 0x4300,
    };
    using CameraSensor::CameraSensor;

    PixelOrder order() const;
    std::uint64_t total_cycles() const { return std::uint64_t{reg_pair(TIMING_HTS)} * reg_pair(TIMING_VTS); }

private:
    std::size_t index_of(std::uint16_t address) const final { return address; }
    void write_index(std::size_t index, std::uint8_t value) final;
    bool standby() const final { return reg(SYSTEM_CTROL0) & 0x40; }
};

}  // namespace k210
