// The control and status registers that a hart knows: number, name, access, and who answers what code reads and
// writes. [doc] RISC-V privileged spec 1.9.1, tables 2.2 to 2.5. mtval and stval are its mbadaddr and sbadaddr, by
// the names that they have today
#pragma once
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

namespace k210 {

// In the order of the table.
enum class Csr : std::uint8_t {
    // clang-format off
    mstatus, mie, mtvec, mscratch, mepc, mcause, mtval, fcsr,
    medeleg, mideleg, stvec, sscratch, sepc, scause, stval, sptbr,
    mip, sip, mucounteren, mscounteren, fflags, frm, sstatus, sie, misa, mvendorid, marchid, mimpid,
    mhartid, mcycle, minstret, cycle, instret,
    tselect, tdata1, tdata2, tdata3,
    // clang-format on
    count,
};

enum class CsrAnswer : std::uint8_t {
    engine,
    hart,     // it or its lines know, and the engine reads otherwise and is not given what is written
    counter,  // the hart counts, and the engine reads otherwise and drops what is written
    trigger,  // nobody, for the hart has no triggers: it reads as 0 and keeps nothing, and the engine knows none
};

// Of any CSR, known here or not. [doc] RISC-V privileged spec, CSR address mapping conventions
constexpr bool is_read_only_csr(unsigned number) {
    return number >> 10 == 3;
}
constexpr unsigned lowest_privilege(unsigned csr_number) {
    return csr_number >> 8 & 3;
}

struct CsrRow {
    Csr csr;
    std::uint16_t number;
    std::string_view name;
    CsrAnswer answer = CsrAnswer::engine;
};

inline constexpr CsrRow kCsrs[] = {
    {Csr::mstatus, 0x300, "mstatus"},
    {Csr::mie, 0x304, "mie"},
    {Csr::mtvec, 0x305, "mtvec"},
    {Csr::mscratch, 0x340, "mscratch"},
    {Csr::mepc, 0x341, "mepc"},
    {Csr::mcause, 0x342, "mcause"},
    {Csr::mtval, 0x343, "mtval"},
    {Csr::fcsr, 0x003, "fcsr"},
    {Csr::medeleg, 0x302, "medeleg"},
    {Csr::mideleg, 0x303, "mideleg"},
    {Csr::stvec, 0x105, "stvec"},
    {Csr::sscratch, 0x140, "sscratch"},
    {Csr::sepc, 0x141, "sepc"},
    {Csr::scause, 0x142, "scause"},
    {Csr::stval, 0x143, "stval"},
    {Csr::sptbr, 0x180, "sptbr"},
    {Csr::mip, 0x344, "mip", CsrAnswer::hart},
    {Csr::sip, 0x144, "sip", CsrAnswer::hart},
    {Csr::mucounteren, 0x320, "mucounteren", CsrAnswer::hart},
    {Csr::mscounteren, 0x321, "mscounteren", CsrAnswer::hart},
    {Csr::fflags, 0x001, "fflags"},
    {Csr::frm, 0x002, "frm"},
    {Csr::sstatus, 0x100, "sstatus"},
    {Csr::sie, 0x104, "sie"},
    {Csr::misa, 0x301, "misa"},
    {Csr::mvendorid, 0xf11, "mvendorid"},
    {Csr::marchid, 0xf12, "marchid"},
    {Csr::mimpid, 0xf13, "mimpid"},
    {Csr::mhartid, 0xf14, "mhartid", CsrAnswer::hart},
    {Csr::mcycle, 0xb00, "mcycle", CsrAnswer::counter},
    {Csr::minstret, 0xb02, "minstret", CsrAnswer::counter},
    {Csr::cycle, 0xc00, "cycle", CsrAnswer::counter},
    {Csr::instret, 0xc02, "instret", CsrAnswer::counter},
    // How many triggers the chip has is not known [assumed].
    {Csr::tselect, 0x7a0, "tselect", CsrAnswer::trigger},
    {Csr::tdata1, 0x7a1, "tdata1", CsrAnswer::trigger},
    {Csr::tdata2, 0x7a2, "tdata2", CsrAnswer::trigger},
    {Csr::tdata3, 0x7a3, "tdata3", CsrAnswer::trigger},
};
static_assert(std::size(kCsrs) == static_cast<std::size_t>(Csr::count));
static_assert([] {
    for (std::size_t i = 0; i < std::size(kCsrs); ++i)
        if (kCsrs[i].csr != static_cast<Csr>(i)) return false;
    return true;
}());

constexpr unsigned csr_number(Csr csr) {
    return kCsrs[static_cast<std::size_t>(csr)].number;
}
// What a description of a hart shows, and what a snapshot holds: the engine keeps all of them.
inline constexpr std::span<const CsrRow> kShownCsrs = std::span(kCsrs).first(8), kKeptCsrs = std::span(kCsrs).first(16);
static_assert(kShownCsrs.back().csr == Csr::fcsr && kKeptCsrs.back().csr == Csr::sptbr);

// By number; null for others than these.
const CsrRow* find_csr(unsigned number);
bool is_answered_by(unsigned number, CsrAnswer answer);

}  // namespace k210
