#include "app/flash_keeper.hpp"

#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "support/sample_files.hpp"
#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kStepMs = 2;

// Looks every two milliseconds, as the run loop does, and saves when it is time to.
struct SaveScheduleTest : testing::Test {
    // The guest changes its flash `every` so many milliseconds from `begin` to `end`. Returns when it was saved.
    std::vector<std::uint64_t> saves(std::uint64_t begin, std::uint64_t end, std::uint64_t every,
                                     std::uint64_t until = 5000) {
        std::vector<std::uint64_t> times;
        for (std::uint64_t ms = kStepMs; ms <= until; ms += kStepMs) {
            if (ms >= begin && ms <= end && (ms - begin) % every == 0) ++generation;
            const SimTime now{ps_from_us(ms * 1000)};
            if (!schedule.due(now, generation)) continue;
            schedule.attempted(now);
            if (!broken) schedule.succeeded(generation);
            times.push_back(ms);
        }
        return times;
    }
    SaveSchedule schedule{7};
    std::uint64_t generation = 7;
    bool broken = false;
};

TEST_F(SaveScheduleTest, NothingIsSavedWithoutAChange) {
    EXPECT_THAT(saves(1, 0, 1), IsEmpty());
    EXPECT_TRUE(schedule.saved(generation));
}

TEST_F(SaveScheduleTest, AChangeIsSavedOnceItsQuiet) {
    EXPECT_THAT(saves(1000, 1000, 1), ElementsAre(1004));
}

TEST_F(SaveScheduleTest, ChangesInARowAreSavedTogether) {
    EXPECT_THAT(saves(1000, 1100, 2), ElementsAre(1104));
}

TEST_F(SaveScheduleTest, AtMostTwoSavesASecond) {
    EXPECT_THAT(saves(1000, 1900, 100), ElementsAre(1004, 1504, 2004));
}

TEST_F(SaveScheduleTest, FourMillisecondsWithoutAChangeAreQuiet) {
    EXPECT_THAT(saves(1000, 1100, 4), ElementsAre(1104));
}

TEST_F(SaveScheduleTest, APauseOfSixMillisecondsIsUsed) {
    EXPECT_THAT(saves(1000, 1102, 6), ElementsAre(1004, 1504));
}

TEST_F(SaveScheduleTest, ChangesWithoutAPauseAreSavedBeforeASecondIsOver) {
    EXPECT_THAT(saves(1000, 4000, 2), ElementsAre(1898, 2798, 3698, 4198));
}

TEST_F(SaveScheduleTest, WhatCouldNotBeSavedIsTriedAgainAtTheSamePace) {
    broken = true;
    EXPECT_THAT(saves(1000, 1000, 1, 2600), ElementsAre(1004, 1504, 2004, 2504));
    EXPECT_FALSE(schedule.saved(generation));
}

struct FlashKeeperTest : testing::Test {
    std::string refusal(const Bytes& contents) {
        const std::string file = dir.write("flash", contents);
        const std::string error = input_error_of([&] { FlashKeeper(file, 4096); });
        EXPECT_EQ(read_file(file), contents);
        return error.starts_with(file) ? error.substr(file.size()) : error;
    }
    TempDir dir;
};

TEST_F(FlashKeeperTest, ANewFlashIsErasedAndNoFileYet) {
    const FlashKeeper keeper(dir / "flash", 4096);
    EXPECT_EQ(keeper.contents().size(), 4096u);
    EXPECT_THAT(keeper.contents(), Each(0xff));
    EXPECT_FALSE(std::filesystem::exists(dir / "flash"));
}

TEST_F(FlashKeeperTest, TakesAWholeFlash) {
    const Bytes flash = sample_program(4096);
    EXPECT_EQ(FlashKeeper(dir.write("flash", flash), 4096).contents(), flash);
}

TEST_F(FlashKeeperTest, RefusesEveryOtherSize) {
    for (const std::size_t size : {0, 1, 4095, 4097})
        EXPECT_EQ(refusal(sample_program(size)), fmt::format(": is no whole flash: it has {} bytes, not 4096; "
                                                             "--flash-image takes what an earlier run made, or a new "
                                                             "name",
                                                             size));
}

TEST_F(FlashKeeperTest, RefusesOtherFilesOfThatSize) {
    Bytes png = sample_program(4096);
    const Bytes beginning = bytes_of("\x89PNG\r\n\x1a\n");
    std::copy(beginning.begin(), beginning.end(), png.begin());
    EXPECT_EQ(refusal(png), ": is a PNG picture, no flash");
    EXPECT_EQ(refusal(Bytes(4096, 'x')), ": is text, no flash");
    Bytes disk(4096);
    disk[510] = 0x55;
    disk[511] = 0xaa;
    EXPECT_EQ(FlashKeeper(dir.write("program", disk), 4096).contents(), disk);  // no partition: it may be a program
    disk[450] = 0x0c;
    EXPECT_EQ(refusal(disk), ": is the image of a disk with partitions, no flash");
    disk[0] = 0xeb;
    EXPECT_EQ(refusal(disk), ": is the image of a FAT file system, no flash");
    Bytes ext(4096);
    ext[1080] = 0x53;
    ext[1081] = 0xef;
    EXPECT_EQ(refusal(ext), ": is the image of an ext file system, no flash");
    EXPECT_EQ(refusal(Bytes(4096, 0xff)), "");
    EXPECT_EQ(refusal(Bytes(4096, 1)), "");  // an AES flag of 1
}

// --- a flash that is written to
// ----------------------------------------------------------------------------------------

// What a guest writes to.
struct FakeStorage final : Storage {
    Bytes bytes;
    std::uint64_t writes = 0;
    explicit FakeStorage(Bytes contents) : bytes(std::move(contents)) {}
    std::span<const std::uint8_t> contents() const override { return bytes; }
    void set_timing(FlashTiming) override {}
    std::uint64_t generation() const override { return writes; }
    void load(std::size_t, std::span<const std::uint8_t>) override {}
    void write(std::uint8_t byte) {
        bytes.front() = byte;
        ++writes;
    }
};

struct KeptFlashTest : testing::Test {
    TempDir dir;
    std::filesystem::path file = dir / "flash";
    FlashKeeper keeper{file, 4096};
    FakeStorage flash{keeper.contents()};
    Log log = Log::writing_to([](std::string_view) {});
    SimTime now{kPsPerSecond};

    std::uint8_t kept() const { return read_file(file).at(0); }
};

TEST_F(KeptFlashTest, ARunThatBeginsMakesTheFile) {
    keeper.begin(flash, now);
    EXPECT_EQ(read_file(file), Bytes(4096, 0xff));
}

TEST_F(KeptFlashTest, TheEndSavesWhatHasChangedSince) {
    keeper.begin(flash, now);
    flash.write(0x42);
    EXPECT_EQ(kept(), 0xff);
    keeper.finish(flash, now);
    EXPECT_EQ(kept(), 0x42);
}

TEST_F(KeptFlashTest, ALookSavesOnceTheFlashIsLeftAlone) {
    keeper.begin(flash, SimTime{});
    keeper.look(flash, now, log);
    flash.write(0x42);
    keeper.look(flash, now, log);
    EXPECT_EQ(kept(), 0xff);
    keeper.look(flash, after(now, SaveSchedule::kQuietPs), log);
    EXPECT_EQ(kept(), 0x42);
}

TEST_F(KeptFlashTest, AMachineThatTakesAnothersPlaceHasItsFlashInTheFile) {
    keeper.begin(flash, now);
    flash.write(0x42);
    keeper.finish(flash, now);
    keeper.begin(FakeStorage(keeper.contents()), now);
    EXPECT_EQ(kept(), 0xff);
}

}  // namespace
}  // namespace k210::app
