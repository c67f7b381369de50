#include "app/snapshots.hpp"

#include <utility>

#include <fmt/format.h>

#include "app/run_inputs.hpp"
#include "app/sound_files.hpp"
#include "k210/base/file.hpp"

namespace k210::app {
namespace {

// Among a snapshot's notes.
const std::string kFirmware = "firmware", kFirmwareSha256 = "firmware_sha256", kCamera = "camera",
                  kMicrophone = "microphone";

}  // namespace

SavedSession read_snapshot(const std::filesystem::path& file) {
    return unpack_session(read_file(file), file.string());
}

RunOptions resuming(RunOptions options, const SavedSession& session) {
    const auto note = [&](const std::string& name) {
        const auto found = session.notes.find(name);
        return found == session.notes.end() ? std::string() : found->second;
    };
    options.resumed = {note(kFirmware), note(kFirmwareSha256), note(kCamera), note(kMicrophone)};
    options.timing = session.made_from.settings.timing;
    options.flash_timing = session.made_from.settings.flash_timing;
    return options;
}

void write_snapshot(const std::filesystem::path& file, Session& session, const RunOptions& options,
                    const std::string& firmware_sha256) {
    const std::map<std::string, std::string> notes{{kFirmware, firmware_name(options)},
                                                   {kFirmwareSha256, firmware_sha256},
                                                   {kCamera, camera_kind(options)},
                                                   {kMicrophone, microphone_kind(options)}};
    write_file_atomically(file, pack_session({session.made_from(), session.save(), notes}));
}

void SnapshotWriter::look(Session& session, const std::string& firmware_sha256) {
    if (options_.save_at && !saved_at_ && session.now() >= guest_time(options_.save_at->guest_seconds)) {
        saved_at_ = true;
        write(session, firmware_sha256, options_.save_at->file);
    }
    if (options_.save_on && !saved_on_ && pattern_said_) {
        saved_on_ = true;
        write(session, firmware_sha256, options_.save_on->file);
    }
}

void SnapshotWriter::finish(Outputs& outputs) const {
    const auto unsaved = [&](const std::filesystem::path& file) {
        outputs.lost(fmt::format("{}: was not written: the run has ended before", file.string()));
    };
    if (options_.save_at && !saved_at_) unsaved(options_.save_at->file);
    if (options_.save_on && !saved_on_) unsaved(options_.save_on->file);
    if (lost_) outputs.lose();
}

void SnapshotWriter::write(Session& session, const std::string& firmware_sha256, const std::filesystem::path& file) {
    try {
        write_snapshot(file, session, options_, firmware_sha256);
    } catch (const InputError& failure) {
        tell("k210emu: {}\n", printable(failure.what()));
        lost_ = true;
    }
}

}  // namespace k210::app
