#include "cpu/hart_mmu.hpp"

#include "k210/bus/memory.hpp"

namespace k210 {

void HartMmu::reset() {
    on_ = borrows_mode_ = false;
    known_.fill({});
    engine_.set_translation(false);
}

void HartMmu::note_mstatus(std::uint64_t mstatus) {
    on_ = (mstatus & rv::mstatus::kVm) != 0;
    borrows_mode_ = (mstatus & rv::mstatus::kMprv) != 0;
    engine_.set_translation(on_);
}

Sv39 HartMmu::tables(rv::Privilege privilege) const {
    const std::uint64_t mstatus = engine_.csr(Csr::mstatus);
    return {.root_page = static_cast<std::uint32_t>(engine_.csr(Csr::sptbr)),
            .privilege = privilege,
            .protects_user_memory = (mstatus & rv::mstatus::kPum) != 0,
            .executable_is_readable = (mstatus & rv::mstatus::kMxr) != 0};
}

std::optional<Sv39Page> HartMmu::page(std::uint64_t address, rv::Access access) {
    engine_.note_privilege();  // an mret may be the last that it has run
    rv::Privilege privilege = engine_.privilege();
    if (privilege == rv::Privilege::machine && borrows_mode_ && access != rv::Access::fetch)
        privilege = rv::previous_privilege(engine_.csr(Csr::mstatus));
    if (privilege == rv::Privilege::machine) {
        if (address >> 32) return {};
        return Sv39Page{.physical = static_cast<std::uint32_t>(address), .read = true, .write = true, .execute = true};
    }
    const auto found = tables(privilege).find(bus_, address, access);
    if (found) known_[slot_of(address)] = {address / kPageBytes, found->physical};
    return found;
}

std::optional<std::uint32_t> HartMmu::look(std::uint64_t address) const {
    if (!translates_code()) return address >> 32 ? std::nullopt : std::optional(static_cast<std::uint32_t>(address));
    Sv39 looking = tables(engine_.privilege());
    looking.only_looks = true;
    auto found = looking.find(bus_, address, rv::Access::load);
    if (!found) found = looking.find(bus_, address, rv::Access::fetch);
    if (!found) return {};
    return found->physical + static_cast<std::uint32_t>(address % kPageBytes);
}

std::uint64_t HartMmu::physical_code(std::uint64_t pc) const {
    if (!translates_code()) return pc;
    const Known& known = known_[slot_of(pc)];
    if (known.page == pc / kPageBytes) return known.physical + pc % kPageBytes;
    const auto found = tables(engine_.privilege()).find(bus_, pc, rv::Access::fetch);
    return found ? found->physical + pc % kPageBytes : kNowhere;
}

}  // namespace k210
