// An LCD with a MIPI DCS controller (ST7789, ILI9486, NT35310) on SPI: what a viewer of the board sees.
// Commands: maixpy components/drivers/lcd/include/st7789.h:8-83, as lcd_mcu.c, st7789.c and the SDK demos' nt35310.c
// send them [sdk]; address counters, memory access control and resets: ST7789V data sheet, 8.12 and 9.1 [doc].
// Data path: each frame is taken as bytes, the first on the wire first; the data/command pin is sampled when the
// frame ends. RGB565 and RGB666 pixels go through a window in controller orientation into graphic memory; the glass
// shows a rectangle of it, mounted so that a picture written with the board's usual memory access control is upright.
// Departures: no read commands, scrolling, partial or idle mode; vendor commands (0xb0 and up) only tune voltages and
// are taken in silence; the colour order bit acts on what is shown, not on what is written [assumed]; no backlight.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "k210/host/picture.hpp"
#include "k210/part/part.hpp"

namespace k210 {

struct LcdPanelConfig {
    unsigned gram_width, gram_height;                      // the controller's graphic memory
    unsigned glass_x, glass_y, glass_width, glass_height;  // the part of it that the glass shows
    std::uint8_t upright_madctl;  // the memory access control with which a picture stands upright in its true colours
    bool inverted;                // the glass shows true colours with inversion on (IPS)
    SpiPads spi{};
    unsigned data_command_pad = 0;
    std::optional<unsigned> reset_pad{};
};

class LcdPanel final : public Part, public SpiTarget, public Display {
    static constexpr std::array kPorts{PortKind::display};

public:
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"lcd_panel", kPorts, design};

    LcdPanel(const PartContext& context, const LcdPanelConfig& config);

    void set_dc(bool data) { data_ = data; }  // the data/command pin
    void set_reset(bool level);               // the reset pin, active low

    // Black while asleep or switched off.
    const Picture& picture() override;
    std::uint64_t generation() const override { return generation_; }
    // Windows of at least half the glass that were written to their last pixel, or as much in windows that lie one
    // below the other.
    std::uint64_t frames_shown() const override { return frames_shown_; }

    void hang(ChipPins& chip) override;
    void power_on() override;
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {this}; }

    void select(bool active) override { selected_ = active; }
    std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) override;
    std::uint32_t receive(unsigned bits, unsigned lines) override;
    void dummy_clocks(unsigned) override {}

private:
    struct Range {
        std::uint32_t first, last;
        bool operator==(const Range&) const = default;
    };
    void reset_controller();
    void command(std::uint8_t code);
    void parameter(std::uint8_t value);
    void pixel_byte(std::uint8_t value);
    bool is_frame(std::uint32_t first_row, std::uint32_t end_row) const;
    void begin_window();
    void count_window();
    void write_pixel(std::uint8_t red, std::uint8_t green, std::uint8_t blue);
    void show_frame();
    void change_view() { ++generation_; }
    void render();

    PartContext context_;
    LcdPanelConfig config_;
    std::vector<std::uint8_t> gram_;  // red, green, blue; rows of gram_width pixels
    bool selected_ = false, data_ = true, reset_level_ = true;

    std::uint8_t command_ = 0;
    std::uint32_t parameters_ = 0;  // bytes since the command
    std::uint8_t madctl_ = 0, colmod_ = 0;
    bool inverted_ = false, asleep_ = true, display_on_ = false;
    Range columns_{}, rows_{};  // the window
    std::uint32_t column_ = 0, row_ = 0;
    std::array<std::uint8_t, 3> pixel_{};
    unsigned pixel_bytes_ = 0;

    std::uint64_t frames_shown_ = 0;
    Range counted_columns_{}, counted_rows_{};  // written last, as one area
    std::uint64_t generation_ = 1, rendered_generation_ = 0;
    Picture picture_;
};

}  // namespace k210
