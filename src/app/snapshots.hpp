// What --save-at and --save-on write, and --from reads.
#pragma once
#include "app/outputs.hpp"
#include "app/run_options.hpp"
#include "k210/session/session.hpp"
#include "k210/session/snapshot_file.hpp"

namespace k210::app {

// Throws InputError.
SavedSession read_snapshot(const std::filesystem::path& file);
// The options of a run that goes on from there.
RunOptions resuming(RunOptions options, const SavedSession& session);

// The options are those of the run whose session it is. Throws InputError.
void write_snapshot(const std::filesystem::path& file, Session& session, const RunOptions& options,
                    const std::string& firmware_sha256);

class SnapshotWriter {
public:
    explicit SnapshotWriter(const RunOptions& options) : options_(options) {}

    void on_pattern() { pattern_said_ = true; }
    // After each step. What goes wrong is told at once, and the run goes on.
    void look(Session& session, const std::string& firmware_sha256);
    // The run is over.
    void finish(Outputs& outputs) const;

private:
    void write(Session& session, const std::string& firmware_sha256, const std::filesystem::path& file);

    const RunOptions& options_;
    bool pattern_said_ = false, saved_at_ = false, saved_on_ = false;
    bool lost_ = false;
};

}  // namespace k210::app
