#include "k210/bus/bus.hpp"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "support/device_bench.hpp"

namespace k210 {
namespace {

// Writes down what reaches it.
struct FakeTarget final : BusTarget {
    std::string seen;
    std::uint32_t answer = 0;
    std::uint32_t read(std::uint32_t offset, unsigned size_bytes) override {
        seen += fmt::format("r{:x}/{} ", offset, size_bytes);
        return answer;
    }
    void write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) override {
        seen += fmt::format("w{:x}/{}={:x} ", offset, size_bytes, value);
    }
};

struct BusTest : testing::Test {
    static constexpr std::uint32_t kRam = 0x8000'0000, kAlias = 0x4000'0000, kRom = 0x8800'0000, kDevice = 0x5000'0000;

    DeviceBench bench;
    Bus bus{bench.log};
    Memory ram{"ram", 2 * kPageBytes}, rom{"rom", kPageBytes};
    FakeTarget device;

    BusTest() {
        bus.map(rom, kRom, Bus::MemoryKind::rom);
        bus.map(ram, kRam);
        bus.map(ram, kAlias, Bus::MemoryKind::uncached_ram);
        bus.map("device", device, kDevice, 0x100);
    }
    std::uint64_t guest_errors() const { return bench.log.count(LogKind::guest_error); }
};

TEST_F(BusTest, WindowsAreInOrderOfTheirBase) {
    std::string names;
    for (const Bus::Window& window : bus.windows()) names += fmt::format("{}@{:x} ", window.name, window.base);
    EXPECT_EQ(names, "ram@40000000 device@50000000 ram@80000000 rom@88000000 ");
}

TEST_F(BusTest, KindsOfMemorySayWhoMayWriteAndWhatIsCached) {
    EXPECT_TRUE(bus.find(kRam)->writable);
    EXPECT_TRUE(bus.find(kRam)->cached);
    EXPECT_TRUE(bus.find(kAlias)->writable);
    EXPECT_FALSE(bus.find(kAlias)->cached);
    EXPECT_FALSE(bus.find(kRom)->writable);
    EXPECT_TRUE(bus.find(kRom)->cached);
}

TEST_F(BusTest, AWindowReachesFromItsBaseToItsLastByte) {
    EXPECT_EQ(bus.find(kDevice - 1), nullptr);
    EXPECT_EQ(bus.find(kDevice)->target, &device);
    EXPECT_EQ(bus.find(kDevice + 0xff)->target, &device);
    EXPECT_EQ(bus.find(kDevice + 0x100), nullptr);
    EXPECT_EQ(bus.find(0), nullptr);
    EXPECT_EQ(bus.find(~0u), nullptr);
}

TEST_F(BusTest, OverlappingWindowsAreAnErrorOfTheModel) {
    FakeTarget other;
    EXPECT_THROW(bus.map("low", other, kDevice - 0x10, 0x11), std::logic_error);
    EXPECT_THROW(bus.map("high", other, kDevice + 0xff, 0x10), std::logic_error);
    EXPECT_THROW(bus.map("within", other, kDevice + 0x10, 0x10), std::logic_error);
    EXPECT_THROW(bus.map("around", other, kDevice - 0x10, 0x1000), std::logic_error);
    bus.map("before", other, kDevice - 0x10, 0x10);
    bus.map("behind", other, kDevice + 0x100, 0x10);
}

TEST_F(BusTest, DevicesHearOffsetsInTheirWindow) {
    device.answer = 0x1234;
    EXPECT_EQ(bus.read(kDevice + 0x24, 2), 0x1234u);
    bus.write(kDevice + 0xff, 1, 0x56);
    EXPECT_EQ(device.seen, "r24/2 wff/1=56 ");
}

TEST_F(BusTest, BothAliasesShowTheSameBytes) {
    bus.write(kRam + 0x100, 4, 0x4433'2211);
    EXPECT_EQ(bus.read(kAlias + 0x101, 2), 0x3322u);
    bus.write(kAlias + 0x100, 1, 0xee);
    EXPECT_EQ(bus.read(kRam + 0x100, 4), 0x4433'22eeu);
}

TEST_F(BusTest, WhereNothingIsReadsGiveZeroAndWritesAreLostAndToldAsTheGuestsFault) {
    EXPECT_EQ(bus.read(0x1000'0000, 4), 0u);
    bus.write(0x1000'0000, 4, 1);
    EXPECT_EQ(guest_errors(), 2u);
}

TEST_F(BusTest, AnAccessAcrossAMemorysEndIsOneToNothing) {
    ram.write(2 * kPageBytes - 4, 4, ~0u);
    EXPECT_EQ(bus.read(kRam + 2 * kPageBytes - 4, 4), ~0u);
    EXPECT_EQ(guest_errors(), 0u);
    EXPECT_EQ(bus.read(kRam + 2 * kPageBytes - 2, 4), 0u);
    bus.write(kRam + 2 * kPageBytes - 2, 4, 0);
    EXPECT_EQ(ram.read(2 * kPageBytes - 4, 4), ~0u);
    EXPECT_EQ(guest_errors(), 2u);
}

TEST_F(BusTest, RomCannotBeWritten) {
    rom.write(0, 4, 0x8082);
    bus.write(kRom, 4, 0);
    EXPECT_EQ(bus.read(kRom, 4), 0x8082u);
    EXPECT_EQ(guest_errors(), 1u);
}

TEST_F(BusTest, WritesTellTheMemoryWhereTheyHit) {
    int changes = 0;
    ram.on_code_changed([&] { ++changes; });
    ram.mark_code(kPageBytes, 4);
    bus.write(kRam + kPageBytes - 4, 4, 1);
    EXPECT_EQ(changes, 0);
    bus.write(kAlias + kPageBytes, 1, 1);
    EXPECT_EQ(changes, 1);
    bus.wrote(kRam, kPageBytes);
    EXPECT_EQ(changes, 1);
    bus.wrote(kRam + kPageBytes - 1, 2);
    EXPECT_EQ(changes, 2);
    bus.wrote(kDevice, 4);
    bus.wrote(0x1000'0000, 4);
    EXPECT_EQ(changes, 2);
}

TEST_F(BusTest, HostBytesAreThereOnlyIfAllOfThemAreOneMemory) {
    EXPECT_EQ(bus.memory(kRam + 4, 8).data(), &ram.bytes()[4]);
    EXPECT_EQ(bus.memory(kRam + 4, 8).size(), 8u);
    EXPECT_EQ(bus.memory(kAlias, 2 * kPageBytes).size(), 2 * kPageBytes);
    EXPECT_TRUE(bus.memory(kAlias, 2 * kPageBytes + 1).empty());
    EXPECT_TRUE(bus.memory(kAlias + 1, 2 * kPageBytes).empty());
    EXPECT_TRUE(bus.memory(kRam, ~0u).empty());
    EXPECT_TRUE(bus.memory(kDevice, 4).empty());
    EXPECT_TRUE(bus.memory(0x1000'0000, 4).empty());
}

TEST_F(BusTest, RemembersTheLastDeviceAccess) {
    EXPECT_EQ(bus.last_device_access().device, "");
    device.answer = 0x77;
    bus.read(kDevice + 8, 2);
    EXPECT_EQ(bus.last_device_access().device, "device");
    EXPECT_EQ(bus.last_device_access().address, kDevice + 8);
    EXPECT_EQ(bus.last_device_access().size_bytes, 2u);
    EXPECT_FALSE(bus.last_device_access().is_write);
    EXPECT_EQ(bus.last_device_access().value, 0x77u);
    bus.read(kRam, 4);  // memory is none
    EXPECT_EQ(bus.last_device_access().address, kDevice + 8);
    bus.write(kDevice + 12, 4, 0x99);
    EXPECT_TRUE(bus.last_device_access().is_write);
    EXPECT_EQ(bus.last_device_access().value, 0x99u);
}

TEST_F(BusTest, TheLastAccessIsStateAndOneToNoDeviceIsRefused) {
    bus.write(kDevice + 12, 4, 0x99);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    bus.visit_state(saver);
    const auto load = [&snapshot](Bus& to) {
        StateLoader loader(snapshot);
        to.visit_state(loader);
    };
    Bus other{bench.log};
    other.map("device", device, kDevice, 0x100);
    load(other);
    EXPECT_EQ(other.last_device_access().device, "device");
    EXPECT_EQ(other.last_device_access().address, kDevice + 12);
    EXPECT_EQ(other.last_device_access().size_bytes, 4u);
    EXPECT_TRUE(other.last_device_access().is_write);
    EXPECT_EQ(other.last_device_access().value, 0x99u);
    Bus empty{bench.log};
    EXPECT_THROW(load(empty), InputError);
}

TEST_F(BusTest, NoAccessAtAllIsStateToo) {
    bus.map("first", device, 0, 0x100);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    bus.visit_state(saver);
    bus.read(kDevice, 4);
    StateLoader loader(snapshot);
    bus.visit_state(loader);
    EXPECT_EQ(bus.last_device_access().device, "");
}

}  // namespace
}  // namespace k210
