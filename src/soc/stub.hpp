// A block of the chip that is not modelled: it reads as zero, and its first use is logged.
#pragma once
#include "k210/bus/device.hpp"

namespace k210 {

class Stub final : public Device {
public:
    Stub(std::string name, DeviceContext context) : Device(std::move(name), context) {}

    std::uint32_t read(std::uint32_t, unsigned) override {
        touched(reads_);
        return 0;
    }
    void write(std::uint32_t, unsigned, std::uint32_t) override { touched(writes_); }

    std::uint64_t reads() const { return reads_; }
    std::uint64_t writes() const { return writes_; }
    SimTime last_access() const { return last_access_; }

    void visit_state(StateVisitor& v) override {
        Device::visit_state(v);
        v.value("reads", reads_);
        v.value("writes", writes_);
        v.value("last_access_ps", last_access_.ps);
    }

private:
    void touched(std::uint64_t& accesses) {
        ++accesses;
        last_access_ = now();
        log().unsupported(name(), "not modelled: it reads as zero, and what is written to it is lost");
    }

    // Since power-on: resets do not count.
    std::uint64_t reads_ = 0, writes_ = 0;
    SimTime last_access_{};
};

}  // namespace k210
