#include "i2s/i2s.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/device_bench.hpp"
#include "support/i2s_lines.hpp"

namespace k210 {
namespace {

constexpr unsigned kOutput = 94;

struct Lines final : PinMux {
    std::map<unsigned, bool> levels;
    bool somebody_listens = true;
    unsigned changes = 0;

    void drive(unsigned function, bool level, bool enable) override {
        levels[function] = level && enable;
        ++changes;
    }
    bool level_of(unsigned) const override { return false; }
    void on_input(unsigned, std::function<void(bool)>) override {}
    int pad_of(unsigned) const override { return -1; }
    bool heard(unsigned) const override { return somebody_listens; }
};

enum Reg : std::uint32_t {
    kIer = 0x00,
    kIrer = 0x04,
    kIter = 0x08,
    kCer = 0x0c,
    kCcr = 0x10,
    kRxffr = 0x14,
    kTxffr = 0x18,
    kRxdma = 0x1c0,
    kRrxdma = 0x1c4,
    kTxdma = 0x1c8,
    kRtxdma = 0x1cc,
    // of channel 0
    kLeft = 0x20,
    kRight = 0x24,
    kRer = 0x28,
    kTer = 0x2c,
    kRcr = 0x30,
    kTcr = 0x34,
    kIsr = 0x38,
    kImr = 0x3c,
    kRor = 0x40,
    kTor = 0x44,
    kRfcr = 0x48,
    kTfcr = 0x4c,
    kRff = 0x50,
    kTff = 0x54,
};
constexpr std::uint32_t kEachChannel = 0x40;
enum Ccr : std::uint32_t {
    kWord16 = 0,
    kWord24 = 1 << 3,
    kWord32 = 2 << 3,
    kStandard = 1 << 5,
    kRightJustified = 2 << 5,
    kLeftJustified = 4 << 5,
    kDmaTx = 1 << 8,
    kDmaRx = 1 << 9,
    kDivide16 = 1 << 10,
    kSignExpand = 1 << 11,
};
enum Interrupt : std::uint32_t { kRxda = 1, kRxfo = 2, kTxfe = 0x10, kTxfo = 0x20, kAll = 0x33 };
enum Wlen : std::uint32_t { kIgnore, k12, k16, k20, k24, k32 };

struct Rig {
    DeviceBench bench;
    Lines lines;
    FakeI2sLines sound;
    I2s i2s{"i2s0", bench.context(), lines, kOutput, sound};

    std::uint32_t read(std::uint32_t offset) { return i2s.read(offset, 4); }
    void write(std::uint32_t offset, std::uint32_t value) { i2s.write(offset, 4, value); }
    void run_to(std::uint64_t cycle) { bench.run_to_cycle(cycle); }
    std::uint32_t status() { return read(kIsr); }

    // The first frame begins right now, so it is over in frame_cycles.
    void start(std::uint32_t ccr) {
        write(kCcr, ccr);
        write(kIer, 1);
        write(kCer, 1);
    }
    void transmit(std::uint32_t ccr, std::uint32_t wlen = k32, std::uint32_t trigger = 0) {
        for (unsigned n = 1; n < 4; ++n) write(kTer + n * kEachChannel, 0);
        write(kTcr, wlen);
        write(kTfcr, trigger);
        write(kIter, 1);
        start(ccr);
    }
    void receive(std::uint32_t ccr, std::uint32_t trigger) {
        for (unsigned n = 1; n < 4; ++n) write(kRer + n * kEachChannel, 0);
        write(kRfcr, trigger);
        write(kIrer, 1);
        start(ccr);
    }
    void pair(std::uint32_t left, std::uint32_t right) {
        write(kLeft, left);
        write(kRight, right);
    }
    // What the line carries in `cycles` cycles from this one on, the first bit being the highest.
    std::uint64_t sample(std::uint64_t from, unsigned cycles, unsigned channel = 0) {
        std::uint64_t bits = 0;
        for (unsigned i = 0; i < cycles; ++i) {
            run_to(from + i);
            bits = bits << 1 | std::uint64_t{lines.levels[kOutput + channel]};
        }
        return bits;
    }
};

struct I2sTest : testing::Test, Rig {};

TEST_F(I2sTest, APairOfWordsTakesTwoWordsOfTheClock) {
    constexpr std::pair<Ccr, std::uint64_t> kFrames[] = {{kWord16, 32}, {kWord24, 48}, {kWord32, 64}};
    for (const auto& [size, frame] : kFrames) {
        Rig rig;
        rig.transmit(size | kLeftJustified);
        rig.pair(1, 2);
        rig.pair(3, 4);
        rig.run_to(2 * frame - 1);
        EXPECT_EQ(rig.status() & kTxfe, 0u) << frame;
        rig.run_to(2 * frame);
        EXPECT_EQ(rig.status() & kTxfe, kTxfe) << frame;
    }
}

TEST_F(I2sTest, TheTransmitterAsksAtItsTriggerLevel) {
    transmit(kWord32, k32, 3);
    for (int i = 0; i < 3; ++i) pair(0, 0);
    EXPECT_EQ(status() & kTxfe, kTxfe);
    pair(0, 0);
    EXPECT_EQ(status() & kTxfe, 0u);
}

TEST_F(I2sTest, AWordWithoutItsPartnerWaits) {
    transmit(kWord32 | kLeftJustified);
    write(kLeft, ~0u);
    EXPECT_EQ(sample(64, 64), 0u);
    write(kRight, 0);
    EXPECT_EQ(sample(128, 64), 0xffff'ffff'0000'0000u);
}

TEST_F(I2sTest, WordsGoOutLeftFirstAndTheHighestBitFirst) {
    transmit(kWord32 | kLeftJustified);
    pair(0x8000'0005, 0x1234'5678);
    pair(0xf000'0000, 1);
    EXPECT_EQ(sample(64, 64), 0x8000'0005'1234'5678u);
    EXPECT_EQ(sample(128, 64), 0xf000'0000'0000'0001u);
    EXPECT_EQ(sample(192, 64), 0u) << "nothing is left";
}

TEST_F(I2sTest, ShortWordsLieWhereTheFormatPutsThem) {
    constexpr struct {
        std::uint32_t ccr, wlen;
        std::uint64_t line;
    } kFormats[] = {
        {kWord32 | kLeftJustified, k16, 0x8001'0000'c003'0000},
        {kWord32 | kRightJustified, k16, 0x0000'8001'0000'c003},
        {kWord32 | kStandard, k16, 0x4000'8000'6001'8000},
        {kWord32 | kLeftJustified, k24, 0x0180'0100'02c0'0300},
        {kWord32 | kLeftJustified, k12, 0x0010'0000'0030'0000},
        {kWord32 | kLeftJustified, k20, 0x1800'1000'2c00'3000},
        {kWord32 | kLeftJustified, kIgnore, 0x0001'8001'0002'c003},
    };
    for (const auto& format : kFormats) {
        Rig rig;
        rig.transmit(format.ccr, format.wlen);
        rig.pair(0x1'8001, 0x2'c003);
        EXPECT_EQ(rig.sample(64, 64), format.line) << std::hex << format.ccr << ' ' << format.wlen;
    }
}

TEST_F(I2sTest, WordsThatAreTooLongLoseTheirLowestBits) {
    transmit(kWord16 | kLeftJustified, k32);
    pair(0x8001'ffff, 0x4002'ffff);
    EXPECT_EQ(sample(32, 32), 0x8001'4002u);
}

TEST_F(I2sTest, StandardFormatIsOneCycleLateAcrossFrames) {
    transmit(kWord16 | kStandard, k16);
    pair(0, 1);
    pair(0, 0);
    EXPECT_EQ(sample(32, 32), 0u);
    EXPECT_EQ(sample(64, 32), 0x8000'0000u);
}

TEST_F(I2sTest, WhereNobodyListensThePadStaysLow) {
    lines.somebody_listens = false;
    transmit(kWord32 | kLeftJustified);
    lines.changes = 0;
    pair(0xaaaa'aaaa, 0xaaaa'aaaa);
    run_to(128);
    EXPECT_EQ(lines.changes, 0u);
    EXPECT_EQ(bench.events.next_deadline(), SimTime::never()) << "and nothing has to happen";
}

TEST_F(I2sTest, AStoppedClockLowersTheLine) {
    transmit(kWord32 | kLeftJustified);
    pair(~0u, ~0u);
    run_to(70);
    ASSERT_TRUE(lines.levels[kOutput]);
    write(kCer, 0);
    EXPECT_FALSE(lines.levels[kOutput]);
}

TEST_F(I2sTest, DmaWordsGoRoundTheChannelsThatSend) {
    write(kTfcr, 15);
    transmit(kWord32 | kLeftJustified | kDmaTx);
    write(kTer + 2 * kEachChannel, 1);
    write(kTcr + 2 * kEachChannel, k32);
    for (const std::uint32_t word : {1u, 2u, 3u, 4u, 5u, 6u}) write(kTxdma, word);
    EXPECT_EQ(sample(64, 64), 0x0000'0001'0000'0002u);
    EXPECT_EQ(sample(128, 64), 0x0000'0005'0000'0006u);
    Rig other;
    other.transmit(kWord32 | kLeftJustified | kDmaTx);
    other.write(kTer + 2 * kEachChannel, 1);
    other.write(kTcr + 2 * kEachChannel, k32);
    for (const std::uint32_t word : {1u, 2u, 3u, 4u}) other.write(kTxdma, word);
    EXPECT_EQ(other.sample(64, 64, 2), 0x0000'0003'0000'0004u);
}

TEST_F(I2sTest, AResetOfTheDmaPortBeginsWithALeftWord) {
    transmit(kWord32 | kLeftJustified | kDmaTx);
    write(kTxdma, 1);
    write(kTxffr, 1);
    write(kRtxdma, 1);
    write(kTxdma, 2);
    write(kTxdma, 3);
    EXPECT_EQ(sample(64, 64), 0x0000'0002'0000'0003u);
}

TEST_F(I2sTest, ADividedDmaWordIsAPair) {
    transmit(kWord16 | kLeftJustified | kDmaTx | kDivide16, k16);
    write(kTxdma, 0x2222'1111);
    write(kTxdma, 0x4444'3333);
    EXPECT_EQ(sample(32, 32), 0x1111'2222u);
    EXPECT_EQ(sample(64, 32), 0x3333'4444u);
}

TEST_F(I2sTest, DividedDmaWordsGoRoundTheChannelsPairByPair) {
    transmit(kWord16 | kLeftJustified | kDmaTx | kDivide16, k16);
    write(kTer + 2 * kEachChannel, 1);
    write(kTcr + 2 * kEachChannel, k16);
    for (const std::uint32_t pair : {0x2222'1111u, 0x4444'3333u, 0x6666'5555u}) write(kTxdma, pair);
    EXPECT_EQ(sample(32, 32), 0x1111'2222u);
    EXPECT_EQ(sample(64, 32), 0x5555'6666u);
}

TEST_F(I2sTest, DmaIsAskedForWordsUntilTheTriggerLevelIsPassed) {
    transmit(kWord32 | kLeftJustified | kDmaTx, k32, 1);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(i2s.dma_tx_req.level()) << i;
        write(kTxdma, 0);
    }
    EXPECT_TRUE(i2s.dma_tx_req.level());
    write(kTxdma, 0);
    EXPECT_FALSE(i2s.dma_tx_req.level());
    run_to(63);
    EXPECT_FALSE(i2s.dma_tx_req.level());
    run_to(64);
    EXPECT_TRUE(i2s.dma_tx_req.level());
}

TEST_F(I2sTest, DmaIsNotAskedForAnythingUnlessEnabled) {
    transmit(kWord32, k32, 1);
    EXPECT_FALSE(i2s.dma_tx_req.level());
    write(kCcr, kWord32 | kDmaTx);
    EXPECT_TRUE(i2s.dma_tx_req.level());
    write(kIter, 0);
    EXPECT_FALSE(i2s.dma_tx_req.level());
    write(kIter, 1);
    write(kTer, 0);
    EXPECT_FALSE(i2s.dma_tx_req.level());
}

TEST_F(I2sTest, TheReceiverHasWordsAtItsTriggerLevel) {
    receive(kWord32, 3);
    run_to(4 * 64 - 1);
    EXPECT_EQ(status() & kRxda, 0u);
    run_to(4 * 64);
    EXPECT_EQ(status() & kRxda, kRxda);
    EXPECT_EQ(read(kLeft), 0u);
    EXPECT_EQ(status() & kRxda, kRxda) << "its right word is still there";
    EXPECT_EQ(read(kRight), 0u);
    EXPECT_EQ(status() & kRxda, 0u);
}

TEST_F(I2sTest, DmaIsAskedToFetchBothWordsOfAPair) {
    receive(kWord16 | kDmaRx, 0);
    run_to(31);
    EXPECT_FALSE(i2s.dma_rx_req.level());
    run_to(32);
    EXPECT_TRUE(i2s.dma_rx_req.level());
    read(kRxdma);
    EXPECT_TRUE(i2s.dma_rx_req.level());
    read(kRxdma);
    EXPECT_FALSE(i2s.dma_rx_req.level());
    run_to(64);
    EXPECT_TRUE(i2s.dma_rx_req.level());
}

TEST_F(I2sTest, ADividedPairIsOneDmaWord) {
    receive(kWord16 | kDmaRx | kDivide16, 0);
    run_to(32);
    read(kRxdma);
    EXPECT_FALSE(i2s.dma_rx_req.level());
}

TEST_F(I2sTest, TheSeventeenthPairIsLost) {
    receive(kWord16, 15);
    run_to(17 * 32 - 1);
    EXPECT_EQ(status() & kRxfo, 0u);
    run_to(17 * 32);
    EXPECT_EQ(status() & kRxfo, kRxfo);
    EXPECT_EQ(read(kRor), 1u);
    EXPECT_EQ(read(kRor), 0u) << "reading clears it";
    EXPECT_EQ(status() & kRxfo, 0u);
    run_to(18 * 32);
    EXPECT_EQ(status() & kRxfo, kRxfo) << "and the next one is lost, too";
}

TEST_F(I2sTest, AFullTransmitFifoLosesWhatIsWritten) {
    transmit(kWord32 | kLeftJustified);
    for (int i = 0; i < 16; ++i) pair(0, 0);
    EXPECT_EQ(status() & kTxfo, 0u);
    write(kLeft, ~0u);
    EXPECT_EQ(status() & kTxfo, kTxfo);
    EXPECT_EQ(read(kTor), 1u);
    EXPECT_EQ(read(kTor), 0u);
    run_to(16 * 64);
    EXPECT_EQ(sample(17 * 64, 64), 0u);
}

TEST_F(I2sTest, InterruptsComeWhenTheirCauseDoesUnlessMasked) {
    receive(kWord32, 1);
    run_to(127);
    EXPECT_FALSE(i2s.irq.level());
    write(kImr, kAll & ~kRxda);
    run_to(128);
    EXPECT_TRUE(i2s.irq.level());
    write(kImr, kAll);
    EXPECT_FALSE(i2s.irq.level());
    write(kImr, kAll & ~kRxfo);
    run_to(17 * 64 - 1);
    EXPECT_FALSE(i2s.irq.level());
    run_to(17 * 64);
    EXPECT_TRUE(i2s.irq.level());
}

TEST_F(I2sTest, ATransmitInterruptComesAsTheTriggerLevelIsReached) {
    transmit(kWord32);
    pair(0, 0);
    write(kImr, kAll & ~kTxfe);
    EXPECT_FALSE(i2s.irq.level());
    run_to(63);
    EXPECT_FALSE(i2s.irq.level());
    run_to(64);
    EXPECT_TRUE(i2s.irq.level());
}

TEST_F(I2sTest, FlushesEmptyTheFifosTheyAreFor) {
    receive(kWord16, 0);
    run_to(32);
    write(kRff, 1);
    EXPECT_EQ(status() & kRxda, 0u);
    run_to(64);
    write(kRxffr, 1);
    EXPECT_EQ(status() & kRxda, 0u);
    pair(0, 0);
    write(kTff, 1);
    EXPECT_EQ(status() & kTxfe, kTxfe);
    pair(0, 0);
    write(kTxffr, 1);
    EXPECT_EQ(status() & kTxfe, kTxfe);
}

TEST_F(I2sTest, ADisabledBlockKeepsAndTakesNothing) {
    transmit(kWord32);
    pair(1, 1);
    pair(1, 1);
    write(kIer, 0);
    EXPECT_EQ(status() & kTxfe, kTxfe);
    pair(1, 1);
    EXPECT_EQ(status() & kTxfe, kTxfe);
    EXPECT_EQ(bench.log.entries().size(), 1u);
}

TEST_F(I2sTest, ADisabledReceiverHearsNothing) {
    receive(kWord16, 0);
    write(kIrer, 0);
    run_to(32);
    EXPECT_EQ(status() & kRxda, 0u);
    write(kIrer, 1);
    write(kRer, 0);
    run_to(64);
    EXPECT_EQ(status() & kRxda, 0u);
    write(kRer, 1);
    run_to(96);
    EXPECT_EQ(status() & kRxda, kRxda);
}

TEST_F(I2sTest, AnotherWordSizeBeginsAFrame) {
    receive(kWord32, 0);
    run_to(40);
    write(kCcr, kWord16);
    run_to(71);
    EXPECT_EQ(status() & kRxda, 0u);
    run_to(72);
    EXPECT_EQ(status() & kRxda, kRxda);
}

TEST_F(I2sTest, SpinningOnTheStatusMayBeSkippedUntilTheFrameEnds) {
    EXPECT_EQ(i2s.steady_until(kIsr), SimTime::never());
    receive(kWord16, 0);
    EXPECT_EQ(i2s.steady_until(kIsr), bench.clock.time_of(32));
    run_to(10);
    EXPECT_EQ(i2s.steady_until(kIsr), bench.clock.time_of(32));
    EXPECT_EQ(i2s.steady_until(kRor), SimTime{});
}

TEST_F(I2sTest, TheRestOfTheWindowIsItsNeighbours) {
    struct : BusTarget {
        std::uint32_t written = 0;
        std::uint32_t read(std::uint32_t offset, unsigned) override { return offset; }
        void write(std::uint32_t, unsigned, std::uint32_t value) override { written = value; }
    } apu;
    i2s.set_neighbour(apu);
    EXPECT_EQ(read(0x200), 0x200u);
    write(0x204, 5);
    EXPECT_EQ(apu.written, 5u);
    EXPECT_EQ(read(0x1fc), 0u);
}

TEST_F(I2sTest, WordsInAreTheHighestBitsOfWhatIsHeard) {
    constexpr std::int32_t kLoud = 0x1234'5678, kDeep = -0x1234'5678;  // 0xedcb'a988
    const struct {
        std::uint32_t ccr, wlen, left, right;
    } kFormats[] = {
        {kWord32, k32, 0x1234'5678, 0xedcb'a988},
        {kWord32, k24, 0x12'3456, 0xed'cba9},
        {kWord32, k20, 0x1'2345, 0xe'dcba},
        {kWord32, k16, 0x1234, 0xedcb},
        {kWord32, k12, 0x123, 0xedc},
        {kWord32, kIgnore, 0x1234'5678, 0xedcb'a988},
        {kWord16, k16, 0x1234, 0xedcb},
        {kWord16, kIgnore, 0x1234, 0xedcb},
        {kWord24, k32, 0x1234'5600, 0xedcb'a900},
        {kWord32 | kSignExpand, k16, 0x1234, 0xffff'edcb},
    };
    for (const auto& format : kFormats) {
        Rig rig;
        rig.sound.speaks = [](unsigned, I2sMoment) { return SoundFrame{kLoud, kDeep}; };
        rig.receive(format.ccr, 0);
        rig.write(kRcr, format.wlen);
        rig.run_to(64);
        EXPECT_EQ(rig.read(kLeft), format.left) << std::hex << format.ccr << ' ' << format.wlen;
        EXPECT_EQ(rig.read(kRight), format.right) << std::hex << format.ccr << ' ' << format.wlen;
    }
}

TEST_F(I2sTest, FramesInAreHeardOnTheirLineAndAtTheirTime) {
    std::vector<double> cycles;
    sound.speaks = [&](unsigned line, I2sMoment moment) {
        EXPECT_DOUBLE_EQ(moment.rate_hz, 400e6 / 64);
        if (line == 0) cycles.push_back(static_cast<double>(bench.clock.cycle_at(moment.begin)));
        return SoundFrame{static_cast<std::int32_t>(line) << 16, 0};
    };
    receive(kWord32, 0);
    write(kRer + 2 * kEachChannel, 1);
    run_to(3 * 64);
    EXPECT_EQ(read(kLeft + 2 * kEachChannel), 2u << 16);
    EXPECT_THAT(cycles, testing::ElementsAre(0, 64, 128));
}

TEST_F(I2sTest, AFullReceiveFifoKeepsWhatCameFirst) {
    std::int32_t n = 0;
    sound.speaks = [&](unsigned, I2sMoment) { return SoundFrame{++n, 0}; };
    receive(kWord32, 0);
    run_to(1000 * 64);
    for (std::uint32_t i = 1; i <= 16; ++i) {
        EXPECT_EQ(read(kLeft), i);
        read(kRight);
    }
    EXPECT_EQ(read(kRor), 1u);
}

TEST_F(I2sTest, WordsOutAreHeardAsSamplesWhateverTheirWidthAndFormat) {
    const struct {
        std::uint32_t ccr, wlen, word;
        std::int32_t heard;
    } kFormats[] = {
        {kWord32 | kStandard, k32, 0x1234'5678, 0x1234'5678},   {kWord32 | kStandard, k16, 0xffff'1234, 0x1234'0000},
        {kWord32 | kRightJustified, k16, 0x8001, -0x7fff'0000}, {kWord32 | kLeftJustified, k24, 0x12'3456, 0x1234'5600},
        {kWord24 | kStandard, k32, 0x1234'5678, 0x1234'5600},   {kWord16 | kStandard, k12, 0x123, 0x1230'0000},
    };
    for (const auto& format : kFormats) {
        Rig rig;
        rig.transmit(format.ccr, format.wlen);
        rig.pair(format.word, 0);
        rig.run_to(64);
        rig.status();
        ASSERT_EQ(rig.sound.sent.size(), 1u);
        EXPECT_EQ(rig.sound.sent[0].frame, (SoundFrame{format.heard, 0})) << std::hex << format.ccr << format.wlen;
    }
}

TEST_F(I2sTest, FramesOutAreHeardOneAfterTheOtherThoughNobodyLooksAnyMore) {
    sound.somebody_listens = true;
    transmit(kWord32);
    for (std::uint32_t i = 1; i <= 16; ++i) pair(i, i);
    run_to(20 * 64);
    ASSERT_EQ(sound.sent.size(), 16u);
    for (std::uint32_t i = 0; i < 16; ++i) {
        EXPECT_EQ(sound.sent[i].frame.left, static_cast<std::int32_t>(i + 1));
        EXPECT_EQ(bench.clock.cycle_at(sound.sent[i].moment.begin), (i + 1) * 64) << i;
    }
    EXPECT_EQ(bench.events.next_deadline(), SimTime::never()) << "and nothing has to happen";
}

TEST_F(I2sTest, StateSurvivesSaveAndRestoreAmidAFrame) {
    transmit(kWord32 | kStandard | kDmaTx);
    for (const std::uint32_t word : {0xdead'beef, 0x1234'5677u, 0x8765'4321, 0x0f0f'0f0fu, 5u}) write(kTxdma, word);
    run_to(100);
    Rig other;
    Snapshot snapshot;
    StateSaver saver(snapshot);
    bench.events.visit_state(saver);
    i2s.visit_state(saver);
    StateLoader loader(snapshot);
    other.bench.events.visit_state(loader);
    other.i2s.visit_state(loader);
    other.lines.levels = lines.levels;
    for (Rig* rig : {static_cast<Rig*>(this), &other}) rig->write(kTxdma, 6);
    for (std::uint64_t frame = 100; frame < 356; frame += 64) EXPECT_EQ(sample(frame, 64), other.sample(frame, 64));
}

}  // namespace
}  // namespace k210
