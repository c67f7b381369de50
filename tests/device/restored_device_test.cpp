// Saves blocks amid random work, and drives the restored one on beside the one that it was saved from: the guest must
// not be able to tell them apart. Half of the values written are small, so that counts, levels and addresses are.
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "aes/aes.hpp"
#include "clint/clint.hpp"
#include "dmac/dmac.hpp"
#include "dvp/dvp.hpp"
#include "fft/fft.hpp"
#include "fpioa/fpioa.hpp"
#include "gpio/gpio.hpp"
#include "gpiohs/gpiohs.hpp"
#include "i2c/i2c.hpp"
#include "i2s/i2s.hpp"
#include "otp/otp.hpp"
#include "plic/plic.hpp"
#include "rtc/rtc.hpp"
#include "sha256/sha256.hpp"
#include "spi/spi.hpp"
#include "spi_slave/spi_slave.hpp"
#include "support/device_bench.hpp"
#include "sysctl/sysctl.hpp"
#include "timer/timer.hpp"
#include "uart/uart.hpp"
#include "uarths/uarths.hpp"
#include "wdt/wdt.hpp"

namespace k210 {
namespace {

using Random = std::mt19937;

// What a block is wired to answers the same at any time.
struct Wires final : SerialSink, SpiBus, I2cBus {
    std::string seen;
    void receive(std::uint8_t byte) override { seen += fmt::format("{:02x} ", byte); }
    void select(unsigned chip_select, bool active) override { seen += fmt::format("{}{} ", active, chip_select); }
    std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) override {
        seen += fmt::format("{:x}/{}x{} ", out, bits, lines);
        return ~out;
    }
    std::uint32_t receive(unsigned bits, unsigned lines) override {
        seen += fmt::format("r{}x{} ", bits, lines);
        return 0x5a5a'5a5a;
    }
    void dummy_clocks(unsigned clocks) override { seen += fmt::format("w{} ", clocks); }
    bool start(std::uint8_t address, bool read) override {
        seen += fmt::format("s{:x}{} ", address, read);
        return address != 1;
    }
    bool write(std::uint8_t byte) override {
        seen += fmt::format("{:02x} ", byte);
        return byte != 1;
    }
    std::uint8_t read() override { return 0x5a; }
    void stop() override { seen += "p "; }
};

struct Camera final : VideoSource {
    std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(16 * 4 * 2, 0x5a);
    bool streaming() const override { return true; }
    VideoTiming timing() const override { return {0x1'0000, 1000, 8000, 4}; }
    VideoFrame frame(std::uint64_t) override { return {16, 4, bytes}; }
};

// A block and its surroundings.
struct Rig {
    virtual ~Rig() = default;
    virtual Device& device() = 0;
    virtual void disturb(std::uint32_t) {}  // from outside
    virtual void visit_surroundings(StateVisitor&) {}

    std::vector<std::uint32_t> offsets() {
        std::vector<std::uint32_t> found;
        device().regs.each([&](Reg& reg) { found.push_back(reg.offset()); });
        return found;
    }
    void visit(StateVisitor& v) {
        bench.events.visit_state(v);
        visit_surroundings(v);
        const auto scope = v.enter("device");
        device().visit_state(v);
    }
    Snapshot save() {
        Snapshot snapshot;
        StateSaver saver(snapshot);
        visit(saver);
        return snapshot;
    }

    DeviceBench bench;
    Wires wires;
};

struct Action {
    enum Kind : std::uint8_t { read, write, wait, disturb } kind;
    std::uint32_t offset, value;
    unsigned size_bytes;
};

std::uint32_t random_value(Random& random) {
    switch (random() % 8) {
        case 0: return ~0u;
        case 1: return static_cast<std::uint32_t>(random());
        case 2:
        case 3: return 1u << random() % 32;
        default: return random() % 32;
    }
}

Action random_action(Random& random, const std::vector<std::uint32_t>& offsets) {
    constexpr Action::Kind kKinds[] = {Action::read,  Action::read,  Action::read,  Action::write, Action::write,
                                       Action::write, Action::write, Action::write, Action::wait,  Action::disturb};
    const unsigned size_bytes = random() % 8 == 0 ? 1 : 4;
    return {kKinds[random() % std::size(kKinds)], offsets[random() % offsets.size()], random_value(random), size_bytes};
}

std::uint32_t act(Rig& rig, const Action& action) {
    switch (action.kind) {
        case Action::read: return rig.device().read(action.offset, action.size_bytes);
        case Action::write: rig.device().write(action.offset, action.size_bytes, action.value); break;
        case Action::wait: rig.bench.run_for_cycles(action.value % 4096); break;
        case Action::disturb: rig.disturb(action.value); break;
    }
    return 0;
}

template <class R>
void expect_no_difference(const std::vector<std::uint32_t>& offsets, const std::vector<Action>& set_up = {}) {
    constexpr unsigned kRuns = 40, kRestores = 12, kActions = 25;
    for (unsigned run = 0; run < kRuns; ++run) {
        Random random(run);
        R original;
        for (const Action& action : set_up) act(original, action);
        for (unsigned restore = 0; restore < kRestores; ++restore) {
            R restored;
            const Snapshot snapshot = original.save();
            StateLoader loader(snapshot);
            restored.visit(loader);
            original.wires.seen.clear();
            for (unsigned i = 0; i < kActions; ++i) {
                const Action action = random_action(random, offsets);
                ASSERT_EQ(act(original, action), act(restored, action))
                    << "run " << run << ", " << restore << ", " << i << ": +" << std::hex << action.offset;
            }
            ASSERT_EQ(original.wires.seen, restored.wires.seen) << "run " << run << ", " << restore;
            ASSERT_EQ(original.save(), restored.save()) << "run " << run << ", " << restore;
        }
    }
}
template <class R>
void expect_no_difference() {
    expect_no_difference<R>(R().offsets());
}

struct AesRig : Rig {
    Aes aes{bench.context()};
    Device& device() override { return aes; }
};
TEST(RestoredDeviceTest, Aes) {
    enum : std::uint32_t { kModeCtl = 0x14, kDmaSel = 0x30, kAadNum = 0x34, kPcNum = 0x3c, kText = 0x40, kAad = 0x44 };
    enum : std::uint32_t { kInTag = 0x50, kOut = 0x60, kEn = 0x64, kDataIn = 0x4c, kTagChk = 0x48, kOutTag = 0x74 };
    expect_no_difference<AesRig>();
    for (const std::uint32_t mode : {0u, 1u, 2u})  // mostly words of one message
        expect_no_difference<AesRig>(
            {kText, kText, kAad, kOut, kDataIn, kTagChk, kOutTag, kInTag, kInTag + 4, kInTag + 8, kInTag + 12, kDmaSel},
            {{Action::write, kModeCtl, mode, 4},
             {Action::write, kAadNum, 30, 4},
             {Action::write, kPcNum, 130, 4},
             {Action::write, kEn, 1, 4}});
}

struct ClintRig : Rig {
    Clint clint{bench.context()};
    Device& device() override { return clint; }
};
TEST(RestoredDeviceTest, Clint) {
    expect_no_difference<ClintRig>();
}

struct DmacRig : Rig {
    Bus bus{bench.log};
    Memory ram{"ram", 0x1'0000};
    Dmac dmac{bench.context(), bus};
    DmacRig() { bus.map(ram, 0); }
    Device& device() override { return dmac; }
    void visit_surroundings(StateVisitor& v) override { v.bytes("ram", ram.bytes()); }
    void disturb(std::uint32_t value) override {
        dmac.set_request(value % 4, value & 4);
        dmac.select_handshake(value % 2, value % 4);
    }
};
TEST(RestoredDeviceTest, Dmac) {
    enum : std::uint32_t {
        kCfg = 0x10,
        kChen = 0x18,
        kIntstatus = 0x30,
        kSar = 0x100,  // channel 0's from here on
        kDar = 0x108,
        kBlockTs = 0x110,
        kCtl = 0x118,
        kCtlHi = 0x11c,
        kCfgHi = 0x124,
        kStatus = 0x130,
        kChIntstatus = 0x188,
        kIntclear = 0x198
    };
    expect_no_difference<DmacRig>({kChen, kChen, kChen + 4, kSar, kDar, kBlockTs, kCfgHi, kCtl, kCtlHi, kStatus,
                                   kChIntstatus, kIntclear, kIntstatus},
                                  {{Action::write, kCfg, 3, 4},
                                   {Action::write, kBlockTs, 0x400, 4},
                                   {Action::write, kCfgHi, 1, 4},
                                   {Action::write, kChen, 0x101, 4}});
}

struct DvpRig : Rig {
    Bus bus{bench.log};
    Memory ram{"ram", 0x1'0000};
    Camera camera;
    Dvp dvp{bench.context(), bus, wires};
    DvpRig() {
        bus.map(ram, 0);
        dvp.connect(camera);
    }
    Device& device() override { return dvp; }
    void visit_surroundings(StateVisitor& v) override { v.bytes("ram", ram.bytes()); }
    void disturb(std::uint32_t value) override { bench.run_for_cycles(value % 0x1'0000); }
};
TEST(RestoredDeviceTest, Dvp) {
    enum : std::uint32_t { kCfg = 0x00, kCmos = 0x10, kSts = 0x20 };
    expect_no_difference<DvpRig>({kCfg, 0x04, 0x14, 0x18, kSts, kSts, kSts, 0x28},
                                 {{Action::write, kCfg, 0x0040'201f, 4}, {Action::write, kCmos, 0x100, 4}});
}

struct FftRig : Rig {
    Fft fft{bench.context()};
    Device& device() override { return fft; }
};
TEST(RestoredDeviceTest, Fft) {
    enum : std::uint32_t { kInput = 0x00, kCtrl = 0x08, kFifoCtrl = 0x10, kRaw = 0x30, kOutput = 0x38 };
    std::vector<std::uint32_t> offsets(24, kInput);  // mostly words of one transform
    offsets.resize(40, kInput + 4);
    for (const std::uint32_t other : {kOutput + 0, kOutput + 4, kOutput + 4, +kRaw, +kFifoCtrl, 0x18u, 0x20u})
        offsets.push_back(other);
    for (const std::uint32_t layout : {0u, 1u, 2u})
        expect_no_difference<FftRig>(offsets, {{Action::write, kCtrl, 0x600b | layout << 15, 4}});
    expect_no_difference<FftRig>();
}

struct FpioaRig : Rig {
    Fpioa fpioa{bench.context()};
    Device& device() override { return fpioa; }
    void disturb(std::uint32_t value) override {
        fpioa.drive(value % 64, value & 1, value & 2);
        if (value & 4)
            fpioa.drive_pad(value % kPadCount, value & 8);
        else
            fpioa.release_pad(value % kPadCount);
        bench.run_for_cycles(value & 16 ? 200'000 : 0);
    }
};
TEST(RestoredDeviceTest, Fpioa) {
    expect_no_difference<FpioaRig>();
}

template <class Port>
struct PortRig : Rig {
    Fpioa fpioa{bench.context()};
    Port port{bench.context(), fpioa};
    Device& device() override { return port; }
    void visit_surroundings(StateVisitor& v) override {
        const auto scope = v.enter("fpioa");
        fpioa.visit_state(v);
    }
    void disturb(std::uint32_t value) override { fpioa.drive_pad(8 + value % 16, value & 16); }
};
TEST(RestoredDeviceTest, Gpio) {
    expect_no_difference<PortRig<Gpio>>();
}
TEST(RestoredDeviceTest, Gpiohs) {
    expect_no_difference<PortRig<Gpiohs>>();
}

struct I2cRig : Rig {
    I2c i2c{bench.context(), "i2c0", wires};
    Device& device() override { return i2c; }
    void disturb(std::uint32_t value) override { bench.run_for_cycles(value % 0x1'0000); }
};
TEST(RestoredDeviceTest, I2c) {
    enum : std::uint32_t { kDataCmd = 0x10, kEnable = 0x6c };
    const std::vector<Action> set_up = {
        {Action::write, 0x14, 1, 4}, {Action::write, 0x18, 1, 4}, {Action::write, kEnable, 1, 4}};
    expect_no_difference<I2cRig>(I2cRig().offsets(), set_up);
    expect_no_difference<I2cRig>({kDataCmd, kDataCmd, kDataCmd, 0x34, 0x54, kEnable, 0x70, 0x80}, set_up);
}

struct OtpRig : Rig {
    static constexpr Otp::UniqueId kId = {1, 2, 3};
    Otp otp{bench.context(), kId};
    Device& device() override { return otp; }
};
TEST(RestoredDeviceTest, Otp) {
    expect_no_difference<OtpRig>();
}

struct PlicRig : Rig {
    Plic plic{bench.context()};
    Device& device() override { return plic; }
    void disturb(std::uint32_t value) override { plic.set_source(1 + value % 31, value & 32 || value & 1); }
};
TEST(RestoredDeviceTest, Plic) {
    std::vector<std::uint32_t> offsets = {0x1000, 0x1004, 0x2000, 0x2080, 0x20'0000, 0x20'0004, 0x20'1000, 0x20'1004};
    for (std::uint32_t source = 0; source < 32; ++source) offsets.push_back(source * 4);
    for (unsigned i = 0; i < 24; ++i) offsets.push_back(i % 3 == 0 ? 0x2000 : 0x20'0004);
    expect_no_difference<PlicRig>(offsets);
}

struct RtcRig : Rig {
    ClockDomain bus_clock{"apb1", 195'000'000};
    Rtc rtc{bench.context(), bus_clock};
    RtcRig() {
        rtc.irq.connect([this](bool level) { wires.seen += level ? "up " : "down "; });
    }
    Device& device() override { return rtc; }
};
TEST(RestoredDeviceTest, Rtc) {
    enum : std::uint32_t { kInitialCount = 0x10, kInterruptCtrl = 0x18, kRegisterCtrl = 0x1c };
    const auto running = [](std::uint32_t interrupts) {
        return std::vector<Action>{{Action::write, kRegisterCtrl, 0x7fff'e002, 4},
                                   {Action::write, kInitialCount, 100, 4},
                                   {Action::write, kInterruptCtrl, interrupts, 4},
                                   {Action::write, kRegisterCtrl, 0x7fff'e003, 4}};
    };
    expect_no_difference<RtcRig>({0x00, 0x04, 0x08, 0x0c, 0x14, kInterruptCtrl, 0x28}, running(0x0200'0003));
    expect_no_difference<RtcRig>({0x04, 0x14}, running(0x0800'0002));  // an alarm of one hour in a day
}

struct Sha256Rig : Rig {
    Sha256 sha{bench.context()};
    Device& device() override { return sha; }
};
TEST(RestoredDeviceTest, Sha256) {
    enum : std::uint32_t { kDataIn = 0x20, kNum = 0x28, kFunction0 = 0x2c, kFunction1 = 0x34 };
    std::vector<std::uint32_t> offsets(16, kDataIn);  // mostly words of one message
    for (const std::uint32_t other : {0x00u, 0x1cu, +kNum, +kFunction0, +kFunction1}) offsets.push_back(other);
    expect_no_difference<Sha256Rig>(offsets, {{Action::write, kNum, 2, 4}, {Action::write, kFunction0, 1, 4}});
}

template <SpiLayout Layout>
struct SpiRig : Rig {
    Spi spi{"spi0", bench.context(), wires, Layout};
    Device& device() override { return spi; }
};
TEST(RestoredDeviceTest, Spi) {
    enum : std::uint32_t { kCtrlr0 = 0x00, kCtrlr1 = 0x04, kSsienr = 0x08, kSer = 0x10, kBaudr = 0x14, kDr = 0x60 };
    for (const std::uint32_t tmod : {0u, 1u, 2u, 3u})
        for (const std::uint32_t frf : {0u, 2u}) {
            const std::vector<Action> set_up = {{Action::write, kCtrlr0, 7 << 16 | tmod << 8 | frf << 21, 4},
                                                {Action::write, kCtrlr1, 40, 4},
                                                {Action::write, kBaudr, 2, 4},
                                                {Action::write, 0xf4, 0x1a18, 4},
                                                {Action::write, kSsienr, 1, 4},
                                                {Action::write, kSer, 1, 4}};
            expect_no_difference<SpiRig<SpiLayout::apb_ssi>>(
                {kDr, kDr, kDr, 0x18, 0x1c, 0x20, 0x24, 0x28, 0x2c, 0x30, 0x34, 0x3c, 0x4c, 0x50, 0x54, kSer}, set_up);
        }
    expect_no_difference<SpiRig<SpiLayout::dwc_ssi>>();
}

struct SpiSlaveRig : Rig {
    Fpioa fpioa{bench.context()};
    SpiSlave slave{bench.context(), fpioa, FUNC_SPI_SLAVE_SS};
    Device& device() override { return slave; }
    void disturb(std::uint32_t value) override {
        if (value & 3) wires.seen += fmt::format("{:x} ", slave.exchange(value, 1 + value % 32, 1));
        if (value & 4) slave.select(value & 8);
    }
};
TEST(RestoredDeviceTest, SpiSlave) {
    enum : std::uint32_t { kCtrlr0 = 0x00, kSsienr = 0x08, kDr = 0x60 };
    for (const std::uint32_t ctrlr0 : {7u << 16, 31u << 16, 7u << 16 | 1 << 8, 12u << 16 | 1 << 10})
        expect_no_difference<SpiSlaveRig>(
            {kDr, kDr, 0x18, 0x1c, 0x20, 0x24, 0x28, 0x2c, 0x30, 0x34, 0x3c, 0x4c},
            {{Action::write, kCtrlr0, ctrlr0, 4}, {Action::write, kSsienr, 1, 4}, {Action::disturb, 0, 4, 4}});
    expect_no_difference<SpiSlaveRig>();
}

struct SysctlRig : Rig {
    Sysctl sysctl{bench.context()};
    SysctlRig() {
        sysctl.on_clocks = [this] { wires.seen += "clocks "; };
        sysctl.on_routes = [this] { wires.seen += "routes "; };
        sysctl.on_peripheral_reset = [this](std::string_view block, bool held) {
            wires.seen += fmt::format("{} {} ", block, held);
        };
        sysctl.on_soft_reset = [this] { wires.seen += "reset "; };
    }
    Device& device() override { return sysctl; }
};
TEST(RestoredDeviceTest, Sysctl) {
    expect_no_difference<SysctlRig>();
}

struct TimerRig : Rig {
    Timer timer{bench.context(), "timer0"};
    Device& device() override { return timer; }
};
TEST(RestoredDeviceTest, Timer) {
    expect_no_difference<TimerRig>();
}

struct I2sRig : Rig {
    struct HeardPads final : PinMux {
        explicit HeardPads(Wires& its_wires) : wires(its_wires) {}
        void drive(unsigned function, bool level, bool) override {
            wires.seen += fmt::format("{}={} ", function, level);
        }
        bool level_of(unsigned) const override { return false; }
        void on_input(unsigned, std::function<void(bool)>) override {}
        int pad_of(unsigned) const override { return -1; }
        bool heard(unsigned function) const override { return function != 0; }
        Wires& wires;
    } pads{wires};
    struct Sound final : I2sBus {
        explicit Sound(Wires& its_wires) : wires(its_wires) {}
        bool heard(unsigned line) const override { return line == 2; }
        void send(unsigned line, I2sMoment moment, SoundFrame frame) override {
            wires.seen += fmt::format("{}@{}:{},{} ", line, moment.begin.ps, frame.left, frame.right);
        }
        SoundFrame receive(unsigned, I2sMoment moment) override {
            return {static_cast<std::int32_t>(moment.begin.ps), static_cast<std::int32_t>(moment.begin.ps >> 8)};
        }
        Wires& wires;
    } sound{wires};
    I2s i2s{"i2s0", bench.context(), pads, 0, sound};
    I2sRig() { wires.seen.clear(); }  // of the levels that it begins with
    Device& device() override { return i2s; }
};
TEST(RestoredDeviceTest, I2s) {
    enum : std::uint32_t {
        kIer = 0x00,
        kIrer = 0x04,
        kIter = 0x08,
        kCer = 0x0c,
        kCcr = 0x10,
        kRxdma = 0x1c0,
        kTxdma = 0x1c8
    };
    const std::vector<Action> set_up = {{Action::write, kIer, 1, 4},
                                        {Action::write, kIrer, 1, 4},
                                        {Action::write, kIter, 1, 4},
                                        {Action::write, kCer, 1, 4},
                                        {Action::write, kCcr, 0x330, 4}};
    expect_no_difference<I2sRig>(I2sRig().offsets(), set_up);
    expect_no_difference<I2sRig>({kTxdma, kTxdma, kTxdma, kRxdma, 0x20, 0x24, 0x38, 0x3c, 0x60, 0x64, 0x78}, set_up);
}

struct UartRig : Rig {
    Uart uart{bench.context(), "uart1", wires};
    Device& device() override { return uart; }
    void disturb(std::uint32_t value) override { uart.receive(static_cast<std::uint8_t>(value)); }
};
TEST(RestoredDeviceTest, Uart) {
    enum : std::uint32_t { kThr = 0x00, kIer = 0x04, kIir = 0x08, kLcr = 0x0c, kLsr = 0x14 };
    const std::vector<Action> set_up = {{Action::write, kLcr, 0x80, 4},
                                        {Action::write, kThr, 2, 4},
                                        {Action::write, kLcr, 3, 4},
                                        {Action::write, kIir, 0x81, 4}};
    expect_no_difference<UartRig>(UartRig().offsets(), set_up);
    expect_no_difference<UartRig>({kThr, kThr, kIer, kIir, kLsr, 0x80, 0x84}, set_up);
}

struct UarthsRig : Rig {
    Uarths uarths{bench.context(), wires};
    Device& device() override { return uarths; }
    void disturb(std::uint32_t value) override { uarths.receive(static_cast<std::uint8_t>(value)); }
};
TEST(RestoredDeviceTest, Uarths) {
    expect_no_difference<UarthsRig>(UarthsRig().offsets(), {{Action::write, 0x18, 20, 4}, {Action::write, 0x0c, 1, 4}});
}

struct WdtRig : Rig {
    Wdt wdt{bench.context(), "wdt0"};
    WdtRig() {
        wdt.on_reset = [this] { wires.seen += "reset "; };
    }
    Device& device() override { return wdt; }
    void disturb(std::uint32_t value) override { bench.run_for_cycles(value & 1 ? 50'000 : 10); }
};
TEST(RestoredDeviceTest, Wdt) {
    expect_no_difference<WdtRig>();
    expect_no_difference<WdtRig>({0x04, 0x08, 0x0c, 0x10, 0x14}, {{Action::write, 0x00, 3, 4}});
}

}  // namespace
}  // namespace k210
