#include "app/window_states.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "app/going_back.hpp"
#include "app/picture_log.hpp"
#include "app/run_inputs.hpp"
#include "app/snapshots.hpp"
#include "app/window_buttons.hpp"
#include "k210/base/error.hpp"
#include "k210/base/message.hpp"

namespace k210::app {
namespace {

void check_new(const std::filesystem::path& file) {
    if (std::filesystem::exists(file)) throw InputError(fmt::format("{}: is there already", file.string()));
}

std::string named(std::string_view what, SimTime when, std::string_view extension) {
    return fmt::format("{}_{}{}", what, std::filesystem::path(picture_name(when)).stem().string(), extension);
}

}  // namespace

void WindowStates::attempt(const std::function<void()>& work) const {
    try {
        work();
    } catch (const InputError& failure) { tell_(fmt::format("k210emu: {}\n", printable(failure.what()))); }
}

void WindowStates::check_savable() const {
    if (options_.wifi) throw InputError("what is behind --wifi cannot be saved");
    check_camera_can_be_kept(options_);
}

void WindowStates::save(Session& session) {
    attempt([&] {
        check_savable();
        const std::string file = named("state", session.now(), ".snapshot");
        check_new(file);
        write_snapshot(file, session, options_, firmware_sha256_);
        saved_ = session.save();
        tell_(fmt::format("k210emu: {} written; {} comes back to here\n", file, to_string(kBackKey)));
    });
}

bool WindowStates::go_back(Session& session) {
    bool went = false;
    attempt([&] {
        const std::string_view key = to_string(kBackKey);
        if (!saved_) throw InputError(fmt::format("{}: nothing has been saved yet: {} does", key, to_string(kSaveKey)));
        if (recording()) throw InputError(fmt::format("{}: not while a record is made", key));
        if (const auto what = goes_forward_only(options_); !what.empty())
            throw InputError(fmt::format("{}: not with {}, which cannot go back", key, what));
        session.restore(*saved_);
        went = true;
    });
    return went;
}

void WindowStates::record(Session& session) {
    attempt([&] {
        if (recording()) {
            finish(session);
            return;
        }
        check_savable();
        RunOptions from_here = options_;
        from_here.from = named("record", session.now(), ".snapshot");
        const std::string file = named("record", session.now(), ".jsonl");
        check_new(*from_here.from);
        check_new(file);
        write_snapshot(*from_here.from, session, options_, firmware_sha256_);
        const SessionConfig made_from = session.made_from();
        recorder_.emplace(file, parts_of(made_from, from_here));
        try {
            recorder_->begin(made_from.board, made_from.settings);
            recorder_->open();
        } catch (...) {
            recorder_.reset();
            throw;
        }
        record_file_ = file;
        tell_(fmt::format("k210emu: recording; {} ends it\n", to_string(kRecordKey)));
    });
}

void WindowStates::starting_over() {
    saved_.reset();
    if (!recording()) return;
    recorder_.reset();
    tell_(
        fmt::format("k210emu: {}: the guest has started over on another board, which no record holds\n", record_file_));
}

void WindowStates::finish(const Session& session) {
    if (!recording()) return;
    Recorder recorder = std::move(*recorder_);
    recorder_.reset();
    recorder.finish(session);
    const std::string snapshot = std::filesystem::path(record_file_).replace_extension(".snapshot").string();
    tell_(fmt::format("k210emu: {0} written; again: k210emu run --from {1} --replay {0}\n", record_file_, snapshot));
}

}  // namespace k210::app
