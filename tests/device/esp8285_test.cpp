// The Wi-Fi module, spoken to over its serial line as MaixPy's driver does.
#include "board/esp8285/esp8285.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "board/esp8285/at_command.hpp"
#include "k210/base/error.hpp"
#include "support/part_bench.hpp"

namespace k210 {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

struct FakeNetwork final : Network {
    Link its_link = Link::closed;
    std::string opened, sent, incoming;
    bool closed_by_module = false;

    std::optional<std::string> resolve(const std::string& name) override {
        return name == "unknown" ? std::nullopt : std::optional(name == "localhost" ? "127.0.0.1" : name);
    }
    void open(const std::string& address, std::uint16_t port) override {
        opened = fmt::format("{}:{}", address, port);
        its_link = Link::connecting;
    }
    Link link() override { return its_link; }
    std::string receive(std::size_t most) override {
        const std::string taken = incoming.substr(0, most);
        incoming.erase(0, most);
        return taken;
    }
    void send(std::string_view bytes) override { sent += bytes; }
    void close() override {
        closed_by_module = true;
        its_link = Link::closed;
    }
};

struct Bench {
    static constexpr unsigned kEnable = 8;
    PartBench bench;
    Esp8285 module{bench.part("wifi"), SerialPads{.rx = 6, .tx = 7}, kEnable};

    Bench() {
        module.hang(bench.chip);
        module.power_on();
    }
    void run_for_ms(std::uint64_t ms) { bench.events.run_until(after(bench.events.now(), ps_from_us(1000 * ms))); }
    void boot() {
        bench.chip.its_pads.set(kEnable, true);
        run_for_ms(400);
        bench.chip.received.clear();
    }
    void type(std::string_view text) {
        for (const char c : text) bench.chip.serial->receive(static_cast<std::uint8_t>(c));
    }
    // What it says within so long after a line.
    std::string ask(std::string_view line, std::uint64_t ms = 50) {
        type(line);
        type("\r\n");
        return said(ms);
    }
    std::string said(std::uint64_t ms) {
        run_for_ms(ms);
        return std::exchange(bench.chip.received, {});
    }
};

struct Esp8285Test : testing::Test, Bench {
    FakeNetwork network;

    void be_quiet() {
        boot();
        ask("ATE0");
    }
    void join() {
        module.connect(network);
        be_quiet();
        ask("AT+CWJAP=\"home\",\"secret\"", 4'000);
    }
    void open_link() {
        join();
        ask("AT+CIPSTART=\"TCP\",\"127.0.0.1\",8000");
        network.its_link = Network::Link::open;
        EXPECT_EQ(said(50), "CONNECT\r\n\r\nOK\r\n");
    }
};

TEST_F(Esp8285Test, IsSilentUntilEnabledAndThenSaysThatItIsReady) {
    EXPECT_EQ(ask("AT", 1'000), "");
    bench.chip.its_pads.set(kEnable, true);
    EXPECT_EQ(ask("AT", 250), "");  // it boots
    EXPECT_EQ(said(200), "\r\nready\r\n");
    bench.chip.its_pads.set(kEnable, false);
    EXPECT_EQ(ask("AT", 1'000), "");
}

TEST_F(Esp8285Test, WithoutAnEnablePadItIsOnFromTheStart) {
    PartBench other;
    Esp8285 always(other.part("wifi"), SerialPads{.rx = 6, .tx = 7}, std::nullopt);
    always.hang(other.chip);
    always.power_on();
    other.events.run_until(SimTime{kPsPerSecond});
    EXPECT_EQ(other.chip.received, "\r\nready\r\n");
}

TEST_F(Esp8285Test, EchoesUntilToldNotTo) {
    boot();
    EXPECT_EQ(ask("AT"), "AT\r\r\n\r\nOK\r\n");
    EXPECT_EQ(ask("ATE0"), "ATE0\r\r\n\r\nOK\r\n");
    EXPECT_EQ(ask("AT"), "\r\nOK\r\n");
    EXPECT_EQ(ask("ATE1"), "\r\nOK\r\n");
    EXPECT_EQ(ask("AT"), "AT\r\r\n\r\nOK\r\n");
}

TEST_F(Esp8285Test, PassesTheDriversInitialisation) {
    be_quiet();
    EXPECT_EQ(ask("AT+CIPMODE=0"), "\r\nOK\r\n");
    EXPECT_EQ(ask("AT+CWMODE?"), "+CWMODE:1\r\n\r\nOK\r\n");
    EXPECT_EQ(ask("AT+CIPMUX=0"), "\r\nOK\r\n");
    EXPECT_EQ(ask("AT+CWQAP"), "\r\nOK\r\n");
    EXPECT_THAT(ask("AT+GMR"), EndsWith("\r\n\r\nOK\r\n"));
}

TEST_F(Esp8285Test, KeepsTheModeThatItIsGiven) {
    be_quiet();
    EXPECT_EQ(ask("AT+CWMODE=3"), "\r\nOK\r\n");
    EXPECT_EQ(ask("AT+CWMODE_CUR?"), "+CWMODE:3\r\n\r\nOK\r\n");
    for (const char* bad : {"AT+CWMODE=0", "AT+CWMODE=4", "AT+CWMODE=x", "AT+CWMODE="})
        EXPECT_EQ(ask(bad), "\r\nERROR\r\n") << bad;
}

TEST_F(Esp8285Test, AnswersErrorToWhatItDoesNotKnow) {
    be_quiet();
    for (const char* unknown : {"AT+NONSENSE", "hello", "AT+CIPMUX=1", "AT+CIPMODE=1", "AT+CIPSEND"})
        EXPECT_EQ(ask(unknown), "\r\nERROR\r\n") << unknown;
    EXPECT_EQ(ask(""), "");
    EXPECT_EQ(ask(std::string(10'000, 'A')), "\r\nERROR\r\n");
}

TEST_F(Esp8285Test, WithoutANetworkNothingIsFoundAndJoiningFails) {
    be_quiet();
    EXPECT_EQ(ask("AT+CWLAP", 1'000), "");
    EXPECT_EQ(ask("AT"), "\r\nbusy p...\r\n");
    EXPECT_EQ(said(2'000), "\r\nOK\r\n");
    EXPECT_EQ(ask("AT+CWJAP=\"home\",\"secret\"", 4'000), "+CWJAP:3\r\n\r\nFAIL\r\n");
    EXPECT_EQ(ask("AT+CWJAP_CUR?"), "No AP\r\n\r\nOK\r\n");
    EXPECT_EQ(ask("AT+CIPSTATUS"), "STATUS:5\r\n\r\nOK\r\n");
    EXPECT_THAT(ask("AT+CIFSR"), HasSubstr("STAIP,\"0.0.0.0\""));
    EXPECT_THAT(ask("AT+CIPSTA_CUR?"), HasSubstr("ip:\"0.0.0.0\""));
    EXPECT_EQ(ask("AT+CIPSTART=\"TCP\",\"127.0.0.1\",80"), "no ip\r\n\r\nERROR\r\n");
    EXPECT_EQ(ask("AT+CIPDOMAIN=\"localhost\""), "DNS Fail\r\n\r\nERROR\r\n");
    EXPECT_EQ(ask("AT+CIPSEND=5"), "link is not valid\r\n\r\nERROR\r\n");
    EXPECT_EQ(ask("AT+CIPCLOSE"), "\r\nERROR\r\n");
}

TEST_F(Esp8285Test, WithANetworkItIsFoundAndJoined) {
    module.connect(network);
    be_quiet();
    EXPECT_THAT(ask("AT+CWLAP", 3'000), testing::MatchesRegex("\\+CWLAP:\\(3,\"k210emu\",.*\\)\r\n\r\nOK\r\n"));
    EXPECT_EQ(ask("AT+CWJAP=\"ho\\\"me\",\"secret\"", 4'000), "WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n");
    EXPECT_THAT(ask("AT+CWJAP_CUR?"), testing::StartsWith("+CWJAP_CUR:\"ho\"me\",\"02:"));
    EXPECT_THAT(ask("AT+CIPSTA_CUR?"), HasSubstr("gateway:\"10.0.2.2\""));
    EXPECT_EQ(ask("AT+CIPSTATUS"), "STATUS:2\r\n\r\nOK\r\n");
    EXPECT_EQ(ask("AT+CIPDOMAIN=\"localhost\""), "+CIPDOMAIN:127.0.0.1\r\n\r\nOK\r\n");
    EXPECT_EQ(ask("AT+CIPDOMAIN=\"unknown\""), "DNS Fail\r\n\r\nERROR\r\n");
    EXPECT_EQ(ask("AT+CWQAP"), "\r\nOK\r\nWIFI DISCONNECT\r\n");
    EXPECT_EQ(ask("AT+CWJAP_CUR?"), "No AP\r\n\r\nOK\r\n");
}

TEST_F(Esp8285Test, AConnectionCarriesBytesBothWaysUntilThePeerHangsUp) {
    open_link();
    EXPECT_EQ(network.opened, "127.0.0.1:8000");
    EXPECT_EQ(ask("AT+CIPSTATUS"), "STATUS:3\r\n\r\nOK\r\n");
    EXPECT_EQ(ask("AT+CIPSTART=\"TCP\",\"127.0.0.1\",8000"), "ALREADY CONNECTED\r\n\r\nERROR\r\n");
    EXPECT_EQ(ask("AT+CIPSEND=5"), "\r\nOK\r\n> ");
    network.incoming = "early";
    type("a\r\nb");
    EXPECT_EQ(said(50), "");  // one is still to come
    type("c");
    EXPECT_EQ(said(50), "\r\nRecv 5 bytes\r\n\r\nSEND OK\r\n\r\n+IPD,5:early");
    EXPECT_EQ(network.sent, "a\r\nbc");
    network.incoming = std::string(1'500, 'x');
    EXPECT_EQ(said(300), "\r\n+IPD,1460:" + std::string(1'460, 'x') + "\r\n+IPD,40:" + std::string(40, 'x'));
    network.its_link = Network::Link::closed;
    EXPECT_EQ(said(50), "CLOSED\r\n");
    EXPECT_EQ(ask("AT+CIPSTATUS"), "STATUS:2\r\n\r\nOK\r\n");
}

TEST_F(Esp8285Test, ClosingARestartAndPowerHangUp) {
    open_link();
    EXPECT_EQ(ask("AT+CIPCLOSE"), "CLOSED\r\n\r\nOK\r\n");
    EXPECT_TRUE(network.closed_by_module);
    for (const bool by_pad : {false, true}) {
        ask("AT+CWJAP=\"home\",\"secret\"", 4'000);
        ask("AT+CIPSTART=\"TCP\",\"127.0.0.1\",8000");
        network.its_link = Network::Link::open;
        said(50);
        network.closed_by_module = false;
        if (by_pad)
            bench.chip.its_pads.set(kEnable, false);
        else
            EXPECT_EQ(ask("AT+RST", 400), "\r\nOK\r\n\r\nready\r\n");
        EXPECT_TRUE(network.closed_by_module);
    }
}

TEST_F(Esp8285Test, AConnectionThatIsRefusedOrNotAnsweredFails) {
    join();
    EXPECT_EQ(ask("AT+CIPSTART=\"TCP\",\"127.0.0.1\",8000"), "");
    EXPECT_EQ(ask("AT"), "\r\nbusy p...\r\n");
    network.its_link = Network::Link::closed;
    EXPECT_EQ(said(50), "ERROR\r\nCLOSED\r\n");
    EXPECT_EQ(ask("AT+CIPSTART=\"TCP\",\"127.0.0.1\",8000", 9'900), "");
    EXPECT_EQ(said(200), "ERROR\r\nCLOSED\r\n");
    for (const char* bad : {"AT+CIPSTART=\"TCP\",\"127.0.0.1\"", "AT+CIPSTART=\"TCP\",\"127.0.0.1\",0",
                            "AT+CIPSTART=\"TCP\",\"127.0.0.1\",65536", "AT+CIPSTART=\"UDP\",\"127.0.0.1\",53"})
        EXPECT_EQ(ask(bad), "\r\nERROR\r\n") << bad;
    EXPECT_EQ(ask("AT+CIPSTART=\"TCP\",\"unknown\",80"), "DNS Fail\r\n\r\nERROR\r\n");
}

TEST_F(Esp8285Test, SendsNoMoreAtOnceThanItHasRoomFor) {
    open_link();
    EXPECT_EQ(ask("AT+CIPSEND=0"), "\r\nERROR\r\n");
    EXPECT_EQ(ask("AT+CIPSEND=2049"), "\r\nERROR\r\n");
    EXPECT_EQ(ask("AT+CIPSEND=2048"), "\r\nOK\r\n> ");
}

TEST_F(Esp8285Test, ANewRateHoldsOnceTheOldOneHasSaidSo) {
    be_quiet();
    EXPECT_EQ(ask("AT+UART_CUR=921600,8,1,0,0"), "\r\nOK\r\n");
    EXPECT_EQ(bench.chip.sent_at, 115'200u);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 0u);
    EXPECT_EQ(ask("AT"), "");  // garbage: the chip still sends at the old one
    EXPECT_GT(bench.log.count(LogKind::guest_error), 0u);
    bench.chip.baud = 921'600;
    ask("");
    EXPECT_EQ(ask("AT"), "\r\nOK\r\n");
    EXPECT_EQ(bench.chip.sent_at, 921'600u);
    EXPECT_EQ(ask("AT+UART_CUR?"), "+UART_CUR:921600,8,1,0,0\r\n\r\nOK\r\n");
    for (const char* bad : {"AT+UART_CUR=1", "AT+UART_CUR=9999999", "AT+UART_CUR=fast"})
        EXPECT_EQ(ask(bad), "\r\nERROR\r\n") << bad;
    ask("AT+RST", 400);
    EXPECT_EQ(bench.chip.sent_at, 115'200u);
}

TEST_F(Esp8285Test, WhatNobodyReceivesIsLost) {
    bench.chip.receives = false;
    bench.chip.its_pads.set(kEnable, true);
    run_for_ms(400);
    bench.chip.receives = true;
    EXPECT_EQ(said(100), "");
}

TEST_F(Esp8285Test, ASnapshotGoesOnInTheMiddleOfALineAndOfATask) {
    be_quiet();
    type("AT+CW");
    Bench other;
    const auto copy = [](Bench& from, Bench& to) {
        Snapshot snapshot;
        StateSaver saver(snapshot);
        from.bench.events.visit_state(saver);
        from.module.visit_state(saver);
        StateLoader loader(snapshot);
        to.bench.events.visit_state(loader);
        to.module.visit_state(loader);
    };
    copy(*this, other);
    EXPECT_EQ(other.ask("MODE?"), "+CWMODE:1\r\n\r\nOK\r\n");
    other.ask("AT+CWJAP=\"home\",\"secret\"", 1'000);
    Bench third;
    copy(other, third);
    EXPECT_EQ(third.said(3'000), "+CWJAP:3\r\n\r\nFAIL\r\n");
}

TEST_F(Esp8285Test, ALinkThatIsRestoredWithoutItsPeerIsClosed) {
    open_link();
    Snapshot snapshot;
    StateSaver saver(snapshot);
    bench.events.visit_state(saver);
    module.visit_state(saver);
    Bench other;
    StateLoader loader(snapshot);
    other.bench.events.visit_state(loader);
    other.module.visit_state(loader);
    EXPECT_EQ(other.said(50), "CLOSED\r\n");
    EXPECT_EQ(other.ask("AT+CIPSTART=\"TCP\",\"127.0.0.1\",80"), "no ip\r\n\r\nERROR\r\n");
}

TEST_F(Esp8285Test, ASnapshotWithImpossibleValuesIsRefused) {
    boot();
    for (const auto& [name, value] : {std::pair{"task", 9}, std::pair{"mode", 7}, std::pair{"task", 2}}) {
        Snapshot snapshot;
        StateSaver saver(snapshot);
        module.visit_state(saver);
        snapshot.at(name)[0] = static_cast<std::uint8_t>(value);
        StateLoader loader(snapshot);
        Bench other;
        EXPECT_THROW(other.module.visit_state(loader), InputError) << name;
    }
}

TEST(AtCommandTest, ValuesInQuotesHoldCommasAndWhatIsEscaped) {
    const auto command = AtCommand::parse(R"(AT+CWJAP_CUR="a,b","c\"\\d",7)");
    ASSERT_TRUE(command);
    EXPECT_EQ(command->name, "CWJAP");
    EXPECT_EQ(command->values, (std::vector<std::string>{"a,b", "c\"\\d", "7"}));
    EXPECT_EQ(command->number(2), 7u);
    EXPECT_EQ(command->number(3), std::nullopt);
}

}  // namespace
}  // namespace k210
