#include "scenario/runner.hpp"

#include <algorithm>
#include <map>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "k210/base/error.hpp"
#include "k210/base/message.hpp"
#include "scenario/console_tail.hpp"
#include "scenario/device_tests.hpp"
#include "scenario/machine_check.hpp"
#include "scenario/raw_repl.hpp"

namespace k210::scenario {
namespace {

constexpr std::size_t kLastLines = 10;
constexpr std::uint64_t kFilePeriodPs = ps_from_us(100'000);  // how often files are looked at that are waited for

// Why a step has not passed.
struct Failure {
    Status status;
    std::string why, detail{};
};
using Outcome = std::optional<Failure>;

std::string in_hex(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t kMost = 16;
    std::string text;
    for (std::size_t i = 0; i < std::min(bytes.size(), kMost); ++i)
        text += fmt::format("{}{:02x}", i ? " " : "", bytes[i]);
    return bytes.size() > kMost ? text + " ..." : text;
}

std::string seconds(std::uint64_t ps) {
    return fmt::format("{:.3f}", SimTime{ps}.seconds());
}

// What is done to the guest: what it has said before is no answer to that.
struct IsInput {
    template <class A>
    bool operator()(const A&) const {
        return IsAnyOf<A, Send, Type, RunScript, Press, Hold, TouchScreen, Turn, Show, InsertCard, RemoveCard, CutPower,
                       PlugUsb, SetBattery, Accelerate, SetDate, DrivePad>;
    }
    template <class A, class... Which>
    static constexpr bool IsAnyOf = (std::is_same_v<A, Which> || ...);
};

// Complaints begin with the step that they are about.
template <class Work>
auto about(const Step& step, Work work) {
    try {
        return work();
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}: {}", to_string(step.place), step.shown, error.what()));
    }
}

class Runner final : public SessionListener {
public:
    Runner(const Scenario& scenario, SessionConfig config, Log& log, Surroundings& surroundings)
        : scenario_(scenario), log_(log), surroundings_(surroundings) {
        config.fail = scenario.fail;
        prepare_cards();
        session_.emplace(std::move(config), log, *this);
        check_steps(scenario_, machine());
    }

    Result run() {
        ends_.push_back(now());
        for (const Step& step : scenario_.steps) {
            if (!run(step)) break;
            ends_.push_back(now());
        }
        if (result_.status == Status::passed)
            if (const auto said = session_->last_words(); said && said->end == Verdict::End::failed) {
                result_.status = Status::failed;
                result_.message = fmt::format("{}: {}", scenario_.file.string(), forbidden(said->what));
            }
        result_.guest_s = now().seconds();
        result_.wall_s = surroundings_.wall_seconds();
        result_.board = session_->board().name;
        result_.last_lines = tail_.lines(kLastLines);
        if (auto* const display = this->display()) result_.screen = display->picture();
        surroundings_.ending(*session_, result_.status);
        return std::move(result_);
    }

    // --- what the session tells ---
    void console_says(std::uint8_t byte) override {
        tail_.add(byte);
        if (repl_) repl_->heard(byte);
        surroundings_.console_says(byte);
    }
    void starting_over() override {
        tail_.clear();
        surroundings_.starting_over();
    }
    void making(MachineConfig& config) override { surroundings_.making(config); }
    void given(const Input& input, InputOrigin) override { surroundings_.given(input); }
    // A guest with nothing left to do may be waiting for the next step.
    bool attended() const override { return true; }

private:
    // Making one takes a while, and may fail.
    void prepare_cards() {
        for (const Step& step : scenario_.steps)
            if (const auto* const action = std::get_if<InsertCard>(&step.action))
                cards_.emplace(action, about(step, [&] { return surroundings_.make_card(action->card); }));
    }

    bool run(const Step& step) {
        step_ = &step;
        surroundings_.began(step);
        StepResult done{.place = step.place, .shown = step.shown};
        const double wall = surroundings_.wall_seconds();
        const SimTime began = now();
        deadline_ = after(began, step.timeout_ps.value_or(scenario_.timeout_ps));
        Outcome outcome;
        if (std::visit(IsInput{}, step.action)) session_->pass_over();
        try {
            outcome = std::visit([&](const auto& action) { return perform(action); }, step.action);
        } catch (const InputError& error) { outcome = Failure{Status::bad_input, error.what()}; }
        if (off_ && step.may_be_off) outcome.reset();
        if (!outcome) outcome = too_late(step);
        done.began_s = began.seconds();
        done.ended_s = now().seconds();
        done.wall_s = surroundings_.wall_seconds() - wall;
        if (outcome) {
            done.status = outcome->status;
            done.why = outcome->why;
            done.detail = outcome->detail;
            result_.status = outcome->status;
            result_.message = fmt::format("{}: {}: {}, at {:.3f} guest seconds{}", to_string(step.place), step.shown,
                                          outcome->why, now().seconds(), seen_last());
            result_.detail = outcome->detail;
        }
        result_.steps.push_back(std::move(done));
        return !outcome;
    }

    std::string seen_last() const {
        const auto lines = tail_.lines(1);
        return lines.empty() ? "; the console is empty" : "; last on the console: '" + printable(lines[0], 120) + "'";
    }

    Outcome too_late(const Step& step) const {
        if (!step.within_ps) return {};
        const std::uint64_t took = now().ps - ends_[step.since].ps;
        if (took <= *step.within_ps) return {};
        const std::string from = step.since == 0                  ? "the start"
                                 : step.since == ends_.size() - 1 ? "the step before"
                                                                  : scenario_.steps[step.since - 1].name;
        return Failure{Status::failed, fmt::format("came {} guest seconds after {}, not within {}", seconds(took), from,
                                                   seconds(*step.within_ps))};
    }

    SimTime now() const { return session_->now(); }
    Machine& machine() const { return session_->machine(); }
    Display* display() const { return machine().first_port<Display>(); }
    template <class P>
    std::string name_of_first() const {
        if (std::string name = machine().first_name<P>(); !name.empty()) return name;
        throw InputError(fmt::format("{} has no {}", session_->board().name, to_string(P::kKind)));
    }
    Display& screen() const { return machine().port<Display>(name_of_first<Display>()); }

    static std::string forbidden(const std::string& what) {
        return fmt::format("the guest said '{}', which it must not", printable(what));
    }

    // Runs on for a little.
    Outcome advance() {
        if (surroundings_.wall_seconds() > scenario_.wall_timeout_s)
            return Failure{Status::wall_timeout,
                           fmt::format("{} seconds of real time are over", scenario_.wall_timeout_s)};
        const auto verdict = session_->step();
        surroundings_.looked(*session_);
        if (!verdict) return {};
        switch (verdict->end) {
            case Verdict::End::failed: return Failure{Status::failed, forbidden(verdict->what)};
            case Verdict::End::crashed:
                return Failure{Status::failed, "the guest has crashed", machine().crash_report()};
            case Verdict::End::powered_off:
                off_ = true;
                return Failure{Status::failed, "the board has switched itself off"};
            default: return {};
        }
    }

    // Runs until it is done. `why`: what people are told when it is not at the step's deadline.
    template <class Done, class Why>
    Outcome until(Done done, Status late, Why why) {
        for (;;) {
            if (done()) return {};
            if (now() >= deadline_) return Failure{late, why()};
            if (auto failure = advance()) return failure;
            if (session_->stop_reason() != StopReason::idle || !session_->untyped().empty() ||
                session_->script_untyped() || (repl_ && repl_->has_more_to_do()))
                continue;
            session_->last_words();
            if (done()) return {};
            return Failure{Status::failed, why() + ", and the guest has nothing left to do"};
        }
    }
    Outcome pass(std::uint64_t ps) {
        const SimTime end = after(now(), ps);
        while (now() < end)
            if (auto failure = advance()) return failure;
        return {};
    }

    // --- steps ---
    Outcome perform(const ExpectText& action) {
        session_->await(action.pattern);
        return until([&] { return !session_->awaited(); }, Status::timeout,
                     [&] { return std::string("it has not been said"); });
    }
    Outcome perform(const Send& action) {
        session_->give(SerialInput{std::string(kConsolePort), action.bytes});
        return {};
    }
    Outcome perform(const Type& action) {
        session_->type(action.line);
        auto failure = until([&] { return session_->untyped().empty(); }, Status::timeout,
                             [] { return std::string("there was no prompt to type it at"); });
        session_->pass_over();
        return failure;
    }
    Outcome perform(const RunScript& action) {
        session_->enter_script(action.source);
        std::optional<ScriptEnd> end;
        auto failure = until(
            [&] {
                end = session_->script_end();
                return end.has_value();
            },
            Status::timeout,
            [&] {
                return std::string(session_->script_untyped() ? "there was no prompt to enter it at"
                                                              : "it has not ended");
            });
        if (failure || end->exception.empty()) return failure;
        return Failure{Status::failed, "it has raised " + printable(end->exception), end->traceback};
    }

    Outcome perform(const Press& action) {
        session_->give(ButtonInput{action.button, true});
        auto failure = pass(action.for_ps);
        session_->give(ButtonInput{action.button, false});
        return failure;
    }
    Outcome perform(const Hold& action) {
        session_->give(ButtonInput{action.button, action.down});
        return {};
    }
    Outcome perform(const TouchScreen& action) {
        const std::string touch = name_of_first<Touch>();
        const SimTime began = now(), end = after(began, action.for_ps);
        Outcome failure;
        do {
            session_->give(TouchInput{touch, between(action, now().ps - began.ps)});
            failure = advance();
        } while (!failure && now() < end);
        session_->give(TouchInput{touch, {}});
        return failure;
    }
    static Pixel between(const TouchScreen& action, std::uint64_t ps) {
        const double share =
            action.for_ps ? std::min(static_cast<double>(ps) / static_cast<double>(action.for_ps), 1.0) : 1;
        const auto at = [&](unsigned from, unsigned to) {
            return static_cast<unsigned>(from + (static_cast<double>(to) - from) * share);
        };
        return {at(action.from.x, action.to.x), at(action.from.y, action.to.y)};
    }
    Outcome perform(const Turn& action) {
        const std::string encoder = action.encoder.empty() ? name_of_first<Encoder>() : action.encoder;
        session_->give(EncoderInput{encoder, action.clicks});
        return {};
    }

    Outcome perform(const Show& action) {
        session_->give(SceneChange{action.scene});
        return {};
    }
    Outcome perform(const InsertCard& action) {
        const SessionCard& card = cards_.at(&action);
        session_->give(CardChange{name_of_first<CardSlot>(), card.image, card.kind});
        return {};
    }
    Outcome perform(const RemoveCard&) {
        session_->give(CardChange{name_of_first<CardSlot>(), nullptr});
        return {};
    }
    Outcome perform(const CutPower& action) {
        session_->give(PowerCut{action.seed});
        return {};
    }
    Outcome perform(const PlugUsb& action) {
        session_->give(UsbInput{name_of_first<PowerInputs>(), action.plugged});
        return {};
    }
    Outcome perform(const SetBattery& action) {
        session_->give(BatteryInput{name_of_first<PowerInputs>(), action.millivolts});
        return {};
    }
    Outcome perform(const SetDate& action) {
        session_->give(DateInput{action.date});
        return {};
    }
    Outcome perform(const DrivePad& action) {
        session_->give(PadInput{action.pad, action.level});
        return {};
    }
    Outcome perform(const Accelerate& action) {
        session_->give(AccelerationInput{name_of_first<Accelerometer>(), action.milli_g});
        return {};
    }

    Outcome perform(const Wait& action) { return pass(action.ps); }
    Outcome perform(const WaitStill& action) {
        Display& display = screen();
        const SimTime enough = action.at_most_ps ? after(now(), *action.at_most_ps) : SimTime::never();
        if (action.at_most_ps) deadline_ = SimTime::never();
        std::uint64_t generation = display.generation();
        SimTime changed = now();
        const auto still = [&] {
            if (std::exchange(generation, display.generation()) != display.generation()) changed = now();
            return now() >= after(changed, action.ps) || now() >= enough;
        };
        while (!still()) {
            if (now() >= deadline_) return Failure{Status::timeout, "the guest goes on drawing"};
            if (auto failure = advance()) return failure;
        }
        return {};
    }

    Outcome perform(const ExpectPicture& action) {
        Display& display = screen();
        std::optional<std::uint64_t> looked_at;
        std::optional<PictureDifference> last;
        const auto failure = until(
            [&] {
                if (looked_at == display.generation()) return !last;
                looked_at = display.generation();
                last = difference(display.picture(), action.check);
                return !last;
            },
            Status::failed, [&] { return last->why; });
        // Else the guest has come to grief meanwhile.
        if (!failure || !last || !failure->why.starts_with(last->why)) return failure;
        if (surroundings_.take_as_golden(action, display.picture())) return {};
        result_.difference = last->shown;
        return failure;
    }
    Outcome perform(const Screenshot& action) {
        surroundings_.keep_screenshot(action.name, screen().picture());
        return {};
    }

    Outcome perform(const ExpectMemory& action) {
        return until([&] { return std::ranges::equal(memory(machine(), action), action.bytes); }, Status::failed,
                     [&] {
                         return fmt::format("there is {}, not {}", in_hex(memory(machine(), action)),
                                            in_hex(action.bytes));
                     });
    }
    Outcome perform(const ExpectRegister& action) {
        const std::uint64_t wanted = action.value & action.mask;
        return until([&] { return register_value(machine(), action) == wanted; }, Status::failed,
                     [&] {
                         return fmt::format("{} is {:#x}, not {:#x}", action.name, register_value(machine(), action),
                                            wanted);
                     });
    }

    Outcome perform(const ExpectFile& action) {
        SimTime next = now();
        std::optional<std::uint64_t> looked_at;
        std::string why;
        return until(
            [&] {
                const std::uint64_t generation = generation_of(action.where);
                if (looked_at == generation || (now() < next && now() < deadline_)) return looked_at && why.empty();
                looked_at = generation;
                next = after(now(), kFilePeriodPs);
                why = complaint(action);
                return why.empty();
            },
            Status::failed, [&] { return why; });
    }
    Storage& flash() const { return machine().port<Storage>(kFlashPort); }
    CardSlot& slot() const { return machine().port<CardSlot>(name_of_first<CardSlot>()); }
    std::uint64_t generation_of(ExpectFile::Where where) const {
        return where == ExpectFile::Where::flash ? flash().generation() : slot().generation();
    }
    // Empty where all is as it is to be.
    std::string complaint(const ExpectFile& action) const {
        constexpr std::size_t kMost = 80;
        std::optional<std::vector<std::uint8_t>> found;
        try {
            found = action.where == ExpectFile::Where::flash ? surroundings_.file_in_flash(flash(), action.name)
                                                             : surroundings_.file_on_card(slot(), action.name);
        } catch (const InputError& error) { return error.what(); }  // no file system, or not yet
        if (action.absent) return found ? action.name + " is there" : "";
        if (!found) return action.name + " is not there";
        const std::string text(found->begin(), found->end());
        if (action.equals && *action.equals != *found)
            return fmt::format("{} has {} bytes, and not those {}: '{}'", action.name, found->size(),
                               action.equals->size(), printable(text, kMost));
        if (action.contains && text.find(*action.contains) == text.npos)
            return fmt::format("{} does not contain that, but '{}'", action.name, printable(text, kMost));
        return {};
    }

    Outcome perform(const ExpectNoLog& action) const {
        for (const Log::Entry& entry : log_.entries()) {
            const std::string line = entry.source + ": " + entry.message;
            const auto may_be = [&](const std::string& pattern) { return re2::RE2::PartialMatch(line, pattern); };
            if (entry.kind != action.kind || std::ranges::any_of(action.except, may_be)) continue;
            return Failure{Status::failed, fmt::format("there is one: {}", printable(line))};
        }
        return {};
    }
    Outcome perform(const ExpectPowerOff&) {
        auto failure = until([&] { return off_; }, Status::timeout, [] { return std::string("it stays on"); });
        if (off_) return {};
        return failure;
    }

    Outcome perform(const RunDeviceTests& action) {
        RawRepl repl = make_repl();
        repl_ = &repl;
        std::size_t wrong = 0, since_reset = 0;
        std::string last;
        Outcome ended;
        for (const DeviceTest& test : action.tests) {
            if (since_reset++ == action.reset_every) {
                since_reset = 1;
                repl.reset();
                if ((ended = wait_for(repl).second)) break;
            }
            StepResult result = run(test, repl, ended);
            if (result.status != Status::passed && result.status != Status::skipped) {
                ++wrong;
                last = test.file.filename().string();
            }
            result_.steps.push_back(std::move(result));
            if (ended) break;
        }
        repl_ = nullptr;
        if (ended) return ended;
        if (!wrong) return {};
        return Failure{Status::failed,
                       fmt::format("{} of {} differ, the last is {}", wrong, action.tests.size(), last)};
    }
    RawRepl make_repl() {
        return RawRepl([this](std::string_view bytes) {
            session_->give(SerialInput{std::string(kConsolePort), std::string(bytes)});
        });
    }
    // A test that fails, hangs or crashes is its own result; what ends the scenario is the step's.
    StepResult run(const DeviceTest& test, RawRepl& repl, Outcome& ended) {
        StepResult result{.place = step_->place, .shown = test.file.string()};
        const double wall = surroundings_.wall_seconds();
        result.began_s = now().seconds();
        repl.run(test.source);
        auto [output, failure] = wait_for(repl);
        result.ended_s = now().seconds();
        result.wall_s = surroundings_.wall_seconds() - wall;
        if (output) {
            const std::string said = as_expected(output->printed + output->raised);
            result.why = difference_of(test.expected, said);
            if (is_skipped(said)) {
                result.status = Status::skipped;
                result.why = "it cannot run here";
            } else if (!result.why.empty()) {
                result.status = Status::failed;
                result.detail = said;
            }
            return result;
        }
        result.status = failure->status;
        result.why = failure->why;
        result.detail = failure->detail;
        if (failure->status == Status::timeout || session_->stop_reason() == StopReason::crashed) {
            // Not every guest that hangs hears an interrupt.
            for (const bool down : {true, false}) session_->give(ButtonInput{std::string(kResetPort), down});
            repl = make_repl();
        } else {
            ended = std::move(failure);
        }
        return result;
    }
    // As long as a step may take.
    std::pair<std::optional<RawRepl::Output>, Outcome> wait_for(RawRepl& repl) {
        deadline_ = after(now(), scenario_.timeout_ps);
        std::optional<RawRepl::Output> output;
        auto failure = until(
            [&] {
                if (!output) output = repl.look(now());
                return output.has_value();
            },
            Status::timeout, [] { return std::string("it has not ended"); });
        return {std::move(output), std::move(failure)};
    }

    const Scenario& scenario_;
    Log& log_;
    Surroundings& surroundings_;
    ConsoleTail tail_;
    RawRepl* repl_ = nullptr;     // that listens
    const Step* step_ = nullptr;  // that is performed
    std::map<const InsertCard*, SessionCard> cards_;
    std::optional<Session> session_;
    std::vector<SimTime> ends_;  // of the start and of each step
    SimTime deadline_;           // of the step that runs
    bool off_ = false;           // the board has switched itself off
    Result result_;
};

}  // namespace

std::string_view to_string(Status status) {
    switch (status) {
        case Status::passed: return "passed";
        case Status::failed: return "failed";
        case Status::timeout: return "timeout";
        case Status::wall_timeout: return "wall_timeout";
        case Status::bad_input: return "bad_input";
        case Status::skipped: return "skipped";
        case Status::lost: return "lost";
    }
    return "";
}

Result run(const Scenario& scenario, SessionConfig config, Log& log, Surroundings& surroundings) {
    return Runner(scenario, std::move(config), log, surroundings).run();
}

}  // namespace k210::scenario
