#include "session/record.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/date_text.hpp"
#include "k210/host/camera_sources.hpp"
#include "k210/host/picture_file.hpp"
#include "session/replay.hpp"
#include "session/session_bench.hpp"
#include "session/stored_card.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using ::testing::HasSubstr;

// A session that is recorded, or gives what was.
struct Recorded {
    struct Listener : HeardSession {
        Recorded& of;
        explicit Listener(Recorded& its) : of(its) {}
        void making(MachineConfig& config) override {
            of.text = record_begin(config.board, config.settings, {"f", "", "", "chart"});
        }
        void given(const Input& input, InputOrigin) override { of.text += record_line(RecordedInput{input, of.said}); }
        void console_says(std::uint8_t byte) override {
            HeardSession::console_says(byte);
            of.said.add(byte);
            if (of.replay) of.replay->hear(byte);
        }
    };
    std::string text;
    Said said;
    std::optional<Replay> replay;
    Log log = Log::writing_to([](std::string_view) {});
    Listener heard{*this};
    Session session;

    explicit Recorded(SessionConfig config) : session(std::move(config), log, heard) {}
    std::string finished() {
        return text + record_line(RecordedEnd{session.now(), session.machine().counters().cpu_cycles, said});
    }
};

SessionConfig as_recorded(const Record& record, SessionConfig from) {
    SessionConfig config = record.made_from;
    config.flash = from.flash;
    config.program = from.program;
    config.replays = true;
    return config;
}

std::optional<std::string> departure(const std::string& text, SessionConfig from) {
    const Record record = read_record(text, "r");
    Recorded again(as_recorded(record, std::move(from)));
    Replay& replay = again.replay.emplace(record);
    while (again.session.now() < replay.end()) {
        replay.look(again.session);
        again.session.step(std::min(replay.next(), replay.end()));
    }
    replay.finish(again.session);
    return replay.departure();
}

std::string record_of_demo() {
    Recorded original(session_with_guest("demo"));
    run_for(original.session, 0.11);
    original.session.give(SerialInput{"console", std::string("a\0\xff\"\xc3", 5)});
    run_for(original.session, 0.02);
    original.session.change_rate("console", 9600);
    original.session.give(ButtonInput{"boot", true});
    run_for(original.session, 1.2);
    original.session.give(ButtonInput{"reset", true});
    original.session.give(ButtonInput{"reset", false});
    run_for(original.session, 0.1);
    return original.finished();
}

TEST(RecordTest, TheSameInputsGiveTheSameRunAgain) {
    const std::string text = record_of_demo();
    EXPECT_EQ(read_record(text, "r").inputs.size(), 5u);
    EXPECT_EQ(departure(text, session_with_guest("demo")), std::nullopt);
}

TEST(RecordTest, AnAnswerToWhatWasAwaitedComesAtTheSameTimeAgain) {
    SessionConfig config = session_with_guest("demo");
    config.expect = {"camera: ", "frame 1"};
    Recorded original(std::move(config));
    for (const char* const answer : {"first", "second"}) {
        while (original.session.awaited() && original.session.step() == std::nullopt) {}
        EXPECT_NE(original.session.now().ps % Session::kStepPs, 0u);
        original.session.give(SerialInput{"console", answer});
        original.session.await("frame [23]");
    }
    run_for(original.session, 0.1);
    EXPECT_EQ(departure(original.finished(), session_with_guest("demo")), std::nullopt);
}

TEST(RecordTest, AnotherFirmwareIsToldWhereItDeparts) {
    const auto told = departure(record_of_demo(), session_with_guest("hello"));
    ASSERT_TRUE(told);
    EXPECT_THAT(*told, HasSubstr("before input 1 ('a\\x00"));
    EXPECT_THAT(*told, HasSubstr("the guest has said "));
}

TEST(RecordTest, ADepartureBehindTheLastInputIsToldAtTheEnd) {
    Recorded original(session_with_guest("hello"));
    run_for(original.session, 0.01);
    std::string text = original.finished();
    text.replace(text.rfind("\"said\":"), 8, "\"said\":9");
    EXPECT_THAT(*departure(text, session_with_guest("hello")), HasSubstr("before the end: the guest has said "));
}

TEST(RecordTest, ARecordThatNobodyEndedEndsSoonAfterItsLastInput) {
    Recorded original(session_with_guest("hello"));
    original.session.give(ButtonInput{"boot", true});
    const std::string text = original.text + "{\"at_ps\":12";
    EXPECT_EQ(Replay(read_record(text, "r")).end(), SimTime{kPsPerSecond});
    EXPECT_EQ(departure(text, session_with_guest("hello")), std::nullopt);
}

TEST(RecordTest, EveryKindOfInputComesBackAsItWas) {
    const auto card = std::make_shared<StoredCard>(1000, std::vector<std::uint8_t>{1, 2, 0, 0, 0, 0, 0, 0},
                                                   std::vector<std::uint8_t>(CardImage::kSectorBytes, 7));
    const InputAction actions[] = {SerialInput{"uart1", "x"},
                                   RateInput{"uart2", 300},
                                   ModemInput{"console", {.dtr = true}},
                                   ButtonInput{"boot", false},
                                   TouchInput{"touch", {{3, 4}}},
                                   TouchInput{"touch", {}},
                                   EncoderInput{"encoder", -2},
                                   CardChange{"sd", nullptr},
                                   UsbInput{"power", true},
                                   BatteryInput{"power", 3700},
                                   BatteryInput{"power", {}},
                                   AccelerationInput{"motion", {-1, 0, 1000}},
                                   DateInput{parse_date("2024-02-29 23:59:58")},
                                   PadInput{20, true},
                                   PadInput{20, {}},
                                   PowerCut{~0ull},
                                   CardChange{"sd", card, CardKind::sdsc},
                                   SceneChange{std::make_shared<StillCamera>(test_chart(3))}};
    Recorded original(session_with_guest("hello"));
    for (const InputAction& action : actions) {
        const std::string line = record_line(RecordedInput{{SimTime{5}, action}, {7, 8}});
        const Record record = read_record(original.text + line, "r");
        ASSERT_EQ(record.inputs.size(), 1u);
        EXPECT_EQ(record_line(record.inputs[0]), line);
    }
}

TEST(RecordTest, WhatTheCameraWasShownIsShownAgainFrameByFrame) {
    TempDir dir;
    for (std::uint64_t n = 0; n < 3; ++n) save_png(dir / fmt::format("{}.png", n), test_chart(n));
    Recorded original(session_with_guest("hello"));
    const SceneChange shown{std::make_shared<FolderCamera>(dir.path())};
    const Record record = read_record(original.text + record_line(RecordedInput{{{}, shown}, {}}), "r");
    auto& scene = *std::get<SceneChange>(record.inputs.at(0).input.action).scene;
    for (const std::uint64_t n : {0u, 2u, 4u}) EXPECT_EQ(scene.frame(n).rgb, test_chart(n % 3).rgb) << n;
}

TEST(RecordTest, ASceneThatNeverComesAgainIsNoneToReplay) {
    Recorded original(session_with_guest("hello"));
    const std::string line = record_line(RecordedInput{{{}, SceneChange{std::make_shared<TestChartCamera>()}}, {}});
    EXPECT_EQ(input_error_of([&] { read_record(original.text + line, "r"); }),
              "r:2: the camera was shown another scene, which is not in the record");
}

struct BadLine {
    const char *line, *why;
};

TEST(RecordTest, EachMistakeIsToldWithItsLine) {
    Recorded original(session_with_guest("hello"));
    const BadLine lines[] = {
        {"x", "r:2: is no line of a record"},
        {"{\"at_ps\":1}", "r:2: is no input"},
        {"{\"at_ps\":1,\"button\":\"boot\",\"said\":0,\"crc\":0}", "r:2: has not all that belongs there"},
        {"{\"at_ps\":-1.5e300,\"button\":[],\"down\":true,\"said\":0,\"crc\":0}",
         "r:2: has a number that is not whole"},
        {"{\"at_ps\":1,\"rate\":\"console\",\"baud\":0,\"said\":0,\"crc\":0}", "r:2: 0 is no rate"},
        {"{\"at_ps\":1,\"card\":\"sd\",\"sha256\":\"00\",\"said\":0,\"crc\":0}",
         "r:2: a card was put in, which is not in the record"},
        {"{\"at_ps\":1,\"card\":\"sd\",\"sha256\":\"00\",\"contents\":\"?\",\"said\":0,\"crc\":0}",
         "r:2: is no base64"},
        {"{\"at_ps\":1,\"scene\":[\"AAAA\"],\"said\":0,\"crc\":0}",
         "r:2: a picture of the scene: is not a picture that can be read (PNG, JPEG, BMP, PPM or PGM)"},
        {"{\"k210emu_record\":9}", "r:2: has version 9 of the format, and this k210emu takes 1"},
        {"{\"at_ps\":1,\"power_cut\":1,\"said\":0,\"crc\":0}\n{\"at_ps\":0,\"power_cut\":1,\"said\":0,\"crc\":0}",
         "r:3: comes before the input above it"},
        {"{\"end_ps\":1,\"cpu_cycles\":1,\"said\":0,\"crc\":0}\n{\"at_ps\":1}", "r:3: something follows the end"},
    };
    for (const BadLine& bad : lines)
        EXPECT_EQ(input_error_of([&] { read_record(original.text + bad.line + "\n", "r"); }), bad.why);
    EXPECT_EQ(input_error_of([&] { read_record(original.text + std::string(1 << 20, '[') + "\n", "r"); }),
              "r:2: is nested too deeply");
    EXPECT_EQ(input_error_of([&] { read_record("", "r"); }), "r: is no record");
    EXPECT_EQ(input_error_of([&] { read_record("{\"at_ps\":1}\n", "r"); }), "r:1: is no record");
    EXPECT_EQ(input_error_of([&] {
                  read_record(
                      "\x7f"
                      "ELF\n",
                      "r");
              }),
              "r:1: is no record");
}

TEST(RecordTest, WhatDiffersIsNamed) {
    const RecordedParts parts{"1", "2", "3", "4"};
    EXPECT_EQ(what_differs(parts, parts), "");
    EXPECT_EQ(what_differs(parts, {"0", "2", "3", "4"}), "the firmware");
    EXPECT_EQ(what_differs(parts, {"1", "0", "0", "4"}), "the firmware and the card");
    EXPECT_EQ(what_differs(parts, {"1", "2", "3", "0"}), "what the camera sees");
    EXPECT_EQ(what_differs(parts, {"1", "2", "3", "4", "5"}), "the snapshot");
    EXPECT_EQ(what_differs(parts, {"1", "2", "3", "4", "", "5"}), "what the microphone hears");
}

TEST(RecordTest, TheFlashsTimingIsKept) {
    const SessionConfig config{.board = find_board("maix_bit")};
    for (const FlashTiming timing : {FlashTiming::real, FlashTiming::fast}) {
        const std::string text = record_begin(config.board, {.flash_timing = timing}, {"f", "", "", "chart"});
        EXPECT_EQ(read_record(text, "r").made_from.settings.flash_timing, timing);
    }
}

TEST(RecordTest, RecordsFromBeforeTheFlashHadATimingAreOfTheFastOne) {
    const SessionConfig config{.board = find_board("maix_bit")};
    std::string text = record_begin(config.board, {.flash_timing = FlashTiming::real}, {"f", "", "", "chart"});
    const std::string_view timing = "\"flash_timing\":0,";
    text.erase(text.find(timing), timing.size());
    EXPECT_EQ(read_record(text, "r").made_from.settings.flash_timing, FlashTiming::fast);
}

}  // namespace
}  // namespace k210
