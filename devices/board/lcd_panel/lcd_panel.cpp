#include "board/lcd_panel/lcd_panel.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "board/lcd_panel/lcd_commands.hpp"

namespace k210 {

using namespace lcd;

namespace {

struct Position {
    std::uint32_t x, y;
};

// From an address as the host counts to one in memory of that size: section 8.12 of the data sheet [doc].
Position to_memory(std::uint8_t madctl, std::uint32_t column, std::uint32_t row, std::uint32_t width,
                   std::uint32_t height) {
    Position p = madctl & kExchange ? Position{row, column} : Position{column, row};
    if (madctl & kMirrorColumns) p.x = width - 1 - p.x;
    if (madctl & kMirrorRows) p.y = height - 1 - p.y;
    return p;
}

constexpr std::uint8_t widen(std::uint32_t value, unsigned bits) {
    return static_cast<std::uint8_t>(value << (8 - bits) | value >> (2 * bits - 8));
}

}  // namespace

PartDesign LcdPanel::design(PartOptions& options) {
    constexpr PartOptions::Range kPixels{1, 1024}, kOffset{0, 1023};
    constexpr std::size_t kSt7789 = 0, kIli9486 = 1;  // of lcd_controllers()
    constexpr unsigned kSt7789Width = 240;
    LcdPanelConfig config{};
    config.spi = options.spi();
    config.data_command_pad = options.hears("data_command_pad");
    config.reset_pad = options.may_hear("reset_pad");
    std::tie(config.gram_width, config.gram_height) = options.pair("memory_size", kPixels);
    config.controller =
        options.choice("controller", lcd_controller_names(), config.gram_width <= kSt7789Width ? kSt7789 : kIli9486);
    std::tie(config.glass_x, config.glass_y) = options.pair("glass_offset", kOffset, PartOptions::Pair{0, 0});
    std::tie(config.glass_width, config.glass_height) =
        options.pair("glass_size", kPixels, PartOptions::Pair{config.gram_width, config.gram_height});
    if (config.glass_x + config.glass_width > config.gram_width ||
        config.glass_y + config.glass_height > config.gram_height)
        options.refuse("glass_size", "glass_size, from glass_offset on, is more than memory_size");
    config.upright_madctl = static_cast<std::uint8_t>(options.number("upright_madctl", {0, 0xff}, 0));
    config.inverted = options.flag("inverted", false);
    config.backlight = Backlight::design(options);
    return {[config](const PartContext& context) { return std::make_unique<LcdPanel>(context, config); }};
}

LcdPanel::LcdPanel(const PartContext& context, const LcdPanelConfig& config)
    : context_(context), config_(config), controller_(lcd_controllers()[config.controller]),
      backlight_(context, config.backlight), gram_(std::size_t{config.gram_width} * config.gram_height * 3),
      scan_(config.gram_height),
      picture_(config.upright_madctl & kExchange ? config.glass_height : config.glass_width,
               config.upright_madctl & kExchange ? config.glass_width : config.glass_height) {
    reset_controller(true);
}

void LcdPanel::hang(ChipPins& chip) {
    chip.on_spi(*this, config_.spi);
    backlight_.hang(chip.pads());
    chip.pads().on_pad(config_.data_command_pad, [this](bool level) { set_dc(level); });
    set_dc(chip.pads().pad_level(config_.data_command_pad));
    if (config_.reset_pad) chip.pads().on_pad(*config_.reset_pad, [this](bool level) { set_reset(level); });
}

void LcdPanel::power_on() {
    reset_controller(true);
    std::fill(gram_.begin(), gram_.end(), 0);
    frames_shown_ = 0;
    counted_columns_ = counted_rows_ = {};
}

// Graphic memory keeps its pixels; a command keeps memory access control and pixel format, too [doc].
void LcdPanel::reset_controller(bool by_pin) {
    command_ = kNop;
    if (by_pin) {
        madctl_ = 0;
        colmod_ = kFormat18 << 4 | kFormat18;
    }
    inverted_ = display_on_ = idle_ = tearing_ = false;
    tearing_mode_ = 0;
    gamma_curve_ = 1;
    asleep_ = true;
    all_pixels_ = AllPixels::as_memory;
    brightness_ = {};
    scan_.reset();
    const bool exchanged = madctl_ & kExchange;
    columns_ = {0, (exchanged ? config_.gram_height : config_.gram_width) - 1};
    rows_ = {0, (exchanged ? config_.gram_width : config_.gram_height) - 1};
    column_ = row_ = 0;
    parameters_ = pixel_bytes_ = read_clocks_ = read_bits_ = 0;
    change_view();
}

void LcdPanel::set_reset(bool level) {
    if (reset_level_ && !level) reset_controller(true);
    reset_level_ = level;
}

void LcdPanel::select(bool active) {
    selected_ = active;
    if (!active) command_ended_ = true;
}

std::uint32_t LcdPanel::exchange(std::uint32_t out, unsigned bits, unsigned lines) {
    if (!selected_ || !reset_level_) return ~0u;
    // On one line each way, what comes while the controller answers is not listened to.
    if (lines == 1 && (data_ || !command_ended_) && answers_more()) return read_bits(bits, lines);
    for (unsigned left = bits; left >= 8; left -= 8) {
        const auto byte = static_cast<std::uint8_t>(out >> (left - 8));
        if (data_)
            parameter(byte);
        else
            command(byte);
    }
    return ~0u;
}

void LcdPanel::command(std::uint8_t code) {
    command_ = code;
    parameters_ = pixel_bytes_ = read_clocks_ = read_bits_ = 0;
    command_ended_ = false;
    switch (code) {
        case kSoftwareReset: return reset_controller(false);
        case kSleepIn:
        case kSleepOut: asleep_ = code == kSleepIn; return change_view();
        case kPartialMode:
        case kNormalMode:
            scan_.set_partial(code == kPartialMode);
            all_pixels_ = AllPixels::as_memory;
            return change_view();
        case kInversionOff:
        case kInversionOn: inverted_ = code == kInversionOn; return change_view();
        case kDisplayOff:
        case kDisplayOn: display_on_ = code == kDisplayOn; return change_view();
        case kIdleModeOff:
        case kIdleModeOn: idle_ = code == kIdleModeOn; return change_view();
        case kTearingOff:
        case kTearingOn: tearing_ = code == kTearingOn; return;
        case kMemoryWrite:
            column_ = columns_.first;
            row_ = rows_.first;
            return begin_window();
        case kMemoryRead:
            column_ = columns_.first;
            row_ = rows_.first;
            return;
        case kMemoryReadContinue:
        case kMemoryWriteContinue:
        case kColumnAddressSet:
        case kRowAddressSet:
        case kPartialArea:
        case kScrollingAreas:
        case kScrollingAddress:
        case kMemoryAccessControl:
        case kPixelFormat:
        case kNop:
        case kGammaSet:
        case kTearingLine: return;
        case kAllPixelsOff:
        case kAllPixelsOn:
            if (!controller_.all_pixels) break;
            all_pixels_ = code == kAllPixelsOn ? AllPixels::on : AllPixels::off;
            return change_view();
        case kWriteBrightness:
        case kWriteControlDisplay:
        case kWriteBrightnessControl:
        case kWriteLeastBrightness:
            if (!controller_.has_brightness) break;
            return;
        default:
            if (code >= kVendor || answer()) return;
    }
    context_.log.unimplemented(context_.name, "command {:#04x} of {}", code, controller_.name);
}

void LcdPanel::parameter(std::uint8_t value) {
    const std::uint32_t n = parameters_++;
    const auto set_range = [&](Range& range) {
        std::uint32_t& end = n < 2 ? range.first : range.last;
        if (n < 4) end = n % 2 ? (end & 0xff00) | value : (end & 0x00ff) | std::uint32_t{value} << 8;
    };
    switch (command_) {
        case kMemoryWrite:
        case kMemoryWriteContinue: return pixel_byte(value);
        case kColumnAddressSet: return set_range(columns_);
        case kRowAddressSet: return set_range(rows_);
        case kPartialArea: scan_.parameter_of_partial_area(n, value); return change_view();
        case kScrollingAreas:
            scan_.parameter_of_scrolling_areas(n, value);
            if (n == 5 && !scan_.areas_fill_memory())
                context_.log.guest_error(context_.name, "scrolling areas that are not {} lines together: not scrolled",
                                         config_.gram_height);
            return change_view();
        case kScrollingAddress: scan_.parameter_of_scrolling_address(n, value); return change_view();
        default: break;
    }
    if (n != 0) return;
    switch (command_) {
        case kMemoryAccessControl: madctl_ = value; return change_view();
        case kPixelFormat:
            colmod_ = value;
            if (!(controller_.pixel_formats >> (value & kFormatMask) & 1))
                context_.log.unimplemented(context_.name, "pixel format {:#04x} of {}, taken as 18 bits", value,
                                           controller_.name);
            return;
        case kGammaSet: gamma_curve_ = value; return;
        case kTearingOn: tearing_mode_ = value & 1; return;
        case kWriteBrightness: brightness_[0] = value; return;
        case kWriteControlDisplay: brightness_[1] = value; return;
        case kWriteBrightnessControl: brightness_[2] = value; return;
        case kWriteLeastBrightness: brightness_[3] = value; return;
        default: return;
    }
}

void LcdPanel::pixel_byte(std::uint8_t value) {
    pixel_[pixel_bytes_++] = value;
    switch (controller_.pixel_formats >> (colmod_ & kFormatMask) & 1 ? colmod_ & kFormatMask : kFormat18) {
        case kFormat12:
            if (pixel_bytes_ == 2)
                write_pixel(widen(pixel_[0] >> 4u, 4), widen(pixel_[0] & 15u, 4), widen(value >> 4u, 4));
            if (pixel_bytes_ < 3) return;
            write_pixel(widen(pixel_[1] & 15u, 4), widen(value >> 4u, 4), widen(value & 15u, 4));
            break;
        case kFormat16: {
            if (pixel_bytes_ < 2) return;
            const std::uint32_t rgb = std::uint32_t{pixel_[0]} << 8 | pixel_[1];
            write_pixel(widen(rgb >> 11, 5), widen(rgb >> 5 & 0x3f, 6), widen(rgb & 0x1f, 5));
            break;
        }
        default:
            if (pixel_bytes_ < 3) return;
            write_pixel(widen(pixel_[0] >> 2u, 6), widen(pixel_[1] >> 2u, 6), widen(pixel_[2] >> 2u, 6));
    }
    pixel_bytes_ = 0;
}

// Addresses outside of memory wrap round to huge ones here; their pixels are lost [doc].
std::uint8_t* LcdPanel::pixel_at_address() {
    const Position p = to_memory(madctl_, column_, row_, config_.gram_width, config_.gram_height);
    if (p.x >= config_.gram_width || p.y >= config_.gram_height) return nullptr;
    return &gram_[(std::size_t{p.y} * config_.gram_width + p.x) * 3];
}

bool LcdPanel::next_address() {
    if (++column_ <= columns_.last) return false;
    column_ = columns_.first;
    if (++row_ <= rows_.last) return false;
    row_ = rows_.first;
    return true;
}

void LcdPanel::write_pixel(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
    if (std::uint8_t* pixel = pixel_at_address()) {
        pixel[0] = red;
        pixel[1] = green;
        pixel[2] = blue;
        change_view();
    }
    if (next_address()) count_window();
}

// Whether the window's columns make a frame in these rows.
bool LcdPanel::is_frame(std::uint32_t first_row, std::uint32_t end_row) const {
    const std::uint64_t pixels = std::uint64_t{columns_.last - columns_.first + 1} * (end_row - first_row);
    return pixels * 2 >= std::uint64_t{config_.glass_width} * config_.glass_height;
}

void LcdPanel::begin_window() {
    if (columns_.last < columns_.first || rows_.last < rows_.first || !is_frame(rows_.first, rows_.last + 1)) return;
    if (TraceSink* watcher = context_.trace.sink) {
        const std::uint64_t width = columns_.last - columns_.first + 1, height = rows_.last - rows_.first + 1;
        watcher->begin(context_.events.now(), context_.name, "picture", {{"width", width}, {"height", height}});
    }
}

// Some drivers write a picture line by line, each in a window of its own: what goes on below counts as one.
void LcdPanel::count_window() {
    if (columns_.last < columns_.first || rows_.last < rows_.first) return;
    const bool goes_on = columns_ == counted_columns_ && rows_.first == counted_rows_.last + 1;
    counted_columns_ = columns_;
    counted_rows_ = {goes_on ? counted_rows_.first : rows_.first, rows_.last};
    const bool was_frame = goes_on && is_frame(counted_rows_.first, rows_.first);
    if (was_frame || !is_frame(counted_rows_.first, rows_.last + 1)) return;
    show_frame();
}

void LcdPanel::show_frame() {
    ++frames_shown_;
    TraceSink* watcher = context_.trace.sink;
    if (!watcher) return;
    watcher->end(context_.events.now(), context_.name);
    watcher->instant(context_.events.now(), context_.name, "frame shown", {{"frame", frames_shown_}});
}

const Picture& LcdPanel::picture() {
    if (rendered_generation_ != generation()) render();
    rendered_generation_ = generation();
    return picture_;
}

void LcdPanel::render() {
    if (!backlight_.lit()) {
        std::fill(picture_.rgb.begin(), picture_.rgb.end(), std::uint8_t{0});
        return;
    }
    if (asleep_ || !display_on_ || all_pixels_ != AllPixels::as_memory) {
        const bool white = !asleep_ && display_on_ && all_pixels_ == AllPixels::on;
        std::fill(picture_.rgb.begin(), picture_.rgb.end(), white ? std::uint8_t{0xff} : std::uint8_t{0});
        return;
    }
    const unsigned changed = madctl_ ^ config_.upright_madctl;
    const bool swap_colours = changed & kBgr;
    const bool flip_columns = controller_.flips_glass && changed & kFlipColumns;
    const bool flip_rows = controller_.flips_glass && changed & kFlipRows;
    const std::uint8_t invert = inverted_ != config_.inverted ? 0xff : 0;
    for (unsigned y = 0; y < picture_.height; ++y)
        for (unsigned x = 0; x < picture_.width; ++x) {
            const Position p = to_memory(config_.upright_madctl, x, y, config_.glass_width, config_.glass_height);
            const std::uint32_t across = p.x + config_.glass_x, down = p.y + config_.glass_y;
            const auto line =
                scan_.memory_line(flip_rows ? config_.gram_height - 1 - down : down, madctl_ & kRefreshUpwards);
            std::uint8_t* out = picture_.at(x, y);
            if (!line) {
                std::fill_n(out, 3, std::uint8_t{0});
                continue;
            }
            const std::uint32_t column = flip_columns ? config_.gram_width - 1 - across : across;
            const std::uint8_t* pixel = &gram_[(std::size_t{*line} * config_.gram_width + column) * 3];
            for (unsigned c = 0; c < 3; ++c)
                out[c] = static_cast<std::uint8_t>((idle_ ? pixel[c] & 0x80 ? 0xff : 0 : pixel[c]) ^ invert);
            if (swap_colours) std::swap(out[0], out[2]);
        }
}

void LcdPanel::visit_state(StateVisitor& v) {
    v.bytes("gram", gram_);
    v.value("selected", selected_);
    v.value("data", data_);
    v.value("reset_level", reset_level_);
    v.value("command", command_);
    v.value("parameters", parameters_);
    v.value("madctl", madctl_);
    v.value("colmod", colmod_);
    v.value("inverted", inverted_);
    v.value("asleep", asleep_);
    v.value("display_on", display_on_);
    v.value("idle", idle_);
    v.value("tearing", tearing_);
    v.value("tearing_mode", tearing_mode_, std::uint8_t{1});
    v.value("gamma_curve", gamma_curve_);
    v.value("all_pixels", all_pixels_, AllPixels::on);
    v.bytes("brightness", brightness_);
    scan_.visit_state(v);
    v.value("first_column", columns_.first);
    v.value("last_column", columns_.last);
    v.value("first_row", rows_.first);
    v.value("last_row", rows_.last);
    v.value("column", column_);
    v.value("row", row_);
    v.bytes("pixel", pixel_);
    v.value("pixel_bytes", pixel_bytes_, static_cast<std::uint32_t>(pixel_.size()) - 1);
    v.value("read_clocks", read_clocks_);
    v.value("read_bits", read_bits_);
    v.require(!reads_memory() || read_bits_ < 8 * pixel_bytes_read(), "read_bits", "more than a pixel");
    v.value("read_byte", read_byte_);
    v.value("command_ended", command_ended_);
    v.value("frames_shown", frames_shown_);
    v.value("counted_first_column", counted_columns_.first);
    v.value("counted_last_column", counted_columns_.last);
    v.value("counted_first_row", counted_rows_.first);
    v.value("counted_last_row", counted_rows_.last);
    backlight_.visit_state(v);
    if (v.loading()) change_view();
}

}  // namespace k210
