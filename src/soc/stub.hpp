// A block of the chip that is not modelled: it reads as zero, and the log counts every access.
#pragma once
#include "k210/bus/device.hpp"

namespace k210 {

class Stub final : public Device {
public:
    Stub(std::string name, DeviceContext context) : Device(std::move(name), context) {}

    std::uint32_t read(std::uint32_t, unsigned) override {
        log().unimplemented(name(), "read, but the block is not modelled");
        return 0;
    }
    void write(std::uint32_t, unsigned, std::uint32_t) override {
        log().unimplemented(name(), "written, but the block is not modelled");
    }
};

}  // namespace k210
