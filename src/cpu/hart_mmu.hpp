// Where a hart's addresses lead, by its mode and its page tables. The engine asks here for each page that it does not
// know, and never walks tables itself. [doc] RISC-V privileged spec 1.9.1
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "cpu/sv39.hpp"
#include "cpu/unicorn_engine.hpp"
#include "k210/bus/bus.hpp"

namespace k210 {

class HartMmu {
public:
    HartMmu(const Bus& bus, UnicornEngine& engine) : bus_(bus), engine_(engine) {}

    void reset();
    void note_mstatus(std::uint64_t mstatus);  // to be called where code may have changed VM or MPRV
    // Whether addresses are anything but physical: of code, and of code or data.
    bool translates_code() const { return on_ && engine_.privilege() != rv::Privilege::machine; }
    bool translates() const { return on_ && (borrows_mode_ || engine_.privilege() != rv::Privilege::machine); }

    // The page of `address`, for the engine; see Sv39::find().
    std::optional<Sv39Page> page(std::uint64_t address, rv::Access access);
    // Where the code at `pc` lies; kNowhere where it cannot be fetched.
    std::uint64_t physical_code(std::uint64_t pc) const;
    // Where loads of the mode that code runs in find what is at `address`, or fetches where those may not read it.
    // Nothing notices.
    std::optional<std::uint32_t> look(std::uint64_t address) const;
    static constexpr std::uint64_t kNowhere = ~0ull;

private:
    // The engine's last answers. It forgets its own at each change of tables and asks again before it goes on, so these
    // are what it goes by. Others are found anew.
    struct Known {
        std::uint64_t page = kNowhere;
        std::uint32_t physical = 0;
    };
    static constexpr std::size_t kKnown = 1024;
    static std::size_t slot_of(std::uint64_t address) { return address / kPageBytes % kKnown; }

    Sv39 tables(rv::Privilege privilege) const;

    const Bus& bus_;
    UnicornEngine& engine_;
    bool on_ = false;            // mstatus.VM
    bool borrows_mode_ = false;  // mstatus.MPRV: machine mode's data are where those of the mode that it came from are
    std::array<Known, kKnown> known_;
};

}  // namespace k210
