#include "board/usb_serial/terminal_rate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/device_bench.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct TerminalRateTest : testing::Test {
    DeviceBench bench;
    TerminalRate rate{"console", 115'200, bench.log};

    std::vector<std::string> told() const {
        std::vector<std::string> messages;
        for (const Log::Entry& entry : bench.log.entries()) messages.push_back(entry.source + ": " + entry.message);
        return messages;
    }
};

TEST_F(TerminalRateTest, FourPerCentApartAreStillReadByATerminal) {
    for (const std::uint64_t baud : {115'200u, 119'808u, 110'592u}) rate.heard(baud);
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(TerminalRateTest, TheFirstByteThatIsFasterIsToldWithBothRates) {
    rate.heard(119'809);
    EXPECT_THAT(told(),
                ElementsAre("console: sends at 119809 baud: a terminal at 115200 would show garbage (--baud sets it)"));
}

TEST_F(TerminalRateTest, SoIsASlowerOne) {
    rate.heard(110'591);
    EXPECT_EQ(told().size(), 1u);
}

TEST_F(TerminalRateTest, TellsItOnce) {
    for (const std::uint64_t baud : {9'600u, 1'500'000u, 9'600u}) rate.heard(baud);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
}

TEST_F(TerminalRateTest, TheTerminalMayBeSetToTheGuestsRate) {
    rate.set_baud(9'600);
    rate.heard(9'600);
    EXPECT_THAT(told(), IsEmpty());
}

}  // namespace
}  // namespace k210
