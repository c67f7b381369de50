// A slot for SD cards on SPI, and the card in it: SDSC or SDHC, in SPI mode.
// [doc] SD Physical Layer Simplified Specification, version 3.01, chapter 7 (SPI mode); what MaixPy's driver sends and
// wants: [sdk] MaixPy components/drivers/sd_card/src/sdcard.c:85-730.
// As real cards do: one byte passes before a response; CMD12 ends a read at once, with a byte that means nothing; a
// deselected card forgets half a command, but neither what it was about to send nor that it reads or writes many
// blocks. [assumed] the former: xv6-k210, which runs on boards, lets the controller deselect it after each transfer.
// Checksums and end bits of what comes in are not looked at: that driver sends none that are right.
// [assumed] how long things take: see the .cpp. Erased sectors read 0. Missing: passwords, write protection, the
// four-bit bus, 1.8 V, higher speed than 25 MHz (CMD6 answers that there is none).
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "board/sd_card/card_registers.hpp"
#include "k210/part/part.hpp"

namespace k210 {

class SdCard final : public Part, public SpiTarget, public CardSlot {
    static constexpr std::array kPorts{PortKind::card_slot};

public:
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"sd_card", kPorts, design};

    SdCard(const PartContext& context, SpiPads pads);

    void insert(std::shared_ptr<const CardImage> image, CardKind kind) override;
    void remove() override;
    const CardImage* image() const override { return image_.get(); }
    CardImage::Sector contents(std::uint64_t sector) const override;
    std::set<std::uint64_t> take_written() override { return std::exchange(not_taken_, {}); }
    const std::map<std::uint64_t, std::uint64_t>& erased() const override { return erased_; }
    std::uint64_t generation() const override { return generation_; }

    void hang(ChipPins& chip) override { chip.on_spi(*this, pads_); }
    void power_on() override;
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {this}; }

    void select(bool active) override;
    std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) override;
    std::uint32_t receive(unsigned bits, unsigned lines) override { return exchange(~0u, bits, lines); }
    void dummy_clocks(unsigned clocks) override;

private:
    static constexpr std::size_t kBlockBytes = CardImage::kSectorBytes, kCommandBytes = 6;
    enum class State : std::uint8_t { idle, reading, writing };

    std::uint8_t clock_byte(std::uint8_t in);
    void take_command(std::uint8_t in);
    void take_data(std::uint8_t in);
    void execute();
    void execute_application(unsigned index, std::uint32_t argument);
    void respond(std::uint8_t error, std::span<const std::uint8_t> more = {});
    void respond_block(std::span<const std::uint8_t> data);
    void queue_block(std::span<const std::uint8_t> data);
    void begin_reading(std::uint32_t argument, bool many);
    void begin_writing(std::uint32_t argument, bool many);
    void queue_next_read();
    void write_block();
    void erase();
    void be_busy(std::uint64_t us);
    bool find_sector(std::uint32_t argument, std::uint64_t& sector) const;
    void store(std::uint64_t sector, const CardImage::Sector& contents);
    bool erased(std::uint64_t sector) const;
    void visit_contents(StateVisitor& v);

    PartContext context_;
    SpiPads pads_;
    std::shared_ptr<const CardImage> image_;
    CardKind kind_ = CardKind::sdhc;
    CardRegister csd_{};
    std::uint64_t sectors_ = 0;
    std::map<std::uint64_t, CardImage::Sector> written_;
    std::set<std::uint64_t> not_taken_;              // of these, or of those before a snapshot was loaded
    std::map<std::uint64_t, std::uint64_t> erased_;  // first and last, apart from each other; written_ comes first
    std::uint64_t generation_ = 0;

    bool selected_ = false;
    bool powered_up_ = false;  // ACMD41 has answered that it is
    std::uint8_t power_up_polls_ = 0;
    bool application_next_ = false;  // CMD55 came last
    SimTime busy_until_{};
    std::array<std::uint8_t, kCommandBytes> command_{};
    std::uint8_t command_bytes_ = 0;
    std::vector<std::uint8_t> sending_;  // what goes out next, at sent_
    std::uint32_t sent_ = 0;
    SimTime ready_at_{};  // for the block that is read next

    State state_ = State::idle;
    bool many_ = false;
    std::uint64_t sector_ = 0;       // that is read or written next
    bool block_begun_ = false;       // of one that is written: its token has come
    std::uint16_t block_bytes_ = 0;  // of it, with its checksum
    CardImage::Sector block_{};
    std::uint64_t erase_first_ = 0, erase_last_ = 0;
    std::uint8_t erase_marks_ = 0;  // bit 0: first, bit 1: last
};

}  // namespace k210
