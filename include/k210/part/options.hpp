// What a board file says of one part. Every failure is an InputError that names file and line.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "k210/bus/chip_pins.hpp"

namespace k210 {

class PartOptions {
public:
    virtual ~PartOptions() = default;

    struct Range {
        std::uint64_t least, most;
    };
    using Pair = std::pair<unsigned, unsigned>;
    // Values; what has no default has to be there.
    virtual std::uint64_t number(std::string_view key, Range range, std::optional<std::uint64_t> otherwise = {}) = 0;
    virtual Pair pair(std::string_view key, Range range, std::optional<Pair> otherwise = {}) = 0;
    virtual bool flag(std::string_view key, bool otherwise) = 0;
    virtual std::size_t choice(std::string_view key, std::span<const std::string_view> known,
                               std::optional<std::size_t> otherwise = {}) = 0;  // which of them
    // "low" or "high".
    bool level(std::string_view key, bool otherwise) {
        static constexpr std::string_view kLevels[] = {"low", "high"};
        return choice(key, kLevels, otherwise) == 1;
    }

    // Pads, as they are hung on the chip afterwards. What two parts cannot share is refused here.
    virtual unsigned hears(std::string_view key) = 0;
    virtual std::optional<unsigned> may_hear(std::string_view key) = 0;       // none: not connected
    virtual std::optional<unsigned> may_be_lit_by(std::string_view key) = 0;  // the same, and tells nothing of a board
    virtual unsigned drives(std::string_view key) = 0;
    virtual std::optional<unsigned> may_drive(std::string_view key) = 0;  // none: not connected
    virtual SpiPads spi() = 0;                                            // clock_pad, select_pad
    virtual I2cPads i2c(std::uint8_t address) = 0;                        // clock_pad, data_pad
    virtual SerialPads serial() = 0;                                      // rx_pad, tx_pad
    virtual void flash_pins() = 0;
    virtual void camera_port() = 0;

    // An output of a power chip, "power.ldo2", or none. Whether there is such a one is known, and told, at the file's
    // end.
    virtual std::optional<std::string> may_be_fed_by(std::string_view key) = 0;

    // When values do not go together: the complaint goes to where `key` is.
    [[noreturn]] virtual void refuse(std::string_view key, const std::string& why) const = 0;
};

}  // namespace k210
