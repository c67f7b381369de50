// A session owns a machine: makes it, finds the board that firmware was built for, hands it what comes from outside,
// types what is to be typed, listens for what is awaited, and says when it is over and why. Everything depends on guest
// time and on what is given only, so a session repeats exactly.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k210/machine/machine.hpp"
#include "k210/session/input.hpp"
#include "k210/session/snapshot.hpp"

namespace k210 {

struct SessionCard {
    std::shared_ptr<const CardImage> image;
    CardKind kind;
    std::string from;  // where messages say that it comes from
};

struct SessionSound {
    std::shared_ptr<const Sound> sound;
    std::string from;  // where messages say that it comes from
};

struct SessionConfig {
    Board board;                        // on which it begins
    bool find_board = false;            // and goes on with another when firmware turns out to have been built for that
    std::vector<std::uint8_t> flash{};  // this and what follows as in MachineConfig
    std::optional<Program> program{};
    CameraSource* camera = nullptr;  // must outlive the session, as must all pointers here; nullptr: a test chart
    MachineSettings settings{};
    std::array<SerialSink*, 3> uarts{};        // hear what uart1 to uart3 send
    std::optional<SessionCard> card{};         // in the first slot
    std::optional<SessionSound> microphone{};  // what every microphone hears; none: silence
    SoundSink* speaker = nullptr;              // hears what every speaker plays
    Network* network = nullptr;                // behind the board's Wi-Fi module; none: no access point

    // Patterns (RE2) that the guest is to say in this order, and one that it must not say.
    std::vector<std::string> expect{};
    std::optional<std::string> fail{};
    std::optional<std::string> watch_for{};  // the listener is told once when the guest has said this
    std::optional<std::string> script{};     // Python source, for the REPL's paste mode
    std::vector<std::string> lines{};        // to type after that, at a prompt each
    SimTime deadline = SimTime::never();

    // Goes on from there, as far as what has been heard and typed goes, and with the cards that were in; what follows
    // is awaited, and typed after what was still to be typed. Of a session that was made alike, on the board that it
    // had found; neither flash nor find_board are needed. Read by the constructor only.
    const SessionSnapshot* from = nullptr;
    // What comes is given as it was given before, what the snapshot was still to type, too: nothing is typed unasked.
    bool replays = false;
};

// How a script has ended: by an exception, or without any.
struct ScriptEnd {
    std::string exception;  // as in "NameError: name 'x' isn't defined"; empty without any
    std::string traceback;  // all of it
};

struct Verdict {
    enum class End : std::uint8_t {
        expected,         // the last of `expect` has been said
        failed,           // `fail` has
        crashed,          // as StopReason has it, as are
        powered_off,      // these
        idle,             // two
        timeout,          // the deadline has passed
        script_finished,  // without `expect` and nobody there to go on
        script_raised,
    };
    End end;
    std::string what{};  // that the guest has said: the match, or the exception
};

// What a session tells the program that runs it. Calls come from within step() or the constructor.
class SessionListener {
public:
    virtual ~SessionListener() = default;
    virtual void console_says(std::uint8_t) {}
    virtual void board_found(const Board&, std::string_view) {}  // and why
    // Another machine is about to take the place of the one that was heard, and the guest starts over.
    virtual void starting_over() {}
    virtual void making(MachineConfig&) {}  // for observers
    virtual void made(Machine&) {}
    virtual void watched_for_is_said() {}
    virtual void given(const Input&, InputOrigin) {}  // it has reached the machine
    // Somebody may go on with a guest that has nothing left to do, or with a script's prompt.
    virtual bool attended() const { return false; }
};

class Session {
public:
    static constexpr std::uint64_t kStepPs = ps_from_us(2000);  // of guest time: how often it looks at what was said

    // Throws InputError. The log must outlive it, as must the listener.
    Session(SessionConfig config, Log& log, SessionListener& listener);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // Runs on to the next multiple of kStepPs, not beyond `at_most`, and types what is due. The verdict when it is
    // over, and nothing when a debugger has stopped a hart; a session that is stepped on goes on as far as it can, and
    // says once only what has been said.
    std::optional<Verdict> step(SimTime at_most = SimTime::never());
    // When nothing more will be said: what was awaited and has been said counts, though its line is not complete.
    std::optional<Verdict> last_words();

    // While it runs, as in the config: one more pattern behind those of `expect`, for which all that was said behind
    // the last match counts unless it has been passed over, one more line or script to type behind those that wait.
    // Throws InputError on what is no pattern.
    void pass_over();
    void await(const std::string& pattern);
    void type(std::string line);
    void enter_script(std::string_view source);
    // Of the last script, once it has been typed and a prompt waits again.
    std::optional<ScriptEnd> script_end() const;

    // What comes from outside comes through here, now. Throws InputError when the board has no such port.
    void give(InputAction action);
    // The far end of a line takes another rate once what was sent to it has arrived and been answered.
    void change_rate(std::string_view line, std::uint64_t baud);
    bool rate_changing() const;

    Machine& machine() const;
    SimTime now() const { return machine().now(); }
    const Board& board() const;
    const std::string& board_reason() const;  // "the default", "asked for", "the firmware ..."
    StopReason stop_reason() const;           // of the last step
    SimTime last_sign_of_life() const;

    std::uint64_t console_bytes() const;       // that the guest has said
    std::string_view console_tail() const;     // the last of it
    const std::string* awaited() const;        // the first of `expect` that has not been said
    std::size_t met() const;                   // how many of `expect` have been
    std::vector<std::string> untyped() const;  // of `lines`
    bool script_untyped() const;               // or what is left of it

    // Between steps. What is restored is this session's own, saved since it last started over; throws InputError, and
    // changes nothing, when it cannot be.
    SessionSnapshot save();
    void restore(const SessionSnapshot& snapshot);
    // What a session has to be made from to go on from a snapshot of this one.
    SessionConfig made_from() const;

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace k210
