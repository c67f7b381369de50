// A board builds, hangs, powers, resets and saves its parts, whatever they are.
#include "board/assembly.hpp"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "k210/part/power_loss.hpp"
#include "support/part_bench.hpp"

namespace k210 {
namespace {

struct Recorded {
    std::vector<std::string> calls;
    unsigned state = 0;
};

class RecordingPart final : public Part, public Button, public PowerLoss {
public:
    RecordingPart(const PartContext& context, Recorded& record)
        : name_(context.name), supply_(context.supply), record_(record) {
        supply_.on_change("first.output", [this] { note("power changed"); });
    }
    void press(bool down) override { record_.state = down; }
    void hang(ChipPins& chip) override {
        note("hang");
        chip.pads().drive_pad(3, true);
    }
    void power_on() override {
        note("power on");
        if (name_ == "second") supply_.set("first.output", 3300);
    }
    void reset() override { note("reset"); }
    void lose_power(std::uint64_t seed) override { note("lost power " + std::to_string(seed)); }
    void visit_state(StateVisitor& visitor) override { visitor.value("state", record_.state); }
    std::vector<Port*> ports() override { return {this}; }

private:
    void note(const std::string& what) { record_.calls.push_back(name_ + " " + what); }
    std::string name_;
    Supply& supply_;
    Recorded& record_;
};

struct AssemblyTest : testing::Test {
    static constexpr std::array kPorts{PortKind::button};
    static constexpr PartKind kKind{"recording", kPorts, nullptr};

    PartBench bench;
    Recorded first, second;
    Board board{.name = "two",
                .description = {},
                .config_type = {},
                .text = {},
                .parts = {planned("first", first), planned("second", second)}};
    Assembly parts{board, bench.events, bench.log, bench.trace};

    static Board::PlannedPart planned(std::string name, Recorded& record) {
        return {std::move(name),
                &kKind,
                {[&record](const PartContext& context) { return std::make_unique<RecordingPart>(context, record); }},
                {}};
    }
};

TEST_F(AssemblyTest, EveryPartIsHungPoweredAndReset) {
    parts.hang(bench.chip);
    parts.power_on();
    parts.reset();
    EXPECT_EQ(first.calls,
              (std::vector<std::string>{"first hang", "first power on", "first power changed", "first reset"}));
    EXPECT_EQ(second.calls,
              (std::vector<std::string>{"second hang", "second power on", "second power changed", "second reset"}));
    EXPECT_EQ(bench.chip.its_pads.pads[3].driven, true);
}

TEST_F(AssemblyTest, PowerIsLostByAllBeforeItReturns) {
    parts.cut_power(7);
    EXPECT_EQ(first.calls, (std::vector<std::string>{"first lost power 7", "first power on", "first power changed"}));
    EXPECT_EQ(second.calls,
              (std::vector<std::string>{"second lost power 7", "second power on", "second power changed"}));
}

TEST_F(AssemblyTest, PortsAreCalledAsTheirParts) {
    ASSERT_EQ(parts.ports().size(), 2u);
    EXPECT_EQ(parts.ports()[1].name, "second");
    static_cast<Button*>(parts.ports()[1].port)->press(true);
    EXPECT_EQ(first.state, 0u);
    EXPECT_EQ(second.state, 1u);
}

TEST_F(AssemblyTest, StateIsSavedByPart) {
    second.state = 7;
    Snapshot snapshot;
    StateSaver saver(snapshot);
    parts.visit_state(saver);
    second.state = 0;
    StateLoader loader(snapshot);
    parts.visit_state(loader);
    EXPECT_EQ(first.state, 0u);
    EXPECT_EQ(second.state, 7u);
    EXPECT_TRUE(snapshot.contains("second.state"));
}

TEST(SupplyTest, ARailTellsItsListenersWhenItsVoltageChanges) {
    Supply supply;
    std::vector<unsigned> heard;
    supply.on_change("power.ldo2", [&] { heard.push_back(supply.millivolts("power.ldo2")); });
    EXPECT_EQ(supply.millivolts("power.ldo2"), 0u);
    supply.set("power.ldo2", 1800);
    supply.set("power.ldo2", 1800);
    supply.set("power.ldo3", 2500);
    supply.set("power.ldo2", 0);
    EXPECT_EQ(heard, (std::vector<unsigned>{1800, 0}));
}

TEST_F(AssemblyTest, PowerIsSavedWithTheParts) {
    parts.power_on();
    EXPECT_FALSE(parts.off());
    Snapshot snapshot;
    StateSaver saver(snapshot);
    parts.visit_state(saver);
    EXPECT_EQ(snapshot.at("Supply.rail.first.output")[0], 3300 & 0xff);
    EXPECT_EQ(snapshot.at("Supply.board_off")[0], 0);
}

}  // namespace
}  // namespace k210
