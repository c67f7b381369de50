#include "host/telnet_com_port.hpp"

#include <gtest/gtest.h>

namespace k210 {
namespace {

using namespace std::chrono_literals;

constexpr char kIac = '\xff', kSb = '\xfa', kSe = '\xf0', kWill = '\xfb', kWont = '\xfc', kDo = '\xfd', kDont = '\xfe';
constexpr char kComPort = 44;

std::string asks(const std::string& option_and_value) {
    return std::string{kIac, kSb, kComPort} + TelnetComPort::escaped(option_and_value) + std::string{kIac, kSe};
}
std::string control(char value) {
    return asks(std::string{5, value});
}
std::string controlled(char value) {
    return asks(std::string{105, value});
}
constexpr char kDtrOn = 8, kDtrOff = 9, kRtsOn = 11, kRtsOff = 12;

struct TelnetComPortTest : testing::Test {
    TelnetComPort port;
    TelnetComPort::Time now{};

    TelnetComPortTest() {
        port.begin();
        port.take_replies();
    }
    std::string reply_to(const std::string& bytes) {
        port.receive(bytes, now);
        return port.take_replies();
    }
    std::string data() {
        std::array<std::uint8_t, 8192> bytes{};
        const std::size_t count = port.read(bytes);
        return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
    }
    // The next change as text: "DTR on, RTS off, 9600 baud"; empty when there is none.
    std::string change() {
        const auto found = port.take_change(now);
        if (!found) return {};
        std::string text;
        if (found->dtr) text += *found->dtr ? "DTR on " : "DTR off ";
        if (found->rts) text += *found->rts ? "RTS on " : "RTS off ";
        if (found->baud) text += std::to_string(*found->baud) + " baud ";
        return text;
    }
};

TEST_F(TelnetComPortTest, TellsAClientWhatItOffers) {
    port.begin();
    EXPECT_EQ(port.take_replies(),
              (std::string{kIac, kWill, 1, kIac, kWill, 3, kIac, kWill, 0, kIac, kDo, 0, kIac, kDo, kComPort}));
}

TEST_F(TelnetComPortTest, AnswersWhatIsNewAndNothingElse) {
    EXPECT_EQ(reply_to({kIac, kDo, kComPort}), (std::string{kIac, kWill, kComPort}));
    EXPECT_EQ(reply_to({kIac, kDo, kComPort}), "");
    EXPECT_EQ(reply_to({kIac, kWill, kComPort}), "") << "it was asked for";
    EXPECT_EQ(reply_to({kIac, kDont, kComPort}), (std::string{kIac, kWont, kComPort}));
    EXPECT_EQ(reply_to({kIac, kDont, kComPort}), "");
}

TEST_F(TelnetComPortTest, RefusesOptionsThatItDoesNotKnow) {
    EXPECT_EQ(reply_to({kIac, kDo, 24}), (std::string{kIac, kWont, 24}));
    EXPECT_EQ(reply_to({kIac, kWill, 1}), (std::string{kIac, kDont, 1})) << "the client does not echo";
    EXPECT_EQ(reply_to({kIac, kWont, 24}), "");
}

TEST_F(TelnetComPortTest, CarriesEveryByte) {
    EXPECT_EQ(reply_to({'a', kIac, kIac, '\0', '\r', 'b'}), "");
    EXPECT_EQ(data(), (std::string{'a', kIac, '\0', '\r', 'b'}));
    EXPECT_EQ(TelnetComPort::escaped(std::string{'a', kIac, 'b'}), (std::string{'a', kIac, kIac, 'b'}));
}

TEST_F(TelnetComPortTest, TakesCommandsInPieces) {
    std::string reply;
    for (const char c : "x" + asks({1, 0, 0, '\xff', '\x80'}) + "y") reply += reply_to(std::string(1, c));
    EXPECT_EQ(reply, asks({101, 0, 0, '\xff', '\x80'}));
    EXPECT_EQ(data(), "x");
    EXPECT_EQ(change(), "65408 baud ");
    EXPECT_EQ(data(), "y");
}

TEST_F(TelnetComPortTest, ARateThatNoLineHasIsAnsweredWithTheOneThatIsSet) {
    reply_to(asks({1, 0, 1, '\xc2', 0}));
    EXPECT_EQ(change(), "115200 baud ");
    for (const std::string& rate : {std::string{1, 0, 0, 0, 0}, {1, 0, 0, 0, 49}, {1, '\x7f', 0, 0, 0}})
        EXPECT_EQ(reply_to(asks(rate)), asks({101, 0, 1, '\xc2', 0}));
    EXPECT_EQ(change(), "");
}

TEST_F(TelnetComPortTest, FramesAreSetAndHaveNoEffect) {
    EXPECT_EQ(reply_to(asks({2, 7})), asks({102, 7}));
    EXPECT_EQ(reply_to(asks({2, 0})), asks({102, 7}));
    EXPECT_EQ(reply_to(asks({3, 3})), asks({103, 3}));
    EXPECT_EQ(reply_to(asks({4, 2})), asks({104, 2}));
    EXPECT_EQ(change(), "");
}

TEST_F(TelnetComPortTest, SaysWhatIsAskedFor) {
    EXPECT_EQ(reply_to(asks(std::string{0, 0})), asks(std::string{100} + "k210emu"));
    EXPECT_EQ(reply_to(asks({7, 0})), asks({107, 0x30})) << "clear to send, data set ready";
    EXPECT_EQ(reply_to(asks({6, 0})), asks({106, 0}));
    EXPECT_EQ(reply_to(asks({12, 3})), asks({112, 3}));
    EXPECT_EQ(reply_to(control(0)), controlled(1)) << "no flow control";
    EXPECT_EQ(reply_to(control(3)), controlled(3));
    EXPECT_EQ(reply_to(control(0)), controlled(3));
    EXPECT_EQ(reply_to(control(7)), controlled(kDtrOff));
    EXPECT_EQ(reply_to(control(5) + control(4)), controlled(5) + controlled(5)) << "break";
}

TEST_F(TelnetComPortTest, LinesThatChangeTogetherArriveTogether) {
    EXPECT_EQ(reply_to(control(kDtrOn)), controlled(kDtrOn));
    now += SettlingLines::kSettleTime - 1ms;
    EXPECT_EQ(change(), "");
    reply_to(control(kRtsOn));
    now += SettlingLines::kSettleTime - 1ms;
    EXPECT_EQ(change(), "");
    now += 1ms;
    EXPECT_EQ(change(), "DTR on RTS on ");
    EXPECT_EQ(change(), "");
}

TEST_F(TelnetComPortTest, APulseIsNotLost) {
    EXPECT_EQ(reply_to(control(kRtsOn) + control(kRtsOff)), controlled(kRtsOn)) << "the second waits";
    EXPECT_EQ(change(), "RTS on ");
    EXPECT_EQ(port.take_replies(), controlled(kRtsOff));
    EXPECT_EQ(change(), "");
    now += SettlingLines::kSettleTime;
    EXPECT_EQ(change(), "RTS off ");
}

TEST_F(TelnetComPortTest, ALineThatIsSetAlreadyDoesNotChange) {
    EXPECT_EQ(reply_to(control(kDtrOff)), controlled(kDtrOff));
    now += 1s;
    EXPECT_EQ(change(), "");
}

TEST_F(TelnetComPortTest, BytesAndLinesKeepTheirOrder) {
    reply_to("before" + control(kDtrOn) + "after");
    EXPECT_EQ(change(), "") << "the first bytes have not been read";
    EXPECT_EQ(data(), "before");
    EXPECT_EQ(change(), "DTR on ") << "bytes wait for it";
    EXPECT_EQ(data(), "after");
}

TEST_F(TelnetComPortTest, AClientThatLeavesLetsGoOfTheLines) {
    reply_to(control(kRtsOn) + "lost" + std::string{kIac, kSb});
    now += 1s;
    EXPECT_EQ(change(), "RTS on ");
    port.end(now);
    EXPECT_EQ(change(), "DTR off RTS off ");
    port.begin();
    EXPECT_EQ(data(), "");
    reply_to("x");
    EXPECT_EQ(data(), "x") << "as a command it would have been half of one";
    port.end(now);
    EXPECT_EQ(change(), "") << "nothing was asserted";
}

TEST_F(TelnetComPortTest, TakesNoMoreThanItHasRoomFor) {
    EXPECT_FALSE(port.full());
    reply_to(std::string(4096, 'x'));
    EXPECT_TRUE(port.full());
    data();
    EXPECT_FALSE(port.full());
}

TEST_F(TelnetComPortTest, NonsenseIsSurvived) {
    reply_to({kIac, '\x01', kIac, kSe, kIac, kSb, kIac, kSe, kIac, kSb, kComPort, kIac, kSe});
    reply_to(asks({1, 0}) + asks({5}) + asks({99, 1}) + asks(std::string(1000, 'x')));
    reply_to(std::string{kIac, kSb, kComPort, 5, kIac, kWill} + "data");
    EXPECT_EQ(data(), "data");
    EXPECT_EQ(change(), "");
}

}  // namespace
}  // namespace k210
