// The file of --record: what a run was made from, and all that came to it from outside.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "app/growing_file.hpp"
#include "app/run_options.hpp"
#include "session/record.hpp"

namespace k210::app {

// By hashes. Throws InputError.
RecordedParts parts_of(const SessionConfig& config, const RunOptions& options);

Record read_recording(const std::filesystem::path& file);  // throws InputError

class Recorder {
public:
    // Touches nothing yet. Throws InputError.
    Recorder(std::filesystem::path file, RecordedParts parts);

    void begin(const Board& board, const MachineSettings& settings);  // again where another machine takes its place
    void hear(std::uint8_t byte) { said_.add(byte); }
    void given(const Input& input) { write(record_line(RecordedInput{input, said_})); }
    // From here on each line is in the file as soon as it is known. Throws InputError.
    void open();
    // Throws InputError where anything of it could not be written.
    void finish(const Session& session);

private:
    void write(std::string_view line);

    std::filesystem::path path_;
    RecordedParts parts_;
    std::optional<GrowingFile> file_;
    std::string pending_;  // until it is open
    Said said_;
};

}  // namespace k210::app
