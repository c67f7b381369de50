#include "cpu/sv39.hpp"

#include "cpu/bus_window.hpp"
#include "k210/bus/memory.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kV = 1, kR = 2, kW = 4, kX = 8, kU = 16, kA = 64, kD = 128;

constexpr unsigned kPageBits = 12, kIndexBits = 9, kLevels = 3, kPpnShift = 10, kPpnBits = 44;
constexpr unsigned kVirtualBits = kPageBits + kLevels * kIndexBits;

// All bits above those that are translated equal the last of them.
constexpr bool is_canonical(std::uint64_t address) {
    const auto sign = static_cast<std::int64_t>(address) >> (kVirtualBits - 1);
    return sign == 0 || sign == -1;
}

constexpr std::uint64_t ppn(std::uint64_t pte) {
    return pte >> kPpnShift & ((std::uint64_t{1} << kPpnBits) - 1);
}

// An entry of a table, in memory.
struct Place {
    Memory* memory = nullptr;
    std::uint32_t offset = 0;
    std::uint64_t pte = 0;
    bool writable = false;
};

std::optional<Place> entry(const Bus& bus, std::uint64_t address) {
    const Bus::Window* const window = window_at(bus, address);
    if (!window || !window->memory) return {};
    Place place{window->memory, static_cast<std::uint32_t>(address) - window->base};
    const std::uint64_t low = window->memory->read(place.offset, 4), high = window->memory->read(place.offset + 4, 4);
    place.pte = high << 32 | low;
    place.writable = window->writable;
    return place;
}

}  // namespace

std::optional<Sv39Page> Sv39::find(const Bus& bus, std::uint64_t address, rv::Access access) const {
    if (!is_canonical(address)) return {};
    std::uint64_t table = std::uint64_t{root_page} << kPageBits;
    for (unsigned level = kLevels; level-- != 0;) {
        const unsigned shift = kPageBits + level * kIndexBits;
        const std::uint64_t index = address >> shift & ((1u << kIndexBits) - 1);
        const auto place = entry(bus, table + index * sizeof(std::uint64_t));
        if (!place || !(place->pte & kV)) return {};
        const std::uint64_t pte = place->pte;
        if ((pte & (kR | kW | kX)) == 0) {  // leads to the next table
            table = ppn(pte) << kPageBits;
            continue;
        }
        if ((pte & (kR | kW)) == kW) return {};
        const std::uint64_t pages_below = (std::uint64_t{1} << (shift - kPageBits)) - 1;
        if (ppn(pte) & pages_below) return {};  // a large page that does not begin at a multiple of its size
        const bool users = (pte & kU) != 0;
        if (privilege == rv::Privilege::user ? !users : users && protects_user_memory) return {};

        Sv39Page page{};
        page.read = (pte & kR) || ((pte & kX) && executable_is_readable);
        page.write = (pte & kW) != 0;
        page.execute = (pte & kX) != 0;
        const bool allowed = access == rv::Access::fetch   ? page.execute
                             : access == rv::Access::store ? page.write
                                                           : page.read;
        if (!allowed) return {};
        const std::uint64_t physical = (ppn(pte) | (address >> kPageBits & pages_below)) << kPageBits;
        const Bus::Window* const window = window_at(bus, physical);
        if (!window || (access == rv::Access::store && !window->writable)) return {};
        page.physical = static_cast<std::uint32_t>(physical);

        const std::uint64_t used = pte | kA | (access == rv::Access::store ? kD : 0);
        if (used != pte && place->writable && !only_looks)
            place->memory->write(place->offset, 4, static_cast<std::uint32_t>(used));
        page.write = page.write && (used & kD) && window->writable;
        return page;
    }
    return {};
}

}  // namespace k210
