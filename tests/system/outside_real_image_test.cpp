// MaixPy and the world outside its board: wires, far ends of UARTs, and the Wi-Fi module.
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "k210/base/file.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

using testing::HasSubstr;

constexpr std::string_view kImage = "maixpy_0.6.2_84_ide.bin";

// Answers one client with a page, and keeps what it has asked for.
class Server {
public:
    Server() {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, generic, length) != 0 || ::listen(listener_, 1) != 0 ||
            ::getsockname(listener_, generic, &length) != 0)
            throw std::runtime_error("no port to listen on");
        port_ = ::ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~Server() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::string port() const { return std::to_string(port_); }
    static std::string page() { return "a page of 1000 bytes:" + std::string(979, '.'); }

private:
    void serve() {
        const int client = ::accept(listener_, nullptr, nullptr);
        if (client < 0) return;
        std::string asked;
        char bytes[256];
        while (asked.find("\r\n\r\n") == std::string::npos) {
            const ssize_t got = ::recv(client, bytes, sizeof bytes, 0);
            if (got <= 0) break;
            asked.append(bytes, static_cast<std::size_t>(got));
        }
        const std::string answer = asked.starts_with("GET /x ") ? "HTTP/1.0 200 OK\r\n\r\n" + page() : "what?";
        ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
        ::close(client);
    }

    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

struct OutsideRealImageTest : testing::Test {
    TempDir files;

    void SetUp() override { K210_NEEDS(image_path(kImage)); }
    EmulatorProcess::Result run(const std::string& script, std::vector<std::string> options) {
        write_file_atomically(files / "script.py", script + "\nprint('script' + ' over')\n");
        options.insert(options.begin(), {"run", image_path(kImage).string(), "--script", (files / "script.py").string(),
                                         "--expect", "script over", "--timeout", "60"});
        return run_emulator(std::move(options));
    }
};

TEST_F(OutsideRealImageTest, TwoWiresJoinTwoUarts) {
    const auto bytes = read_file(source_dir() / "docs/examples/uart_wire.py");
    const std::string script(bytes.begin(), bytes.end());
    const auto run = this->run(script, {"--board", "maix_bit", "--wire", "10=13", "--wire", "12=11"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("uart2 has read b'hello over a wire'"));
    EXPECT_THAT(run.out, HasSubstr("uart1 has read b'and back'"));
    EXPECT_THAT(this->run(script, {"--board", "maix_bit"}).out, HasSubstr("uart2 has read None"));
}

TEST_F(OutsideRealImageTest, AWiredPinInterrupts) {
    const auto run = this->run(
        "from Maix import GPIO\nfrom fpioa_manager import fm\nimport utime\n"
        "fm.register(20, fm.fpioa.GPIOHS4, force=True)\nfm.register(21, fm.fpioa.GPIOHS5, force=True)\n"
        "out = GPIO(GPIO.GPIOHS4, GPIO.OUT)\ncame = GPIO(GPIO.GPIOHS5, GPIO.IN)\nout.value(0)\nedges = []\n"
        "came.irq(lambda pin: edges.append(pin.value()), GPIO.IRQ_RISING, GPIO.WAKEUP_NOT_SUPPORT, 7)\n"
        "for i in range(3):\n    out.value(1)\n    utime.sleep_ms(5)\n    out.value(0)\n    utime.sleep_ms(5)\n"
        "print('edges', len(edges), came.value())",
        {"--board", "maix_bit", "--wire", "20=21"});
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("edges 3 0"));
}

const std::string kWifi =
    "import network, utime, socket\nfrom machine import UART\nfrom Maix import GPIO\nfrom fpioa_manager import fm\n"
    "fm.register(8, fm.fpioa.GPIOHS0, force=True)\nenable = GPIO(GPIO.GPIOHS0, GPIO.OUT)\nenable.value(0)\n"
    "fm.register(7, fm.fpioa.UART2_TX, force=True)\nfm.register(6, fm.fpioa.UART2_RX, force=True)\n"
    "uart = UART(UART.UART2, 115200, timeout=1000, read_buf_len=8192)\n"
    "enable.value(1)\nutime.sleep_ms(500)\nnic = network.ESP8285(uart)\nutime.sleep_ms(10)\n";

TEST_F(OutsideRealImageTest, WithoutANetworkTheWifiModuleIsThereAndFindsNone) {
    const auto run = this->run(
        kWifi +
            "try:\n    print('scan', nic.scan())\nexcept OSError as e:\n    print('scan raises', e)\n\n\n\n"
            "try:\n    nic.connect('home', 'secret')\nexcept OSError as e:\n    print('join raises', e)\n\n\n\n"
            "print('connected', nic.isconnected())",
        {"--board", "maix_dock"});
    EXPECT_EQ(run.status, 0) << run.err << run.out;
    EXPECT_THAT(run.out, HasSubstr("scan raises "));  // as the driver does with an empty list
    EXPECT_THAT(run.out, HasSubstr("join raises could not connect to ssid=home"));
    EXPECT_THAT(run.out, HasSubstr("connected False"));
}

TEST_F(OutsideRealImageTest, WithANetworkASocketReachesAServerOnTheLoopback) {
    const Server server;
    const auto run = this->run(kWifi +
                                   "print('scan', nic.scan())\nnic.connect('home', 'secret')\n"
                                   "print('address', nic.ifconfig()[0])\n"
                                   "s = socket.socket()\ns.settimeout(2)\n"
                                   "s.connect(socket.getaddrinfo('localhost', " +
                                   server.port() +
                                   ")[0][-1])\nn = s.send('GET /x HTTP/1.0\\r\\n\\r\\n')\n"
                                   "print('page', len(s.recv(1019)))\ns.close()",
                               {"--board", "maix_go", "--wifi"});
    EXPECT_EQ(run.status, 0) << run.err << run.out;
    EXPECT_THAT(run.out, HasSubstr("scan ['3,\"k210emu\","));
    EXPECT_THAT(run.out, HasSubstr("address 10.0.2.15"));
    EXPECT_THAT(run.out, HasSubstr("page 1019"));
}

}  // namespace
}  // namespace k210
