// A session that goes on from a snapshot, in itself or in another, is the same session.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/version.hpp"
#include "k210/loader/crypto.hpp"
#include "k210/session/snapshot_file.hpp"
#include "session/compression.hpp"
#include "session/session_bench.hpp"
#include "session/stored_card.hpp"
#include "support/temp_dir.hpp"
#include "system/snapshot_compare.hpp"

namespace k210 {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Bytes = std::vector<std::uint8_t>;

struct Running {
    Log log = Log::writing_to([](std::string_view) {});
    HeardSession heard;
    Session session;
    explicit Running(SessionConfig config) : session(std::move(config), log, heard) {}
    const Picture& screen() { return session.machine().first_port<Display>()->picture(); }
};

SavedSession saved(Session& session) {
    return {session.made_from(), session.save(), {}};
}
SavedSession through_a_file(Session& session) {
    return unpack_session(pack_session(saved(session)), "a.snap");
}
SessionConfig going_on(const SavedSession& saved) {
    SessionConfig config = saved.made_from;
    config.from = &saved.snapshot;
    return config;
}

void expect_to_go_on_alike(Running& one, Running& other, double seconds) {
    const std::size_t said_by_one = one.heard.text.size(), said_by_other = other.heard.text.size();
    run_for(one.session, seconds);
    run_for(other.session, seconds);
    EXPECT_EQ(one.session.now(), other.session.now());
    EXPECT_EQ(one.heard.text.substr(said_by_one), other.heard.text.substr(said_by_other));
    EXPECT_EQ(one.screen().rgb, other.screen().rgb);
    const SessionSnapshot a = one.session.save(), b = other.session.save();
    EXPECT_TRUE(same_state(a.machine, b.machine));
    EXPECT_TRUE(same_state(a.session, b.session));
}

TEST(SnapshotTest, ASessionMadeFromAFileGoesOnIdentically) {
    Running original(session_with_guest("demo"));
    for (int i = 0; i < 5; ++i) {
        run_for(original.session, 0.0537);
        const SavedSession file = through_a_file(original.session);
        Running copy(going_on(file));
        expect_to_go_on_alike(original, copy, 0.0412);
        ASSERT_FALSE(HasFailure());
    }
}

TEST(SnapshotTest, ASessionGoesBackAndComesTheSameWayAgain) {
    Running one(session_with_guest("demo"));
    run_for(one.session, 0.1);
    const SessionSnapshot then = one.session.save();
    const std::size_t said_then = one.heard.text.size();
    run_for(one.session, 0.2);
    const SessionSnapshot later = one.session.save();
    const std::string said = one.heard.text.substr(said_then);
    one.heard.text.clear();
    one.session.restore(then);
    EXPECT_EQ(one.session.now(), then.when);
    run_for(one.session, 0.2);
    EXPECT_EQ(one.heard.text, said);
    EXPECT_TRUE(same_state(one.session.save().machine, later.machine));
    EXPECT_TRUE(same_state(one.session.save().session, later.session));
    EXPECT_TRUE(same_state(one.session.save().goals, later.goals));
}

TEST(SnapshotTest, WhatTheBoardWasTurnedIntoByInputsGoesAlong) {
    Running original(session_with_guest("demo"));
    run_for(original.session, 0.05);
    original.session.give(SerialInput{"console", "not received yet"});
    original.session.give(RateInput{"console", 9600});
    original.session.give(RateInput{"uart1", 1200});
    original.session.give(SerialInput{"uart1", "neither"});
    original.session.give(ButtonInput{"boot", true});
    original.session.give(ModemInput{"console", {.dtr = true, .rts = true}});
    original.session.change_rate("console", 1'000'000);
    const SavedSession file = through_a_file(original.session);
    Running copy(going_on(file));
    EXPECT_TRUE(copy.session.rate_changing());
    EXPECT_EQ(copy.session.machine().port<SerialLine>("console").waiting(), 16u);
    expect_to_go_on_alike(original, copy, 1.05);  // the demo takes no bytes: they are no longer waited for
    EXPECT_FALSE(copy.session.rate_changing());
}

TEST(SnapshotTest, MessagesAreKnownAndCountedOn) {
    Running original(session_with_guest("flash_log"));
    run_for(original.session, 0.02);
    original.log.guest_error("test", "said {}\n", "before");
    const SavedSession file = through_a_file(original.session);
    std::string shown;
    Running copy(going_on(file));
    copy.log.guest_error("test", "said {}\n", "before");
    EXPECT_EQ(copy.log.entries().back().count, 2u);
    EXPECT_EQ(copy.log.entries().size(), original.log.entries().size());
    EXPECT_EQ(copy.log.count(LogKind::guest_error), original.log.count(LogKind::guest_error) + 1);
}

TEST(SnapshotTest, PatternsOfTheNewRunWaitForWhatIsSaidFromThereOn) {
    SessionConfig hello = session_with_guest("hello");
    hello.expect = {"hello"};
    Running original(std::move(hello));
    while (original.session.awaited()) original.session.step();
    const SavedSession file = through_a_file(original.session);
    SessionConfig config = going_on(file);
    config.expect = {"hello"};
    Running copy(std::move(config));
    EXPECT_NE(copy.session.awaited(), nullptr);
    run_for(copy.session, 0.01);
    EXPECT_NE(copy.session.awaited(), nullptr);
}

TEST(SnapshotTest, WhatHasBeenMetIsAwaitedAgainInASessionThatGoesBack) {
    SessionConfig hello = session_with_guest("hello");
    hello.expect = {"hello"};
    Running one(std::move(hello));
    const SessionSnapshot before = one.session.save();
    while (one.session.awaited()) one.session.step();
    one.session.restore(before);
    ASSERT_NE(one.session.awaited(), nullptr);
    while (one.session.awaited()) one.session.step();
    EXPECT_EQ(one.session.met(), 1u);
}

TEST(SnapshotTest, AMatchOfNothingIsNoObstacle) {
    SessionConfig hello = session_with_guest("hello");
    hello.fail = "^$|x*$";
    Running one(std::move(hello));
    for (int i = 0; i < 50; ++i) {
        one.session.step();
        one.session.restore(one.session.save());
    }
}

TEST(SnapshotTest, WhatIsWatchedForIsToldOnceAndEndsNothing) {
    SessionConfig hello = session_with_guest("hello");
    hello.watch_for = "hel";
    Running one(std::move(hello));
    while (!one.session.step()) continue;
    one.session.step();
    EXPECT_EQ(one.heard.watched_for, 1);
}

// --- cards -----------------------------------------------------------------------------------------------------------

struct SmallCard final : CardImage {
    std::uint8_t fill;
    explicit SmallCard(std::uint8_t its_fill) : fill(its_fill) {}
    std::uint64_t sectors() const override { return 32768; }
    void read(std::uint64_t sector, Sector& to) const override {
        to.fill(sector == 3 || sector == 32767 ? fill : std::uint8_t{0});
    }
};

std::uint8_t first_byte(Session& session, std::uint64_t sector) {
    return session.machine().first_port<CardSlot>()->contents(sector)[0];
}

TEST(SnapshotTest, TheCardAndWhatIsOnItAreInTheFile) {
    SessionConfig config = session_with_guest("hello");
    config.card = {std::make_shared<SmallCard>(7), CardKind::sdsc, "card"};
    Running original(std::move(config));
    const SavedSession file = through_a_file(original.session);
    Running copy(going_on(file));
    ASSERT_TRUE(copy.session.machine().first_port<CardSlot>()->occupied());
    EXPECT_EQ(first_byte(copy.session, 3), 7);
    EXPECT_EQ(first_byte(copy.session, 32767), 7);
    EXPECT_EQ(first_byte(copy.session, 4), 0);
    EXPECT_EQ(data_of(*file.snapshot.cards.begin()->second.image).contents.size(), 1024u);
}

TEST(SnapshotTest, ASessionThatGoesBackHasTheCardOfThenInItsSlot) {
    Running one(session_with_guest("hello"));
    const std::string slot = "sd";
    const SessionSnapshot without = one.session.save();
    one.session.give(CardChange{slot, std::make_shared<SmallCard>(1)});
    const SessionSnapshot first = one.session.save();
    one.session.give(CardChange{slot, std::make_shared<SmallCard>(2)});
    one.session.restore(first);
    EXPECT_EQ(first_byte(one.session, 3), 1);
    one.session.restore(without);
    EXPECT_FALSE(one.session.machine().first_port<CardSlot>()->occupied());
    one.session.restore(first);
    EXPECT_EQ(first_byte(one.session, 3), 1);
}

// --- what is refused -------------------------------------------------------------------------------------------------

TEST(SnapshotTest, ARefusedSnapshotLeavesTheSessionAsItWas) {
    Running one(session_with_guest("demo")), untouched(session_with_guest("demo"));
    for (Running* each : {&one, &untouched}) run_for(each->session, 0.03);
    SessionSnapshot bad = one.session.save();
    run_for(one.session, 0.01);
    run_for(untouched.session, 0.01);
    bad.machine.at("chip.plic.word_2.pending") = Bytes(8, 0xff);
    EXPECT_THAT(input_error_of([&] { one.session.restore(bad); }), HasSubstr("chip.plic.word_2.pending"));
    bad.session.erase("typist.prompt_seen");
    EXPECT_EQ(input_error_of([&] { one.session.restore(bad); }), "snapshot: typist.prompt_seen is missing");
    expect_to_go_on_alike(one, untouched, 0.05);
}

struct SnapshotFileTest : testing::Test {
    static const Bytes& file() {
        static const Bytes bytes = [] {
            Running session(session_with_guest("hello"));
            session.session.step();
            return pack_session(saved(session.session));
        }();
        return bytes;
    }
    static constexpr std::size_t kDigestAt = 12, kBodyAt = kDigestAt + 32;

    static std::string refusal(const Bytes& bytes) {
        return input_error_of([&] {
            const SavedSession file = unpack_session(bytes, "a.snap");
            Running session(going_on(file));
        });
    }
    // As a file that another program has made so.
    static Bytes with(std::string_view text, std::string_view other) {
        Bytes plain = decompress(std::span(file()).subspan(kBodyAt), 1 << 30);
        const auto at = std::search(plain.begin(), plain.end(), text.begin(), text.end());
        EXPECT_NE(at, plain.end()) << text;
        std::copy(other.begin(), other.end(), at);
        const Bytes body = compress(plain);
        Bytes bytes(file().begin(), file().begin() + kDigestAt);
        const auto digest = sha256(body);
        bytes.insert(bytes.end(), digest.begin(), digest.end());
        bytes.insert(bytes.end(), body.begin(), body.end());
        return bytes;
    }
};

TEST_F(SnapshotFileTest, TheSameSessionMakesTheSameFile) {
    Running session(session_with_guest("hello"));
    session.session.step();
    EXPECT_EQ(pack_session(saved(session.session)), file());
}

TEST_F(SnapshotFileTest, WhatIsNoSnapshotIsTold) {
    EXPECT_EQ(refusal({}), "a.snap: is no snapshot");
    EXPECT_EQ(refusal(Bytes(1000, 'k')), "a.snap: is no snapshot");
}

TEST_F(SnapshotFileTest, AnotherVersionOfTheFormatIsTold) {
    Bytes bytes = file();
    bytes[8] = 9;
    EXPECT_EQ(refusal(bytes), "a.snap: has version 9 of the format, and this k210emu takes 1");
}

TEST_F(SnapshotFileTest, EveryDamageIsNoticed) {
    for (std::size_t at = kDigestAt; at < file().size(); at += 1 + at / 3) {
        Bytes bytes = file();
        bytes[at] ^= 0x10;
        EXPECT_EQ(refusal(bytes), "a.snap: is damaged: its checksum is not that of its contents") << at;
        bytes.resize(at);
        EXPECT_THAT(refusal(bytes), StartsWith("a.snap: is damaged: ")) << at;
    }
}

TEST_F(SnapshotFileTest, AnotherVersionsSnapshotIsRefused) {
    EXPECT_THAT(refusal(with("\"version\":\"0", "\"version\":\"9")), HasSubstr("is of k210emu 9"));
}

TEST_F(SnapshotFileTest, AnotherBuildsLayoutIsRefusedByName) {
    const std::string beginning = fmt::format("a.snap: does not fit this build of k210emu {}: ", version());
    EXPECT_EQ(refusal(with("machine/chip.kpu.busy", "machine/chip.kpu.bUsy")), beginning + "chip.kpu.busy is missing");
    EXPECT_EQ(refusal(with("session/given", "session/Given")), beginning + "given is missing");
}

TEST_F(SnapshotFileTest, ABrokenDescriptionIsDamage) {
    EXPECT_EQ(refusal(with("\"timing\"", "\"tIming\"")), "a.snap: is damaged: its description cannot be read");
    EXPECT_EQ(refusal(with("{\"board\"", "[\"board\"")), "a.snap: is damaged: its description cannot be read");
    EXPECT_EQ(refusal(with("\"timing\":0", "\"timing\":9")), "a.snap: timing is too large");
    EXPECT_EQ(refusal(with("\"crash_patience_ps\":1000", "\"crash_patience_ps\":10.0")),
              "a.snap: has a number that is not whole");
}

}  // namespace
}  // namespace k210
