// The outside's view of the hart: its description, and saving and restoring it.
#include <limits>
#include <stdexcept>

#include "cpu/engine_hart.hpp"

namespace k210 {
namespace {

std::string describe_access(const BusAccess& last) {
    if (last.device.empty()) return "no device was accessed before\n";
    return fmt::format("last device access: {} of {} bytes at {:#010x} ({}), value {:#x}\n",
                       last.is_write ? "write" : "read", last.size_bytes, last.address, last.device, last.value);
}

}  // namespace

std::string describe(const HartRegisters& r) {
    std::string text = fmt::format("hart {} pc={:#018x} {}{}\n", r.hart_id, r.pc, r.in_wfi ? "waiting" : "",
                                   r.privilege == 0   ? "in user mode"
                                   : r.privilege == 1 ? "in supervisor mode"
                                                      : "");
    for (unsigned i = 1; i < 32; ++i)
        text += fmt::format("{:>8}={:#018x}{}", rv::x_name(i), r.x[i], i % 4 == 3 ? "\n" : " ");
    for (unsigned i = 0; i < r.csrs.size(); ++i)
        text += fmt::format("{:>8}={:#018x}{}", kShownCsrs[i].name, r.csrs[i], i % 4 == 3 ? "\n" : " ");
    return text;
}

std::optional<std::uint64_t> find_register(const HartRegisters& r, std::string_view name) {
    if (name == "pc") return r.pc;
    for (unsigned i = 0; i < r.x.size(); ++i)
        if (name == rv::x_name(i)) return r.x[i];
    for (unsigned i = 0; i < r.csrs.size(); ++i)
        if (name == kShownCsrs[i].name) return r.csrs[i];
    return {};
}

std::string describe_circumstances(const GuestFault& fault) {
    return describe(fault.registers) + describe_access(fault.last_device_access);
}

HartRegisters EngineHart::registers() const {
    HartRegisters r{.hart_id = id_,
                    .pc = pc_,
                    .in_wfi = in_wfi_,
                    .privilege = static_cast<unsigned>(engine_.privilege()),
                    .x = gprs()};
    static_assert(r.csrs.size() == kShownCsrs.size());
    for (std::size_t i = 0; i < r.csrs.size(); ++i) r.csrs[i] = engine_.csr(kShownCsrs[i].csr);
    if (const Recurrence* const loop = recurrence_.now()) {
        const HartControl c = loop->control();
        r.csrs = {c.mstatus, c.mie, c.mtvec, c.mscratch, c.mepc, c.mcause, c.mtval, c.fcsr};
    }
    return r;
}

void EngineHart::visit_state(StateVisitor& visitor) {
    if (running_ || (last_.end.has(kUnfinished) && !rest_end_)) throw std::logic_error("a hart is saved while it runs");
    if (visitor.loading()) idle_loops_.forget();
    idle_loops_.settle();
    leave_recurrence();
    const auto scope = visitor.enter(name_);
    const auto visit = [&](std::string_view name, std::uint64_t v, auto set) {
        visitor.value(name, v);
        if (visitor.loading()) set(v);
    };
    // Floating-point state is out of reach while mstatus.FS is off, and writing it moves FS: so FS is on meanwhile.
    std::uint64_t status = engine_.csr(Csr::mstatus);
    visitor.value("mstatus", status);
    engine_.set_csr(Csr::mstatus, status | rv::mstatus::kFs);
    for (const CsrRow& row : kKeptCsrs) {
        if (row.csr == Csr::mstatus) continue;
        visit(row.name, engine_.csr(row.csr), [&](std::uint64_t v) { engine_.set_csr(row.csr, v); });
    }
    for (unsigned i = 1; i < 32; ++i) visit(rv::x_name(i), engine_.x(i), [&](std::uint64_t v) { engine_.set_x(i, v); });
    for (unsigned i = 0; i < 32; ++i)
        visit(fmt::format("f{}", i), engine_.f(i), [&](std::uint64_t v) { engine_.set_f(i, v); });
    engine_.set_csr(Csr::mstatus, status);
    auto privilege = engine_.privilege();
    using rv::Privilege;
    visitor.value("privilege", privilege, Privilege::machine);
    visitor.require(
        privilege == Privilege::user || privilege == Privilege::supervisor || privilege == Privilege::machine,
        "privilege", "is no mode");
    if (visitor.loading()) engine_.set_privilege(privilege);
    visitor.value("pc", pc_);
    visitor.value("local_ps", local_.ps);
    visitor.value("instructions", instructions_);
    csrs_.visit_state(visitor);
    if (visitor.loading()) {
        mmu_.reset();
        mmu_.note_mstatus(engine_.csr(Csr::mstatus));
        engine_.forget_pages();
        note_mode();
    }
    visitor.value("interrupts_taken", interrupts_taken_);
    visitor.value("waiting", in_wfi_);
    // Whether an idle loop is skipped or run makes no difference to the guest, but devices that are looked at more
    // often may fire harmless events earlier: only with these is the continuation the same event by event.
    if (visitor.loading()) last_ = {};
    visitor.value("stop", stop_);
    visitor.value("last_pc", last_.pc);
    visitor.value("last_next", last_.next);
    visit_rest(visitor);
    visitor.value("patience", patience_, kReservationPatience);
    idle_loops_.visit_state(visitor);
    visitor.value("half.address", half_.address);
    visitor.value("half.instructions", half_.instructions);
    icache_.visit_state(visitor);
    dcache_.visit_state(visitor);
    branches_.visit_state(visitor);
    bool faulted = fault_.has_value();
    visitor.value("faulted", faulted);
    if (visitor.loading()) fault_ = faulted ? std::optional<GuestFault>(GuestFault{}) : std::nullopt;
    if (fault_) visit_fault(visitor, *fault_);
    if (visitor.loading()) code_epoch_.advance();
    if (visitor.loading()) {
        aligned_.forget();
        by_hand_.reset();
    }
}

// Of the block in which a debugger has stopped the hart.
void EngineHart::visit_rest(StateVisitor& visitor) {
    bool inside = rest_end_.has_value();
    visitor.value("inside_block", inside);
    if (!visitor.loading()) return;
    stops_.reset();
    rest_end_.reset();
    if (!inside) return;
    const std::uint64_t size_bytes = last_.next - last_.pc;
    visitor.require(pc_ - last_.pc < size_bytes && size_bytes <= std::numeric_limits<std::uint16_t>::max(),
                    "inside_block", "does not hold the pc");
    const CodeBytes code = this->code(last_.pc, size_bytes + kLookaheadBytes);
    visitor.require(code.bytes().size() >= size_bytes, "inside_block", "is not in memory");
    Block block;
    block.pc = last_.pc;
    analyse(block, code.bytes(), size_bytes, model_);
    last_.end = block.end;
    rest_end_ = last_.next;
}

void EngineHart::visit_fault(StateVisitor& visitor, GuestFault& fault) const {
    const auto scope = visitor.enter("fault");
    visitor.value("cause", fault.cause);
    visitor.value("pc", fault.pc);
    visitor.value("value", fault.value);
    visitor.value("when_ps", fault.when.ps);
    visitor.value("handler_unreachable", fault.handler_unreachable);
    HartRegisters& r = fault.registers;
    if (visitor.loading()) r.hart_id = id_;
    visitor.value("registers.pc", r.pc);
    visitor.value("registers.in_wfi", r.in_wfi);
    visitor.value("registers.privilege", r.privilege, 3);
    visitor.table<std::uint64_t>("registers.x", r.x);
    visitor.table<std::uint64_t>("registers.csrs", r.csrs);
    BusAccess& last = fault.last_device_access;
    bool accessed = !last.device.empty();
    visitor.value("access.any", accessed);
    visitor.value("access.address", last.address);
    visitor.value("access.size_bytes", last.size_bytes);
    visitor.value("access.is_write", last.is_write);
    visitor.value("access.value", last.value);
    if (!visitor.loading()) return;
    const Bus::Window* window = accessed ? bus_.find(last.address) : nullptr;
    visitor.require(!accessed || window, "access.address", "is no device's");
    last.device = window ? std::string_view(window->name) : std::string_view();
}

}  // namespace k210
