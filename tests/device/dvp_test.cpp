#include "dvp/dvp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/device_bench.hpp"
#include "support/recording_trace.hpp"

namespace k210 {
namespace {

constexpr std::uint32_t kRam = 0x8000'0000;

// 16x4 pixels; at two cycles an XCLK the first line begins at 20,000 cycles and the last ends at 180,000 of 200,000.
struct FakeCamera : VideoSource {
    bool on = true;
    std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(16 * 4 * 2);
    std::vector<std::uint64_t> looked_at;

    bool streaming() const override { return on; }
    VideoTiming line_times{100'000, 10'000, 80'000, 4};
    VideoTiming timing() const override { return line_times; }
    VideoFrame frame(std::uint64_t n) override {
        looked_at.push_back(n);
        return {16, 4, bytes};
    }
    void fill(std::initializer_list<std::uint8_t> pair) {
        for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = pair.begin()[i % 4];
    }
};

struct FakeI2c : I2cBus {
    std::vector<unsigned> seen;  // 0x100 | address << 1 | read, data, 0x200 for stop
    bool present = true;
    bool start(std::uint8_t address, bool read) override {
        seen.push_back(0x100u | unsigned{address} << 1 | (read ? 1 : 0));
        return present;
    }
    bool write(std::uint8_t byte) override {
        seen.push_back(byte);
        return present;
    }
    std::uint8_t read() override { return 0x26; }
    void stop() override { seen.push_back(0x200); }
};

struct DvpBench : DeviceBench {
    Memory ram{"ram", 0x1000}, code{"code", 0x1000};
    Bus bus{log};
    FakeI2c i2c;
    FakeCamera camera;
    Dvp dvp{context(), bus, i2c};

    DvpBench() {
        bus.map(ram, kRam);
        dvp.connect(camera);
    }
};

struct DvpTest : testing::Test {
    enum : std::uint32_t {
        kCfg = 0x00,
        kR = 0x04,
        kG = 0x08,
        kB = 0x0c,
        kCmos = 0x10,
        kSccbCfg = 0x14,
        kSccbCtl = 0x18,
        kSts = 0x20,
        kRgb = 0x28
    };
    enum : std::uint32_t {
        kAi = 4,
        kDisplay = 8,
        kAuto = 16,
        kYuv = 0x200,
        kLuma = 0x600,
        kStartInt = 1,
        kFinishInt = 2
    };
    enum : std::uint32_t { kStart = 1, kFinish = 0x100, kEnable = 0x10000, kSccbEnable = 0x0100'0000 };
    static constexpr std::uint64_t kFrame = 200'000;

    DvpBench bench;
    Dvp& dvp = bench.dvp;

    void configure(std::uint32_t flags, unsigned width = 16, unsigned height = 4) {
        dvp.write(kCfg, 4, flags | (width / 8) << 12 | height << 20);
        dvp.write(kR, 4, kRam + 0x100);
        dvp.write(kG, 4, kRam + 0x200);
        dvp.write(kB, 4, kRam + 0x300);
        dvp.write(kRgb, 4, kRam + 0x400);
        dvp.write(kCmos, 4, 0x100);
    }
    std::uint32_t status() { return dvp.read(kSts, 4); }
    void set_status(std::uint32_t bits) { dvp.write(kSts, 4, bits | bits << 1); }
    void convert() {  // the frame of vertical sync 1
        bench.run_to_cycle(kFrame);
        set_status(kEnable);
        bench.run_to_cycle(kFrame + 180'000);
    }
    std::vector<std::uint8_t> ram(std::uint32_t offset, std::size_t length) {
        const auto bytes = bench.ram.bytes().subspan(offset, length);
        return {bytes.begin(), bytes.end()};
    }
};

TEST_F(DvpTest, VerticalSyncSetsFrameStartOncePerFrame) {
    configure(0);
    bench.run_to_cycle(kFrame - 1);
    EXPECT_EQ(status(), 0u);
    bench.run_to_cycle(kFrame);
    EXPECT_EQ(status(), +kStart);
    set_status(kStart);
    bench.run_to_cycle(2 * kFrame - 1);
    EXPECT_EQ(status(), 0u);
    bench.run_to_cycle(2 * kFrame);
    EXPECT_EQ(status(), +kStart);
}

TEST_F(DvpTest, XclkDividerStretchesTheFrame) {
    configure(0);
    dvp.write(kCmos, 4, 0x101);
    bench.run_to_cycle(2 * kFrame - 1);
    EXPECT_EQ(status(), 0u);
    bench.run_to_cycle(2 * kFrame);
    EXPECT_EQ(status(), +kStart);
}

TEST_F(DvpTest, AnotherXclkEndsTheRunningFrame) {
    configure(kDisplay);
    bench.run_to_cycle(kFrame);
    dvp.write(kCmos, 4, 0x101);
    set_status(kEnable);
    bench.run_to_cycle(3 * kFrame);
    EXPECT_EQ(dvp.frames_captured(), 0u);
    bench.run_to_cycle(3 * kFrame + 2 * 180'000);
    EXPECT_EQ(dvp.frames_captured(), 1u);
}

TEST_F(DvpTest, NoXclkOrNoStreamMeansNoFrames) {
    configure(0);
    bench.camera.on = false;
    bench.run_to_cycle(3 * kFrame);
    EXPECT_EQ(status(), 0u);
    bench.camera.on = true;
    dvp.write(kCmos, 4, 0);
    bench.run_to_cycle(6 * kFrame);
    EXPECT_EQ(status(), 0u);
}

TEST_F(DvpTest, EnablingAtVerticalSyncCapturesThatFrameAndClearsItself) {
    configure(kDisplay);
    bench.run_to_cycle(kFrame);
    set_status(kEnable | kStart);
    EXPECT_EQ(status(), +kEnable);
    bench.run_to_cycle(kFrame + 179'999);
    EXPECT_EQ(status(), +kEnable);
    bench.run_to_cycle(kFrame + 180'000);
    EXPECT_EQ(status(), +kFinish);
    EXPECT_EQ(dvp.frames_captured(), 1u);
    bench.run_to_cycle(5 * kFrame);
    EXPECT_EQ(dvp.frames_captured(), 1u);
}

TEST_F(DvpTest, EnablingBehindTheLastLineWaitsForVerticalSync) {
    configure(kDisplay);
    for (const std::uint64_t enabled : {+kFrame - 1, 3 * kFrame + 140'001}) {
        bench.run_to_cycle(enabled);
        set_status(kEnable | kFinish);
        const std::uint64_t frame = (enabled / kFrame + 1) * kFrame;
        bench.run_to_cycle(frame + 179'999);
        EXPECT_FALSE(status() & kFinish) << enabled;
        bench.run_to_cycle(frame + 180'000);
        EXPECT_TRUE(status() & kFinish) << enabled;
    }
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 0u);
}

// Four lines of 40,000 cycles begin at 20,000.
TEST_F(DvpTest, EnablingInTheMiddleOfAFrameCapturesTheLinesThatAreLeft) {
    struct Case {
        std::uint64_t enabled;
        unsigned lines;
    };
    for (const Case& c : {Case{20'000, 4}, Case{20'001, 3}, Case{60'000, 3}, Case{60'001, 2}, Case{140'000, 1}}) {
        DvpBench other;
        for (std::size_t y = 0; y < 4; ++y)
            std::fill_n(other.camera.bytes.begin() + static_cast<std::ptrdiff_t>(y * 32), 32,
                        static_cast<std::uint8_t>(0x11 * (y + 1)));
        other.dvp.write(kCfg, 4, kDisplay | 2 << 12 | 4 << 20);
        other.dvp.write(kRgb, 4, kRam);
        other.dvp.write(kCmos, 4, 0x100);
        other.run_to_cycle(kFrame + c.enabled);
        other.dvp.write(kSts, 4, kEnable | kEnable << 1);
        other.run_to_cycle(kFrame + 179'999);
        EXPECT_EQ(other.dvp.frames_captured(), 0u) << c.enabled;
        other.run_to_cycle(kFrame + 180'000);
        EXPECT_EQ(other.dvp.frames_captured(), 1u) << c.enabled;
        for (std::size_t y = 0; y < 4; ++y)
            EXPECT_EQ(other.ram.bytes()[y * 32], y < c.lines ? 0x11 * (y + 1 + 4 - c.lines) : 0) << c.enabled;
        EXPECT_EQ(other.log.count(LogKind::unverified), c.lines < 4 ? 1u : 0u) << c.enabled;
        EXPECT_EQ(other.log.count(LogKind::guest_error), 0u) << "MaixPy does so as it switches its interrupt on";
    }
}

// A sensor whose registers say that a line or a frame takes no time.
TEST_F(DvpTest, LinesThatTakeNoTimeAreSurvived) {
    bench.camera.line_times = {0, 0, 0, 4};
    configure(kDisplay);
    bench.run_to_cycle(kFrame);
    set_status(kEnable);
    bench.run_to_cycle(3 * kFrame);
    EXPECT_TRUE(status() & kFinish);
}

TEST_F(DvpTest, FewerLinesFinishEarlier) {
    configure(kDisplay, 16, 2);
    bench.run_to_cycle(kFrame);
    set_status(kEnable);
    bench.run_to_cycle(kFrame + 20'000 + 79'999);
    EXPECT_FALSE(status() & kFinish);
    bench.run_to_cycle(kFrame + 20'000 + 80'000);
    EXPECT_TRUE(status() & kFinish);
}

TEST_F(DvpTest, AutoModeConvertsEveryFrame) {
    configure(kDisplay | kAuto);
    bench.run_to_cycle(3 * kFrame + 180'000);
    EXPECT_EQ(bench.camera.looked_at, (std::vector<std::uint64_t>{0, 1, 2}));
}

TEST_F(DvpTest, SnapshotWithTheUsualInterruptHandlerTakesTwoFrames) {
    configure(kDisplay | kStartInt | kFinishInt);
    bool finished = false;
    const auto interrupt = [&] {  // MaixPy and the SDK's demos
        if (status() & kFinish) {
            set_status(kStart | kFinish);
            finished = true;
        } else {
            if (!finished) set_status(kEnable);
            set_status(kStart);
        }
    };
    std::vector<std::uint64_t> snapshots;
    for (std::uint64_t cycle = 0; cycle < 10 * kFrame; cycle += 10'000) {
        bench.run_to_cycle(cycle);
        if (dvp.irq.level()) interrupt();
        if (finished && cycle % kFrame == 100'000) {  // the program comes round in the middle of the next frame
            finished = false;
            snapshots.push_back(cycle / kFrame);
        }
    }
    ASSERT_EQ(snapshots.size(), 4u);
    EXPECT_EQ(snapshots[1] - snapshots[0], 2u);
    EXPECT_EQ(snapshots[2] - snapshots[1], 2u);
}

TEST_F(DvpTest, InterruptFollowsEnabledStatusBits) {
    configure(kDisplay | kFinishInt);
    bench.run_to_cycle(kFrame);
    EXPECT_FALSE(dvp.irq.level());
    dvp.write(kCfg, 4, dvp.read(kCfg, 4) | kStartInt);
    EXPECT_TRUE(dvp.irq.level());
    dvp.write(kSts, 4, status() | kStart | kStart << 1);  // dvp_clear_interrupt's read-modify-write
    EXPECT_FALSE(dvp.irq.level());
    set_status(kEnable);
    dvp.write(kCfg, 4, dvp.read(kCfg, 4) & ~kStartInt);
    bench.run_to_cycle(kFrame + 180'000);
    EXPECT_TRUE(dvp.irq.level());
}

TEST_F(DvpTest, StatusBitsCountOnlyWithTheirWriteEnables) {
    configure(kDisplay);
    convert();
    ASSERT_EQ(status(), kStart | kFinish);
    dvp.write(kSts, 4, kStart | kFinish | kEnable | kSccbEnable);
    EXPECT_EQ(status(), kStart | kFinish) << "no write enable";
    dvp.write(kSts, 4, (kStart | kFinish | kSccbEnable) << 1);
    EXPECT_EQ(status(), kStart | kFinish) << "zeros clear nothing";
    set_status(kFinish);
    EXPECT_EQ(status(), +kStart);
    set_status(kStart);
    EXPECT_EQ(status(), 0u);
}

TEST_F(DvpTest, RomTakesNoPicture) {
    Memory rom("rom", 0x1000);
    bench.bus.map(rom, 0x8800'0000, Bus::MemoryKind::rom);
    bench.camera.fill({0x12, 0x34, 0xab, 0xcd});
    configure(kDisplay);
    dvp.write(kRgb, 4, 0x8800'0000);
    convert();
    EXPECT_EQ(rom.bytes()[0], 0);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
}

TEST_F(DvpTest, TellsHartsWhenAPictureCoversTheirCode) {
    for (const std::uint32_t address : {+kRgb, +kR, +kG, +kB}) {
        DvpBench other;
        other.bus.map(other.code, kRam + 0x10'0000);
        unsigned told = 0;
        other.code.mark_code(0, 4);
        other.code.on_code_changed([&] { ++told; });
        for (const std::uint32_t plane : {+kRgb, +kR, +kG, +kB}) other.dvp.write(plane, 4, kRam);
        other.dvp.write(address, 4, kRam + 0x10'0000);
        other.dvp.write(kCfg, 4, kAi | kDisplay | kAuto | 2 << 12 | 4 << 20);
        other.dvp.write(kCmos, 4, 0x100);
        other.run_to_cycle(2 * kFrame);
        EXPECT_EQ(told, 1u) << std::hex << address;
    }
}

TEST_F(DvpTest, DisplayHoldsRgb565PairsLeftPixelInTheUpperHalf) {
    bench.camera.fill({0x12, 0x34, 0xab, 0xcd});
    configure(kDisplay);
    convert();
    EXPECT_EQ(ram(0x400, 4), (std::vector<std::uint8_t>{0xcd, 0xab, 0x34, 0x12}));
    EXPECT_EQ(ram(0x400 + 16 * 4 * 2 - 4, 4), (std::vector<std::uint8_t>{0xcd, 0xab, 0x34, 0x12}));
    EXPECT_EQ(ram(0x100, 4), (std::vector<std::uint8_t>(4, 0)));
}

TEST_F(DvpTest, AiHoldsPlanesOfEightBits) {
    bench.camera.fill({0xf8, 0x00, 0x04, 0x1f});  // red; a touch of green and full blue
    configure(kAi);
    convert();
    EXPECT_EQ(ram(0x100, 2), (std::vector<std::uint8_t>{255, 0}));
    EXPECT_EQ(ram(0x200, 2), (std::vector<std::uint8_t>{0, 0x82}));
    EXPECT_EQ(ram(0x300, 2), (std::vector<std::uint8_t>{0, 255}));
    EXPECT_EQ(ram(0x400, 4), (std::vector<std::uint8_t>(4, 0)));
}

TEST_F(DvpTest, YuvIsConvertedForBothOutputs) {
    bench.camera.fill({85, 77, 255, 200});  // U Y V Y: red, and a pale red
    configure(kAi | kDisplay | kYuv);
    convert();
    EXPECT_EQ(ram(0x100, 2), (std::vector<std::uint8_t>{255, 255}));
    EXPECT_EQ(ram(0x200, 2), (std::vector<std::uint8_t>{1, 124}));
    EXPECT_EQ(ram(0x300, 2), (std::vector<std::uint8_t>{1, 124}));
    EXPECT_EQ(ram(0x400, 4), (std::vector<std::uint8_t>{0xef, 0xfb, 0x00, 0xf8}));
}

TEST_F(DvpTest, LumaFillsTheFirstPlaneOnly) {
    bench.camera.fill({85, 77, 255, 200});
    configure(kAi | kLuma);
    convert();
    EXPECT_EQ(ram(0x100, 2), (std::vector<std::uint8_t>{77, 200}));
    EXPECT_EQ(ram(0x200, 2), (std::vector<std::uint8_t>{0, 0}));
}

TEST_F(DvpTest, FourBeatBurstsCountThirtyTwoPixels) {
    bench.camera.fill({0x11, 0x11, 0x11, 0x11});
    configure(kDisplay | 0x100, 16, 4);  // href_burst_num 2: 64 pixels, more than the camera has
    convert();
    EXPECT_EQ(ram(0x400 + 30, 4), (std::vector<std::uint8_t>{0x11, 0x11, 0, 0}));
    EXPECT_EQ(ram(0x400 + 128, 2), (std::vector<std::uint8_t>{0x11, 0x11}));
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
}

TEST_F(DvpTest, AddressesAreTakenAsTheFirstLineBegins) {
    bench.camera.fill({0x12, 0x34, 0xab, 0xcd});
    configure(kDisplay);
    bench.run_to_cycle(kFrame);
    set_status(kEnable);
    bench.run_to_cycle(kFrame + 19'999);
    dvp.write(kRgb, 4, kRam + 0x800);
    bench.run_to_cycle(kFrame + 20'000);
    dvp.write(kRgb, 4, kRam + 0xc00);
    bench.run_to_cycle(kFrame + 180'000);
    EXPECT_EQ(ram(0x800, 1)[0], 0xcd);
    EXPECT_EQ(ram(0xc00, 1)[0], 0);
}

TEST_F(DvpTest, PictureThatDoesNotFitIsLostAndLogged) {
    configure(kDisplay | kAi);
    dvp.write(kRgb, 4, kRam + 0x1000 - 127);
    dvp.write(kB, 4, 0x1234'5678);
    bench.camera.fill({0xff, 0xff, 0xff, 0xff});
    convert();
    EXPECT_EQ(ram(0x1000 - 127, 127), (std::vector<std::uint8_t>(127, 0)));
    EXPECT_EQ(ram(0x100, 1)[0], 0xff);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 2u);
    EXPECT_TRUE(status() & kFinish);
}

TEST_F(DvpTest, SccbWritesRegisterAndClearsItsEnable) {
    dvp.write(kSccbCfg, 4, 2 | 255 << 8 | 255 << 16);
    dvp.write(kSccbCtl, 4, 0x61 | 0xff << 8 | 0x01 << 16);
    set_status(kSccbEnable);
    EXPECT_EQ(status(), +kSccbEnable);
    bench.run_to_cycle(29 * 510 - 1);
    EXPECT_EQ(status(), +kSccbEnable);
    bench.run_to_cycle(29 * 510);
    EXPECT_EQ(status(), 0u);
    EXPECT_EQ(bench.i2c.seen, (std::vector<unsigned>{0x160, 0xff, 0x01, 0x200}));
}

TEST_F(DvpTest, SccbReadsInTwoTransfers) {
    dvp.write(kSccbCfg, 4, 1);
    dvp.write(kSccbCtl, 4, 0x61 | 0x0a << 8);
    set_status(kSccbEnable);
    bench.run_for_cycles(1000);
    dvp.write(kSccbCtl, 4, 0x60);
    set_status(kSccbEnable);
    bench.run_for_cycles(1000);
    EXPECT_EQ(bench.i2c.seen, (std::vector<unsigned>{0x160, 0x0a, 0x200, 0x161, 0x200}));
    EXPECT_EQ(dvp.read(kSccbCfg, 4) >> 24, 0x26u);
}

TEST_F(DvpTest, SccbSendsSixteenBitAddresses) {
    dvp.write(kSccbCfg, 4, 3);
    dvp.write(kSccbCtl, 4, 0x79u | 0x30u << 8 | 0x08u << 16 | 0x82u << 24);
    set_status(kSccbEnable);
    bench.run_for_cycles(1000);
    EXPECT_EQ(bench.i2c.seen, (std::vector<unsigned>{0x178, 0x30, 0x08, 0x82, 0x200}));
}

TEST_F(DvpTest, SccbReadsOnesWhereNobodyAnswers) {
    bench.i2c.present = false;
    dvp.write(kSccbCtl, 4, 0x60);
    set_status(kSccbEnable);
    bench.run_for_cycles(1000);
    EXPECT_EQ(dvp.read(kSccbCfg, 4) >> 24, 0xffu);
}

TEST_F(DvpTest, CmosPinsFollowTheirBits) {
    dvp.write(kCmos, 4, 1 << 16);
    EXPECT_TRUE(dvp.cmos_rst.level());
    EXPECT_FALSE(dvp.cmos_pwdn.level());
    dvp.write(kCmos, 4, 1 << 24);
    EXPECT_FALSE(dvp.cmos_rst.level());
    EXPECT_TRUE(dvp.cmos_pwdn.level());
}

TEST_F(DvpTest, FrameInFlightSurvivesSaveAndRestore) {
    configure(kDisplay);
    bench.run_to_cycle(kFrame);
    set_status(kEnable);
    bench.run_to_cycle(kFrame + 50'000);
    DvpBench other;
    other.camera.fill({0x12, 0x34, 0xab, 0xcd});
    DeviceBench::transfer_state(dvp, other.dvp);
    other.run_to_cycle(kFrame + 179'999);
    EXPECT_EQ(other.dvp.frames_captured(), 0u);
    other.run_to_cycle(kFrame + 180'000);
    EXPECT_EQ(other.dvp.frames_captured(), 1u);
    EXPECT_EQ(other.ram.bytes()[0x400], 0xcd);
}

TEST_F(DvpTest, ResetStopsFramesAndForgetsStatus) {
    configure(kDisplay | kStartInt);
    convert();
    dvp.reset();
    dvp.settle();
    EXPECT_FALSE(dvp.irq.level());
    EXPECT_EQ(status(), 0u);
    bench.run_to_cycle(10 * kFrame);
    EXPECT_EQ(status(), 0u);
    EXPECT_EQ(dvp.frames_captured(), 1u);
}

TEST_F(DvpTest, TellsTheTraceItsFrames) {
    RecordingTrace trace(bench);
    configure(kDisplay);
    convert();
    dvp.write(kSccbCfg, 4, 50 << 8 | 50 << 16 | 2);
    dvp.write(kSccbCtl, 4, 1 | 0x30 << 1 | 0x12 << 8 | 0x80 << 16);
    set_status(kSccbEnable);
    bench.run_to_cycle(3 * kFrame);
    EXPECT_THAT(trace.seen, testing::ElementsAre("220000 begin dvp: frame 16x4 width=16 height=4 frame=0",
                                                 "380000 end dvp", "380000 to 382900 sccb: write 3 bytes"));
}

TEST_F(DvpTest, TellsTheTraceOfAFrameThatIsAbandoned) {
    RecordingTrace trace(bench);
    configure(kDisplay);
    set_status(kEnable);
    bench.run_to_cycle(kFrame + 30'000);
    dvp.write(kSts, 4, 2 * kEnable);
    EXPECT_THAT(trace.seen,
                testing::ElementsAre("220000 begin dvp: frame 16x4 width=16 height=4 frame=0", "230000 end dvp"));
}

}  // namespace
}  // namespace k210
