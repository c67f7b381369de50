#include "k210/host/console.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>

#include "base/file_descriptor.hpp"
#include "host/stdio_console.hpp"
#include "k210/base/file.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::StartsWith;

// Other processes and the network stack take their time: looks until `done` or for five seconds.
template <class Condition>
bool eventually(Condition done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!done()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

std::string read_some(Console& console) {
    std::array<std::uint8_t, 64> bytes{};
    const std::size_t count = console.read(bytes);
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

// What comes out of `fd`, which does not block, until it is as long as `wanted`.
std::string receive(int fd, std::string_view wanted, Console& console) {
    std::string got;
    eventually([&] {
        console.write("");  // a console passes on what is pending whenever it is used
        char bytes[4096];
        const ssize_t count = ::read(fd, bytes, sizeof bytes);
        if (count > 0) got.append(bytes, static_cast<std::size_t>(count));
        return got.size() >= wanted.size();
    });
    return got;
}

std::unique_ptr<Console> make_quietly(std::string_view spec) {
    testing::internal::CaptureStderr();
    auto console = make_console(spec);
    testing::internal::GetCapturedStderr();
    return console;
}

TEST(ConsoleSpecTest, RefusesWhatItDoesNotKnow) {
    EXPECT_EQ(input_error_of([] { make_console("uart"); }),
              "--serial uart: is none of stdio, pty, tcp:PORT, rfc2217:PORT, file:FILE, null");
    EXPECT_THAT(input_error_of([] { make_console(""); }), StartsWith("--serial : is none of"));
    EXPECT_EQ(input_error_of([] { make_console("file:"); }), "--serial file:: names no file");
    for (const char* port : {"", "x", "65536", "-1", "80x", " 80"})
        EXPECT_EQ(input_error_of([&] { make_console(std::string("tcp:") + port); }),
                  std::string("--serial tcp:") + port + ": bad port '" + port + "', not 0 to 65535");
}

TEST(ConsoleSpecTest, NullTakesEverythingAndSaysNothing) {
    const auto console = make_console("null");
    console->write("lost");
    EXPECT_EQ(read_some(*console), "");
    EXPECT_FALSE(console->interactive());
}

struct FileConsoleTest : testing::Test {
    TempDir dir;
    std::string spec(std::string_view name) const { return "file:" + (dir / name).string(); }
};

TEST_F(FileConsoleTest, ReplacesTheFileWithWhatIsWritten) {
    dir.write("log", std::string_view("something old and long"));
    const auto console = make_console(spec("log"));
    console->write("one\r\n");
    console->write("two");
    const auto bytes = read_file(dir / "log");
    EXPECT_EQ(std::string(bytes.begin(), bytes.end()), "one\r\ntwo");
    EXPECT_EQ(read_some(*console), "");
}

TEST_F(FileConsoleTest, LeavesTheFileAloneUntilTheFirstWriteBeItOfNothing) {
    dir.write("log", std::string_view("old"));
    const auto console = make_console(spec("log"));
    EXPECT_EQ(read_file(dir / "log").size(), 3u);
    console->write("");
    EXPECT_EQ(read_file(dir / "log").size(), 0u);
}

TEST_F(FileConsoleTest, NamesAFileThatCannotBeOpened) {
    EXPECT_EQ(input_error_of([&] { make_console(spec("no/log")); }),
              (dir / "no/log").string() + ": No such file or directory");
}

TEST_F(FileConsoleTest, SaysWhyItCannotWriteAnyMore) {
    const auto console = make_console("file:/dev/full");
    EXPECT_EQ(console->failure(), "");
    console->write("x");
    EXPECT_EQ(console->failure(), "/dev/full: No space left on device");
    console->write("x");
    EXPECT_EQ(console->failure(), "/dev/full: No space left on device");
}

struct Pipe {
    Pipe() {
        int ends[2] = {-1, -1};
        EXPECT_EQ(::pipe(ends), 0);
        out = FileDescriptor(ends[0]);
        in = FileDescriptor(ends[1]);
    }
    FileDescriptor out, in;
};

struct StdioConsoleTest : testing::Test {
    void type(std::string_view text) { EXPECT_TRUE(write_all(keyboard.in.get(), text)); }

    TempDir dir;
    Pipe keyboard;
    FileDescriptor output{::open((dir / "out").c_str(), O_WRONLY | O_CREAT, 0600)};
    StdioConsole console{keyboard.out.get(), output.get()};
};

TEST_F(StdioConsoleTest, SaysWhyItCannotWriteAnyMore) {
    console.write("x");
    EXPECT_EQ(console.failure(), "");
    const FileDescriptor full(::open("/dev/full", O_WRONLY));
    StdioConsole broken(keyboard.out.get(), full.get());
    broken.write("x");
    EXPECT_EQ(broken.failure(), "console: No space left on device");
}

TEST_F(StdioConsoleTest, PassesAPipesBytesOnUnchanged) {
    EXPECT_EQ(read_some(console), "");
    type("a\n\x03\x1d");
    EXPECT_EQ(read_some(console), "a\n\x03\x1d");
    EXPECT_FALSE(console.quit_requested());
    EXPECT_FALSE(console.interactive());
}

TEST_F(StdioConsoleTest, GivesNoMoreThanAskedFor) {
    type(std::string(100, 'x'));
    EXPECT_EQ(read_some(console).size(), 64u);
    EXPECT_EQ(read_some(console).size(), 36u);
}

TEST_F(StdioConsoleTest, GoesOnWhenTheInputEnds) {
    keyboard.in.reset();
    EXPECT_EQ(read_some(console), "");
    console.write("still there");
    EXPECT_EQ(read_file(dir / "out").size(), 11u);
}

TEST_F(StdioConsoleTest, LeavesTheInputBlockingForOthers) {
    read_some(console);
    EXPECT_FALSE(::fcntl(keyboard.out.get(), F_GETFL) & O_NONBLOCK);
}

struct PtyConsoleTest : testing::Test {
    FileDescriptor attach() const {
        return FileDescriptor(::open(console->address().c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK));
    }
    std::unique_ptr<Console> console = make_quietly("pty");
};

TEST_F(PtyConsoleTest, SaysWhereItIs) {
    testing::internal::CaptureStderr();
    const auto other = make_console("pty");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "console: " + other->address() + "\n");
    EXPECT_THAT(other->address(), StartsWith("/dev/pts/"));
    EXPECT_NE(other->address(), console->address());
}

TEST_F(PtyConsoleTest, CarriesBytesBothWaysUntouched) {
    const FileDescriptor terminal = attach();
    console->write("a\nb\r\x03");
    EXPECT_EQ(receive(terminal.get(), "a\nb\r\x03", *console), "a\nb\r\x03");
    EXPECT_TRUE(write_all(terminal.get(), "c\nd\r\x03"));
    EXPECT_EQ(read_some(*console), "c\nd\r\x03");
}

TEST_F(PtyConsoleTest, WhatNobodyHearsIsLost) {
    console->write("before");
    const FileDescriptor terminal = attach();
    console->write("after");
    EXPECT_EQ(receive(terminal.get(), "after", *console), "after");
}

TEST_F(PtyConsoleTest, SurvivesAReaderThatGoesAndComesBack) {
    attach().reset();
    console->write("nobody");
    EXPECT_EQ(read_some(*console), "");
    const FileDescriptor terminal = attach();
    console->write("again");
    EXPECT_EQ(receive(terminal.get(), "again", *console), "again");
}

TEST_F(PtyConsoleTest, ASlowReaderLosesNothing) {
    std::string text;
    for (int i = 0; text.size() < 100'000; ++i) text += std::to_string(i) + "\n";
    const FileDescriptor terminal = attach();
    console->write(text);
    EXPECT_EQ(receive(terminal.get(), text, *console), text);
}

// As tools/modem_lines does for a program.
struct PtyLinesTest : PtyConsoleTest {
    void set_lines(char state) const {
        const FileDescriptor lines(::socket(AF_UNIX, SOCK_DGRAM, 0));
        sockaddr_un to{};
        to.sun_family = AF_UNIX;
        const std::string name = "k210emu" + console->address();
        name.copy(to.sun_path + 1, sizeof to.sun_path - 1);
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
        EXPECT_EQ(::sendto(lines.get(), &state, 1, 0, reinterpret_cast<sockaddr*>(&to), size), 1);
    }
    LineChange changed() {
        std::optional<LineChange> change;
        eventually([&] { return (change = console->take_line_change()).has_value(); });
        return change.value_or(LineChange{});
    }
};

TEST_F(PtyLinesTest, LinesThatChangeTogetherArriveTogetherAndBeforeWhatIsSent) {
    const FileDescriptor terminal = attach();
    set_lines(1);
    set_lines(3);
    EXPECT_TRUE(write_all(terminal.get(), "x"));
    EXPECT_EQ(read_some(*console), "");
    const LineChange both = changed();
    EXPECT_EQ(both.dtr, true);
    EXPECT_EQ(both.rts, true);
    EXPECT_EQ(read_some(*console), "x");
}

TEST_F(PtyLinesTest, APulseIsNotLost) {
    set_lines(2);
    set_lines(0);
    EXPECT_EQ(changed().rts, true);
    EXPECT_EQ(changed().rts, false);
}

void set_speed(const FileDescriptor& terminal, speed_t speed) {
    termios mode{};
    ::tcgetattr(terminal.get(), &mode);
    ::cfsetspeed(&mode, speed);
    ::tcsetattr(terminal.get(), TCSANOW, &mode);
}

TEST_F(PtyLinesTest, ASlowRateIsFollowedOnceLinesHaveBeenHeard) {
    const FileDescriptor terminal = attach();
    set_speed(terminal, B9600);
    EXPECT_FALSE(console->take_line_change());
    set_lines(1);
    EXPECT_FALSE(changed().baud);
    set_speed(terminal, B19200);
    EXPECT_EQ(changed().baud, 19'200u);
}

TEST_F(PtyLinesTest, ARateThatNobodySetsByChanceIsAlwaysFollowed) {
    const FileDescriptor terminal = attach();
    set_speed(terminal, B1500000);
    EXPECT_EQ(changed().baud, 1'500'000u);
    set_speed(terminal, B115200);
    EXPECT_EQ(changed().baud, 115'200u);
}

struct TcpConsoleTest : testing::Test {
    FileDescriptor dial() const {
        const std::string address = console->address();
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
        to.sin_port = ::htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
        FileDescriptor client(::socket(AF_INET, SOCK_STREAM, 0));
        EXPECT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
        ::fcntl(client.get(), F_SETFL, O_NONBLOCK);
        return client;
    }
    std::string hear(std::string_view wanted) {
        std::string got;
        eventually([&] { return (got += read_some(*console)).size() >= wanted.size(); });
        return got;
    }
    std::unique_ptr<Console> console = make_quietly("tcp:0");
};

TEST_F(TcpConsoleTest, SaysWhereItIs) {
    testing::internal::CaptureStderr();
    const auto other = make_console("tcp:0");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "console: " + other->address() + "\n");
    EXPECT_THAT(other->address(), StartsWith("127.0.0.1:"));
}

TEST_F(TcpConsoleTest, NamesAPortThatIsTaken) {
    const std::string port = console->address().substr(10);
    EXPECT_EQ(input_error_of([&] { make_console("tcp:" + port); }),
              "--serial tcp:" + port + ": Address already in use");
}

TEST_F(TcpConsoleTest, CarriesBytesBothWays) {
    const FileDescriptor client = dial();
    console->write("hello\r\n");
    EXPECT_EQ(receive(client.get(), "hello\r\n", *console), "hello\r\n");
    EXPECT_TRUE(write_all(client.get(), "x\x03\n"));
    EXPECT_EQ(hear("x\x03\n"), "x\x03\n");
}

TEST_F(TcpConsoleTest, WithoutAClientNothingHappens) {
    console->write("nobody");
    EXPECT_EQ(read_some(*console), "");
}

TEST_F(TcpConsoleTest, SurvivesADisconnectAndTakesTheNextClient) {
    FileDescriptor first = dial();
    EXPECT_TRUE(write_all(first.get(), "1"));
    EXPECT_EQ(hear("1"), "1");
    const FileDescriptor second = dial();
    EXPECT_TRUE(write_all(second.get(), "2"));
    EXPECT_EQ(read_some(*console), "");  // one at a time
    first.reset();
    for (int i = 0; i < 100; ++i) console->write(std::string(100'000, 'x'));
    EXPECT_EQ(hear("2"), "2");
    console->write("to the second");
    char byte = 0;
    EXPECT_TRUE(eventually([&] { return ::read(second.get(), &byte, 1) == 1; }));
}

struct Rfc2217ConsoleTest : TcpConsoleTest {
    Rfc2217ConsoleTest() { console = make_quietly("rfc2217:0"); }

    // What the console says until it has said `wanted`, Telnet and all.
    std::string told(const FileDescriptor& client, std::string_view wanted) {
        std::string got;
        eventually([&] {
            read_some(*console);
            char bytes[256];
            const ssize_t count = ::read(client.get(), bytes, sizeof bytes);
            if (count > 0) got.append(bytes, static_cast<std::size_t>(count));
            return got.find(wanted) != std::string::npos;
        });
        return got;
    }
    LineChange changed() {
        std::optional<LineChange> change;
        eventually([&] { return (change = console->take_line_change()).has_value(); });
        return change.value_or(LineChange{});
    }
    static constexpr std::string_view kRtsOn = "\xff\xfa\x2c\x05\x0b\xff\xf0",
                                      kRtsIsOn = "\xff\xfa\x2c\x69\x0b\xff\xf0";
};

TEST_F(Rfc2217ConsoleTest, SaysWhereItIs) {
    EXPECT_THAT(console->address(), StartsWith("rfc2217://127.0.0.1:"));
    EXPECT_EQ(input_error_of([] { make_console("rfc2217:x"); }), "--serial rfc2217:x: bad port 'x', not 0 to 65535");
}

TEST_F(Rfc2217ConsoleTest, CarriesBytesAndLines) {
    const FileDescriptor client = dial();
    EXPECT_TRUE(write_all(client.get(), std::string("a\xff\xff") + std::string(kRtsOn)));
    EXPECT_EQ(hear("a\xff"), "a\xff");
    EXPECT_EQ(changed().rts, true);
    console->write("b\xff");
    EXPECT_THAT(told(client, "b\xff\xff"), testing::HasSubstr(kRtsIsOn));
}

TEST_F(Rfc2217ConsoleTest, TheNextClientBeginsAnew) {
    FileDescriptor first = dial();
    EXPECT_TRUE(write_all(first.get(), kRtsOn));
    EXPECT_EQ(changed().rts, true);
    first.reset();
    EXPECT_EQ(changed().rts, false) << "as when a serial port is closed";
    const FileDescriptor second = dial();
    EXPECT_THAT(told(second, "\xff\xfd\x2c"), testing::HasSubstr("\xff\xfd\x2c"));
    EXPECT_TRUE(write_all(second.get(), "x"));
    EXPECT_EQ(hear("x"), "x");
}

TEST_F(Rfc2217ConsoleTest, AClientThatLeavesAFullBufferMakesWayForTheNext) {
    FileDescriptor first = dial();
    EXPECT_TRUE(write_all(first.get(), std::string(8192, 'x')));
    EXPECT_TRUE(eventually([&] { return !read_some(*console).empty(); }));
    first.reset();
    const FileDescriptor second = dial();
    EXPECT_TRUE(write_all(second.get(), kRtsOn));
    EXPECT_EQ(changed().rts, true) << "without a byte of the first read since";
}

TEST_F(TcpConsoleTest, ASlowClientLosesNothingWithinReason) {
    const FileDescriptor client = dial();
    const std::string text(900'000, 'y');
    console->write(text);
    EXPECT_EQ(receive(client.get(), text, *console), text);
}

}  // namespace
}  // namespace k210
