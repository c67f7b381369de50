// States of a run that are saved, gone back to and recorded by keys.
#include "app/window_states.hpp"

#include <algorithm>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/snapshots.hpp"
#include "k210/base/error.hpp"
#include "session/replay.hpp"
#include "session/session_bench.hpp"
#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

struct WindowStatesTest : testing::Test {
    struct Listener : HeardSession {
        WindowStates* states = nullptr;
        Replay* replay = nullptr;
        void console_says(std::uint8_t byte) override {
            HeardSession::console_says(byte);
            if (states) states->hear(byte);
            if (replay) replay->hear(byte);
        }
        void given(const Input& input, InputOrigin) override {
            if (states) states->given(input);
        }
    };
    WindowStatesTest() { fs::current_path(dir.path()); }
    ~WindowStatesTest() override { fs::current_path(before); }

    // What is told for a key that does nothing with these options.
    std::string back_with(const RunOptions& others) {
        std::string said;
        WindowStates its(others, {}, [&](std::string_view line) { said += line; });
        its.save(session);
        said.clear();
        EXPECT_FALSE(its.go_back(session));
        fs::remove_all(dir.path() / "state_00000.000.snapshot");
        return said;
    }

    const fs::path before = fs::current_path();
    const TempDir dir;
    Log log = Log::writing_to([](std::string_view) {});
    Listener heard;
    Session session{session_with_guest("demo"), log, heard};
    std::string told;
    const RunOptions options{};
    WindowStates states{options, "f1", [this](std::string_view line) { told += line; }};
};

TEST_F(WindowStatesTest, AStateIsAFileThatARunGoesOnFrom) {
    run_for(session, 0.02);
    states.save(session);
    EXPECT_EQ(told, "k210emu: state_00000.020.snapshot written; PgUp comes back to here\n");
    const SavedSession saved = read_snapshot("state_00000.020.snapshot");
    EXPECT_EQ(saved.snapshot.when, session.now());
    EXPECT_EQ(saved.notes.at("firmware_sha256"), "f1");
}

TEST_F(WindowStatesTest, WhatComesAfterGoingBackIsTheSameAgain) {
    run_for(session, 0.2);
    states.save(session);
    const std::size_t said = heard.text.size();
    run_for(session, 0.5);
    const std::string first = heard.text.substr(said);
    const auto cycles = session.machine().counters().cpu_cycles;
    ASSERT_TRUE(states.go_back(session));
    heard.text.clear();
    run_for(session, 0.5);
    EXPECT_EQ(heard.text, first);
    EXPECT_EQ(session.machine().counters().cpu_cycles, cycles);
}

TEST_F(WindowStatesTest, WithNothingSavedThereIsNothingToGoBackTo) {
    EXPECT_FALSE(states.go_back(session));
    EXPECT_EQ(told, "k210emu: PgUp: nothing has been saved yet: Ins does\n");
}

TEST_F(WindowStatesTest, AnotherMachineDoesNotGoBackToTheLastOnes) {
    states.save(session);
    states.starting_over();
    EXPECT_FALSE(states.go_back(session));
}

TEST_F(WindowStatesTest, FilesThatFollowTheGuestKeepItFromGoingBack) {
    RunOptions with_flash, with_card, with_record, with_video;
    with_flash.flash_image = "f";
    with_card.sd = "c";
    with_record.record = "r";
    with_video.video = "v";
    EXPECT_EQ(back_with(with_flash), "k210emu: PgUp: not with --flash-image, which cannot go back\n");
    EXPECT_THAT(back_with(with_card), HasSubstr("--sd"));
    EXPECT_THAT(back_with(with_record), HasSubstr("--record"));
    EXPECT_THAT(back_with(with_video), HasSubstr("--video"));
}

TEST_F(WindowStatesTest, WhatASnapshotCannotHoldIsNotSaved) {
    RunOptions wifi, cameras, webcam;
    wifi.wifi = true;
    cameras.more_cameras = {"b.png"};
    webcam.camera = "/dev/video4711";
    for (const RunOptions& each : {wifi, cameras, webcam}) {
        std::string said;
        WindowStates its(each, {}, [&](std::string_view line) { said += line; });
        its.save(session);
        its.record(session);
        EXPECT_FALSE(its.recording());
        EXPECT_EQ(std::ranges::count(said, '\n'), 2) << said;
    }
    EXPECT_TRUE(fs::is_empty(dir.path()));
}

TEST_F(WindowStatesTest, NoFileIsReplaced) {
    for (const char* file : {"state_00000.000.snapshot", "record_00000.000.jsonl"})
        dir.write(file, std::string_view("mine"));
    states.save(session);
    states.record(session);
    EXPECT_EQ(told,
              "k210emu: state_00000.000.snapshot: is there already\n"
              "k210emu: record_00000.000.jsonl: is there already\n");
    EXPECT_FALSE(states.recording());
    EXPECT_FALSE(fs::exists("record_00000.000.snapshot"));
}

TEST_F(WindowStatesTest, ARecordIsReplayedFromItsSnapshot) {
    run_for(session, 0.1);
    states.record(session);
    heard.states = &states;
    run_for(session, 0.05);
    session.give(ButtonInput{"boot", true});
    run_for(session, 1.2);
    states.record(session);
    EXPECT_THAT(told, HasSubstr("record_00000.100.jsonl written; again: k210emu run --from record_00000.100.snapshot "
                                "--replay record_00000.100.jsonl\n"));

    Replay replay(read_recording("record_00000.100.jsonl"));
    ASSERT_EQ(replay.record().inputs.size(), 1u);
    const SavedSession from = read_snapshot("record_00000.100.snapshot");
    SessionConfig config = from.made_from;
    config.from = &from.snapshot;
    config.replays = true;
    Listener listener;
    listener.replay = &replay;
    Session again(std::move(config), log, listener);
    while (again.now() < replay.end()) {
        replay.look(again);
        again.step(std::min(replay.next(), replay.end()));
    }
    replay.finish(again);
    EXPECT_EQ(replay.departure(), std::nullopt);
}

TEST_F(WindowStatesTest, NobodyGoesBackWhileARecordIsMade) {
    states.save(session);
    states.record(session);
    EXPECT_FALSE(states.go_back(session));
    EXPECT_THAT(told, HasSubstr("PgUp: not while a record is made\n"));
}

TEST_F(WindowStatesTest, ARecordEndsWithTheRun) {
    states.record(session);
    run_for(session, 0.01);
    states.finish(session);
    EXPECT_FALSE(states.recording());
    EXPECT_TRUE(read_recording("record_00000.000.jsonl").end.has_value());
}

TEST_F(WindowStatesTest, AGuestThatStartsOverEndsARecord) {
    states.record(session);
    told.clear();
    states.starting_over();
    EXPECT_FALSE(states.recording());
    EXPECT_THAT(told, StartsWith("k210emu: record_00000.000.jsonl: the guest has started over on another board"));
}

}  // namespace
}  // namespace k210::app
