// Unicorn Engine as the hart needs it: one core over the bus's memory, which it runs block by block.
#pragma once
#include <array>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "cpu/csr_table.hpp"
#include "cpu/rv_privilege.hpp"
#include "cpu/sv39.hpp"
#include "k210/bus/bus.hpp"

struct uc_struct;
struct uc_context;

namespace k210 {

// Unicorn refused a call that it should not: what() names the call and Unicorn's reason. The machine is of no use
// after.
class EngineError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Every call throws EngineError when Unicorn fails it.
class UnicornEngine {
public:
    // Called while code runs. Plain functions, because one of them runs at the start of every translated block. `block`
    // may not throw, for Unicorn's own frames lie in between: see fail().
    struct Callbacks {
        void* self;
        // Before a block runs; after stop() it does not.
        void (*block)(uc_struct*, std::uint64_t pc, std::uint32_t size_bytes, void* self);
        std::uint32_t (*read)(void* self, const Bus::Window&, std::uint32_t offset, unsigned size_bytes);
        void (*write)(void* self, const Bus::Window&, std::uint32_t offset, unsigned size_bytes, std::uint32_t value);
        // The page of an address, of those that code uses under set_translation(); none where the access faults.
        std::optional<Sv39Page> (*page)(void* self, std::uint64_t address, rv::Access access);
        // Each access to cached memory, by its address on the bus, before it happens; nullptr where nobody asks.
        void (*access)(uc_struct*, int type, std::uint64_t address, int size_bytes, std::int64_t value, void* self);
    };

    struct Exit {
        enum class Reason : std::uint8_t {
            stopped,    // by stop() or WFI
            exception,  // as `value`, mcause, has it, except that ecall is 8; with the exact pc
            refused,    // an access, to address `value`, that nothing answers. A fetch: the pc is that of the block, or
                        // of what could not be fetched. Others, if `exact`: the pc is that of the instruction, and
                        // `value` only the beginning of the page. If not, the pc is that of the block.
            watched,    // an access to watched pages; with the exact pc
            failed,     // there is an ebreak at the pc, or nothing that can be run
        };
        Reason reason;
        std::uint64_t pc;
        std::uint64_t value = 0;
        rv::Access access = rv::Access::load;
        bool exact = false;
    };

    // Devices are reached through the callbacks, and so is memory that is not cached if `trap_uncached` is set.
    UnicornEngine(const Bus& bus, bool trap_uncached, const Callbacks& callbacks);
    UnicornEngine(const UnicornEngine&) = delete;
    UnicornEngine& operator=(const UnicornEngine&) = delete;

    void reset();                // all registers, as after power-on
    Exit run(std::uint64_t pc);  // throws what a callback has thrown, too
    // Runs the block at `pc` up to the instruction at `end`: the exit is then `stopped` there.
    Exit run_to(std::uint64_t end, std::uint64_t pc);
    void stop();
    // Loads from, or stores to, these pages end a run before they happen; whether it can do so. The addresses are
    // those that code uses.
    struct WatchedPages {
        std::set<std::uint64_t> loads, stores;  // by number: address / 4096
        bool operator==(const WatchedPages&) const = default;
    };
    static bool can_watch();
    void watch(const WatchedPages& pages);
    void fail(std::exception_ptr error);                            // from a callback: stops, and run() throws it
    void forget_block(std::uint64_t pc, std::uint32_t size_bytes);  // its code is no longer what was translated
    void forget_blocks();
    void translate(std::uint64_t pc);  // the block there, now, as it would be run next

    // In which mode code runs. CSRs are read and written here as machine mode may, whichever it is.
    rv::Privilege privilege() const { return privilege_; }
    void note_privilege();  // to be called where code may have changed it
    void set_privilege(rv::Privilege privilege);
    // Whether it has the modes below the machine's as the chip has them, with their CSRs.
    bool has_modes() const { return has_modes_; }
    // Addresses lead where Callbacks::page() says. It is asked once for each until code changes sptbr, a bit of mstatus
    // that matters or executes SFENCE.VM, or forget_pages() is called.
    void set_translation(bool on) { translates_ = on; }
    void forget_pages();

    std::uint64_t x(unsigned number) const;
    std::array<std::uint64_t, 32> gprs() const;
    std::uint64_t f(unsigned number) const;
    std::uint64_t csr(Csr csr) const;  // one of kKeptCsrs
    void set_x(unsigned number, std::uint64_t value);
    void set_f(unsigned number, std::uint64_t value);  // these and fcsr want mstatus.FS to be on
    void set_csr(Csr csr, std::uint64_t value);

    static std::string_view version();  // "Unicorn 2.1.4"

private:
    struct WindowUser {
        UnicornEngine* engine;
        const Bus::Window* window;
    };
    struct Refused {
        std::uint64_t address;
        rv::Access access;
        bool exact;
    };

    // In the engine's own address space, with UC_PROT_ bits.
    struct Place {
        std::uint64_t address;
        unsigned rights;
    };

    Exit start(std::uint64_t pc);
    void stop_at(std::vector<std::uint64_t> addresses);
    bool take_up_modes();
    void map(const Bus::Window& window, bool trapped);
    void map_callbacks(const Bus::Window& window, std::uint64_t base);
    void watch_pages();
    std::optional<Place> place_of(std::uint64_t page_address, rv::Access access);
    void watch_refusals(const Bus& bus);
    void watch_accesses(const Bus& bus);
    void add_hook(int type, void* callback, std::uint64_t first, std::uint64_t last);
    template <class Do>
    void as_machine(const Do& access) const;
    std::uint64_t reg(int id) const;
    void set_reg(int id, std::uint64_t value) const;

    struct FreeContext {
        void operator()(uc_context* context) const;
    };
    struct Close {
        void operator()(uc_struct* engine) const;
    };
    std::unique_ptr<uc_struct, Close> owner_;
    uc_struct* engine_ = nullptr;
    std::unique_ptr<uc_context, FreeContext> power_on_;
    rv::Privilege privilege_ = rv::Privilege::machine;
    const Bus& bus_;
    bool has_modes_ = false, translates_ = false;
    Callbacks callbacks_;
    std::list<WindowUser> window_users_;
    std::vector<bool> code_pages_;     // by page of the 32-bit address space: has been executed
    std::vector<bool> trapped_pages_;  // is memory that is reached through the callbacks
    WatchedPages watched_pages_;
    bool watched_ = false;  // an access to them has ended the run
    std::optional<std::uint64_t> exception_;
    std::optional<Refused> refused_;
    std::exception_ptr failure_;  // of a callback
};

}  // namespace k210
