// The terminal is itself again however the program that had it raw ends. Each program runs as a shell would run it: a
// job of its own in the foreground of a session of its own, on a new pseudo-terminal.
#include "host/raw_terminal.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <functional>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

#include "base/file_descriptor.hpp"
#include "k210/host/console.hpp"

namespace k210 {
namespace {

struct Pipe {
    Pipe() {
        int ends[2];
        if (::pipe(ends) != 0) std::abort();
        out = FileDescriptor(ends[0]);
        in = FileDescriptor(ends[1]);
    }
    int read_int() const {
        int value = -1;
        return ::read(out.get(), &value, sizeof value) == sizeof value ? value : -1;
    }
    void write_int(int value) const { write_all(in.get(), {reinterpret_cast<const char*>(&value), sizeof value}); }
    FileDescriptor out, in;
};

bool is_raw(const termios& mode) {
    return !(mode.c_lflag & (ICANON | ECHO | ISIG));
}

class Job {
public:
    // `program` gets a function that it calls once it is ready to be judged.
    explicit Job(const std::function<void(const std::function<void()>& ready)>& program)
        : terminal_(::posix_openpt(O_RDWR | O_NOCTTY)) {
        ::grantpt(terminal_.get());
        ::unlockpt(terminal_.get());
        const std::string slave = ::ptsname(terminal_.get());
        slave_ = FileDescriptor(::open(slave.c_str(), O_RDWR | O_NOCTTY));
        ::tcgetattr(slave_.get(), &original_);
        shell_ = ::fork();
        if (shell_ == 0) run_shell(slave, program);
        pid_ = events_.read_int();
    }
    ~Job() {
        ::kill(pid_, SIGKILL);
        ::waitpid(shell_, nullptr, 0);
    }
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    void wait_until_ready() const { ready_.read_int(); }
    void signal(int number) const { ::kill(pid_, number); }
    void type(std::string_view keys) const { write_all(terminal_.get(), keys); }
    int wait() const { return events_.read_int(); }  // for the next event: a status as waitpid() has it

    bool raw() const {
        termios mode{};
        ::tcgetattr(slave_.get(), &mode);
        return is_raw(mode);
    }
    bool restored() const {
        termios mode{};
        ::tcgetattr(slave_.get(), &mode);
        return mode.c_iflag == original_.c_iflag && mode.c_lflag == original_.c_lflag &&
               mode.c_oflag == original_.c_oflag;
    }

private:
    [[noreturn]] void run_shell(const std::string& slave,
                                const std::function<void(const std::function<void()>&)>& program) {
        ::setsid();
        const int tty = ::open(slave.c_str(), O_RDWR);  // becomes the session's terminal
        ::signal(SIGTTOU, SIG_IGN);
        const Pipe go;
        const pid_t job = ::fork();
        if (job == 0) {
            go.read_int();  // until the shell has put us into the foreground
            ::signal(SIGTTOU, SIG_DFL);
            for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(tty, fd);
            program([this] { ready_.write_int(0); });
            std::_Exit(0);
        }
        ::setpgid(job, job);
        ::tcsetpgrp(tty, job);
        events_.write_int(job);
        go.write_int(0);
        int status = 0;
        do {
            if (::waitpid(job, &status, WUNTRACED | WCONTINUED) != job) break;
            events_.write_int(status);
        } while (!WIFEXITED(status) && !WIFSIGNALED(status));
        std::_Exit(0);
    }

    FileDescriptor terminal_, slave_;
    termios original_{};
    Pipe ready_, events_;
    pid_t shell_ = -1, pid_ = -1;
};

// Ends by `how`, with the console open.
void expect_restored_after(const std::function<void()>& how) {
    const Job job([&](const auto& ready) {
        const auto console = make_console("stdio");
        ready();
        how();
    });
    const int status = job.wait();
    EXPECT_TRUE(WIFEXITED(status) || WIFSIGNALED(status));
    EXPECT_TRUE(job.restored());
}

void wait_for_signal(const std::function<void()>& ready) {
    const auto console = make_console("stdio");
    ready();
    while (!console->quit_requested()) ::pause();
}

TEST(RawTerminalTest, IsRawWhileTheConsoleIsOpen) {
    const Job job(wait_for_signal);
    job.wait_until_ready();
    EXPECT_TRUE(job.raw());
    EXPECT_FALSE(job.restored());
}

TEST(RawTerminalTest, IsRestoredByTheDestructor) {
    expect_restored_after([] {});
}

TEST(RawTerminalTest, IsRestoredByExit) {
    expect_restored_after([] { std::exit(3); });
}

TEST(RawTerminalTest, IsRestoredByQuickExit) {
    expect_restored_after([] { std::quick_exit(3); });
}

TEST(RawTerminalTest, IsRestoredByAbort) {
    expect_restored_after([] { std::abort(); });
}

TEST(RawTerminalTest, IsRestoredByTerminate) {
    expect_restored_after([] { std::terminate(); });
}

TEST(RawTerminalTest, IsRestoredByACrash) {
    expect_restored_after([] { ::raise(SIGSEGV); });
}

TEST(RawTerminalTest, IsRestoredByABrokenPipe) {
    expect_restored_after([] {
        Pipe pipe;
        pipe.out.reset();
        pipe.write_int(0);
    });
}

struct RawTerminalSignalTest : testing::TestWithParam<int> {};

TEST_P(RawTerminalSignalTest, IsRestoredAndEndsAsBefore) {
    const Job job(wait_for_signal);
    job.wait_until_ready();
    job.signal(GetParam());
    const int status = job.wait();
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), GetParam());
    EXPECT_TRUE(job.restored());
}

INSTANTIATE_TEST_SUITE_P(EndingSignals, RawTerminalSignalTest,
                         testing::Values(SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1));

TEST(RawTerminalTest, IsRestoredWhileSuspendedAndRawAgainAfterwards) {
    const Job job(wait_for_signal);
    job.wait_until_ready();
    for (int round = 0; round < 2; ++round) {
        job.signal(SIGTSTP);
        EXPECT_TRUE(WIFSTOPPED(job.wait()));
        EXPECT_TRUE(job.restored());
        job.signal(SIGCONT);
        EXPECT_TRUE(WIFCONTINUED(job.wait()));
        for (int i = 0; i < 1000 && !job.raw(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        EXPECT_TRUE(job.raw());
    }
    job.signal(SIGTERM);
    EXPECT_TRUE(WIFSIGNALED(job.wait()));
    EXPECT_TRUE(job.restored());
}

TEST(RawTerminalTest, ASignalThatTheProgramHandlesDoesNotEndRawMode) {
    const Job job([](const auto& ready) {
        static volatile std::sig_atomic_t handled = 0;
        std::signal(SIGTERM, [](int) { handled = 1; });
        const auto console = make_console("stdio");
        ready();
        while (!handled) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        termios mode{};
        ::tcgetattr(STDIN_FILENO, &mode);
        std::exit(is_raw(mode) ? 7 : 8);
    });
    job.wait_until_ready();
    job.signal(SIGTERM);
    EXPECT_EQ(WEXITSTATUS(job.wait()), 7);
    EXPECT_TRUE(job.restored());
}

TEST(RawTerminalTest, AHandlerInstalledLaterIsLeftInPlace) {
    const Job job([](const auto&) {
        auto console = make_console("stdio");
        const auto later = [](int) { std::_Exit(7); };
        std::signal(SIGTERM, later);
        console.reset();
        ::raise(SIGTERM);
    });
    EXPECT_EQ(WEXITSTATUS(job.wait()), 7);
}

// Reads from the console until it has something or is asked to quit.
std::string keys_from(Console& console) {
    std::array<std::uint8_t, 16> keys{};
    std::size_t count = 0;
    while (count == 0 && !console.quit_requested()) count = console.read(keys);
    return {keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(count)};
}

TEST(RawTerminalTest, CtrlCReachesTheGuest) {
    const Job job([](const auto& ready) {
        const auto console = make_console("stdio");
        ready();
        std::exit(console->interactive() && keys_from(*console) == "\x03" ? 7 : 8);
    });
    job.wait_until_ready();
    job.type("\x03");
    EXPECT_EQ(WEXITSTATUS(job.wait()), 7);
}

TEST(RawTerminalTest, CtrlCThreeTimesInARowQuits) {
    const Job job([](const auto& ready) {
        const auto console = make_console("stdio");
        ready();
        while (!console->quit_requested()) keys_from(*console);
        std::exit(7);
    });
    job.wait_until_ready();
    job.type("\x03\x03\x03");
    EXPECT_EQ(WEXITSTATUS(job.wait()), 7);
}

TEST(RawTerminalTest, CtrlCBetweenOtherKeysNeverQuits) {
    const Job job([](const auto& ready) {
        const auto console = make_console("stdio");
        ready();
        std::string keys;
        while (keys.size() < 5) keys += keys_from(*console);
        std::exit(console->quit_requested() ? 8 : 7);
    });
    job.wait_until_ready();
    job.type(
        "\x03\x03"
        "a"
        "\x03\x03");
    EXPECT_EQ(WEXITSTATUS(job.wait()), 7);
}

TEST(RawTerminalTest, CtrlRightBracketQuitsAndDoesNotReachTheGuest) {
    const Job job([](const auto& ready) {
        const auto console = make_console("stdio");
        ready();
        const std::string keys = keys_from(*console);
        while (!console->quit_requested()) keys_from(*console);
        std::exit(keys == "ab" || keys == "a" || keys.empty() ? 7 : 8);
    });
    job.wait_until_ready();
    job.type(
        "ab\x1d"
        "c");
    EXPECT_EQ(WEXITSTATUS(job.wait()), 7);
}

TEST(RawTerminalTest, InTheBackgroundTheTerminalIsLeftAlone) {
    const Job job([](const auto& ready) {
        ::setpgid(0, ::getppid());  // leaves the foreground group
        const auto console = make_console("stdio");
        std::array<std::uint8_t, 4> keys{};
        const bool silent = console->read(keys) == 0;
        ready();
        for (;;) std::this_thread::sleep_for(std::chrono::milliseconds(silent ? 1 : 1000));
    });
    job.wait_until_ready();
    EXPECT_TRUE(job.restored());
}

}  // namespace
}  // namespace k210
