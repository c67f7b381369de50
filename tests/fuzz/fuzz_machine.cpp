#include "fuzz/fuzz_machine.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr int kMostTraps = 2000;

// rd = address, zero-extended, in four instructions.
void load_address(std::vector<std::uint32_t>& code, unsigned rd, std::uint32_t address) {
    const int low = static_cast<int>(address << 20) >> 20;
    code.insert(code.end(), {lui(rd, (address - static_cast<std::uint32_t>(low)) >> 12), i_type(0x1b, 0, rd, rd, low),
                             slli(rd, rd, 32), i_type(0x13, 5, rd, rd, 32)});
}

[[noreturn]] void fail(const std::string& why) {
    fmt::print(stderr, "fuzz: {}\n", why);
    std::abort();
}

}  // namespace

FuzzProgram::FuzzProgram() {
    std::vector<std::uint32_t> entry;
    load_address(entry, t0, kHandler);
    entry.push_back(csrw(mtvec, t0));
    load_address(entry, s0, kCode[0]);
    load_address(entry, t0, kCode[1]);
    entry.insert(entry.end(),
                 {csrr(t1, mhartid), beq(t1, zero, 8), addi(s0, t0, 0), addi(s8, zero, 0), jalr(zero, s0, 0)});
    put_words(kEntry, entry);

    // s8 counts traps; s9 to s11 are the handler's.
    std::vector<std::uint32_t> handler = {addi(s8, s8, 1), addi(s9, zero, kMostTraps), bltu(s8, s9, 16)};
    handler.insert(handler.end(), {csrw(mie, zero), wfi, j(-4)});  // the end
    handler.insert(handler.end(), {csrr(s9, mcause), i_type(0x13, 2, s10, s9, 0), bne(s10, zero, 28)});
    // An exception. What was fetched from nowhere has nothing behind it.
    handler.insert(handler.end(), {addi(s10, zero, 2), bltu(s9, s10, -28)});
    handler.insert(handler.end(), {csrr(s9, mepc), addi(s9, s9, 4), csrw(mepc, s9), mret});
    // An interrupt: claim and complete, lower the software interrupt, put the timer off.
    load_address(handler, s9, 0x0c20'0004);
    handler.insert(handler.end(),
                   {csrr(s10, mhartid), slli(s11, s10, 13), add(s9, s9, s11), lw(s11, 0, s9), sw(s11, 0, s9)});
    load_address(handler, s9, 0x0200'0000);
    handler.insert(handler.end(), {slli(s11, s10, 2), add(s11, s9, s11), sw(zero, 0, s11)});
    load_address(handler, s9, 0x0200'4000);
    handler.insert(handler.end(), {slli(s11, s10, 3), add(s9, s9, s11), addi(s11, zero, -1), sd(s11, 0, s9), mret});
    put_words(kHandler, handler);
}

void FuzzProgram::put(std::uint32_t address, std::span<const std::uint8_t> bytes) {
    segments_.push_back({address, {bytes.begin(), bytes.end()}});
}

void FuzzProgram::put_words(std::uint32_t address, std::span<const std::uint32_t> words) {
    std::vector<std::uint8_t> bytes;
    for (const std::uint32_t word : words)
        for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
    put(address, bytes);
}

Program FuzzProgram::program() const {
    return {kEntry, segments_};
}

FuzzSettings fuzz_settings(FuzzInput& input) {
    const auto& all = boards();
    return {all[input.below(static_cast<std::uint32_t>(all.size()))],
            input.one_in(4) ? TimingModel::instructions : TimingModel::approximate};
}

FuzzMachine::FuzzMachine(const FuzzSettings& settings, const Program& program, bool skip_idle_loops)
    : machine_({.board = settings.board,
                .flash = {},
                .program = program,
                .camera = camera_,
                .console = *this,
                .settings = {.timing = settings.timing},
                .skip_idle_loops = skip_idle_loops},
               log_) {
    log_.set_level(LogLevel::off);
}

StopReason FuzzMachine::run_until(SimTime t) {
    const StopReason reason = machine_.run_until(t);
    if (reason == StopReason::time_reached && machine_.now() < t) fail("guest time stands still");
    return reason;
}

void damage_piece(Snapshot& snapshot, FuzzInput& input) {
    auto piece = snapshot.begin();
    std::advance(piece, input.below(static_cast<std::uint32_t>(snapshot.size())));
    std::vector<std::uint8_t>& bytes = piece->second;
    if (input.one_in(16)) {
        bytes.resize(input.below(input.one_in(4) ? 100'000 : 32));
        return;
    }
    if (bytes.empty()) return;
    if (bytes.size() != 8) {
        for (std::uint32_t n = 1 + input.below(16); n; --n)
            bytes[input.bits(32) % bytes.size()] = static_cast<std::uint8_t>(input.bits(8));
        return;
    }
    std::uint64_t v = 0;
    for (unsigned i = 8; i-- > 0;) v = v << 8 | bytes[i];
    switch (input.below(6)) {
        case 0: v ^= 1ull << input.below(64); break;
        case 1: v = ~0ull - input.below(4); break;
        case 2: v = input.bits(64); break;
        case 3: v = input.below(256); break;
        case 4: v += input.below(16); break;
        default: v = 1ull << input.below(64); break;
    }
    for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(v >> (8 * i));
}

void expect_same(const char* what, const Snapshot& one, const Snapshot& other, bool skipping) {
    constexpr std::string_view kOfSkipping[] = {".loop.",   ".skipping",   ".pure_blocks",  ".half.",        ".stop",
                                                "sequence", "last_access", "next_sequence", ".sample_cycle", ".last_"};
    std::string names;
    const auto is_of_skipping = [&](const std::string& name) {
        return std::ranges::any_of(kOfSkipping, [&](std::string_view part) { return name.find(part) != name.npos; });
    };
    for (const auto& [name, value] : one) {
        if (skipping && is_of_skipping(name)) continue;
        const auto found = other.find(name);
        if (found == other.end() || found->second != value) names += " " + name;
    }
    if (one.size() != other.size()) names += " (and their number)";
    if (!names.empty()) fail(fmt::format("{}: these differ:{}", what, names));
}

void check_machine(const FuzzSettings& settings, const Program& program, SimTime cut, SimTime end, bool both_ways) {
    FuzzMachine one(settings, program);
    const bool goes_on = one.run_until(cut) == StopReason::time_reached;
    const Snapshot at_cut = one.machine().save();
    const std::size_t said = one.console().size();
    if (goes_on) one.run_until(end);
    const Snapshot at_end = one.machine().save();
    if (auto* const display = one.machine().first_port<Display>()) display->picture();  // not every board has one
    one.machine().crash_report();
    if (goes_on) {
        FuzzMachine other(settings, program);
        other.machine().restore(at_cut);
        expect_same("restored", at_cut, other.machine().save());
        other.run_until(end);
        expect_same("restored and run", at_end, other.machine().save());
        if (other.console() != one.console().substr(said)) fail("restored, the console says something else");
    }
    if (!both_ways) return;
    FuzzMachine step_by_step(settings, program, false);
    if (step_by_step.run_until(cut) == StopReason::time_reached) step_by_step.run_until(end);
    expect_same("without skipping", at_end, step_by_step.machine().save(), true);
    if (step_by_step.console() != one.console()) fail("without skipping, the console says something else");
}

}  // namespace k210
