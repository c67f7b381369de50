// What the parts of a board take of the chip, and what two of them cannot share.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "k210/bus/chip_pins.hpp"

namespace k210 {

struct Claimant {
    std::string part;
    std::size_t line;  // of the board file
};

// Each takes what it is asked to, or says in a few words why that cannot be: "pad 16 is driven by boot (line 12)".
class PadClaims {
public:
    using Complaint = std::optional<std::string>;

    Complaint drive(unsigned pad, const Claimant& who);
    Complaint select(unsigned pad, const Claimant& who);
    Complaint i2c(I2cPads pads, std::uint8_t address, const Claimant& who);
    Complaint flash_pins(const Claimant& who) { return only_one(flash_, "on the flash's pins", who); }
    Complaint camera_port(const Claimant& who) { return only_one(camera_, "on the camera port", who); }

private:
    struct Pad {
        unsigned pad;
        Claimant who;
    };
    struct Address {
        I2cPads pads;
        std::uint8_t address;
        Claimant who;
    };
    static const Claimant* find(const std::vector<Pad>& pads, unsigned pad);
    static Complaint only_one(std::optional<Claimant>& holder, const char* where, const Claimant& who);

    std::vector<Pad> driven_, selects_, shared_;  // the last are lines of I2C buses
    std::vector<Address> addresses_;
    std::optional<Claimant> flash_, camera_;
};

}  // namespace k210
