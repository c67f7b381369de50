// Snapshots of sessions as files: one file holds all that it takes to go on, in another process and on another host.
//
// It begins with its kind, its format's version and a SHA-256 of the rest, which zstd has compressed: a description in
// JSON, and the pieces by name. Paths of the host are not in it. What a picture for the camera was is not, either.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "k210/session/session.hpp"

namespace k210 {

struct SavedSession {
    SessionConfig made_from;  // as Session::made_from() has it; to go on, `from` is to point to
    SessionSnapshot snapshot;
    std::map<std::string, std::string> notes{};  // of the program that saves, for itself
};

// Throws InputError when a card holds too much.
std::vector<std::uint8_t> pack_session(const SavedSession& session);
// Throws InputError, which begins with `name`, when it is no snapshot, another version's, or damaged.
SavedSession unpack_session(std::span<const std::uint8_t> file, const std::string& name);

}  // namespace k210
