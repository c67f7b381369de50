// Snapshot files, damaged or made up with a checksum that is right, and sessions' own pieces of them: each is refused,
// and the session is as it was, or a session goes on from there. The machine's pieces are state_fuzz's.
#include <cstdlib>
#include <optional>

#include "fuzz/fuzz_machine.hpp"
#include "k210/base/error.hpp"
#include "k210/loader/crypto.hpp"
#include "k210/session/snapshot_file.hpp"
#include "session/compression.hpp"

namespace {

using namespace k210;
using Bytes = std::vector<std::uint8_t>;

// As a program would have written it that meant just that.
Bytes file_of(std::span<const std::uint8_t> plain) {
    const Bytes body = compress(plain);
    Bytes file{'k', '2', '1', '0', 's', 'n', 'a', 'p', 1, 0, 0, 0};
    const auto digest = sha256(body);
    file.insert(file.end(), digest.begin(), digest.end());
    file.insert(file.end(), body.begin(), body.end());
    return file;
}

void read(std::span<const std::uint8_t> file) {
    Log log;
    log.set_level(LogLevel::off);
    SessionListener nobody;
    try {
        const SavedSession saved = unpack_session(file, "fuzz");
        SessionConfig config = saved.made_from;
        config.from = &saved.snapshot;
        Session session(std::move(config), log, nobody);
        session.step();
    } catch (const InputError&) { return; }
}

struct Original {
    Log log;
    SessionListener nobody;
    std::optional<Session> session;
    SessionSnapshot snapshot;

    Original() {
        log.set_level(LogLevel::off);
        // No flash: its megabytes would be most of the time.
        SessionConfig config{
            .board = parse_board("description = 'small'\n[console]\npart = 'usb_serial'\nrx_pad = 4\ntx_pad = 5\n",
                                 "small", "")};
        config.program = FuzzProgram().program();
        config.expect = {"a", "b"};
        config.fail = "c";
        config.script = "print(1)\n";
        config.lines = {"2"};
        session.emplace(std::move(config), log, nobody);
        session->step();
        session->give(SerialInput{"console", "x"});
        session->change_rate("console", 9600);
        log.guest_error("fuzz", "said");
        snapshot = session->save();
    }
};

void expect_same_sessions(const SessionSnapshot& one, const SessionSnapshot& other) {
    expect_same("after a refusal", one.machine, other.machine);
    expect_same("after a refusal", one.session, other.session);
    expect_same("after a refusal", one.goals, other.goals);
}

void restore(FuzzInput input) {
    static Original original;
    SessionSnapshot snapshot = original.snapshot;
    for (std::uint32_t n = 1 + input.below(4); n; --n)
        damage_piece(input.one_in(4) ? snapshot.goals : snapshot.session, input);
    original.session->restore(original.snapshot);
    try {
        original.session->restore(snapshot);
    } catch (const InputError&) {
        expect_same_sessions(original.snapshot, original.session->save());
        return;
    }
    original.session->step();
    original.session->last_words();
    const SessionSnapshot later = original.session->save();
    original.session->restore(later);
}

}  // namespace

// The first byte says which of the three.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    const std::span rest(bytes + 1, size - 1);
    switch (bytes[0] % 3) {
        case 0: read(rest); break;
        case 1: read(file_of(rest)); break;
        default: restore(FuzzInput(rest.data(), rest.size())); break;
    }
    return 0;
}
