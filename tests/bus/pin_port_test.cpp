#include "k210/bus/pin_port.hpp"

#include <map>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

// Writes down what is driven, "24=1" or "24=z", and can be made to drive back.
struct FakeMux final : PinMux {
    std::string driven;
    std::map<unsigned, std::function<void(bool)>> inputs;
    std::function<void()> on_drive;

    void drive(unsigned function, bool level, bool enable) override {
        driven += fmt::format("{}={} ", function, enable ? (level ? "1" : "0") : level ? "z1" : "z0");
        if (on_drive) on_drive();
    }
    bool level_of(unsigned) const override { return false; }
    void on_input(unsigned function, std::function<void(bool)> changed) override {
        inputs[function] = std::move(changed);
    }
    int pad_of(unsigned) const override { return -1; }
    bool heard(unsigned) const override { return false; }
};

struct PinPortTest : testing::Test {
    FakeMux mux;
    int changes = 0;
    PinPort port{mux, 24, 8, [this] { ++changes; }};
};

TEST_F(PinPortTest, HearsItsOwnFunctionsInOrder) {
    EXPECT_EQ(mux.inputs.size(), 8u);
    mux.inputs.at(24)(true);
    mux.inputs.at(31)(true);
    EXPECT_EQ(port.inputs(), 0x81u);
    mux.inputs.at(24)(false);
    EXPECT_EQ(port.inputs(), 0x80u);
    EXPECT_EQ(changes, 3);
}

TEST_F(PinPortTest, DrivesOnlyWhatChanges) {
    port.drive(0x05, 0x05);
    EXPECT_EQ(mux.driven, "24=1 26=1 ");
    mux.driven.clear();
    port.drive(0x04, 0x05);
    EXPECT_EQ(mux.driven, "24=0 ");
    mux.driven.clear();
    port.drive(0x04, 0x01);
    EXPECT_EQ(mux.driven, "26=z1 ");
    mux.driven.clear();
    port.drive(0x04, 0x01);
    EXPECT_EQ(mux.driven, "");
}

// An output that comes back as an input may make the block drive anew: the last word counts.
TEST_F(PinPortTest, DrivesWhatIsWantedLastWhenItIsCalledFromWithin) {
    mux.on_drive = [this] {
        mux.on_drive = nullptr;
        port.drive(0x00, 0x03);
    };
    port.drive(0x03, 0x03);
    EXPECT_EQ(mux.driven, "24=1 24=0 25=0 ");
}

TEST_F(PinPortTest, StateIsWhatItHearsAndDrives) {
    mux.inputs.at(25)(true);
    port.drive(0x04, 0x05);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    port.visit_state(saver, "port");
    FakeMux other_mux;
    PinPort other(other_mux, 24, 8, [] {});
    StateLoader loader(snapshot);
    other.visit_state(loader, "port");
    EXPECT_EQ(other.inputs(), 0x02u);
    other.drive(0x04, 0x05);
    EXPECT_EQ(other_mux.driven, "");

    snapshot.at("port.level")[1] = 1;  // of a ninth pin
    StateLoader damaged(snapshot);
    EXPECT_THROW(other.visit_state(damaged, "port"), InputError);
}

TEST(WidePinPortTest, HasUpTo32Pins) {
    FakeMux mux;
    PinPort port(mux, 24, 32, [] {});
    port.drive(0x8000'0000, 0x8000'0000);
    EXPECT_EQ(mux.driven, "55=1 ");
}

}  // namespace
}  // namespace k210
