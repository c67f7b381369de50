// The console at a pseudo-terminal and at a TCP port, with somebody at the other end.
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "k210/base/file.hpp"
#include "k210/host/picture_file.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"
#include "system/picture_checks.hpp"

namespace k210 {
namespace {

class Line {
public:
    explicit Line(int file) : file_(file) {}
    ~Line() { ::close(file_); }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    bool is_open() const { return file_ >= 0; }
    void say(std::string_view text) const { EXPECT_EQ(::write(file_, text.data(), text.size()), ssize_t(text.size())); }
    // Reads until `text` has come; false when it has not within ten seconds.
    bool hears(std::string_view text) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (heard_.find(text) == std::string::npos) {
            if (std::chrono::steady_clock::now() > until) return false;
            pollfd ready{file_, POLLIN, 0};
            if (::poll(&ready, 1, 100) <= 0) continue;
            char bytes[256];
            const ssize_t count = ::read(file_, bytes, sizeof bytes);
            if (count <= 0) return false;
            heard_.append(bytes, static_cast<std::size_t>(count));
        }
        heard_.erase(0, heard_.find(text) + text.size());
        return true;
    }

private:
    int file_;
    std::string heard_;
};

// What the program has announced as its console's address.
std::string address_of(const EmulatorProcess& run) {
    constexpr std::string_view kAnnouncement = "console: ";
    if (!run.says("\n")) return {};
    const std::string said = run.err();
    const auto begin = said.find(kAnnouncement);
    return begin == std::string::npos
               ? said
               : said.substr(begin + kAnnouncement.size(), said.find('\n', begin) - begin - kAnnouncement.size());
}

int connect_to(const std::string& address) {
    std::uint16_t port = 0;
    const auto colon = address.rfind(':');
    std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
    const int file = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(file, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) return file;
    ::close(file);
    return -1;
}

TEST(SerialConsoleTest, PseudoTerminalShowsTheDemo) {
    EmulatorProcess run({"run", "--serial", "pty"});
    Line line(::open(address_of(run).c_str(), O_RDWR | O_NOCTTY));
    ASSERT_TRUE(line.is_open());
    EXPECT_TRUE(line.hears("frame "));
    run.signal(SIGINT);
    EXPECT_EQ(run.wait().status, 0);
}

TEST(SerialConsoleTest, TcpPortShowsTheDemo) {
    EmulatorProcess run({"run", "--serial", "tcp:0"});
    Line line(connect_to(address_of(run)));
    ASSERT_TRUE(line.is_open());
    EXPECT_TRUE(line.hears("frame "));
    run.signal(SIGINT);
    EXPECT_EQ(run.wait().status, 0);
}

#define K210_NEEDS_PYSERIAL()                                                \
    if (std::system("/usr/bin/python3 -c 'import serial' 2>/dev/null") != 0) \
    GTEST_SKIP() << "no pyserial: install python3-serial"

TEST(SerialConsoleTest, Rfc2217PortShowsPyserialTheDemoAndIsResetByItOnce) {
    K210_NEEDS_PYSERIAL();
    const TempDir dir;
    EmulatorProcess run({"run", "--serial", "rfc2217:0", "--report", (dir / "report").string()});
    const std::string script =
        "import serial, time\n"
        "line = serial.serial_for_url('" +
        address_of(run) +
        "', 115200, timeout=20)\n"
        "line.dtr = False\n"
        "time.sleep(0.2)\n"
        "line.rts = False\n"
        "assert line.read_until(b'frame ').endswith(b'frame ')\n";
    EXPECT_EQ(std::system(("/usr/bin/python3 -c \"" + script + "\"").c_str()), 0);
    run.signal(SIGINT);
    EXPECT_EQ(run.wait().status, 0);
    const auto report = read_file(dir / "report");
    EXPECT_NE(std::string(report.begin(), report.end()).find("\"resets\": 1,"), std::string::npos);
}

TEST(SerialConsoleRealImageTest, TheExampleOfTheDocumentationAsksMaixPy) {
    K210_NEEDS_PYSERIAL();
    K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin"));
    EmulatorProcess run({"run", image_path("maixpy_0.6.2_84_ide.bin"), "--serial", "rfc2217:0"});
    const std::string command = "/usr/bin/python3 '" + (source_dir() / "docs/examples/repl.py").string() + "' " +
                                address_of(run) + " 'print(6 * 7)' | grep -qx 42";
    EXPECT_EQ(std::system(command.c_str()), 0);
    run.signal(SIGINT);
    EXPECT_EQ(run.wait().status, 0);
}

TEST(SerialConsoleRealImageTest, MaixPyAnswersAtATcpPort) {
    K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin"));
    EmulatorProcess run({"run", image_path("maixpy_0.6.2_84_ide.bin"), "--serial", "tcp:0"});
    Line line(connect_to(address_of(run)));
    ASSERT_TRUE(line.is_open());
    ASSERT_TRUE(line.hears(">>> "));
    line.say("6*7\r");
    EXPECT_TRUE(line.hears("6*7\r\n42\r\n>>> "));
    run.signal(SIGINT);
    EXPECT_EQ(run.wait().status, 0);
}

// The MaixPy IDE's protocol, over what serves as a board's USB port.
struct MaixPyIdeRealImageTest : testing::TestWithParam<const char*> {};

TEST_P(MaixPyIdeRealImageTest, RunsAScriptShowsWhatTheCameraSeesAndStopsIt) {
    K210_NEEDS_PYSERIAL();
    K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin"));
    constexpr int kFrames = 4;
    const std::filesystem::path seen = source_dir() / "docs/examples/astronaut.png";
    const TempDir dir;
    dir.write("script.py", std::string_view("import sensor, lcd\n"
                                            "lcd.init()\n"
                                            "sensor.reset()\n"
                                            "sensor.set_pixformat(sensor.RGB565)\n"
                                            "sensor.set_framesize(sensor.QVGA)\n"
                                            "sensor.set_vflip(1)\n"
                                            "sensor.run(1)\n"
                                            "print('the script runs')\n"
                                            "while True:\n"
                                            "    lcd.display(sensor.snapshot())\n"));
    EmulatorProcess run({"run", image_path("maixpy_0.6.2_84_ide.bin"), "--serial", GetParam(), "--camera", seen});
    const std::string client = "/usr/bin/python3 '" + (source_dir() / "tests/support/maixpy_ide_client.py").string() +
                               "' " + address_of(run) + " '" + (dir / "script.py").string() + "' " +
                               std::to_string(kFrames) + " '" + dir.path().string() + "' > '" +
                               (dir / "said").string() + "'";
    ASSERT_EQ(std::system(client.c_str()), 0);
    run.signal(SIGINT);
    const auto result = run.wait();
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err.find("would show garbage"), std::string::npos) << result.err;
    const auto bytes = read_file(dir / "said");
    const std::string said(bytes.begin(), bytes.end());
    EXPECT_NE(said.find("the script runs\r\n"), std::string::npos) << said;
    EXPECT_NE(said.find("IDE interrupt"), std::string::npos) << said;
    const Picture scene = load_picture(seen);
    for (int i = 1; i < kFrames; ++i) {  // the first may be of before sensor.set_vflip()
        const Picture frame = load_picture(dir / (std::to_string(i) + ".jpg"));
        ASSERT_EQ(frame.width, scene.width);
        ASSERT_EQ(frame.height, scene.height);
        EXPECT_LT(difference(frame, {0, 0, frame.width, frame.height}, scene, 0, 0), 10);
    }
}

INSTANTIATE_TEST_SUITE_P(SerialConsole, MaixPyIdeRealImageTest, testing::Values("pty", "rfc2217:0"),
                         [](const auto& where) { return where.index == 0 ? "Pty" : "Rfc2217"; });

}  // namespace
}  // namespace k210
