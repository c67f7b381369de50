#include "k210/session/session.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "k210/base/message.hpp"
#include "k210/base/version.hpp"
#include "k210/host/camera_sources.hpp"
#include "session/board_search.hpp"
#include "session/inputs.hpp"
#include "session/rate_change.hpp"
#include "session/scene.hpp"
#include "session/script_end.hpp"
#include "session/signs_of_life.hpp"
#include "session/transcript.hpp"
#include "session/typist.hpp"
#include "session/watch.hpp"

namespace k210 {
namespace {

using End = Verdict::End;

void visit_log(StateVisitor& visitor, Log& log) {
    constexpr std::uint64_t kMost = 1000;
    constexpr std::size_t kMostBytes = 1 << 20;
    Log::Contents contents = log.contents();
    visitor.table<std::uint64_t>("counts", contents.counts);
    std::uint64_t entries = contents.entries.size();
    visitor.value("entries", entries, kMost);
    contents.entries.resize(entries);
    for (std::size_t i = 0; i < entries; ++i) {
        const auto scope = visitor.enter(fmt::format("entry_{}", i));
        Log::Entry& entry = contents.entries[i];
        visitor.value("kind", entry.kind, LogKind::host);
        visitor.text("source", entry.source, kMostBytes);
        visitor.text("message", entry.message, kMostBytes);
        visitor.value("count", entry.count);
    }
    if (visitor.loading()) log.resume(contents);
}

bool fits(const std::vector<Wire>& wires, const Board& board) {
    return std::ranges::none_of(wires, [&](const Wire& wire) { return board.complaint_about(wire).has_value(); });
}

// Those that have all that the session may need.
std::vector<Board> boards_to_find(const SessionConfig& config) {
    std::vector<Board> found;
    if (!config.find_board) return found;
    for (const Board& board : boards())
        if (board.name != config.board.name && board.offers(PortKind::display) &&
            board.storage_bytes(kFlashPort) == config.board.storage_bytes(kFlashPort) &&
            fits(config.settings.wires, board) && (!config.card || board.offers(PortKind::card_slot)) &&
            (!config.microphone || board.offers(PortKind::microphone)) &&
            (!config.speaker || board.offers(PortKind::speaker)))
            found.push_back(board);
    return found;
}

}  // namespace

// Logs outlive sessions: theirs is the time of one that is there.
struct LogClock {
    Log& log;
    ~LogClock() { log.now = nullptr; }
};

class Session::Implementation final : public SerialSink {
public:
    Implementation(SessionConfig config, Log& log, SessionListener& listener)
        : config_(std::move(config)), listener_(listener), search_(boards_to_find(config_)), log_(log),
          log_at_start_(log), transcript_(config_.expect, config_.fail),
          typist_(transcript_, [this](std::string_view keys) {
              give(SerialInput{std::string(kConsolePort), std::string(keys)}, InputOrigin::typist);
          }) {
        if (config_.from) {
            go_on_from(*std::exchange(config_.from, nullptr));
        } else {
            if (const auto choice = config_.find_board ? search_.named_in(config_.flash) : std::nullopt) {
                settle_on(*choice);
                config_.find_board = false;  // whatever else it looks for: Krux asks at every address of a bus
            }
            make_machine();
        }
        if (config_.watch_for) watch_.emplace(*config_.watch_for, transcript_);
        if (config_.script) typist_.add_script(*config_.script);
        for (std::string& line : config_.lines) typist_.add_line(std::move(line));
    }

    std::optional<Verdict> step(SimTime at_most) {
        const StopReason reason =
            machine_->run_until(std::min({config_.deadline, at_most, end_of_step(machine_->now())}));
        if (reason == StopReason::debugger) return {};  // within the step: nothing is due
        stop_reason_ = reason;
        const SimTime now = machine_->now();
        life_.look(machine_->counters(), transcript_.bytes(), now);
        transcript_.look(now);
        if (watch_ && watch_->look()) listener_.watched_for_is_said();
        if (const auto said = verdict_of_transcript(); said && !std::exchange(told_, true)) return said;
        if (stop_reason_ == StopReason::crashed) return Verdict{End::crashed};
        if (stop_reason_ == StopReason::powered_off) return Verdict{End::powered_off};
        if (stop_reason_ == StopReason::idle && !listener_.attended()) return Verdict{End::idle};
        if (now >= config_.deadline) return Verdict{End::timeout};
        look_for_board();
        if (const auto ended = verdict_of_script()) return ended;
        if (!config_.replays) act_when_due();
        return {};
    }

    std::optional<Verdict> last_words() {
        transcript_.finish();
        return verdict_of_transcript();
    }

    void pass_over() { transcript_.pass_over(); }
    void await(const std::string& pattern) {
        transcript_.await("pattern", pattern);
        config_.expect.push_back(pattern);
        told_ = false;
    }
    void type(std::string line) { typist_.add_line(std::move(line)); }
    void enter_script(std::string_view source) { typist_.add_script(source); }
    std::optional<ScriptEnd> script_end() const {
        if (!typist_.script_entered()) return {};
        if (auto exception = exception_before_prompt(transcript_.said()); exception && typist_.at_prompt())
            return ScriptEnd{std::move(exception->what), std::move(exception->traceback)};
        if (typist_.finished(machine_->now())) return ScriptEnd{};
        return {};
    }

    void give(const InputAction& action, InputOrigin origin = InputOrigin::outside) {
        given_ = true;
        give_to(*machine_, scene_, action);
        if (const auto* change = std::get_if<CardChange>(&action)) {
            cards_.erase(change->slot);
            if (change->image) cards_[change->slot] = {change->image, change->kind};
        }
        listener_.given({machine_->now(), action}, origin);
    }
    void change_rate(std::string_view line, std::uint64_t baud) {
        rate_change_.request({std::string(line), baud}, machine_->now());
        change_rate_when_due();
    }
    bool rate_changing() const { return rate_change_.wanted().has_value(); }

    SessionSnapshot save() {
        SessionSnapshot snapshot;
        snapshot.when = machine_->now();
        snapshot.machine = machine_->save();
        snapshot.cards = cards_;
        StateSaver saver(snapshot.session);
        visit_state(saver);
        StateSaver goals(snapshot.goals);
        visit_goals(goals);
        const Scene::State scene = scene_.state();
        snapshot.scene = scene.shown;
        snapshot.next_scene = scene.next;
        return snapshot;
    }
    void restore(const SessionSnapshot& snapshot) {
        const SessionSnapshot before = save();
        try {
            load(snapshot);
        } catch (...) {
            load(before);
            throw;
        }
    }

    SessionConfig made_from() const {
        SessionConfig made{.board = config_.board};
        made.program = config_.program;
        made.settings = config_.settings;
        return made;
    }

    Machine& machine() { return *machine_; }
    const Board& board() const { return config_.board; }
    const std::string& board_reason() const { return board_reason_; }
    StopReason stop_reason() const { return stop_reason_; }
    SimTime last_sign_of_life() const { return life_.last(); }
    const Transcript& transcript() const { return transcript_; }
    const Typist& typist() const { return typist_; }

private:
    // Steps end at the same times, whatever has ended one before: so does what the machine does in between.
    static SimTime end_of_step(SimTime now) { return {(now.ps / kStepPs + 1) * kStepPs}; }

    void receive(std::uint8_t byte) override {
        listener_.console_says(byte);
        if (transcript_.add(byte)) machine_->stop();
    }

    void visit_state(StateVisitor& visitor) {
        const auto within = [&](std::string_view name, auto visit) {
            const auto scope = visitor.enter(name);
            visit();
        };
        within("transcript", [&] { transcript_.visit_heard(visitor); });
        within("typist", [&] { typist_.visit_state(visitor); });
        within("signs_of_life", [&] { life_.visit_state(visitor); });
        within("rate_change", [&] { rate_change_.visit_state(visitor); });
        visitor.require(!rate_change_.wanted() || machine_->find_port<SerialLine>(rate_change_.wanted()->line),
                        "rate_change.line", "is none of the board's");
        visitor.text("board_reason", board_reason_, kLongestMessage);
        visitor.value("awaits_script", awaits_script_);
        visitor.value("terminal_baud", config_.settings.terminal_baud);
        visitor.require(config_.settings.terminal_baud > 0, "terminal_baud", "is no rate");
        visitor.value("given", given_);
        visitor.value("stop_reason", stop_reason_, StopReason::powered_off);
        within("log", [&] { visit_log(visitor, log_); });
    }
    void visit_goals(StateVisitor& visitor) {
        transcript_.visit_goals(visitor);
        visitor.value("told", told_);
    }
    void load_own(const SessionSnapshot& snapshot) {
        StateLoader loader(snapshot.session);
        visit_state(loader);
        loader.finish();
    }
    void load(const SessionSnapshot& snapshot) {
        load_own(snapshot);
        StateLoader goals(snapshot.goals);
        visit_goals(goals);
        goals.finish();
        put_cards(snapshot.cards);
        machine_->restore(snapshot.machine);
        scene_.restore({snapshot.scene, snapshot.next_scene});
    }
    void go_on_from(const SessionSnapshot& snapshot) {
        config_.find_board = false;
        try {
            make_machine(SwitchedOn::no);
            load_own(snapshot);
            put_cards(snapshot.cards);
            machine_->restore(snapshot.machine);
        } catch (const InputError& error) {
            if (snapshot.file.empty()) throw;
            // Its checksum is right: another build has written it.
            constexpr std::string_view kAbout = "snapshot: ";
            std::string_view why = error.what();
            if (why.starts_with(kAbout)) why.remove_prefix(kAbout.size());
            throw InputError(
                fmt::format("{}: does not fit this build of k210emu {}: {}", snapshot.file, version(), why));
        }
        awaits_script_ = config_.script || (awaits_script_ && (typist_.script_untyped() || !typist_.at_prompt()));
    }
    void put_cards(const std::map<std::string, InsertedCard>& cards) {
        for (const auto& [name, port] : machine_->ports()) {
            if (port->kind() != PortKind::card_slot) continue;
            const auto there = cards_.find(name);
            const auto wanted = cards.find(name);
            auto& slot = *static_cast<CardSlot*>(port);
            if (wanted == cards.end())
                slot.remove();
            else if (there == cards_.end() || there->second.image != wanted->second.image)
                slot.insert(wanted->second.image, wanted->second.kind);
        }
        cards_ = cards;
    }

    enum class SwitchedOn : bool { no, yes };
    void make_machine(SwitchedOn switched_on = SwitchedOn::yes) {
        machine_.reset();
        cards_.clear();
        MachineConfig machine{config_.board, config_.flash, config_.program, scene_, *this};
        machine.settings = config_.settings;
        machine.switched_on = switched_on == SwitchedOn::yes;
        listener_.making(machine);
        machine_.emplace(machine, log_);
        log_.now = [this] { return machine_->now(); };
        if (config_.card) insert(*config_.card);
        connect_sound();
        for (std::size_t i = 0; i < config_.uarts.size(); ++i)
            if (config_.uarts[i]) machine_->port<SerialLine>(fmt::format("uart{}", i + 1)).connect(*config_.uarts[i]);
        if (config_.network)
            if (auto* const module = machine_->first_port<WifiModule>()) module->connect(*config_.network);
        listener_.made(*machine_);
    }

    void insert(const SessionCard& card) {
        CardSlot* const slot = machine_->first_port<CardSlot>();
        if (!slot) throw InputError(fmt::format("{}: {} has no card slot", card.from, config_.board.name));
        try {
            slot->insert(card.image, card.kind);
            cards_[machine_->first_name<CardSlot>()] = {card.image, card.kind};
        } catch (const InputError& error) { throw InputError(fmt::format("{}: {}", card.from, error.what())); }
    }

    void connect_sound() {
        if (config_.microphone && !machine_->first_port<Microphone>())
            throw InputError(fmt::format("{}: {} has no microphone", config_.microphone->from, config_.board.name));
        for (const auto& [name, port] : machine_->ports()) {
            if (port->kind() == PortKind::microphone && config_.microphone)
                static_cast<Microphone&>(*port).hear(config_.microphone->sound);
            if (port->kind() == PortKind::speaker && config_.speaker)
                static_cast<Speaker&>(*port).connect(*config_.speaker);
        }
    }

    void look_for_board() {
        if (!config_.find_board || given_ || config_.settings.boot != BootMode::flash) return;
        const auto choice = search_.look(machine_->guest_wiring(), config_.board);
        if (!choice) return;
        settle_on(*choice);
        listener_.starting_over();
        transcript_ = Transcript(config_.expect, config_.fail);
        told_ = false;
        typist_.start_over();
        life_ = {};
        log_ = log_at_start_;
        make_machine();
    }
    void settle_on(const BoardChoice& choice) {
        board_reason_ = choice.why;
        config_.board = Board(*choice.board);
        search_.tried(config_.board);
        listener_.board_found(config_.board, board_reason_);
    }

    std::optional<Verdict> verdict_of_transcript() const {
        switch (transcript_.verdict()) {
            case Transcript::Verdict::expected: return Verdict{End::expected, transcript_.matched()};
            case Transcript::Verdict::failed: return Verdict{End::failed, transcript_.matched()};
            case Transcript::Verdict::none: break;
        }
        return {};
    }
    // Where nobody is there to go on, a script's end is the session's.
    std::optional<Verdict> verdict_of_script() const {
        if (!awaits_script_ || !config_.expect.empty() || listener_.attended()) return {};
        const auto end = script_end();
        if (!end) return {};
        return end->exception.empty() ? Verdict{End::script_finished} : Verdict{End::script_raised, end->exception};
    }

    void act_when_due() {
        if (const std::string line = typist_.look(machine_->now()); !line.empty())
            log_.host(LogLevel::warn, "type", "'{}' was typed after a second of silence, without a prompt", line);
        change_rate_when_due();
    }
    void change_rate_when_due() {
        if (!rate_change_.wanted()) return;
        const bool sending = machine_->port<SerialLine>(rate_change_.wanted()->line).sending();
        const auto due = rate_change_.take(machine_->now(), sending);
        if (!due) return;
        if (due->line == kConsolePort) config_.settings.terminal_baud = due->baud;
        give_to(*machine_, scene_, *due);
        listener_.given({machine_->now(), *due}, InputOrigin::outside);
    }

    SessionConfig config_;
    SessionListener& listener_;
    std::string board_reason_{config_.find_board ? "the default" : "asked for"};
    BoardSearch search_;
    Log& log_;
    const LogClock clock_{log_};
    const Log log_at_start_;
    TestChartCamera chart_;
    Scene scene_{config_.camera ? *config_.camera : chart_};
    Transcript transcript_;
    std::optional<Watch> watch_;
    Typist typist_;
    SignsOfLife life_;
    RateChange rate_change_;
    bool awaits_script_ = config_.script.has_value();
    bool given_ = false;  // something has come from outside, or been typed
    bool told_ = false;   // what has been said was the verdict
    StopReason stop_reason_ = StopReason::time_reached;
    std::map<std::string, InsertedCard> cards_;  // that are in, by slot
    std::optional<Machine> machine_;
};

Session::Session(SessionConfig config, Log& log, SessionListener& listener)
    : implementation_(std::make_unique<Implementation>(std::move(config), log, listener)) {}
Session::~Session() = default;

std::optional<Verdict> Session::step(SimTime at_most) {
    return implementation_->step(at_most);
}
std::optional<Verdict> Session::last_words() {
    return implementation_->last_words();
}
void Session::pass_over() {
    implementation_->pass_over();
}
void Session::await(const std::string& pattern) {
    implementation_->await(pattern);
}
void Session::type(std::string line) {
    implementation_->type(std::move(line));
}
void Session::enter_script(std::string_view source) {
    implementation_->enter_script(source);
}
std::optional<ScriptEnd> Session::script_end() const {
    return implementation_->script_end();
}
void Session::give(InputAction action) {
    implementation_->give(action);
}
void Session::change_rate(std::string_view line, std::uint64_t baud) {
    implementation_->change_rate(line, baud);
}
bool Session::rate_changing() const {
    return implementation_->rate_changing();
}
Machine& Session::machine() const {
    return implementation_->machine();
}
const Board& Session::board() const {
    return implementation_->board();
}
const std::string& Session::board_reason() const {
    return implementation_->board_reason();
}
StopReason Session::stop_reason() const {
    return implementation_->stop_reason();
}
SimTime Session::last_sign_of_life() const {
    return implementation_->last_sign_of_life();
}
std::uint64_t Session::console_bytes() const {
    return implementation_->transcript().bytes();
}
std::string_view Session::console_tail() const {
    return implementation_->transcript().tail();
}
const std::string* Session::awaited() const {
    return implementation_->transcript().awaited();
}
std::size_t Session::met() const {
    return implementation_->transcript().met();
}
std::vector<std::string> Session::untyped() const {
    return implementation_->typist().untyped_lines();
}
bool Session::script_untyped() const {
    return implementation_->typist().script_untyped();
}
SessionSnapshot Session::save() {
    return implementation_->save();
}
void Session::restore(const SessionSnapshot& snapshot) {
    implementation_->restore(snapshot);
}
SessionConfig Session::made_from() const {
    return implementation_->made_from();
}

}  // namespace k210
