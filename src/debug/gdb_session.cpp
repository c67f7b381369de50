#include "debug/gdb_session.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "debug/packets.hpp"
#include "debug/target_description.hpp"
#include "k210/bus/memory.hpp"

namespace k210::debug {
namespace {

constexpr unsigned kSigint = 2, kSigtrap = 5, kSigsegv = 11;  // as the protocol numbers them
constexpr unsigned kGeneralRegisters = 32, kRegisterBytes = 8;
constexpr std::string_view kOk = "OK", kUnknown, kBadPacket = "E01", kNoMemory = "E14", kTooMany = "E22";
constexpr std::size_t kMostMemoryBytes = PacketReader::kMostBytes / 2 - 16;
constexpr std::size_t kMostPoints = 4096;
constexpr std::uint64_t kMostWatchedBytes = 1 << 20;

std::string number_text(std::uint64_t value, unsigned size_bytes) {  // as the target has it, little-endian
    std::string digits;
    for (unsigned i = 0; i < size_bytes; ++i) digits += fmt::format("{:02x}", value >> (8 * i) & 0xff);
    return digits;
}

std::uint64_t number_of(std::string_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = std::min<std::size_t>(bytes.size(), kRegisterBytes); i-- > 0;)
        value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
    return value;
}

// "ADDRESS,LENGTH", and what follows is left in `text`.
std::optional<std::pair<std::uint64_t, std::uint64_t>> take_range(std::string_view& text) {
    const auto address = take_number(text);
    if (!address || !take(text, ",")) return {};
    const auto length = take_number(text);
    if (!length) return {};
    return std::pair{*address, *length};
}

bool is_narrow(unsigned number) {  // fflags, frm, fcsr
    return number > kFirstCsrRegister && number <= kFirstCsrRegister + 3;
}

}  // namespace

// --- stopping ----------------------------------------------------------------------------------------------------

void GdbSession::connected() {
    hold();
    software_.clear();
    hardware_.clear();
    watchpoints_.clear();
    no_acknowledgements_ = false;
    machine_made(config_.machine());
    last_stop_ = stop_reply(kSigtrap, 0);
}

void GdbSession::hung_up() {
    held_ = false;
    steps_ = {};
    software_.clear();
    hardware_.clear();
    watchpoints_.clear();
    Machine& machine = config_.machine();
    for (unsigned id = 0; id < Machine::kHarts; ++id) {
        machine.hart(id).stop_at({});
        machine.hart(id).step_no_more();
    }
}

void GdbSession::hold() {
    held_ = true;
    steps_ = {};
    for (unsigned id = 0; id < Machine::kHarts; ++id) config_.machine().hart(id).step_no_more();
}

void GdbSession::machine_made(Machine& machine) const {
    for (unsigned id = 0; id < Machine::kHarts; ++id) {
        machine.hart(id).stop_at(points());
        if (steps_.at(id)) machine.hart(id).step_within(steps_[id]->begin, steps_[id]->end);
    }
}

void GdbSession::step(unsigned id, std::uint64_t begin, std::uint64_t end) {
    steps_.at(id) = Step{begin, end};
    config_.machine().hart(id).step_within(begin, end);
}

StopPoints GdbSession::points() const {
    StopPoints points{.pcs = software_, .watchpoints = watchpoints_};
    points.pcs.insert(hardware_.begin(), hardware_.end());
    return points;
}

std::string GdbSession::stop_reply(unsigned signal, unsigned hart, std::string_view more) const {
    return fmt::format("T{:02x}thread:{:x};{}", signal, hart + 1, more);
}

// The watchpoint that has been hit, as the protocol has it; nothing where none has.
std::string GdbSession::what_is_watched(const HartStop& stop) const {
    if (stop.reason != HartStopReason::read && stop.reason != HartStopReason::write) return {};
    std::string_view kind = "watch";
    for (const Watchpoint& watched : watchpoints_) {
        if (stop.address - watched.address >= watched.size_bytes) continue;
        const bool writes = stop.reason == HartStopReason::write;
        if (writes ? watched.on_write : watched.on_read)
            kind = watched.on_read && watched.on_write ? "awatch" : watched.on_read ? "rwatch" : "watch";
    }
    return fmt::format("{}:{:x};", kind, stop.address);
}

std::optional<std::string> GdbSession::look() {
    for (unsigned id = 0; id < Machine::kHarts; ++id) {
        const auto stop = config_.machine().hart(id).take_stop();
        if (!stop) continue;
        hold();
        hart_ = goes_back_ = id;
        return last_stop_ = stop_reply(kSigtrap, id, what_is_watched(*stop));
    }
    return {};
}

std::optional<std::string> GdbSession::interrupt() {
    if (held_) return {};
    hold();
    return last_stop_ = stop_reply(kSigint, hart_);
}

std::string GdbSession::crashed() {
    hold();
    for (unsigned id = 0; id < Machine::kHarts; ++id)
        if (config_.machine().hart(id).fault()) hart_ = id;
    return last_stop_ = stop_reply(kSigsegv, hart_);
}

// --- packets -----------------------------------------------------------------------------------------------------

std::vector<std::string> GdbSession::receive(std::string_view payload) {
    if (take(payload, "qRcmd,")) return run_command(payload);
    const bool held = held_;
    std::string text = answer(payload);
    const bool goes_on = held && !held_ && !killed_ && !payload.starts_with('D');  // the answer is what stops it
    if (goes_on || payload == "k") return {};
    return {std::move(text)};
}

// What it says, in pieces that gdb takes, and that that was all.
std::vector<std::string> GdbSession::run_command(std::string_view digits) {
    const auto command = from_hex(digits);
    if (!command) return {std::string(kBadPacket)};
    const std::string said = config_.monitor(*command);
    std::vector<std::string> answers;
    for (std::size_t at = 0; at < said.size(); at += kMostMemoryBytes)
        answers.push_back("O" + to_hex(std::string_view(said).substr(at, kMostMemoryBytes)));
    answers.emplace_back(kOk);
    return answers;
}

std::string GdbSession::answer(std::string_view payload) {
    if (payload.empty()) return {};
    std::string_view rest = payload.substr(1);
    switch (payload.front()) {
        case '?': return last_stop_;
        case 'g': return all_registers();
        case 'G': return set_all_registers(rest);
        case 'p': return read_register(rest);
        case 'P': return write_register(rest);
        case 'm': return read_memory(rest);
        case 'M': return write_memory(rest, false);
        case 'X': return write_memory(rest, true);
        case 'Z': return change_point(rest, true);
        case 'z': return change_point(rest, false);
        case 'H': return choose_thread(rest);
        case 'c': return go_on(false, rest);
        case 's': return go_on(true, rest);
        case 'b': return past() ? go_back(rest) : std::string(kUnknown);
        case 'T': {
            const auto thread = take_number(rest);
            return std::string(thread && *thread >= 1 && *thread <= Machine::kHarts ? kOk : kBadPacket);
        }
        case 'D': hung_up(); return std::string(kOk);
        case 'k': held_ = false, killed_ = true; return {};
        case 'q': return query(rest);
        case 'Q':
            if (payload != "QStartNoAckMode") break;
            no_acknowledgements_ = true;
            return std::string(kOk);
        case 'v':
            if (payload == "vCont?") return "vCont;c;C;s;S;r";
            if (take(rest, "Cont;")) return resume(rest);
            if (rest.starts_with("Kill")) {
                held_ = false, killed_ = true;
                return std::string(kOk);
            }
            break;
        default: break;
    }
    return std::string(kUnknown);
}

std::string GdbSession::query(std::string_view what) {
    if (what.starts_with("Supported"))
        return fmt::format("PacketSize={:x};QStartNoAckMode+;qXfer:features:read+;vContSupported+{}",
                           PacketReader::kMostBytes, past() ? ";ReverseStep+;ReverseContinue+" : "");
    if (take(what, "Xfer:features:read:target.xml:")) return describe_target(what);
    if (what == "C") return fmt::format("QC{:x}", hart_ + 1);
    if (what == "fThreadInfo") return "m1,2";
    if (what == "sThreadInfo") return "l";
    if (what == "Attached" || what.starts_with("Attached:")) return "1";
    if (what.starts_with("Symbol")) return std::string(kOk);
    if (take(what, "ThreadExtraInfo,")) {
        const auto thread = take_number(what);
        if (!thread || *thread < 1 || *thread > Machine::kHarts) return std::string(kBadPacket);
        const auto id = static_cast<unsigned>(*thread - 1);
        return to_hex(fmt::format("hart {}{}", id, config_.machine().hart(id).in_wfi() ? ", waiting" : ""));
    }
    return std::string(kUnknown);
}

std::string GdbSession::describe_target(std::string_view range) const {
    static const std::string xml = target_description();
    const auto asked = take_range(range);
    if (!asked) return std::string(kBadPacket);
    const auto [offset, length] = *asked;
    if (offset >= xml.size()) return "l";
    const std::string part = xml.substr(offset, std::min<std::uint64_t>(length, kMostMemoryBytes));
    return (offset + part.size() < xml.size() ? "m" : "l") + part;
}

std::string GdbSession::choose_thread(std::string_view which) {
    if (which.empty()) return std::string(kBadPacket);
    const char purpose = which.front();
    which.remove_prefix(1);
    if (which == "-1" || which == "0") return std::string(kOk);
    const auto thread = take_number(which);
    if (!thread || *thread < 1 || *thread > Machine::kHarts) return std::string(kBadPacket);
    (purpose == 'g' ? hart_ : goes_back_) = static_cast<unsigned>(*thread - 1);
    return std::string(kOk);
}

// --- going on ----------------------------------------------------------------------------------------------------

// "s:1;c": each hart does what the first action says that is for it.
std::string GdbSession::resume(std::string_view actions) {
    std::array<bool, Machine::kHarts> done{};
    while (!actions.empty()) {
        std::string_view action = actions.substr(0, actions.find(';'));
        actions.remove_prefix(std::min(actions.size(), action.size() + 1));
        if (action.empty()) return std::string(kBadPacket);
        const char verb = action.front();
        action.remove_prefix(1);
        std::uint64_t begin = 0, end = 0;
        if (verb == 'C' || verb == 'S') {
            if (!take_number(action)) return std::string(kBadPacket);  // a signal: there are none
        } else if (verb == 'r') {
            const auto range = take_range(action);
            if (!range) return std::string(kBadPacket);
            std::tie(begin, end) = *range;
        } else if (verb != 'c' && verb != 's') {
            return std::string(kBadPacket);
        }
        std::optional<std::uint64_t> thread;
        if (take(action, ":") && action != "-1" && action != "0") {
            thread = take_number(action);
            if (!thread) return std::string(kBadPacket);
        }
        for (unsigned id = 0; id < Machine::kHarts; ++id) {
            if (done[id] || (thread && *thread != id + 1)) continue;
            done[id] = true;
            if (verb == 's' || verb == 'S' || verb == 'r') step(id, begin, end);
        }
    }
    held_ = false;
    return {};
}

std::string GdbSession::go_on(bool step, std::string_view from) {
    if (!from.empty()) {
        const auto pc = take_number(from);
        if (!pc || !hart().write_register(kPcRegister, *pc)) return std::string(kBadPacket);
        has_written();
    }
    if (step) this->step(hart_, 0, 0);
    held_ = false;
    return {};
}

// "s" by an instruction, "c" to a breakpoint or watchpoint. It is there when the answer is.
std::string GdbSession::go_back(std::string_view how) {
    if (how == "s") {
        hart_ = goes_back_;
        const bool there = past()->step_back(hart_);
        return last_stop_ = stop_reply(kSigtrap, hart_, there ? "" : "replaylog:begin;");
    }
    if (how != "c") return std::string(kUnknown);
    const auto [went, hit] = past()->go_back(points(), config_.interrupted);
    if (went == Past::Went::nowhere) return last_stop_ = stop_reply(kSigint, hart_);
    if (went == Past::Went::to_beginning) return last_stop_ = stop_reply(kSigtrap, hart_, "replaylog:begin;");
    hart_ = goes_back_ = hit->hart;
    return last_stop_ = stop_reply(kSigtrap, hart_, what_is_watched(hit->stop));
}

void GdbSession::has_written() const {
    if (Past* const past = this->past()) past->changed();
}

// --- registers and memory ------------------------------------------------------------------------------------------

std::string GdbSession::all_registers() const {
    std::string digits;
    for (unsigned number = 0; number <= kPcRegister; ++number)
        digits += number_text(*hart().read_register(number), kRegisterBytes);
    return digits;
}

std::string GdbSession::set_all_registers(std::string_view digits) const {
    const auto bytes = from_hex(digits);
    if (!bytes || bytes->size() < (kGeneralRegisters + 1) * kRegisterBytes) return std::string(kBadPacket);
    for (unsigned number = 0; number <= kPcRegister; ++number) {
        const auto value = std::string_view(*bytes).substr(std::size_t{number} * kRegisterBytes, kRegisterBytes);
        if (!hart().write_register(number, number_of(value))) return std::string(kBadPacket);
    }
    has_written();
    return std::string(kOk);
}

std::string GdbSession::read_register(std::string_view text) const {
    const auto number = take_number(text);
    if (!number || *number > kModeRegister) return std::string(kBadPacket);
    const auto which = static_cast<unsigned>(*number);
    const auto value = hart().read_register(which);
    if (!value) return std::string(kBadPacket);
    return number_text(*value, is_narrow(which) ? 4 : kRegisterBytes);
}

std::string GdbSession::write_register(std::string_view assignment) const {
    const auto number = take_number(assignment);
    if (!number || *number > kModeRegister || !take(assignment, "=")) return std::string(kBadPacket);
    const auto bytes = from_hex(assignment);
    const bool written = bytes && hart().write_register(static_cast<unsigned>(*number), number_of(*bytes));
    if (written) has_written();
    return std::string(written ? kOk : kBadPacket);
}

std::string GdbSession::read_memory(std::string_view range) const {
    const auto asked = take_range(range);
    if (!asked) return std::string(kBadPacket);
    const auto [address, length] = *asked;
    const Machine& machine = config_.machine();
    std::vector<std::uint8_t> bytes;
    while (bytes.size() < std::min<std::uint64_t>(length, kMostMemoryBytes)) {
        const auto physical = hart().physical(address + bytes.size());
        const auto byte = physical ? machine.peek(*physical) : std::nullopt;
        if (!byte) break;
        bytes.push_back(*byte);
    }
    if (bytes.empty() && length != 0) return std::string(kNoMemory);
    return to_hex(bytes);
}

std::string GdbSession::write_memory(std::string_view range, bool binary) const {
    const auto asked = take_range(range);
    if (!asked || !take(range, ":")) return std::string(kBadPacket);
    const auto [address, length] = *asked;
    const auto bytes = binary ? std::optional(std::string(range)) : from_hex(range);
    if (!bytes || bytes->size() != length) return std::string(kBadPacket);
    const std::span data(reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size());
    Machine& machine = config_.machine();
    for (std::size_t at = 0; at < data.size();) {  // a page at a time, as translation has them
        const std::size_t in_page = kPageBytes - (address + at) % kPageBytes;
        const auto part = data.subspan(at, std::min(in_page, data.size() - at));
        const auto physical = hart().physical(address + at);
        if (!physical || !machine.poke(*physical, part)) return std::string(kNoMemory);
        at += part.size();
    }
    if (!data.empty()) has_written();
    return std::string(kOk);
}

// --- breakpoints and watchpoints ---------------------------------------------------------------------------------

std::string GdbSession::change_point(std::string_view point, bool insert) {
    if (point.empty()) return std::string(kBadPacket);
    const char type = point.front();
    point.remove_prefix(1);
    const auto range = take(point, ",") ? take_range(point) : std::nullopt;
    if (!range) return std::string(kBadPacket);
    const auto [address, length] = *range;
    if (type == '0' || type == '1') {
        auto& set = type == '0' ? software_ : hardware_;
        if (!insert)
            set.erase(address);
        else if (set.size() < kMostPoints)
            set.insert(address);
        else
            return std::string(kTooMany);
    } else if (type >= '2' && type <= '4') {
        const Watchpoint watched{address, length, type != '2', type != '3'};
        if (!insert)
            std::erase(watchpoints_, watched);
        else if (length == 0 || length > kMostWatchedBytes || watchpoints_.size() >= kMostPoints || !can_watch())
            return std::string(kTooMany);
        else
            watchpoints_.push_back(watched);
    } else {
        return std::string(kUnknown);
    }
    machine_made(config_.machine());
    return std::string(kOk);
}

}  // namespace k210::debug
