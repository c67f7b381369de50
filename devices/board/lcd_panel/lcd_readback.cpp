// What the controller answers, and when: ST7789V data sheet 8.4 and 9.1 [doc]. On eight lines a byte comes before every
// answer that means nothing; on one line a clock before answers of several bytes, and eight before pixels.
#include <bit>

#include "board/lcd_panel/lcd_commands.hpp"
#include "board/lcd_panel/lcd_panel.hpp"

namespace k210 {

using namespace lcd;

std::uint32_t LcdPanel::display_status() const {
    const std::uint32_t awake = !asleep_, all_on = all_pixels_ == AllPixels::on,
                        all_off = all_pixels_ == AllPixels::off;
    const std::uint32_t curve = static_cast<std::uint32_t>(std::countr_zero(gamma_curve_ | 8u));
    return awake << 31 | (madctl_ & 0xfcu) << 23 | (unsigned{colmod_} & kFormatMask) << 20 |
           std::uint32_t{idle_} << 19 | std::uint32_t{scan_.partial()} << 18 | awake << 17 |
           std::uint32_t{!scan_.partial()} << 16 | std::uint32_t{scan_.scrolling()} << 15 |
           std::uint32_t{inverted_} << 13 | all_on << 12 | all_off << 11 | std::uint32_t{display_on_} << 10 |
           std::uint32_t{tearing_} << 9 | curve << 6 | std::uint32_t{tearing_mode_} << 5;
}

std::optional<LcdPanel::Answer> LcdPanel::answer() const {
    const std::uint32_t status = display_status();
    const auto bit = [status](unsigned from, unsigned to) { return (status >> from & 1) << to; };
    const auto one = [](std::uint32_t value) { return Answer{{static_cast<std::uint8_t>(value)}, 1}; };
    const std::uint32_t curve = status >> 6 & 7;
    switch (command_) {
        case kReadPowerMode: return one(bit(31, 7) | bit(19, 6) | bit(18, 5) | bit(17, 4) | bit(16, 3) | bit(10, 2));
        case kReadMemoryAccessControl: return one(madctl_);
        case kReadPixelFormat: return one(colmod_);
        case kReadImageMode: return one(bit(15, 7) | bit(13, 5) | bit(12, 4) | bit(11, 3) | curve);
        case kReadSignalMode: return one(bit(9, 7) | bit(5, 6));
        default: break;
    }
    if (controller_.has_id) switch (command_) {
            case kReadId: return Answer{{controller_.id[0], controller_.id[1], controller_.id[2]}, 3};
            case kReadId1:
            case kReadId2:
            case kReadId3: return one(controller_.id[command_ - kReadId1]);
            case kReadStatus:
                return Answer{{static_cast<std::uint8_t>(status >> 24), static_cast<std::uint8_t>(status >> 16),
                               static_cast<std::uint8_t>(status >> 8), static_cast<std::uint8_t>(status)},
                              4};
            default: break;
        }
    if (controller_.has_brightness) switch (command_) {
            case kReadBrightness: return one(brightness_[0]);
            case kReadControlDisplay: return one(brightness_[1]);
            case kReadBrightnessControl: return one(brightness_[2]);
            case kReadLeastBrightness: return one(brightness_[3]);
            default: break;
        }
    if (controller_.vendor_id_command && command_ == controller_.vendor_id_command)
        return Answer{controller_.vendor_id, controller_.vendor_id_bytes};
    return std::nullopt;
}

bool LcdPanel::reads_memory() const {
    return command_ == kMemoryRead || command_ == kMemoryReadContinue;
}

bool LcdPanel::answers_more() const {
    if (reads_memory()) return true;
    const auto given = answer();
    return given && read_bits_ < 8 * given->size;
}

unsigned LcdPanel::pixel_bytes_read() const {
    return !controller_.reads_18_bits && (colmod_ & kFormatMask) == kFormat16 ? 2 : 3;
}

std::uint32_t LcdPanel::receive(unsigned bits, unsigned lines) {
    if (!selected_ || !reset_level_) return ~0u;
    if (!reads_memory() && !answer()) {
        context_.log.unimplemented(context_.name, "reading back, command {:#04x}", command_);
        return 0;
    }
    return read_bits(bits, lines);
}

// Only transfers on several lines have these.
void LcdPanel::dummy_clocks(unsigned clocks) {
    if (selected_ && reset_level_ && (reads_memory() || answer()))
        for (unsigned i = 0; i < clocks; ++i) read_bits(8, 8);
}

std::uint32_t LcdPanel::read_bits(unsigned bits, unsigned lines) {
    const unsigned answer_bits = reads_memory() ? 0 : 8 * answer()->size;
    const unsigned clocks_before = lines > 1 ? 1 : reads_memory() ? 8 : answer_bits > 8 ? 1 : 0;
    read_bits_ -= read_bits_ % lines;
    std::uint32_t in = 0;
    for (unsigned left = bits; left >= lines; left -= lines) {
        const std::uint32_t all = (1u << lines) - 1;
        std::uint32_t on_lines = all;  // nobody drives them
        if (read_clocks_ < clocks_before) {
            ++read_clocks_;
        } else if (reads_memory() || read_bits_ < answer_bits) {
            if (read_bits_ % 8 == 0)
                read_byte_ = reads_memory() ? pixel_byte_at_address() : answer()->bytes[read_bits_ / 8];
            on_lines = read_byte_ >> (8 - lines - read_bits_ % 8) & all;
            read_bits_ += lines;
            if (reads_memory() && read_bits_ == 8 * pixel_bytes_read()) {
                read_bits_ = 0;
                next_address();
            }
        }
        in = in << lines | on_lines;
    }
    return in;
}

std::uint8_t LcdPanel::pixel_byte_at_address() {
    const std::uint8_t* pixel = pixel_at_address();
    if (!pixel) return 0;
    const unsigned n = read_bits_ / 8;
    if (pixel_bytes_read() == 3) return pixel[n] & 0xfc;
    return static_cast<std::uint8_t>(n == 0 ? (pixel[0] & 0xf8) | pixel[1] >> 5
                                            : (pixel[1] << 3 & 0xe0) | pixel[2] >> 3);
}

}  // namespace k210
