// The board's SPI NOR flash: a GigaDevice GD25LQ128 as on Maix boards, or another of the family by its ids.
// Ids: 9F gives c8 60 18 (a board's log in loboris/Kboot README.md), 90 gives c8 17 (MaixPy boot logs) [measured].
// Commands: maixpy components/drivers/flash/include/w25qxx.h:29-56 and src/w25qxx.c [sdk]; dummy clocks, page wrap,
// write enable and what is ignored while busy: W25Q128JV and GD25LQ128 data sheets [doc].
// The four-line read 0xEB takes a 24-bit address, eight mode bits and four dummy clocks; the driver sends address and
// mode as one 32-bit address, shifted left by eight (w25qxx.c:413).
// Busy times are a board's of a sector and a page, and the data sheet's typical ones of the rest; with
// FlashTiming::fast about a hundredth, for a guest that formats only waits. Departures: contents change at once when an
// operation starts; block protection, QPI, continuous read (mode bits), suspend and SFDP are not modelled. Without
// power in mid-operation, all of the page, sector or block at hand may be anything; data sheets say no more than that
// it is not as it should be, and a status register is written all the same [assumed].
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "k210/part/part.hpp"
#include "k210/part/power_loss.hpp"

namespace k210 {

class NorFlash final : public Part, public SpiTarget, public Storage, public PowerLoss {
    static constexpr std::array kPorts{PortKind::storage};

public:
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"nor_flash", kPorts, design};

    struct Config {
        std::uint8_t manufacturer = 0xc8, memory_type = 0x60, device = 0x17;
        std::size_t size_bytes = 16u << 20;  // a power of two, 16 MiB at most
    };
    struct BusyTime {
        std::uint64_t real_us, fast_us;
    };
    NorFlash(const PartContext& context, const Config& config);  // erased; throws std::invalid_argument

    void set_timing(FlashTiming timing) override { timing_ = timing; }
    std::span<const std::uint8_t> contents() const override { return contents_; }
    void load(std::size_t offset, std::span<const std::uint8_t> image) override;
    std::uint64_t generation() const override { return generation_; }
    bool busy() const { return context_.events.now() < busy_until_; }

    void hang(ChipPins& chip) override { chip.on_flash_pins(*this); }
    void power_on() override;  // contents and status registers stay
    void lose_power(std::uint64_t seed) override;
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {this}; }

    void select(bool active) override;
    std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) override;
    std::uint32_t receive(unsigned bits, unsigned lines) override;
    void dummy_clocks(unsigned clocks) override;

private:
    static constexpr std::size_t kPageBytes = 256;

    void begin(std::uint8_t opcode);
    void execute();
    std::uint8_t clock_byte(std::uint8_t in, unsigned lines);
    std::uint8_t data_byte(std::uint8_t in);
    std::uint8_t status(unsigned n) const;
    void write_status();
    void program();
    void erase(std::size_t bytes, const BusyTime& busy);
    void change(std::size_t start, std::size_t bytes, const BusyTime& busy);
    void start_busy(const BusyTime& busy);

    PartContext context_;
    Config config_;
    FlashTiming timing_ = FlashTiming::fast;
    std::vector<std::uint8_t> contents_;
    std::array<std::uint8_t, 3> status_;  // without busy and write enable
    SimTime busy_until_{};
    std::size_t changing_start_ = 0, changing_bytes_ = 0;  // what is programmed or erased as long as it is busy
    std::uint64_t generation_ = 0;
    bool write_enabled_ = false, powered_down_ = false, reset_enabled_ = false;

    // The command being clocked in.
    bool selected_ = false;
    bool opcode_seen_ = false;
    std::uint8_t opcode_ = 0;
    bool ignored_ = false;  // refused or unknown: nothing happens until deselected
    std::uint32_t address_ = 0;
    unsigned address_bytes_left_ = 0, mode_bytes_left_ = 0, dummy_clocks_left_ = 0;
    std::uint32_t data_count_ = 0;  // bytes of the data phase so far
    std::array<std::uint8_t, kPageBytes> page_{};
};

}  // namespace k210
