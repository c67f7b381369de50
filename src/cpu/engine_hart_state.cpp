// The outside's view of the hart: its description, and saving and restoring it.
#include <stdexcept>

#include "cpu/engine_hart.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kFs = 3u << 13;  // mstatus [doc] RISC-V privileged spec

constexpr const char* kGprNames[] = {"zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
                                     "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
                                     "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

}  // namespace

std::string EngineHart::describe_last_access() const {
    const BusAccess& last = bus_.last_device_access();
    if (last.device.empty()) return "no device was accessed before\n";
    return fmt::format("last device access: {} of {} bytes at {:#010x} ({}), value {:#x}\n",
                       last.is_write ? "write" : "read", last.size_bytes, last.address, last.device, last.value);
}

std::string EngineHart::describe() const {
    using Privilege = UnicornEngine::Privilege;
    const Privilege mode = engine_.privilege();
    std::string text = fmt::format("hart {} pc={:#018x} {}{}\n", id_, pc_, in_wfi_ ? "waiting" : "",
                                   mode == Privilege::user         ? "in user mode"
                                   : mode == Privilege::supervisor ? "in supervisor mode"
                                                                   : "");
    const Gprs x = gprs();
    for (unsigned i = 1; i < 32; ++i)
        text += fmt::format("{:>8}={:#018x}{}", kGprNames[i], x[i], i % 4 == 3 ? "\n" : " ");
    for (unsigned i = 0; const auto& [csr, name] : kMachineCsrs)
        text += fmt::format("{:>8}={:#018x}{}", name, engine_.csr(csr), i++ % 4 == 3 ? "\n" : " ");
    return text;
}

void EngineHart::visit_state(StateVisitor& visitor) {
    if (running_ || last_.end.has(kUnfinished)) throw std::logic_error("a hart is saved while it runs");
    if (visitor.loading()) registers_lag_ = false;
    stop_skipping();
    const auto scope = visitor.enter(fmt::format("hart{}", id_));
    const auto visit = [&](std::string_view name, std::uint64_t v, auto set) {
        visitor.value(name, v);
        if (visitor.loading()) set(v);
    };
    // Floating-point state is out of reach while mstatus.FS is off, and writing it moves FS: so FS is on meanwhile.
    std::uint64_t status = engine_.csr(Csr::mstatus);
    visitor.value("mstatus", status);
    engine_.set_csr(Csr::mstatus, status | kFs);
    for (const auto& csrs : {std::span<const NamedCsr>(kMachineCsrs), std::span<const NamedCsr>(kOtherCsrs)})
        for (const auto& [csr, name] : csrs) {
            if (csr == Csr::mstatus) continue;
            visit(name, engine_.csr(csr), [&, to = csr](std::uint64_t v) { engine_.set_csr(to, v); });
        }
    for (unsigned i = 1; i < 32; ++i) visit(kGprNames[i], engine_.x(i), [&](std::uint64_t v) { engine_.set_x(i, v); });
    for (unsigned i = 0; i < 32; ++i)
        visit(fmt::format("f{}", i), engine_.f(i), [&](std::uint64_t v) { engine_.set_f(i, v); });
    engine_.set_csr(Csr::mstatus, status);
    auto privilege = engine_.privilege();
    using Privilege = UnicornEngine::Privilege;
    visitor.value("privilege", privilege, Privilege::machine);
    visitor.require(
        privilege == Privilege::user || privilege == Privilege::supervisor || privilege == Privilege::machine,
        "privilege", "is no mode");
    if (visitor.loading()) engine_.set_privilege(privilege);
    visitor.value("pc", pc_);
    visitor.value("local_ps", local_.ps);
    visitor.value("instructions", instructions_);
    visitor.value("mcycle_ahead", mcycle_ahead_);
    visitor.value("minstret_ahead", minstret_ahead_);
    visitor.value("interrupts_taken", interrupts_taken_);
    visitor.value("pending", pending_);
    visitor.value("waiting", in_wfi_);
    // Whether an idle loop is skipped or run makes no difference to the guest, but devices that are looked at more
    // often may fire harmless events earlier: only with these is the continuation the same event by event.
    if (visitor.loading()) last_ = {};
    visitor.value("stop", stop_);
    visitor.value("last_pc", last_.pc);
    visitor.value("last_next", last_.next);
    visitor.value("patience", patience_, kReservationPatience);
    visitor.value("loop.head", loop_head_);
    visitor.value("loop.cycle", loop_cycle_);
    visitor.value("loop.blocks", loop_blocks_);
    visitor.value("loop.rounds", loop_rounds_, kRoundsBeforeSkipping);
    visitor.require(loop_rounds_ >= -kRoundsAfterNoIdleLoop, "loop.rounds", "is less than it can be");
    visitor.value("pure_blocks", pure_blocks_);
    visitor.value("skipping", skipping_);
    visitor.value("half.address", half_.address);
    visitor.value("half.instructions", half_.instructions);
    icache_.visit_state(visitor);
    visitor.value("sample_cycle", sample_cycle_);
    dcache_.visit_state(visitor);
    branches_.visit_state(visitor);
    bool faulted = fault_.has_value();
    visitor.value("faulted", faulted);
    if (visitor.loading()) fault_ = faulted ? std::optional<GuestFault>(GuestFault{}) : std::nullopt;
    if (fault_) {
        visitor.value("fault.cause", fault_->cause);
        visitor.value("fault.pc", fault_->pc);
        visitor.value("fault.value", fault_->value);
        visitor.value("fault.when_ps", fault_->when.ps);
        visitor.value("fault.handler_unreachable", fault_->handler_unreachable);
        std::vector<std::uint8_t> text(fault_->circumstances.begin(), fault_->circumstances.end());
        visitor.buffer("fault.circumstances", text);
        fault_->circumstances.assign(text.begin(), text.end());
    }
    if (visitor.loading()) code_epoch_.advance();
    if (visitor.loading()) {
        aligned_.forget();
        by_hand_.reset();
    }
}

}  // namespace k210
