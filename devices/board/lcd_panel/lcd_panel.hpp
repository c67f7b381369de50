// An LCD with a MIPI DCS controller (ST7789, ILI9486, ILI9481, NT35310) on SPI: what a viewer of the board sees.
// Commands: maixpy components/drivers/lcd/include/st7789.h:8-83, as lcd_mcu.c, st7789.c and the SDK demos' nt35310.c
// send them [sdk]; address counters, memory access control, reading, modes and resets: ST7789V data sheet, 8.4 to 8.14
// and 9.1 [doc]; what the controllers differ in: lcd_controller.hpp.
// Data path: each frame is taken as bytes, the first on the wire first; the data/command pin is sampled when the
// frame ends. Pixels of 12, 16 or 18 bits go through a window in controller orientation into graphic memory; the glass
// shows a rectangle of it, mounted so that a picture written with the board's usual memory access control is upright.
// Departures: vendor commands (0xb0 and up) only tune voltages and are taken in silence, but for ids; the colour order
// bit acts on what is shown, not on what is written [assumed]; lines outside of the partial area are black [assumed];
// the tearing line leads nowhere. Reading: answers come on the data lines that the controller samples,
// where many boards do not wire the panel's output or its read strobe.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "board/lcd_panel/backlight.hpp"
#include "board/lcd_panel/lcd_controller.hpp"
#include "board/lcd_panel/lcd_scan.hpp"
#include "k210/host/picture.hpp"
#include "k210/part/part.hpp"

namespace k210 {

struct LcdPanelConfig {
    unsigned gram_width, gram_height;                      // the controller's graphic memory
    unsigned glass_x, glass_y, glass_width, glass_height;  // the part of it that the glass shows
    std::uint8_t upright_madctl;  // the memory access control with which a picture stands upright in its true colours
    bool inverted;                // the glass shows true colours with inversion on (IPS)
    std::size_t controller = 0;   // an index into lcd_controllers()
    SpiPads spi{};
    unsigned data_command_pad = 0;
    std::optional<unsigned> reset_pad{};
    Backlight::Config backlight{};
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
    std::uint64_t generation() const override { return generation_ << 1 | backlight_.lit(); }
    // Windows of at least half the glass that were written to their last pixel, or as much in windows that lie one
    // below the other.
    std::uint64_t frames_shown() const override { return frames_shown_; }

    void hang(ChipPins& chip) override;
    void power_on() override;
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {this}; }

    void select(bool active) override;
    std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) override;
    std::uint32_t receive(unsigned bits, unsigned lines) override;
    void dummy_clocks(unsigned clocks) override;

private:
    struct Range {
        std::uint32_t first, last;
        bool operator==(const Range&) const = default;
    };
    // What a read command gives back, once the clocks before it are over.
    struct Answer {
        std::array<std::uint8_t, 5> bytes;
        unsigned size;
    };
    enum class AllPixels : std::uint8_t { as_memory, off, on };

    void reset_controller(bool by_pin);
    void command(std::uint8_t code);
    void parameter(std::uint8_t value);
    void pixel_byte(std::uint8_t value);
    bool is_frame(std::uint32_t first_row, std::uint32_t end_row) const;
    void begin_window();
    void count_window();
    void write_pixel(std::uint8_t red, std::uint8_t green, std::uint8_t blue);
    std::uint8_t* pixel_at_address();  // none outside of memory
    bool next_address();               // whether it was the window's last
    void show_frame();
    void change_view() { ++generation_; }
    void render();

    // Reading, in lcd_readback.cpp.
    std::optional<Answer> answer() const;
    std::uint32_t display_status() const;
    bool reads_memory() const;
    bool answers_more() const;
    std::uint32_t read_bits(unsigned bits, unsigned lines);
    std::uint8_t pixel_byte_at_address();
    unsigned pixel_bytes_read() const;

    PartContext context_;
    LcdPanelConfig config_;
    const LcdController& controller_;
    Backlight backlight_;
    std::vector<std::uint8_t> gram_;  // red, green, blue; rows of gram_width pixels
    bool selected_ = false, data_ = true, reset_level_ = true;

    std::uint8_t command_ = 0;
    std::uint32_t parameters_ = 0;  // bytes since the command
    std::uint8_t madctl_ = 0, colmod_ = 0;
    bool inverted_ = false, asleep_ = true, display_on_ = false, idle_ = false;
    bool tearing_ = false;
    std::uint8_t tearing_mode_ = 0, gamma_curve_ = 1;
    AllPixels all_pixels_ = AllPixels::as_memory;
    std::array<std::uint8_t, 4> brightness_{};  // what 51h, 53h, 55h and 5Eh wrote
    LcdScan scan_;
    Range columns_{}, rows_{};  // the window
    std::uint32_t column_ = 0, row_ = 0;
    std::array<std::uint8_t, 3> pixel_{};
    unsigned pixel_bytes_ = 0;

    std::uint32_t read_clocks_ = 0;  // since a read command, before its answer
    std::uint32_t read_bits_ = 0;    // of the answer, or of a pixel of memory
    std::uint8_t read_byte_ = 0;     // the one that is being sent
    bool command_ended_ = false;     // the panel was deselected since

    std::uint64_t frames_shown_ = 0;
    Range counted_columns_{}, counted_rows_{};                // written last, as one area
    std::uint64_t generation_ = 1, rendered_generation_ = 0;  // of the port
    Picture picture_;
};

}  // namespace k210
