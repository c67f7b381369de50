#include "dmac/dmac.hpp"

#include <deque>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/device_bench.hpp"
#include "support/recording_trace.hpp"

namespace k210 {
namespace {

constexpr std::uint32_t kDmacBase = 0x5000'0000, kRam = 0x8000'0000, kRamUncached = 0x4000'0000, kPort = 0x5200'0060;

// clang-format off
enum : std::uint32_t {  // SDK dmac.h:1230-1339
    kCfg = 0x10, kChen = 0x18, kIntstatus = 0x30, kReset = 0x58,
    kSar = 0x00, kDar = 0x08, kBlockTs = 0x10, kCtl = 0x18, kChCfg = 0x20, kStatus = 0x30,
    kLlp = 0x28, kSwhssrc = 0x38, kSwhsdst = 0x40, kBlkTfr = 0x48, kIntstatusEn = 0x80, kChIntstatus = 0x88, kIntsignalEn = 0x90, kIntclear = 0x98,
};
// clang-format on
enum Flow : std::uint64_t { kMem2Mem, kMem2Prf, kPrf2Mem, kPrf2Prf };
enum Width : std::uint64_t { k8, k16, k32, k64 };
enum Msize : std::uint64_t { kMsize1, kMsize4, kMsize8, kMsize16 };
enum MultiBlock : std::uint64_t { kContiguous, kReload, kShadow, kList };
enum Interrupt : std::uint32_t {
    kBlockDone = 1u << 0,
    kDone = 1u << 1,
    kSrcDecErr = 1u << 5,
    kItemDecErr = 1u << 9,
    kInvalid = 1u << 13,
    kSuspended = 1u << 29,
    kDisabled = 1u << 30,
    kAborted = 1u << 31
};

// A device with one data register, which writes down what arrives and hands out what it is given.
struct Port : BusTarget {
    struct Access {
        std::uint32_t offset;
        unsigned size;
        std::uint32_t value;
        bool operator==(const Access&) const = default;
    };
    std::vector<Access> written;
    std::deque<std::uint32_t> to_read;
    std::function<void()> touched = [] {};

    std::uint32_t read(std::uint32_t, unsigned) override {
        std::uint32_t v = 0xdead;
        if (!to_read.empty()) {
            v = to_read.front();
            to_read.pop_front();
        }
        touched();
        return v;
    }
    void write(std::uint32_t offset, unsigned size, std::uint32_t value) override {
        written.push_back({offset, size, value});
        touched();
    }
};

struct DmacTest : testing::Test {
    DeviceBench bench;
    Bus bus{bench.log};
    Memory ram{"ram", 1u << 20};
    Port port;
    Dmac dmac{bench.context(), bus};

    DmacTest() {
        bus.map(ram, kRam);
        bus.map(ram, kRamUncached);
        bus.map("port", port, kPort & ~0xfffu, 0x1000);
        bus.map("dmac", dmac, kDmacBase, 0x1000);
        write64(kCfg, 3);
    }

    // 64-bit accesses arrive as two, low first.
    void write64(std::uint32_t offset, std::uint64_t v) {
        bus.write(kDmacBase + offset, 4, static_cast<std::uint32_t>(v));
        bus.write(kDmacBase + offset + 4, 4, static_cast<std::uint32_t>(v >> 32));
    }
    std::uint64_t read64(std::uint32_t offset) {
        return bus.read(kDmacBase + offset, 4) | std::uint64_t{bus.read(kDmacBase + offset + 4, 4)} << 32;
    }
    static std::uint32_t channel(unsigned n, std::uint32_t offset) { return 0x100 + n * 0x100 + offset; }

    // As dmac_set_single_mode does.
    void set_single_mode(unsigned n, std::uint32_t src, std::uint32_t dst, bool src_fixed, bool dst_fixed, Msize msize,
                         Width width, std::uint32_t items, Flow flow) {
        write64(channel(n, kIntclear), 0xffffffff);
        write64(channel(n, kChCfg), flow << 32 | std::uint64_t{!(flow & kPrf2Mem)} << 35 |
                                        std::uint64_t{!(flow & kMem2Prf)} << 36 | std::uint64_t{n} << 39 |
                                        std::uint64_t{n} << 44);
        write64(channel(n, kSar), src);
        write64(channel(n, kDar), dst);
        write64(channel(n, kCtl), std::uint64_t{src_fixed} << 4 | std::uint64_t{dst_fixed} << 6 | width << 8 |
                                      width << 11 | msize << 14 | msize << 18);
        write64(channel(n, kBlockTs), items - 1);
        enable(n);
    }
    void enable(unsigned n) { write64(kChen, read64(kChen) | 0x101u << n); }
    void disable(unsigned n) { write64(kChen, (read64(kChen) & ~(std::uint64_t{1} << n)) | 0x100u << n); }
    bool idle(unsigned n) { return !(read64(kChen) >> n & 1); }

    void number_ram(std::size_t from, std::size_t bytes) {
        std::iota(ram.bytes().begin() + from, ram.bytes().begin() + from + bytes, std::uint8_t{1});
    }
};

TEST_F(DmacTest, CopiesMemoryAtTheMeasuredRate) {
    number_ram(0, 1024);
    set_single_mode(5, kRam, kRamUncached + 0x1000, false, false, kMsize16, k64, 128, kMem2Mem);
    const std::uint64_t end = 4 + 128 * 46 / 10;
    bench.run_to_cycle(end - 1);
    EXPECT_FALSE(idle(5));
    bench.run_to_cycle(end);
    EXPECT_TRUE(idle(5));
    EXPECT_TRUE(std::equal(&ram.bytes()[0], &ram.bytes()[1024], &ram.bytes()[0x1000]));
    EXPECT_EQ(ram.bytes()[0x1400], 0);
}

TEST_F(DmacTest, TellsHartsWhenItWritesCode) {
    ram.mark_code(0x1000, 4);
    unsigned told = 0;
    ram.on_code_changed([&] { ++told; });
    set_single_mode(0, kRam, kRam + 0x1000, false, false, kMsize4, k32, 4, kMem2Mem);
    bench.run_to_cycle(1000);
    EXPECT_EQ(told, 1u);
}

TEST_F(DmacTest, FillsFromAFixedSource) {
    number_ram(0, 4);
    set_single_mode(0, kRam, kRam + 0x100, true, false, kMsize4, k32, 3, kMem2Mem);
    bench.run_to_cycle(1000);
    const std::vector<std::uint8_t> expected = {1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 0};
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), &ram.bytes()[0x100]));
}

TEST_F(DmacTest, LargeBlocksMoveInPieces) {
    set_single_mode(0, kRam, kRam + 0x40000, false, false, kMsize16, k64, 0x2000, kMem2Mem);
    number_ram(0x8000, 8);
    bench.run_to_cycle(1000);
    EXPECT_FALSE(idle(0));
    EXPECT_EQ(read64(channel(0, kStatus)), 512u);
    bench.run_to_cycle(1'000'000);
    EXPECT_TRUE(idle(0));
    EXPECT_EQ(ram.bytes()[0x48000], 1);
}

TEST_F(DmacTest, WaitsForTheRequestOfADevice) {
    number_ram(0, 64);
    dmac.select_handshake(2, 1);
    set_single_mode(2, kRam, kPort, false, true, kMsize4, k32, 8, kMem2Prf);
    bench.run_to_cycle(1000);
    EXPECT_TRUE(port.written.empty());
    dmac.set_request(0, true);  // somebody else's
    bench.run_for_cycles(1000);
    EXPECT_TRUE(port.written.empty());
    port.touched = [&] { dmac.set_request(1, false); };
    dmac.set_request(1, true);
    bench.run_for_cycles(1000);
    EXPECT_EQ(port.written.size(), 4u);  // one burst
    EXPECT_FALSE(idle(2));
    dmac.set_request(1, true);
    bench.run_for_cycles(1000);
    EXPECT_EQ(port.written.size(), 8u);
    EXPECT_EQ(port.written[7], (Port::Access{0x60, 4, 0x201f1e1d}));
    EXPECT_TRUE(idle(2));
}

// [sdk] dmac.h, cfg.tt_fc: who is a device, and for whose request the channel waits.
TEST_F(DmacTest, EachTransferTypeWaitsForItsDevices) {
    constexpr unsigned kSrcHandshake = 2, kDstHandshake = 3;
    struct {
        std::uint64_t tt_fc;
        bool source, destination;
    } const types[] = {{0, false, false}, {1, false, true}, {2, true, false}, {3, true, true},
                       {4, true, false},  {5, true, true},  {6, false, true}, {7, true, true}};
    dmac.select_handshake(0, kSrcHandshake);
    dmac.select_handshake(1, kDstHandshake);
    for (const auto& type : types)
        for (const unsigned requests : {0u, 1u, 2u, 3u}) {
            dmac.set_request(kSrcHandshake, requests & 1);
            dmac.set_request(kDstHandshake, requests & 2);
            write64(channel(0, kChCfg), type.tt_fc << 32 | std::uint64_t{0} << 39 | std::uint64_t{1} << 44);
            write64(channel(0, kSar), kRam);
            write64(channel(0, kDar), kRam + 0x100);
            write64(channel(0, kCtl), k32 << 8 | k32 << 11);
            write64(channel(0, kBlockTs), 0);
            enable(0);
            bench.run_for_cycles(100);
            const bool goes = (!type.source || requests & 1) && (!type.destination || requests & 2);
            EXPECT_EQ(idle(0), goes) << type.tt_fc << ", " << requests;
            disable(0);
        }
}

TEST_F(DmacTest, BurstsHaveTheItemsThatMsizeSays) {
    dmac.select_handshake(0, 1);
    port.touched = [&] { dmac.set_request(1, false); };
    struct {
        std::uint64_t msize;
        std::size_t items;
    } const bursts[] = {{0, 1}, {1, 4}, {2, 8}, {3, 16}, {4, 32}, {5, 64}};
    for (const auto& burst : bursts) {
        port.written.clear();
        set_single_mode(0, kRam, kPort, false, true, static_cast<Msize>(burst.msize), k32, 100, kMem2Prf);
        dmac.set_request(1, true);
        bench.run_for_cycles(1000);
        EXPECT_EQ(port.written.size(), burst.items) << burst.msize;
        disable(0);
    }
}

TEST_F(DmacTest, RomCannotBeWritten) {
    Memory rom("rom", 0x1000);
    bus.map(rom, 0x8800'0000, Bus::MemoryKind::rom);
    number_ram(0, 64);
    set_single_mode(0, kRam, 0x8800'0000, false, false, kMsize4, k32, 16, kMem2Mem);
    bench.run_to_cycle(1000);
    EXPECT_EQ(rom.bytes()[0], 0);
    EXPECT_GT(bench.log.count(LogKind::guest_error), 0u);
}

TEST_F(DmacTest, TellsHartsWhenItWritesAnyPageOfTheirCode) {
    ram.mark_code(0x3000, 4);
    unsigned told = 0;
    ram.on_code_changed([&] { ++told; });
    set_single_mode(0, kRam + 0x8000, kRam + 0x1000, false, false, kMsize4, k32, 0x800, kMem2Mem);
    bench.run_to_cycle(100'000);
    EXPECT_EQ(told, 0u) << "two pages, which end where the code begins";
    set_single_mode(0, kRam + 0x8000, kRam + 0x1004, false, false, kMsize4, k32, 0x800, kMem2Mem);
    bench.run_for_cycles(100'000);
    EXPECT_EQ(told, 1u);
}

TEST_F(DmacTest, HandshakeSelectedAfterwardsStartsTheTransfer) {
    dmac.set_request(7, true);
    set_single_mode(0, kRam, kPort, false, true, kMsize1, k32, 1, kMem2Prf);
    bench.run_to_cycle(100);
    EXPECT_TRUE(port.written.empty());
    dmac.select_handshake(0, 7);
    bench.run_for_cycles(100);
    EXPECT_EQ(port.written.size(), 1u);
}

TEST_F(DmacTest, ReadsADeviceWhileItAsks) {
    port.to_read = {0x11, 0x22, 0x33, 0x44};
    port.touched = [&] { dmac.set_request(6, !port.to_read.empty()); };
    dmac.select_handshake(1, 6);
    set_single_mode(1, kPort, kRam, true, false, kMsize1, k32, 4, kPrf2Mem);
    dmac.set_request(6, true);
    bench.run_to_cycle(1000);
    EXPECT_TRUE(idle(1));
    EXPECT_EQ(bus.read(kRam, 4), 0x11u);
    EXPECT_EQ(bus.read(kRam + 12, 4), 0x44u);
}

TEST_F(DmacTest, SixtyFourBitDeviceAccessesAreTwoLowFirst) {  // the KPU's data FIFO
    port.to_read = {0x11111111, 0x22222222};
    dmac.select_handshake(5, 22);
    dmac.set_request(22, true);
    set_single_mode(5, kPort, kRam, true, false, kMsize8, k64, 1, kPrf2Mem);
    bench.run_to_cycle(1000);
    EXPECT_EQ(bus.read(kRam, 4), 0x11111111u);
    EXPECT_EQ(bus.read(kRam + 4, 4), 0x22222222u);
}

TEST_F(DmacTest, ByteWideDeviceAccesses) {
    number_ram(0, 2);
    dmac.select_handshake(0, 15);
    dmac.set_request(15, true);
    set_single_mode(0, kRam, kPort, false, true, kMsize1, k8, 2, kMem2Prf);
    bench.run_to_cycle(1000);
    EXPECT_EQ(port.written, (std::vector<Port::Access>{{0x60, 1, 1}, {0x60, 1, 2}}));
}

TEST_F(DmacTest, DifferentWidthsPackBytes) {
    number_ram(0, 8);
    dmac.select_handshake(0, 1);
    dmac.set_request(1, true);
    write64(channel(0, kChCfg), kMem2Prf << 32);
    write64(channel(0, kSar), kRam);
    write64(channel(0, kDar), kPort);
    write64(channel(0, kCtl), 1u << 6 | k8 << 8 | k32 << 11);
    write64(channel(0, kBlockTs), 8 - 1);
    enable(0);
    bench.run_to_cycle(1000);
    EXPECT_EQ(port.written, (std::vector<Port::Access>{{0x60, 4, 0x04030201}, {0x60, 4, 0x08070605}}));
}

TEST_F(DmacTest, InterruptsOnlyWhenEnabledAndUntilCleared) {  // as dmac_irq_register
    write64(channel(3, kIntstatusEn), 2);
    set_single_mode(3, kRam, kRam + 0x100, false, false, kMsize1, k32, 1, kMem2Mem);
    EXPECT_FALSE(dmac.irq[3].level());
    bench.run_to_cycle(1000);
    EXPECT_TRUE(dmac.irq[3].level());
    EXPECT_FALSE(dmac.irq[2].level());
    EXPECT_EQ(read64(channel(3, kChIntstatus)), kDone);
    EXPECT_EQ(read64(kIntstatus), 1u << 3);
    write64(channel(3, kIntclear), 0xffffffff);
    EXPECT_FALSE(dmac.irq[3].level());
    EXPECT_EQ(read64(kIntstatus), 0u);
}

TEST_F(DmacTest, ClearingOneInterruptLeavesTheOthers) {
    set_single_mode(3, kRam, kRam + 0x100, false, false, kMsize1, k32, 1, kMem2Mem);
    bench.run_to_cycle(1000);
    const std::uint64_t before = read64(channel(3, kChIntstatus));
    ASSERT_NE(before & ~kDone, 0u);
    write64(channel(3, kIntclear), kDone);
    EXPECT_EQ(read64(channel(3, kChIntstatus)), before & ~kDone);
    EXPECT_TRUE(dmac.irq[3].level());
}

TEST_F(DmacTest, StatusWithoutItsSignalRaisesNoLine) {
    write64(channel(3, kIntsignalEn), ~std::uint64_t{kDone});
    write64(channel(3, kIntstatusEn), kDone);
    set_single_mode(3, kRam, kRam + 0x100, false, false, kMsize1, k32, 1, kMem2Mem);
    bench.run_to_cycle(1000);
    EXPECT_EQ(read64(channel(3, kChIntstatus)), kDone);
    EXPECT_FALSE(dmac.irq[3].level());
    EXPECT_EQ(read64(kIntstatus), 0u);
    write64(channel(3, kIntsignalEn), kDone);
    EXPECT_TRUE(dmac.irq[3].level());
}

TEST_F(DmacTest, BlocksInterruptOnlyWhenAskedTo) {
    for (const bool asked : {false, true}) {
        set_single_mode(0, kRam, kRam + 0x100, false, false, kMsize1, k32, 1, kMem2Mem);
        bus.write(kDmacBase + channel(0, kCtl) + 4, 4, asked ? 1u << 26 : 0);  // ioc_blktfr
        bench.run_for_cycles(1000);
        EXPECT_EQ(read64(channel(0, kChIntstatus)) & 1, asked ? 1u : 0u);
        write64(channel(0, kIntclear), 0xffffffff);
    }
}

TEST_F(DmacTest, DisabledStatusNeverShows) {  // as after dmac_init
    write64(channel(3, kIntstatusEn), 0);
    set_single_mode(3, kRam, kRam + 0x100, false, false, kMsize1, k32, 1, kMem2Mem);
    bench.run_to_cycle(1000);
    EXPECT_TRUE(idle(3));
    EXPECT_EQ(read64(channel(3, kChIntstatus)), 0u);
    EXPECT_FALSE(dmac.irq[3].level());
}

TEST_F(DmacTest, GlobalInterruptEnableGatesTheLines) {
    write64(kCfg, 1);
    set_single_mode(0, kRam, kRam + 0x100, false, false, kMsize1, k32, 1, kMem2Mem);
    bench.run_to_cycle(1000);
    EXPECT_FALSE(dmac.irq[0].level());
    write64(kCfg, 3);
    EXPECT_TRUE(dmac.irq[0].level());
}

TEST_F(DmacTest, EnableBitsCountOnlyWithTheirWriteEnables) {
    set_single_mode(0, kRam, kRam + 0x10000, false, false, kMsize1, k64, 0x1000, kMem2Mem);
    write64(kChen, 0);  // dmac_check_channel_busy writes back what it read
    EXPECT_FALSE(idle(0));
    write64(kChen, 0x02);
    EXPECT_TRUE(idle(1));
}

TEST_F(DmacTest, DisablingStopsAChannel) {
    dmac.select_handshake(0, 1);
    set_single_mode(0, kRam, kPort, false, true, kMsize1, k32, 4, kMem2Prf);
    disable(0);
    EXPECT_TRUE(idle(0));
    dmac.set_request(1, true);
    bench.run_to_cycle(1000);
    EXPECT_TRUE(port.written.empty());
    EXPECT_EQ(read64(channel(0, kChIntstatus)), kDisabled);
}

TEST_F(DmacTest, SuspendedChannelResumes) {
    set_single_mode(0, kRam, kRam + 0x10000, false, false, kMsize1, k64, 0x400, kMem2Mem);
    bench.run_to_cycle(10);
    write64(kChen, 0x0101'0000);
    bench.run_to_cycle(1'000'000);
    EXPECT_FALSE(idle(0));
    EXPECT_EQ(read64(channel(0, kStatus)), 512u);
    EXPECT_EQ(read64(channel(0, kChIntstatus)) & kSuspended, kSuspended);
    write64(kChen, 0x0001'0000);  // without its write enable
    bench.run_for_cycles(10'000);
    EXPECT_FALSE(idle(0));
    write64(kChen, 0x0100'0000);
    bench.run_for_cycles(10'000);
    EXPECT_TRUE(idle(0));
}

TEST_F(DmacTest, AbortEndsAChannel) {
    set_single_mode(4, kRam, kRam + 0x10000, false, false, kMsize1, k64, 0x400, kMem2Mem);
    write64(kChen, std::uint64_t{0x1010} << 32);
    EXPECT_TRUE(idle(4));
    EXPECT_EQ(read64(channel(4, kChIntstatus)), kAborted);
}

TEST_F(DmacTest, ResetRequestClearsItselfAndEverything) {
    set_single_mode(0, kRam, kPort, false, true, kMsize1, k32, 4, kMem2Prf);
    write64(kReset, 1);
    EXPECT_EQ(read64(kReset), 0u);
    EXPECT_EQ(read64(kCfg), 0u);
    EXPECT_TRUE(idle(0));
    EXPECT_EQ(read64(channel(0, kSar)), 0u);
}

TEST_F(DmacTest, UnmappedAddressEndsTheTransferWithAnError) {
    set_single_mode(0, 0x9000'0000, kRam, false, false, kMsize1, k32, 0x3fffff, kMem2Mem);
    bench.run_to_cycle(1000);
    EXPECT_TRUE(idle(0));
    EXPECT_EQ(read64(channel(0, kChIntstatus)), kSrcDecErr);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
}

TEST_F(DmacTest, BlockLeavingMemoryMovesWhatThereIs) {
    number_ram(0, 16);
    set_single_mode(0, kRam, kRam + 0xffff8, false, false, kMsize1, k32, 4, kMem2Mem);
    bench.run_to_cycle(1000);
    EXPECT_TRUE(idle(0));
    EXPECT_EQ(ram.bytes()[0xfffff], 8);
}

TEST_F(DmacTest, LengthZeroIsTheLongestBlockAndCanBeStopped) {  // the SDK writes length - 1
    set_single_mode(0, kRam, kRam + 0x100, true, true, kMsize1, k32, 0, kMem2Mem);
    bench.run_to_cycle(100'000);
    EXPECT_FALSE(idle(0));
    disable(0);
    EXPECT_TRUE(idle(0));
}

TEST_F(DmacTest, SurvivesProgrammingItself) {
    dmac.select_handshake(0, 1);
    dmac.set_request(1, true);
    for (std::uint32_t i = 0; i < 0x100; i += 4) bus.write(kRam + i, 4, 0xffffffff);
    set_single_mode(0, kRam, kDmacBase, false, false, kMsize16, k64, 0x20, kMem2Mem);
    set_single_mode(1, kRam, kDmacBase + kChen, false, true, kMsize16, k64, 0x20, kMem2Mem);
    bench.run_to_cycle(1'000'000);

    write64(kReset, 1);
    write64(kCfg, 3);
    number_ram(0x100, 64);
    set_single_mode(0, kRam + 0x100, kRam + 0x200, false, false, kMsize4, k32, 16, kMem2Mem);
    bench.run_for_cycles(1'000'000);
    EXPECT_TRUE(idle(0));
    EXPECT_TRUE(std::equal(&ram.bytes()[0x100], &ram.bytes()[0x140], &ram.bytes()[0x200]));
}

TEST_F(DmacTest, TransferSurvivesSaveAndRestore) {
    number_ram(0, 8);
    dmac.select_handshake(0, 1);
    set_single_mode(0, kRam, kPort, false, true, kMsize1, k32, 2, kMem2Prf);
    port.touched = [&] { dmac.set_request(1, false); };
    dmac.set_request(1, true);
    bench.run_to_cycle(100);
    ASSERT_EQ(port.written.size(), 1u);

    DeviceBench other_bench;
    Dmac other(other_bench.context(), bus);
    DeviceBench::transfer_state(dmac, other);
    port.touched = [] {};
    other.set_request(1, true);
    other_bench.run_to_cycle(1000);
    EXPECT_EQ(port.written.size(), 2u);
    EXPECT_EQ(port.written[1].value, 0x08070605u);
    EXPECT_EQ(other.read(kChen, 4), 0u);
}

// Several blocks, one after the other.
struct DmacBlocksTest : DmacTest {
    static constexpr std::uint64_t kIoc = std::uint64_t{1} << 58, kLast = std::uint64_t{1} << 62,
                                   kValid = std::uint64_t{1} << 63;
    static constexpr std::uint64_t kWords = k32 << 8 | k32 << 11;
    static constexpr std::uint32_t kItems = kRam + 0x8000;

    // Item `n` of a list there: `words` words, and the next item behind it.
    void put_item(unsigned n, std::uint32_t src, std::uint32_t dst, std::uint32_t words, std::uint64_t bits) {
        const std::uint64_t fields[] = {src, dst, words - 1, kItems + 64 * (n + 1), kWords | bits};
        for (std::uint32_t i = 0; i < std::size(fields); ++i)
            for (std::uint32_t half = 0; half < 2; ++half)
                bus.write(kItems + 64 * n + 8 * i + 4 * half, 4, static_cast<std::uint32_t>(fields[i] >> (32 * half)));
    }
    bool item_is_valid(unsigned n) { return bus.read(kItems + 64 * n + 0x24, 4) >> 31; }
    void start(MultiBlock src, MultiBlock dst, Flow flow = kMem2Mem) {
        write64(channel(0, kIntclear), 0xffffffff);
        write64(channel(0, kChCfg), src | dst << 2 | std::uint64_t{flow} << 32);
        write64(channel(0, kLlp), kItems);
        enable(0);
    }
    // As dmac_update_shandow_register does.
    void put_registers(std::uint32_t src, std::uint32_t dst, std::uint32_t words, std::uint64_t bits) {
        write64(channel(0, kSar), src);
        write64(channel(0, kDar), dst);
        write64(channel(0, kBlockTs), words - 1);
        write64(channel(0, kCtl), kWords | bits);
    }
    bool registers_are_taken() { return !(read64(channel(0, kCtl)) & kValid); }
    std::uint32_t status() { return static_cast<std::uint32_t>(read64(channel(0, kChIntstatus))); }
    std::vector<std::uint8_t> bytes_at(std::ptrdiff_t from, std::ptrdiff_t count) {
        return {ram.bytes().begin() + from, ram.bytes().begin() + from + count};
    }
    using Bytes = std::vector<std::uint8_t>;
};

TEST_F(DmacBlocksTest, AListGathersAndScatters) {
    number_ram(0, 64);
    put_item(0, kRam + 16, kRam + 0x108, 2, kValid);
    put_item(1, kRam + 0, kRam + 0x100, 1, kValid);
    put_item(2, kRam + 32, kRam + 0x104, 1, kValid | kLast);
    start(kList, kList);
    bench.run_for_cycles(1000);
    EXPECT_TRUE(idle(0));
    EXPECT_EQ(status() & (kDone | kBlockDone | kInvalid), kDone);
    EXPECT_EQ(bytes_at(0x100, 16), (Bytes{1, 2, 3, 4, 33, 34, 35, 36, 17, 18, 19, 20, 21, 22, 23, 24}));
    EXPECT_EQ(bench.log.entries().size(), 0u);
}

TEST_F(DmacBlocksTest, ASideWithoutAListGoesOnBehindItsLastBlock) {
    number_ram(0, 64);
    put_item(0, kRam + 16, kRam, 1, kValid);
    put_item(1, kRam + 0, kRam, 2, kValid | kLast);
    write64(channel(0, kDar), kRam + 0x100);
    start(kList, kContiguous);
    bench.run_for_cycles(1000);
    EXPECT_TRUE(idle(0));
    EXPECT_EQ(bytes_at(0x100, 12), (Bytes{17, 18, 19, 20, 1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST_F(DmacBlocksTest, ASideThatReloadsBeginsAnewWithEachBlock) {
    number_ram(0, 64);
    put_item(0, kRam + 16, kRam + 0x100, 1, kValid);
    put_item(1, kRam + 16, kRam + 0x200, 1, kValid | kLast);
    write64(channel(0, kSar), kRam + 4);
    start(kReload, kList);
    bench.run_for_cycles(1000);
    EXPECT_EQ(bytes_at(0x100, 4), (Bytes{5, 6, 7, 8}));
    EXPECT_EQ(bytes_at(0x200, 4), (Bytes{5, 6, 7, 8}));
}

TEST_F(DmacBlocksTest, EveryItemMayInterruptAndIsMarkedAsDone) {
    put_item(0, kRam, kRam + 0x100, 512, kValid | kIoc);
    put_item(1, kRam, kRam + 0x100, 512, kValid | kLast);
    start(kList, kList);
    bench.run_for_cycles(3000);
    EXPECT_EQ(status() & (kBlockDone | kDone), kBlockDone);
    EXPECT_FALSE(item_is_valid(0));
    EXPECT_TRUE(item_is_valid(1));
    EXPECT_FALSE(idle(0));
    bench.run_for_cycles(3000);
    EXPECT_EQ(status() & (kBlockDone | kDone), kBlockDone | kDone);
    EXPECT_FALSE(item_is_valid(1));
}

TEST_F(DmacBlocksTest, AnItemThatIsNotValidIsWaitedFor) {
    number_ram(0, 64);
    put_item(0, kRam, kRam + 0x100, 1, kValid);
    put_item(1, kRam + 16, kRam + 0x200, 1, kLast);
    start(kList, kList);
    bench.run_for_cycles(1000);
    EXPECT_EQ(status() & (kInvalid | kDone), kInvalid);
    EXPECT_FALSE(idle(0));
    write64(channel(0, kBlkTfr), 1);
    bench.run_for_cycles(1000);
    EXPECT_FALSE(idle(0)) << "it still is not";
    put_item(1, kRam + 16, kRam + 0x200, 1, kValid | kLast);
    write64(channel(0, kBlkTfr), 1);
    bench.run_for_cycles(1000);
    EXPECT_TRUE(idle(0));
    EXPECT_EQ(bytes_at(0x200, 4), (Bytes{17, 18, 19, 20}));
}

TEST_F(DmacBlocksTest, AListThatLeavesMemoryEndsTheTransferWithAnError) {
    write64(channel(0, kChCfg), kList);
    write64(channel(0, kLlp), 0x7000'0000);
    enable(0);
    bench.run_for_cycles(1000);
    EXPECT_TRUE(idle(0));
    EXPECT_EQ(status() & (kItemDecErr | kDone), kItemDecErr);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
}

TEST_F(DmacBlocksTest, ShadowRegistersTakeTheNextBlockWhileOneRuns) {
    number_ram(0, 64);
    put_registers(kRam, kRam + 0x100, 2, kValid);
    start(kShadow, kShadow);
    ASSERT_TRUE(registers_are_taken());
    put_registers(kRam + 32, kRam + 0x200, 1, kValid | kLast);
    EXPECT_FALSE(registers_are_taken());
    bench.run_for_cycles(1000);
    EXPECT_TRUE(registers_are_taken());
    EXPECT_TRUE(idle(0));
    EXPECT_EQ(bytes_at(0x100, 8), (Bytes{1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_EQ(bytes_at(0x200, 4), (Bytes{33, 34, 35, 36}));
}

TEST_F(DmacBlocksTest, ShadowRegistersThatComeLateAreWaitedFor) {
    number_ram(0, 64);
    put_registers(kRam, kRam + 0x100, 1, kValid);
    start(kShadow, kShadow);
    bench.run_for_cycles(1000);
    EXPECT_EQ(status() & (kInvalid | kDone), kInvalid);
    put_registers(kRam + 32, kRam + 0x200, 1, kValid | kLast);
    bench.run_for_cycles(1000);
    EXPECT_TRUE(idle(0));
    EXPECT_EQ(bytes_at(0x200, 4), (Bytes{33, 34, 35, 36}));
}

TEST_F(DmacBlocksTest, AReloadingChannelGoesRoundUntilItsLastBlockIsMarked) {
    number_ram(0, 64);
    put_registers(kRam, kRam + 0x100, 1, kIoc);
    start(kReload, kContiguous);
    bench.run_for_cycles(200);
    EXPECT_FALSE(idle(0));
    EXPECT_EQ(status() & (kBlockDone | kDone), kBlockDone);
    EXPECT_EQ(bytes_at(0x100, 8), (Bytes{1, 2, 3, 4, 1, 2, 3, 4}));
    write64(channel(0, kCtl), kWords | kLast);
    bench.run_for_cycles(200);
    EXPECT_TRUE(idle(0));
    EXPECT_EQ(status() & kDone, kDone);
}

TEST_F(DmacBlocksTest, AReloadingChannelCanBeStopped) {
    put_registers(kRam, kRam + 0x100, 1, 0);
    start(kReload, kReload);
    bench.run_for_cycles(500);
    disable(0);
    EXPECT_TRUE(idle(0));
    EXPECT_EQ(bench.events.next_deadline(), SimTime::never());
}

TEST_F(DmacBlocksTest, AListSurvivesSaveAndRestore) {
    number_ram(0, 64);
    put_item(0, kRam, kRam + 0x100, 1, kValid);
    put_item(1, kRam + 16, kRam, 1, kLast);
    write64(channel(0, kDar), kRam + 0x100);
    start(kList, kContiguous);
    bench.run_for_cycles(1000);
    DeviceBench other_bench;
    Dmac other(other_bench.context(), bus);
    DeviceBench::transfer_state(dmac, other);
    put_item(1, kRam + 16, kRam, 1, kValid | kLast);
    other.write(channel(0, kBlkTfr), 4, 1);
    other_bench.run_for_cycles(1000);
    EXPECT_EQ(other.read(kChen, 4), 0u);
    EXPECT_EQ(bytes_at(0x100, 8), (Bytes{1, 2, 3, 4, 17, 18, 19, 20}));
}

TEST_F(DmacTest, SoftwareAsksForBurstsAndSingleItemsInPlaceOfADevice) {
    constexpr std::uint64_t kBySoftware = std::uint64_t{1} << 36, kReq = 1, kReqWe = 2, kSgl = 4, kSglWe = 8;
    number_ram(0, 64);
    write64(channel(0, kChCfg), std::uint64_t{kMem2Prf} << 32 | kBySoftware);
    write64(channel(0, kSar), kRam);
    write64(channel(0, kDar), kPort);
    write64(channel(0, kCtl), std::uint64_t{1} << 6 | k32 << 8 | k32 << 11 | kMsize4 << 18);
    write64(channel(0, kBlockTs), 8 - 1);
    enable(0);
    bench.run_for_cycles(500);
    EXPECT_EQ(port.written.size(), 0u);
    write64(channel(0, kSwhsdst), kReq);
    bench.run_for_cycles(500);
    EXPECT_EQ(port.written.size(), 0u) << "without its write enable";
    write64(channel(0, kSwhsdst), kReq | kReqWe);
    EXPECT_EQ(read64(channel(0, kSwhsdst)), kReq);
    bench.run_for_cycles(500);
    EXPECT_EQ(read64(channel(0, kSwhsdst)), 0u);
    EXPECT_EQ(port.written.size(), 4u);
    write64(channel(0, kSwhsdst), kSgl | kSglWe);
    bench.run_for_cycles(500);
    EXPECT_EQ(port.written.size(), 5u);
    EXPECT_FALSE(idle(0));
    write64(channel(0, kSwhsdst), kReq | kReqWe);
    bench.run_for_cycles(500);
    EXPECT_EQ(port.written.size(), 8u);
    EXPECT_TRUE(idle(0));
}

TEST_F(DmacTest, TellsTheTraceItsTransfers) {
    RecordingTrace trace(bench);
    set_single_mode(5, kRam, kRamUncached + 0x1000, false, false, kMsize16, k64, 128, kMem2Mem);
    bench.run_to_cycle(2000);
    set_single_mode(2, kRam, kPort, false, true, kMsize1, k32, 4, kMem2Prf);
    bench.run_to_cycle(3000);
    disable(2);
    EXPECT_THAT(trace.seen,
                testing::ElementsAre("0 begin dma channel 5: ram to ram bytes=1024 from=0x80000000 to=0x40001000",
                                     "592 end dma channel 5",
                                     "2000 begin dma channel 2: ram to port bytes=16 from=0x80000000 to=0x52000060",
                                     "3000 end dma channel 2"));
}

}  // namespace
}  // namespace k210
