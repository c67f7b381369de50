#include "board/nor_flash/nor_flash.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "support/part_bench.hpp"

namespace k210 {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct NorFlashTest : testing::Test {
    PartBench bench;
    NorFlash flash{bench.part("flash"), {}};

    // One command on a single line: bytes out, then as many bytes back.
    static Bytes command(NorFlash& chip, std::initializer_list<std::uint8_t> out, unsigned back = 0) {
        chip.select(true);
        for (std::uint8_t byte : out) chip.exchange(byte, 8, 1);
        Bytes in;
        for (unsigned i = 0; i < back; ++i) in.push_back(static_cast<std::uint8_t>(chip.exchange(0, 8, 1)));
        chip.select(false);
        return in;
    }
    Bytes command(std::initializer_list<std::uint8_t> out, unsigned back = 0) { return command(flash, out, back); }
    std::uint8_t status() { return command({0x05}, 1)[0]; }
    void write(std::initializer_list<std::uint8_t> out) {
        command({0x06});
        command(out);
        bench.events.run_until(after(bench.events.now(), kPsPerSecond));
    }
};

TEST_F(NorFlashTest, AnswersItsIds) {
    EXPECT_EQ(command({0x9f}, 3), (Bytes{0xc8, 0x60, 0x18}));
    EXPECT_EQ(command({0x90, 0, 0, 0}, 3), (Bytes{0xc8, 0x17, 0xc8}));
    EXPECT_EQ(command({0x90, 0, 0, 1}, 2), (Bytes{0x17, 0xc8}));
    EXPECT_EQ(command({0xab, 0, 0, 0}, 1), (Bytes{0x17}));
    NorFlash winbond(bench.part("flash"), {.manufacturer = 0xef, .size_bytes = 8u << 20});
    EXPECT_EQ(command(winbond, {0x9f}, 3), (Bytes{0xef, 0x60, 0x17}));
}

TEST_F(NorFlashTest, StartsErased) {
    EXPECT_EQ(flash.contents().size(), 16u << 20);
    EXPECT_EQ(command({0x03, 0x12, 0x34, 0x56}, 2), (Bytes{0xff, 0xff}));
}

TEST_F(NorFlashTest, ReadsOnAcrossItsEnd) {
    flash.load((16u << 20) - 1, Bytes{0x11});
    flash.load(0, Bytes{0x22, 0x33});
    EXPECT_EQ(command({0x03, 0xff, 0xff, 0xff}, 3), (Bytes{0x11, 0x22, 0x33}));
}

TEST_F(NorFlashTest, RefusesAnImageThatDoesNotFit) {
    EXPECT_THROW(flash.load((16u << 20) - 1, Bytes{1, 2}), InputError);
}

TEST_F(NorFlashTest, FastReadSkipsItsDummyByte) {
    flash.load(0x100, Bytes{0xa1, 0xa2});
    EXPECT_EQ(command({0x0b, 0, 1, 0, 0xff}, 2), (Bytes{0xa1, 0xa2}));
}

TEST_F(NorFlashTest, QuadReadTakesModeBitsWithItsAddressAndFourDummyClocks) {  // w25qxx.c, W25QXX_QUAD_FAST
    flash.load(0x123456, Bytes{0xa1, 0xa2, 0xa3, 0xa4});
    flash.select(true);
    flash.exchange(0xeb, 8, 1);
    flash.exchange(0x123456 << 8, 32, 4);
    flash.dummy_clocks(4);
    EXPECT_EQ(flash.receive(32, 4), 0xa1a2a3a4u);
}

TEST_F(NorFlashTest, OtherMultiLineReads) {
    flash.load(0x1000, Bytes{0xa1});
    struct {
        std::uint8_t opcode;
        std::uint32_t address;
        unsigned bits, address_lines, wait, lines;
    } const reads[] = {{0x3b, 0x1000, 24, 1, 8, 2}, {0x6b, 0x1000, 24, 1, 8, 4}, {0xbb, 0x1000 << 8, 32, 2, 0, 2}};
    for (const auto& r : reads) {
        flash.select(true);
        flash.exchange(r.opcode, 8, 1);
        flash.exchange(r.address, r.bits, r.address_lines);
        flash.dummy_clocks(r.wait);
        EXPECT_EQ(flash.receive(8, r.lines), 0xa1u) << int{r.opcode};
        flash.select(false);
    }
}

TEST_F(NorFlashTest, MissingDummyClocksShiftTheData) {
    flash.load(0, Bytes{0xa1});
    flash.select(true);
    flash.exchange(0x6b, 8, 1);
    flash.exchange(0, 24, 1);
    flash.dummy_clocks(6);
    EXPECT_EQ(flash.receive(8, 4), 0xffu);
    EXPECT_EQ(flash.receive(8, 4), 0xa1u);
}

TEST_F(NorFlashTest, QuadCommandsNeedTheQuadBit) {
    flash.load(0, Bytes{0xa1});
    for (const std::uint8_t without : {std::uint8_t{0x00}, std::uint8_t{0xfd}}) {
        write({0x31, without});
        flash.select(true);
        flash.exchange(0x6b, 8, 1);
        flash.exchange(0, 24, 1);
        flash.dummy_clocks(8);
        EXPECT_EQ(flash.receive(8, 4), 0xffu) << int{without};
        flash.select(false);
        EXPECT_EQ(command({0x35}, 1), Bytes{without});
    }
}

TEST_F(NorFlashTest, EveryMultiLineReadWaitsItsDummyClocks) {
    flash.load(0, Bytes{0xa1});
    struct {
        std::uint8_t opcode;
        unsigned header_bits, dummy_clocks;
    } const reads[] = {{0x0b, 24, 8}, {0x3b, 24, 8}, {0x6b, 24, 8}, {0xeb, 32, 4}};
    for (const auto& r : reads)
        for (const unsigned waited : {r.dummy_clocks - 1, r.dummy_clocks}) {
            flash.select(true);
            flash.exchange(r.opcode, 8, 1);
            flash.exchange(0, r.header_bits, 1);
            flash.dummy_clocks(waited);
            EXPECT_EQ(flash.receive(8, 1), waited == r.dummy_clocks ? 0xa1u : 0xffu) << int{r.opcode};
            flash.select(false);
        }
}

TEST_F(NorFlashTest, EraseAndProgramCutOffInTheirAddressDoNothing) {
    flash.load(0, Bytes{0x12});
    write({0x20, 0, 0});
    EXPECT_EQ(flash.contents()[0], 0x12);
    write({0x02, 0, 0, 0});
    EXPECT_EQ(flash.contents()[0], 0x12);
}

TEST_F(NorFlashTest, ProgramsOnlyWithWriteEnable) {
    command({0x02, 0, 0, 0, 0x00});
    EXPECT_EQ(flash.contents()[0], 0xff);
    command({0x06});
    EXPECT_EQ(status(), 0x02);
    command({0x04});
    EXPECT_EQ(status(), 0x00);
    command({0x06});
    command({0x02, 0, 0, 0, 0x5a});
    EXPECT_EQ(flash.contents()[0], 0x5a);
}

TEST_F(NorFlashTest, AGenerationEndsWithEveryProgramAndErase) {
    std::uint64_t before = flash.generation();
    const auto changed = [&] { return std::exchange(before, flash.generation()) != before; };
    flash.load(0, Bytes{0x12});
    command({0x03, 0, 0, 0}, 1);
    command({0x02, 0, 0, 0, 0x00});  // without write enable
    write({0x01, 0x00});             // status registers are no contents
    EXPECT_FALSE(changed());
    write({0x02, 0, 0, 0, 0});
    EXPECT_TRUE(changed());
    EXPECT_FALSE(changed());
    write({0x20, 0, 0, 0});
    EXPECT_TRUE(changed());
}

TEST_F(NorFlashTest, ProgrammingClearsBitsAndWrapsInItsPage) {
    flash.load(0x100, Bytes{0x0f});
    write({0x02, 0x00, 0x01, 0xff, 0x11, 0x22});
    EXPECT_EQ(flash.contents()[0x1ff], 0x11);
    EXPECT_EQ(flash.contents()[0x100], 0x02);
    EXPECT_EQ(flash.contents()[0x200], 0xff);
}

TEST_F(NorFlashTest, QuadProgramsOnFourLines) {
    command({0x06});
    flash.select(true);
    flash.exchange(0x32, 8, 1);
    flash.exchange(0x200, 24, 1);
    flash.exchange(0x12345678, 32, 4);
    flash.select(false);
    EXPECT_EQ(Bytes(&flash.contents()[0x200], &flash.contents()[0x204]), (Bytes{0x12, 0x34, 0x56, 0x78}));
}

TEST_F(NorFlashTest, BusyForItsTimeAndDeafMeanwhile) {
    command({0x06});
    command({0x02, 0, 0, 0, 0x5a});
    EXPECT_EQ(status(), 0x03);
    EXPECT_EQ(command({0x03, 0, 0, 0}, 1), Bytes{0xff});
    bench.events.run_until({ps_from_us(7) - 1});
    EXPECT_EQ(status(), 0x03);
    bench.events.run_until({ps_from_us(7)});
    EXPECT_EQ(status(), 0x00);
    EXPECT_EQ(command({0x03, 0, 0, 0}, 1), Bytes{0x5a});
}

// 1 MiB in 256 sectors and 4096 pages: fermiums22/K210_AI_V7s_Plus docs/TEST_REPORT_V2_2026-07-12.md [measured]. What
// is not the chip's of it, commands and data at 19.5 MHz, is a fifth of the programming.
TEST_F(NorFlashTest, ItIsBusyForABoardsTimeOnRequest) {
    flash.set_timing(FlashTiming::real);
    const auto busy_us = [&](std::initializer_list<std::uint8_t> out) {
        const std::uint64_t begun = bench.events.now().ps;
        command({0x06});
        command(out);
        while (flash.busy()) bench.events.run_until(after(bench.events.now(), ps_from_us(1)));
        return static_cast<double>(bench.events.now().ps - begun) / static_cast<double>(ps_from_us(1));
    };
    EXPECT_NEAR(busy_us({0x20, 0, 0, 0}) * 256 / 11.33e6, 1, 0.05);
    EXPECT_NEAR(busy_us({0x02, 0, 0, 0, 0x5a}) * 4096 / 2.29e6, 0.8, 0.05);
}

TEST_F(NorFlashTest, ErasesWhatItsCommandSays) {
    const Bytes zeros(0x40000);
    const struct {
        std::uint8_t opcode;
        std::size_t first, bytes;
    } erases[] = {{0x20, 0x15000, 0x1000}, {0x52, 0x10000, 0x8000}, {0xd8, 0x10000, 0x10000}};
    for (const auto& e : erases) {
        flash.load(0, zeros);
        write({e.opcode, 0x01, 0x51, 0x23});
        EXPECT_EQ(flash.contents()[e.first - 1], 0x00) << int{e.opcode};
        EXPECT_EQ(flash.contents()[e.first], 0xff) << int{e.opcode};
        EXPECT_EQ(flash.contents()[e.first + e.bytes - 1], 0xff) << int{e.opcode};
        EXPECT_EQ(flash.contents()[e.first + e.bytes], 0x00) << int{e.opcode};
    }
    write({0xc7});
    EXPECT_EQ(flash.contents()[0], 0xff);
    EXPECT_EQ(flash.contents()[0x3ffff], 0xff);
}

TEST_F(NorFlashTest, StatusRegistersKeepWhatIsWritten) {
    write({0x01, 0x00, 0x42});
    write({0x11, 0x60});
    EXPECT_EQ(command({0x05}, 1), Bytes{0x00});
    EXPECT_EQ(command({0x35}, 2), (Bytes{0x42, 0x42}));
    EXPECT_EQ(command({0x15}, 1), Bytes{0x60});
    flash.power_on();
    EXPECT_EQ(command({0x35}, 1), Bytes{0x42});
}

TEST_F(NorFlashTest, PoweredDownItHearsOnlyItsRelease) {
    command({0xb9});
    EXPECT_EQ(command({0x9f}, 1), Bytes{0xff});
    command({0xab});
    EXPECT_EQ(command({0x9f}, 1), Bytes{0xc8});
}

TEST_F(NorFlashTest, ResetNeedsItsTwoCommandsInARow) {
    command({0x06});
    command({0x66});
    command({0x35}, 1);
    command({0x99});
    EXPECT_EQ(status(), 0x02);
    command({0x66});
    command({0x99});
    EXPECT_EQ(status(), 0x00);
}

TEST_F(NorFlashTest, UnknownCommandsAreIgnored) {
    EXPECT_EQ(command({0x5a, 0, 0, 0, 0}, 1), Bytes{0xff});
    EXPECT_EQ(bench.log.count(LogKind::unimplemented), 1u);
}

TEST_F(NorFlashTest, CommandInProgressSurvivesSaveAndRestore) {
    flash.load(0x123456, Bytes{0xa1, 0xa2});
    flash.select(true);
    for (std::uint32_t byte : {0x03u, 0x12u, 0x34u}) flash.exchange(byte, 8, 1);
    NorFlash other(bench.part("flash"), {});
    DeviceBench::transfer_state(flash, other);
    other.exchange(0x56, 8, 1);
    EXPECT_EQ(other.exchange(0, 16, 1), 0xa1a2u);
}

TEST_F(NorFlashTest, EveryStageOfACommandSurvivesSaveAndRestore) {
    const Bytes whole = {0x0b, 0x00, 0x01, 0x00, 0xff};  // read 0x100, with its dummy byte
    flash.load(0x100, Bytes{0xa1, 0xa2});
    for (std::size_t sent = 1; sent <= whole.size(); ++sent) {
        flash.select(true);
        for (std::size_t i = 0; i < sent; ++i) flash.exchange(whole[i], 8, 1);
        NorFlash other(bench.part("flash"), {});
        DeviceBench::transfer_state(flash, other);
        for (std::size_t i = sent; i < whole.size(); ++i) other.exchange(whole[i], 8, 1);
        EXPECT_EQ(other.exchange(0, 16, 1), 0xa1a2u) << sent;
        flash.select(false);
    }
}

TEST_F(NorFlashTest, StatusAndPagesUnderWaySurviveSaveAndRestore) {
    command({0x06});
    command({0x66});
    NorFlash other(bench.part("flash"), {});
    DeviceBench::transfer_state(flash, other);
    EXPECT_EQ(command(other, {0x05}, 1), Bytes{0x02}) << "write enable";
    command({0x06});
    flash.select(true);
    for (const std::uint32_t byte : {0x02u, 0x00u, 0x00u, 0x10u, 0x5au}) flash.exchange(byte, 8, 1);
    DeviceBench::transfer_state(flash, other);
    other.exchange(0x5b, 8, 1);
    other.select(false);
    EXPECT_EQ(other.contents()[0x10], 0x5a);
    EXPECT_EQ(other.contents()[0x11], 0x5b);
    NorFlash third(bench.part("flash"), {});
    DeviceBench::transfer_state(other, third);
    EXPECT_TRUE(third.busy());
}

TEST_F(NorFlashTest, AResetUnderWaySleepAndAnIgnoredCommandSurviveSaveAndRestore) {
    NorFlash other(bench.part("flash"), {});
    command({0x06});
    command({0x66});
    DeviceBench::transfer_state(flash, other);
    command(other, {0x99});
    EXPECT_EQ(command(other, {0x05}, 1), Bytes{0x00});
    command({0xb9});
    DeviceBench::transfer_state(flash, other);
    EXPECT_EQ(command(other, {0x9f}, 1), Bytes{0xff});
    flash.select(true);
    flash.exchange(0x06, 8, 1);  // ignored while powered down
    DeviceBench::transfer_state(flash, other);
    other.select(false);
    command(other, {0xab});
    EXPECT_EQ(command(other, {0x05}, 1), Bytes{0x02}) << "as before it slept";
}

// --- without power in mid-operation ---------------------------------------------------------------------------------

struct NorFlashWithoutPowerTest : NorFlashTest {
    const Bytes old = Bytes(0x40000, 0x5a);
    Bytes done;

    NorFlashWithoutPowerTest() { flash.load(0, old); }
    void begin(std::initializer_list<std::uint8_t> out) {
        command({0x06});
        command(out);
        done = contents();
    }
    Bytes contents() const {
        return {flash.contents().begin(), flash.contents().begin() + static_cast<std::ptrdiff_t>(old.size())};
    }
    void lose_power(std::uint64_t seed) {
        flash.lose_power(seed);
        flash.power_on();
    }
    // What is neither as it was nor as it was to be; all else is as it was to be.
    struct Undefined {
        std::size_t first, last, count;
    };
    Undefined undefined() const {
        Undefined found{};
        const Bytes now = contents();
        for (std::size_t i = 0; i < now.size(); ++i) {
            if (now[i] == done[i] || now[i] == old[i]) continue;
            if (found.count++ == 0) found.first = i;
            found.last = i;
        }
        for (std::size_t i = 0; i < now.size(); ++i)
            if (i < found.first || i > found.last) { EXPECT_EQ(now[i], done[i]) << i; }
        return found;
    }
};

TEST_F(NorFlashWithoutPowerTest, ItsPageIsUndefinedAndTheRestIntact) {
    begin({0x02, 0x01, 0x23, 0x80, 0x00, 0x00});
    lose_power(1);
    const Undefined found = undefined();
    EXPECT_LT(found.first - 0x12300, 16u);  // the page's whole length, but for bytes that are right by chance
    EXPECT_GT(found.last, 0x123f0u);
    EXPECT_LE(found.last, 0x123ffu);
    EXPECT_GT(found.count, 240u);
    EXPECT_FALSE(flash.busy());
}

TEST_F(NorFlashWithoutPowerTest, ItsSectorOrBlockIsUndefinedAndTheRestIntact) {
    const struct {
        std::uint8_t opcode;
        std::size_t first, bytes;
    } erases[] = {{0x20, 0x15000, 0x1000}, {0x52, 0x10000, 0x8000}, {0xd8, 0x10000, 0x10000}};
    for (const auto& e : erases) {
        flash.load(0, old);
        begin({e.opcode, 0x01, 0x51, 0x23});
        lose_power(7);
        const Undefined found = undefined();
        EXPECT_LT(found.first - e.first, 16u) << int{e.opcode};
        EXPECT_LT(e.first + e.bytes - found.last, 17u) << int{e.opcode};
        EXPECT_GT(found.count, e.bytes * 9 / 10) << int{e.opcode};
    }
}

TEST_F(NorFlashWithoutPowerTest, TheSeedDecidesWhatItIs) {
    const auto torn = [&](std::uint64_t seed) {
        flash.load(0, old);
        begin({0x20, 0x01, 0x50, 0x00});
        lose_power(seed);
        return contents();
    };
    const Bytes first = torn(1);
    EXPECT_EQ(torn(1), first);
    EXPECT_NE(torn(2), first);
}

TEST_F(NorFlashWithoutPowerTest, WhatIsDoneLasts) {
    begin({0x20, 0x01, 0x50, 0x00});
    bench.events.run_until({ps_from_us(450) - 1});
    EXPECT_TRUE(flash.busy());
    bench.events.run_until({ps_from_us(450)});
    const std::uint64_t before = flash.generation();
    lose_power(1);
    EXPECT_EQ(contents(), done);
    EXPECT_EQ(flash.generation(), before);
}

TEST_F(NorFlashWithoutPowerTest, AStatusRegisterOnItsWayTouchesNoContents) {
    write({0x02, 0x01, 0x23, 0x80, 0x00});
    begin({0x01, 0x00, 0x02});
    lose_power(1);
    EXPECT_EQ(contents(), done);
}

TEST_F(NorFlashWithoutPowerTest, ACommandThatWasNotCompleteHasNotBegun) {
    command({0x06});
    done = contents();
    flash.select(true);
    for (const std::uint32_t byte : {0x02u, 0x01u, 0x23u, 0x80u, 0x00u}) flash.exchange(byte, 8, 1);
    lose_power(1);
    flash.select(false);
    EXPECT_EQ(contents(), done);
}

TEST_F(NorFlashWithoutPowerTest, TornContentsCountAsChanged) {
    begin({0x20, 0x01, 0x50, 0x00});
    const std::uint64_t before = flash.generation();
    lose_power(1);
    EXPECT_NE(flash.generation(), before);
}

TEST_F(NorFlashWithoutPowerTest, AnOperationUnderWaySurvivesSaveAndRestore) {
    begin({0x20, 0x01, 0x50, 0x00});
    NorFlash other(bench.part("flash"), {});
    DeviceBench::transfer_state(flash, other);
    flash.lose_power(1);
    other.lose_power(1);
    EXPECT_TRUE(std::ranges::equal(other.contents(), flash.contents()));
}

TEST_F(NorFlashWithoutPowerTest, ASnapshotOfAnOperationBehindItsEndIsRefused) {
    begin({0x20, 0x01, 0x50, 0x00});
    Snapshot snapshot;
    StateSaver saver(snapshot);
    flash.visit_state(saver);
    for (const auto& [name, byte] : {std::pair{"changing_start", 3}, std::pair{"changing_bytes", 3}}) {
        Snapshot damaged = snapshot;
        damaged.at(name).at(static_cast<std::size_t>(byte)) = 1;  // 16 MiB further
        StateLoader loader(damaged);
        NorFlash other(bench.part("flash"), {});
        EXPECT_THROW(other.visit_state(loader), InputError) << name;
    }
}

TEST_F(NorFlashTest, RestoringIsAChangeOfItsContents) {
    NorFlash other(bench.part("flash"), {});
    const std::uint64_t before = other.generation(), saved = flash.generation();
    DeviceBench::transfer_state(flash, other);
    EXPECT_NE(other.generation(), before);
    EXPECT_EQ(flash.generation(), saved);
}

TEST_F(NorFlashTest, RefusesASnapshotOfAnotherSize) {
    NorFlash smaller(bench.part("flash"), {.size_bytes = 8u << 20});
    EXPECT_THROW(DeviceBench::transfer_state(flash, smaller), InputError);
}

}  // namespace
}  // namespace k210
