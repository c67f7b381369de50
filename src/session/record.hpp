// What has reached a machine from outside, as a text file: one JSON object a line. The first says what the machine was
// made from, by hashes; then each input has its guest time, and what the guest had said by then; the last says how it
// ended. A first line that comes again begins anew: the guest has started over on another board.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k210/session/session.hpp"

namespace k210 {

// What a guest has said on its console, as a sum that tells runs apart: CRC-32.
struct Said {
    std::uint64_t bytes = 0;
    std::uint32_t crc = 0;
    void add(std::uint8_t byte);
    bool operator==(const Said&) const = default;
};

struct RecordedInput {
    Input input;
    Said said;  // before it
};
struct RecordedEnd {
    SimTime when;
    std::uint64_t cpu_cycles;
    Said said;
    bool operator==(const RecordedEnd&) const = default;
};

// In hexadecimal SHA-256, or empty where there is none of it.
struct RecordedParts {
    std::string flash, program, card;
    std::string camera;        // or the name of what it sees, where that is the program's own
    std::string from{};        // the snapshot's that it goes on from; flash, program and card are in that
    std::string microphone{};  // of what it hears; empty: silence
    bool operator==(const RecordedParts&) const = default;
};

struct Record {
    SessionConfig made_from;  // but for flash, program, card and camera
    RecordedParts parts;
    std::vector<RecordedInput> inputs{};
    std::optional<RecordedEnd> end{};  // none: nobody wrote it
};

// A line each, its end included.
std::string record_begin(const Board& board, const MachineSettings& settings, const RecordedParts& parts);
std::string record_line(const RecordedInput& input);
std::string record_line(const RecordedEnd& end);

// Throws InputError: "NAME:LINE: why". A last line that is not complete does not count.
Record read_record(std::string_view text, const std::string& name);

// "the button boot", for people.
std::string describe(const InputAction& action);

// As in RecordedParts.
std::string hash_of(const Program& program);
std::string hash_of(const CardImage& card);  // of one that is too large, nothing but that

}  // namespace k210
