#include "cpu/unicorn_engine.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <unicorn/unicorn.h>

#include "cpu/bus_window.hpp"

namespace k210 {
namespace {

// The callbacks' view of memory that is not cached lies this far above its own.
constexpr std::uint64_t kTrappedBase = 1ull << 36;
constexpr unsigned kPageBits = 12;
constexpr std::uint64_t kEverything = ~0ull;
constexpr int kAccesses = UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE;

constexpr int kCsrIds[] = {
    UC_RISCV_REG_MSTATUS, UC_RISCV_REG_MIE,     UC_RISCV_REG_MTVEC, UC_RISCV_REG_MSCRATCH,
    UC_RISCV_REG_MEPC,    UC_RISCV_REG_MCAUSE,  UC_RISCV_REG_MTVAL, UC_RISCV_REG_FCSR,
    UC_RISCV_REG_MEDELEG, UC_RISCV_REG_MIDELEG, UC_RISCV_REG_STVEC, UC_RISCV_REG_SSCRATCH,
    UC_RISCV_REG_SEPC,    UC_RISCV_REG_SCAUSE,  UC_RISCV_REG_STVAL, UC_RISCV_REG_SATP,
};
static_assert(std::size(kCsrIds) == kKeptCsrs.size());

// Before 2.1.2 it did not show the mode that code runs in: what happens outside machine mode goes wrong there.
#if UC_API_MAJOR > 2 || UC_API_MINOR > 1 || (UC_API_MINOR == 1 && UC_API_PATCH >= 2)
#define K210_ENGINE_SHOWS_PRIVILEGE 1
#else
#define K210_ENGINE_SHOWS_PRIVILEGE 0
#endif

void must(std::string_view call, uc_err error) {
    if (error != UC_ERR_OK) [[unlikely]]
        throw EngineError(fmt::format("{}: {}", call, uc_strerror(error)));
}

// The versions of the privileged specification as the engine's state has them: the chip's, and those that it takes by
// itself. [measured] Unicorn 2.1.4
constexpr std::uint64_t kChipsSpecification = 0x10901, kEnginesSpecifications[] = {0x11000, 0x11100};

// Where a saved state has the specification's version: the one word of such a value that two equal ones follow, misa
// and its mask, which both tell of 64 bits. [measured] the same
std::optional<std::size_t> find_specification(std::span<const std::byte> state) {
    const auto word = [&](std::size_t at) {
        std::uint64_t value;
        std::memcpy(&value, &state[at], sizeof value);
        return value;
    };
    std::optional<std::size_t> found;
    for (std::size_t at = 0; at + 24 <= state.size(); at += 8) {
        if (std::ranges::find(kEnginesSpecifications, word(at)) == std::end(kEnginesSpecifications)) continue;
        if (word(at + 8) != word(at + 16) || word(at + 8) >> 62 != 2) continue;
        if (found) return {};
        found = at;
    }
    return found;
}

// What running guest code ends with when the code, and not the engine, is the reason.
bool is_guests(uc_err error) {
    switch (error) {
        case UC_ERR_READ_UNMAPPED:
        case UC_ERR_WRITE_UNMAPPED:
        case UC_ERR_FETCH_UNMAPPED:
        case UC_ERR_READ_PROT:
        case UC_ERR_WRITE_PROT:
        case UC_ERR_FETCH_PROT:
        case UC_ERR_INSN_INVALID:
        case UC_ERR_EXCEPTION: return true;
        default: return false;
    }
}

}  // namespace

UnicornEngine::UnicornEngine(const Bus& bus, bool trap_uncached, const Callbacks& callbacks)
    : bus_(bus), callbacks_(callbacks), code_pages_(std::size_t{1} << (32 - kPageBits)),
      trapped_pages_(code_pages_.size()) {
    must("uc_open", uc_open(UC_ARCH_RISCV, UC_MODE_RISCV64, &engine_));
    owner_.reset(engine_);
    must("uc_ctl_exits_enable", uc_ctl_exits_enable(engine_));
    stop_at({});  // a pc of 0 is code like any other, or none
    for (const Bus::Window& window : bus.windows()) map(window, trap_uncached && !window.cached);
    add_hook(UC_HOOK_BLOCK, reinterpret_cast<void*>(callbacks_.block), 1, 0);
    watch_pages();
    watch_refusals(bus);
    if (callbacks_.access) watch_accesses(bus);
    uc_context* context = nullptr;
    must("uc_context_alloc", uc_context_alloc(engine_, &context));
    power_on_.reset(context);
    must("uc_context_save", uc_context_save(engine_, context));
    has_modes_ = take_up_modes();
}

// There is no call for it: the specification's version is one word of the engine's state, and its own code goes by it.
bool UnicornEngine::take_up_modes() {
#if K210_ENGINE_SHOWS_PRIVILEGE
    const std::span state(reinterpret_cast<std::byte*>(power_on_.get()), uc_context_size(engine_));
    const auto at = find_specification(state);
    if (!at) return false;
    std::memcpy(&state[*at], &kChipsSpecification, sizeof kChipsSpecification);
    must("uc_context_restore", uc_context_restore(engine_, power_on_.get()));
    return true;
#else
    return false;
#endif
}

void UnicornEngine::Close::operator()(uc_struct* engine) const {
    uc_close(engine);
}

void UnicornEngine::FreeContext::operator()(uc_context* context) const {
    uc_context_free(context);
}

void UnicornEngine::reset() {
    must("uc_context_restore", uc_context_restore(engine_, power_on_.get()));
    privilege_ = rv::Privilege::machine;
    translates_ = false;
    forget_pages();
}

void UnicornEngine::map(const Bus::Window& window, bool trapped) {
    if (!window.memory) return map_callbacks(window, window.base);
    const std::uint32_t rights = window.writable ? UC_PROT_ALL : UC_PROT_READ | UC_PROT_EXEC;
    must("uc_mem_map_ptr",
         uc_mem_map_ptr(engine_, window.base, window.size_bytes, rights, window.memory->bytes().data()));
    if (!trapped) return;
    map_callbacks(window, kTrappedBase + window.base);
    for (std::uint32_t page = 0; page < window.size_bytes >> kPageBits; ++page)
        trapped_pages_[(window.base >> kPageBits) + page] = true;
}

void UnicornEngine::map_callbacks(const Bus::Window& window, std::uint64_t base) {
    window_users_.push_back({this, &window});
    const auto read = [](uc_engine*, std::uint64_t offset, unsigned size, void* user) -> std::uint64_t {
        const auto& [engine, to] = *static_cast<WindowUser*>(user);
        const Callbacks& calls = engine->callbacks_;
        try {
            return calls.read(calls.self, *to, static_cast<std::uint32_t>(offset), size);
        } catch (...) {
            engine->fail(std::current_exception());
            return 0;
        }
    };
    const auto write = [](uc_engine*, std::uint64_t offset, unsigned size, std::uint64_t value, void* user) {
        const auto& [engine, to] = *static_cast<WindowUser*>(user);
        const Callbacks& calls = engine->callbacks_;
        try {
            calls.write(calls.self, *to, static_cast<std::uint32_t>(offset), size, static_cast<std::uint32_t>(value));
        } catch (...) { engine->fail(std::current_exception()); }
    };
    must("uc_mmio_map",
         uc_mmio_map(engine_, base, window.size_bytes, read, &window_users_.back(), write, &window_users_.back()));
}

void UnicornEngine::add_hook(int type, void* callback, std::uint64_t first, std::uint64_t last) {
    const bool own = type == UC_HOOK_BLOCK || type == kAccesses;
    uc_hook hook;
    must("uc_hook_add", uc_hook_add(engine_, &hook, type, callback, own ? callbacks_.self : this, first, last));
}

// Unicorn sends every store to a page that may be executed the long way, twelve times slower, in case it hits code.
// So only pages that have been executed are said to be executable.
void UnicornEngine::watch_pages() {
#if UC_API_MAJOR > 2 || UC_API_MINOR >= 1
    must("uc_ctl_tlb_mode", uc_ctl_tlb_mode(engine_, UC_TLB_VIRTUAL));
    const auto fill = +[](uc_engine*, std::uint64_t address, uc_mem_type type, uc_tlb_entry* entry, void* user) {
        const auto access = type == UC_MEM_FETCH   ? rv::Access::fetch
                            : type == UC_MEM_WRITE ? rv::Access::store
                                                   : rv::Access::load;
        auto& self = *static_cast<UnicornEngine*>(user);
        const bool load_watched = self.watched_pages_.loads.contains(address >> kPageBits);
        const bool store_watched = self.watched_pages_.stores.contains(address >> kPageBits);
        if ((load_watched && type == UC_MEM_READ) || (store_watched && type == UC_MEM_WRITE)) {
            self.watched_ = true;
            return false;
        }
        const auto place = self.place_of(address, access);
        if (!place) {
            self.refused_ = Refused{address, access, true};
            return false;
        }
        entry->paddr = place->address;
        entry->perms = static_cast<uc_prot>(place->rights);
        if (load_watched) entry->perms = static_cast<uc_prot>(entry->perms & ~UC_PROT_READ);
        if (store_watched) entry->perms = static_cast<uc_prot>(entry->perms & ~UC_PROT_WRITE);
        return true;
    };
    add_hook(UC_HOOK_TLB_FILL, reinterpret_cast<void*>(fill), 1, 0);
#endif
}

std::optional<UnicornEngine::Place> UnicornEngine::place_of(std::uint64_t page_address, rv::Access access) {
    std::uint64_t address = page_address;
    unsigned rights = UC_PROT_ALL;
    if (translates_) {
        const auto page = callbacks_.page(callbacks_.self, page_address, access);
        if (!page) return {};
        address = page->physical;
        rights = UC_PROT_NONE;
        if (page->read) rights |= UC_PROT_READ;
        if (page->write) rights |= UC_PROT_WRITE;
        if (page->execute) rights |= UC_PROT_EXEC;
    }
    const Bus::Window* const window = window_at(bus_, address);
    if (!window) return {};
    if (window->memory && !window->writable) rights &= ~unsigned{UC_PROT_WRITE};
    const auto number = static_cast<std::size_t>(address >> kPageBits);
    const bool fetches = access == rv::Access::fetch;
    if (fetches) code_pages_[number] = true;
    const unsigned needed = fetches ? UC_PROT_EXEC : access == rv::Access::store ? UC_PROT_WRITE : UC_PROT_READ;
    if (!(rights & needed)) return {};
    if (trapped_pages_[number]) {
        if (fetches) return Place{address, needed};
        return Place{address + kTrappedBase, rights};
    }
    return Place{address, code_pages_[number] ? rights : rights & (UC_PROT_READ | UC_PROT_WRITE)};
}

// Only where an access may be refused: Unicorn takes the long way wherever such a hook could be called.
void UnicornEngine::watch_refusals(const Bus& bus) {
    const auto refuse = +[](uc_engine*, uc_mem_type type, std::uint64_t address, int, std::int64_t, void* user) {
        auto& self = *static_cast<UnicornEngine*>(user);
        if (self.refused_) return false;
        switch (type) {
            case UC_MEM_FETCH_UNMAPPED:
            case UC_MEM_FETCH_PROT: self.refused_ = Refused{address, rv::Access::fetch, false}; break;
            case UC_MEM_WRITE_UNMAPPED:
            case UC_MEM_WRITE_PROT: self.refused_ = Refused{address, rv::Access::store, false}; break;
            default: self.refused_ = Refused{address, rv::Access::load, false}; break;
        }
        return false;
    };
    const auto watch = [&](std::uint64_t first, std::uint64_t last) {
        if (first <= last) add_hook(UC_HOOK_MEM_INVALID, reinterpret_cast<void*>(refuse), first, last);
    };
    std::uint64_t from = 0;
    for (const Bus::Window& window : bus.windows()) {
        if (!window.memory || !window.writable) continue;
        if (window.base > from) watch(from, window.base - 1);
        from = std::uint64_t{window.base} + window.size_bytes;
    }
    watch(from, kEverything);

    const auto except = +[](uc_engine* engine, std::uint32_t number, void* user) {
        static_cast<UnicornEngine*>(user)->exception_ = number;
        uc_emu_stop(engine);
    };
    add_hook(UC_HOOK_INTR, reinterpret_cast<void*>(except), 1, 0);
}

void UnicornEngine::watch_accesses(const Bus& bus) {
    for (const Bus::Window& window : bus.windows())
        if (window.memory && window.cached)
            add_hook(kAccesses, reinterpret_cast<void*>(callbacks_.access), window.base,
                     window.base + (window.size_bytes - 1));
}

UnicornEngine::Exit UnicornEngine::run(std::uint64_t pc) {
    const Exit exit = start(pc);
    const bool fetching = exit.reason == Exit::Reason::refused && exit.access == rv::Access::fetch;
    // It fetches a block whole before it runs any of it. What comes before half an instruction is run up to there.
    constexpr unsigned kHalfBytes = 2;
    if (!fetching || exit.value <= exit.pc || exit.value - exit.pc <= kHalfBytes) return exit;
    return run_to(exit.value - kHalfBytes, exit.pc);
}

UnicornEngine::Exit UnicornEngine::run_to(std::uint64_t end, std::uint64_t pc) {
    stop_at({end});
    const Exit exit = start(pc);
    stop_at({});
    return exit;
}

void UnicornEngine::stop_at(std::vector<std::uint64_t> addresses) {
    must("uc_ctl_set_exits", uc_ctl_set_exits(engine_, addresses.data(), addresses.size()));
}

UnicornEngine::Exit UnicornEngine::start(std::uint64_t pc) {
    exception_.reset();
    refused_.reset();
    watched_ = false;
    uc_err error = uc_emu_start(engine_, pc, 0, 0, 0);
    // It takes the place where it has found a page for data for that of the page's code, too. [measured] 2.1.4
    while (can_watch() && error == UC_ERR_FETCH_PROT && refused_ && refused_->address >= kTrappedBase) {
        forget_pages();
        refused_.reset();
        error = uc_emu_start(engine_, reg(UC_RISCV_REG_PC), 0, 0, 0);
    }
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    if (!is_guests(error)) must("uc_emu_start", error);
    note_privilege();
    pc = reg(UC_RISCV_REG_PC);
    if (watched_) return {Exit::Reason::watched, pc};
    if (exception_) return {Exit::Reason::exception, pc - 4, *exception_};  // moves on by four whatever the length
    // In front of an illegal instruction at the beginning of a page it looks for a page that nobody has asked for.
    const std::uint64_t page = pc & ~(kPageBytes - 1);
    const bool asked = refused_ && (refused_->access != rv::Access::fetch || refused_->address - page <= kPageBytes);
    const bool refused = asked && error != UC_ERR_OK && error != UC_ERR_INSN_INVALID;
    if (refused) return {Exit::Reason::refused, pc, refused_->address, refused_->access, refused_->exact};
    return {error == UC_ERR_OK ? Exit::Reason::stopped : Exit::Reason::failed, pc};
}

void UnicornEngine::stop() {
    must("uc_emu_stop", uc_emu_stop(engine_));
}

bool UnicornEngine::can_watch() {
    return K210_ENGINE_SHOWS_PRIVILEGE != 0;  // the same versions forget pages when they are told to
}

void UnicornEngine::watch(const WatchedPages& pages) {
    if (pages == watched_pages_) return;
    watched_pages_ = pages;
    forget_pages();
}

void UnicornEngine::fail(std::exception_ptr error) {
    if (!failure_) failure_ = std::move(error);  // the first is the cause
    uc_emu_stop(engine_);
}

void UnicornEngine::forget_block(std::uint64_t pc, std::uint32_t size_bytes) {
    must("uc_ctl_remove_cache", uc_ctl_remove_cache(engine_, pc, pc + size_bytes));
}

void UnicornEngine::forget_blocks() {
    must("uc_ctl_flush_tb", uc_ctl_flush_tb(engine_));
}

void UnicornEngine::translate(std::uint64_t pc) {
    forget_pages();  // see start()
    uc_tb unused;
    must("uc_ctl_request_cache", uc_ctl_request_cache(engine_, pc, &unused));
}

void UnicornEngine::forget_pages() {
#if K210_ENGINE_SHOWS_PRIVILEGE
    must("uc_ctl_flush_tlb", uc_ctl_flush_tlb(engine_));
#endif
}

void UnicornEngine::note_privilege() {
#if K210_ENGINE_SHOWS_PRIVILEGE
    privilege_ = static_cast<rv::Privilege>(reg(UC_RISCV_REG_PRIV));
#endif
}

void UnicornEngine::set_privilege(rv::Privilege privilege) {
    if (privilege == privilege_) return;
#if K210_ENGINE_SHOWS_PRIVILEGE
    set_reg(UC_RISCV_REG_PRIV, static_cast<std::uint64_t>(privilege));
#endif
    privilege_ = privilege;
}

// Elsewhere it would refuse without a word, and give nothing for what was read.
template <class Do>
void UnicornEngine::as_machine(const Do& access) const {
#if K210_ENGINE_SHOWS_PRIVILEGE
    if (privilege_ != rv::Privilege::machine) {
        set_reg(UC_RISCV_REG_PRIV, static_cast<std::uint64_t>(rv::Privilege::machine));
        access();
        set_reg(UC_RISCV_REG_PRIV, static_cast<std::uint64_t>(privilege_));
        return;
    }
#endif
    access();
}

std::uint64_t UnicornEngine::reg(int id) const {
    std::uint64_t v = 0;
    must("uc_reg_read", uc_reg_read(engine_, id, &v));
    return v;
}

void UnicornEngine::set_reg(int id, std::uint64_t value) const {
    must("uc_reg_write", uc_reg_write(engine_, id, &value));
}

std::uint64_t UnicornEngine::x(unsigned number) const {
    return reg(UC_RISCV_REG_X0 + static_cast<int>(number));
}
std::array<std::uint64_t, 32> UnicornEngine::gprs() const {
    static const auto ids = [] {
        std::array<int, 32> all{};
        for (int i = 0; i < 32; ++i) all[static_cast<std::size_t>(i)] = UC_RISCV_REG_X0 + i;
        return all;
    }();
    std::array<std::uint64_t, 32> values{};
    std::array<void*, 32> places{};
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = &values[i];
    must("uc_reg_read_batch",
         uc_reg_read_batch(engine_, const_cast<int*>(ids.data()), places.data(), static_cast<int>(ids.size())));
    return values;
}
std::uint64_t UnicornEngine::f(unsigned number) const {
    return reg(UC_RISCV_REG_F0 + static_cast<int>(number));
}
std::uint64_t UnicornEngine::csr(Csr csr) const {
    std::uint64_t value = 0;
    as_machine([&] { value = reg(kCsrIds[static_cast<std::size_t>(csr)]); });
    return value;
}
void UnicornEngine::set_x(unsigned number, std::uint64_t value) {
    set_reg(UC_RISCV_REG_X0 + static_cast<int>(number), value);
}
void UnicornEngine::set_f(unsigned number, std::uint64_t value) {
    set_reg(UC_RISCV_REG_F0 + static_cast<int>(number), value);
}
void UnicornEngine::set_csr(Csr csr, std::uint64_t value) {
    as_machine([&] { set_reg(kCsrIds[static_cast<std::size_t>(csr)], value); });
}

std::string_view UnicornEngine::version() {
    static const std::string version = [] {
        unsigned major = 0, minor = 0;
        const unsigned packed = uc_version(&major, &minor);
        return fmt::format("Unicorn {}.{}.{}", major, minor, packed >> 8 & 0xff);
    }();
    return version;
}

}  // namespace k210
