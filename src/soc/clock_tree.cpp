#include "soc/clock_tree.hpp"

#include <stdexcept>
#include <string>

#include "k210/base/error.hpp"
#include "sysctl/sysctl.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kIn0Hz = 26'000'000;  // [sdk] lib/drivers/sysctl.c:25

enum class Division : std::uint8_t {
    none,
    by_n_plus_1,
    by_2_n_plus_2,  // even
    by_2_to_n_plus_1_unless_in0,
    pll,
};

struct Row {
    Clock clock;
    std::string_view name;
    std::array<Clock, 3> parents;  // picked by `select`; just the first one without it
    std::string_view select;       // fields of SYSCTL as "register.field"
    Division division = Division::none;
    std::string_view divider;
    std::string_view gate;
    // Harts live on it. Firmware that stops it has stopped itself: it keeps running from its first parent.
    bool vital = false;
};

using enum Clock;
using enum Division;

// [sdk] lib/drivers/sysctl.c:945-995 (PLLs), 1267-1607 (the others), 239-387 (gates). Parents come before children.
// UARTHS counts CPU cycles: [sdk] lib/drivers/uarths.c:152. I2S master clocks: [doc] linux drivers/clk/clk-k210.c.
// clang-format off
constexpr auto kRows = std::to_array<Row>({
    {in0, "in0", {}, "", none, "", ""},
    {pll0, "pll0", {in0}, "", pll, "", ""},
    {pll1, "pll1", {in0}, "", pll, "", ""},
    {pll2, "pll2", {in0, pll0, pll1}, "pll2.pll_ckin_sel", pll, "", ""},
    {aclk, "aclk", {in0, pll0}, "clk_sel0.aclk_sel", by_2_to_n_plus_1_unless_in0, "clk_sel0.aclk_divider_sel", "", true},
    {cpu, "cpu", {aclk}, "", none, "", "clk_en_cent.cpu_clk_en", true},
    {sram0, "sram0", {aclk}, "", by_n_plus_1, "clk_th0.sram0_gclk_threshold", "clk_en_cent.sram0_clk_en"},
    {sram1, "sram1", {aclk}, "", by_n_plus_1, "clk_th0.sram1_gclk_threshold", "clk_en_cent.sram1_clk_en"},
    {apb0, "apb0", {aclk}, "", by_n_plus_1, "clk_sel0.apb0_clk_sel", "clk_en_cent.apb0_clk_en"},
    {apb1, "apb1", {aclk}, "", by_n_plus_1, "clk_sel0.apb1_clk_sel", "clk_en_cent.apb1_clk_en"},
    {apb2, "apb2", {aclk}, "", by_n_plus_1, "clk_sel0.apb2_clk_sel", "clk_en_cent.apb2_clk_en"},
    {rom, "rom", {aclk}, "", by_n_plus_1, "clk_th0.rom_gclk_threshold", "clk_en_peri.rom_clk_en"},
    {dma, "dma", {aclk}, "", none, "", "clk_en_peri.dma_clk_en"},
    {ai, "ai", {pll1}, "", by_n_plus_1, "clk_th0.ai_gclk_threshold", "clk_en_peri.ai_clk_en"},
    {dvp, "dvp", {aclk}, "", by_n_plus_1, "clk_th0.dvp_gclk_threshold", "clk_en_peri.dvp_clk_en"},
    {fft, "fft", {aclk}, "", none, "", "clk_en_peri.fft_clk_en"},
    {gpio, "gpio", {apb0}, "", none, "", "clk_en_peri.gpio_clk_en"},
    {spi0, "spi0", {pll0}, "", by_2_n_plus_2, "clk_th1.spi0_clk_threshold", "clk_en_peri.spi0_clk_en"},
    {spi1, "spi1", {pll0}, "", by_2_n_plus_2, "clk_th1.spi1_clk_threshold", "clk_en_peri.spi1_clk_en"},
    {spi2, "spi2", {pll0}, "", by_2_n_plus_2, "clk_th1.spi2_clk_threshold", "clk_en_peri.spi2_clk_en"},
    {spi3, "spi3", {in0, pll0}, "clk_sel0.spi3_clk_sel", by_2_n_plus_2, "clk_th1.spi3_clk_threshold", "clk_en_peri.spi3_clk_en"},
    {i2s0, "i2s0", {pll2}, "", by_2_n_plus_2, "clk_th3.i2s0_clk_threshold", "clk_en_peri.i2s0_clk_en"},
    {i2s1, "i2s1", {pll2}, "", by_2_n_plus_2, "clk_th3.i2s1_clk_threshold", "clk_en_peri.i2s1_clk_en"},
    {i2s2, "i2s2", {pll2}, "", by_2_n_plus_2, "clk_th4.i2s2_clk_threshold", "clk_en_peri.i2s2_clk_en"},
    {i2s0_m, "i2s0_m", {pll2}, "", by_2_n_plus_2, "clk_th4.i2s0_mclk_threshold", ""},
    {i2s1_m, "i2s1_m", {pll2}, "", by_2_n_plus_2, "clk_th4.i2s1_mclk_threshold", ""},
    {i2s2_m, "i2s2_m", {pll2}, "", by_2_n_plus_2, "clk_th5.i2s2_mclk_threshold", ""},
    {i2c0, "i2c0", {pll0}, "", by_2_n_plus_2, "clk_th5.i2c0_clk_threshold", "clk_en_peri.i2c0_clk_en"},
    {i2c1, "i2c1", {pll0}, "", by_2_n_plus_2, "clk_th5.i2c1_clk_threshold", "clk_en_peri.i2c1_clk_en"},
    {i2c2, "i2c2", {pll0}, "", by_2_n_plus_2, "clk_th5.i2c2_clk_threshold", "clk_en_peri.i2c2_clk_en"},
    {uart1, "uart1", {apb0}, "", none, "", "clk_en_peri.uart1_clk_en"},
    {uart2, "uart2", {apb0}, "", none, "", "clk_en_peri.uart2_clk_en"},
    {uart3, "uart3", {apb0}, "", none, "", "clk_en_peri.uart3_clk_en"},
    {uarths, "uarths", {cpu}, "", none, "", ""},
    {aes, "aes", {apb1}, "", none, "", "clk_en_peri.aes_clk_en"},
    {fpioa, "fpioa", {apb0}, "", none, "", "clk_en_peri.fpioa_clk_en"},
    {timer0, "timer0", {in0, pll0}, "clk_sel0.timer0_clk_sel", by_2_n_plus_2, "clk_th2.timer0_clk_threshold", "clk_en_peri.timer0_clk_en"},
    {timer1, "timer1", {in0, pll0}, "clk_sel0.timer1_clk_sel", by_2_n_plus_2, "clk_th2.timer1_clk_threshold", "clk_en_peri.timer1_clk_en"},
    {timer2, "timer2", {in0, pll0}, "clk_sel0.timer2_clk_sel", by_2_n_plus_2, "clk_th2.timer2_clk_threshold", "clk_en_peri.timer2_clk_en"},
    {wdt0, "wdt0", {in0}, "", by_2_n_plus_2, "clk_th6.wdt0_clk_threshold", "clk_en_peri.wdt0_clk_en"},
    {wdt1, "wdt1", {in0}, "", by_2_n_plus_2, "clk_th6.wdt1_clk_threshold", "clk_en_peri.wdt1_clk_en"},
    {sha, "sha", {apb0}, "", none, "", "clk_en_peri.sha_clk_en"},
    {otp, "otp", {apb1}, "", none, "", "clk_en_peri.otp_clk_en"},
    {rtc, "rtc", {in0}, "", none, "", "clk_en_peri.rtc_clk_en"},
});
// clang-format on

constexpr std::size_t index_of(Clock clock) {
    return static_cast<std::size_t>(clock);
}

constexpr bool rows_are_ordered() {
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        if (index_of(kRows[i].clock) != i) return false;
        for (const Clock parent : kRows[i].parents)
            if (i != 0 && index_of(parent) >= i) return false;
    }
    return kRows.size() == kClocks;
}
static_assert(rows_are_ordered(), "one row per clock, in order, parents first");

const Bits* find_field(const RegisterBank& regs, std::string_view path) {
    if (path.empty()) return nullptr;
    const Bits* found = nullptr;
    regs.each([&](const Reg& reg) {
        for (const Bits* field : reg.fields())
            if (path == reg.name() + "." + std::string(field->name())) found = field;
    });
    if (!found) throw std::logic_error("SYSCTL has no field " + std::string(path));
    return found;
}

std::uint64_t divide(std::uint64_t hz, Division division, std::uint32_t n, bool from_in0) {
    switch (division) {
        case by_n_plus_1: return hz / (n + 1);
        case by_2_n_plus_2: return hz / (2 * (std::uint64_t{n} + 1));
        case by_2_to_n_plus_1_unless_in0: return from_in0 ? hz : hz / (2u << n);
        case none:
        case pll: break;
    }
    return hz;
}

}  // namespace

ClockTree::ClockTree(EventQueue& events, Log& log) : events_(events), log_(log) {
    for (const Row& row : kRows)
        nodes_[index_of(row.clock)].domain = std::make_unique<ClockDomain>(std::string(row.name), 0);
}

void ClockTree::connect(Sysctl& sysctl) {
    for (const Row& row : kRows) {
        Node& node = nodes_[index_of(row.clock)];
        node.select = find_field(sysctl.regs, row.select);
        node.divider = find_field(sysctl.regs, row.divider);
        node.gate = find_field(sysctl.regs, row.gate);
    }
    sysctl.on_clocks = [this, &sysctl] { update(sysctl); };
    update(sysctl);
}

ClockTree::Frequencies ClockTree::frequencies(const Sysctl& sysctl) const {
    Frequencies hz{};
    hz[index_of(in0)] = kIn0Hz;
    for (const Row& row : kRows) {
        if (row.clock == in0) continue;
        const Node& node = nodes_[index_of(row.clock)];
        const std::uint32_t choice = node.select ? std::uint32_t{*node.select} : 0;
        const bool exists = choice < row.parents.size();  // the selection beyond PLL2's third input is dead
        const Clock parent = exists ? row.parents[choice] : in0;
        std::uint64_t& own = hz[index_of(row.clock)];
        own = exists && (!node.gate || *node.gate) ? hz[index_of(parent)] : 0;
        if (row.division == Division::pll)
            own = sysctl.pll_hz(static_cast<unsigned>(index_of(row.clock) - index_of(pll0)), own);
        else
            own = divide(own, row.division, node.divider ? std::uint32_t{*node.divider} : 0, parent == in0);
        if (row.vital && own == 0) {
            own = hz[index_of(row.parents[0])];
            log_.guest_error("sysctl", "firmware stopped the clock {} that it runs on; it is kept going", row.name);
        }
    }
    return hz;
}

void ClockTree::update(const Sysctl& sysctl) {
    const Frequencies hz = frequencies(sysctl);
    const SimTime now = events_.now();
    for (std::size_t i = 0; i < kClocks; ++i) nodes_[i].domain->set_hz(now, hz[i]);
}

void ClockTree::check_restored(const Sysctl& sysctl) const {
    const Frequencies hz = frequencies(sysctl);
    for (std::size_t i = 0; i < kClocks; ++i)
        if (const ClockDomain& domain = *nodes_[i].domain; domain.hz() != hz[i])
            throw InputError("snapshot: the clock " + domain.name() + " is not as SYSCTL sets it");
}

void ClockTree::visit_state(StateVisitor& visitor) {
    for (Node& node : nodes_) node.domain->visit_state(visitor);
}

}  // namespace k210
