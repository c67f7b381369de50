// Sessions as tests use them: guests of firmware/ on the default board, what they say kept.
#pragma once
#include <string>

#include "k210/loader/firmware.hpp"
#include "k210/session/session.hpp"
#include "support/paths.hpp"

namespace k210 {

struct HeardSession : SessionListener {
    std::string text;
    int made_machines = 0, watched_for = 0;
    bool somebody_there = false;
    void console_says(std::uint8_t byte) override { text += static_cast<char>(byte); }
    void made(Machine&) override { ++made_machines; }
    void watched_for_is_said() override { ++watched_for; }
    bool attended() const override { return somebody_there; }
};

inline SessionConfig session_with_guest(const std::string& guest) {
    SessionConfig config{.board = find_board("maix_bit")};
    FlashImage flash(config.board.storage_bytes("flash"));
    config.program = load_firmware(guests_dir() / (guest + ".elf"), flash);
    config.flash = std::move(flash).release();
    return config;
}

inline void run_for(Session& session, double seconds) {
    const SimTime end = after(session.now(), static_cast<std::uint64_t>(seconds * 1e12));
    while (session.now() < end) session.step();
}

}  // namespace k210
