// The built program as users run it: a process of its own, its output and exit status.
#pragma once
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/paths.hpp"
#include "support/temp_dir.hpp"

namespace k210 {

class EmulatorProcess {
public:
    struct Result {
        int status;  // exit status; minus the signal that ended it otherwise
        std::string out, err;
    };

    // Standard output goes to `output`, or else to where out() and wait() find it.
    explicit EmulatorProcess(std::vector<std::string> arguments, const std::string& output = {}) {
        arguments.insert(arguments.begin(), program_path().string());
        std::vector<char*> argv;
        for (std::string& argument : arguments) argv.push_back(argument.data());
        argv.push_back(nullptr);
        const std::string out = (files_ / "out").string(), err = (files_ / "err").string();
        process_ = ::fork();
        if (process_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
        if (process_ == 0) {
            redirect("/dev/null", O_RDONLY, STDIN_FILENO);
            redirect((output.empty() ? out : output).c_str(), O_WRONLY | O_CREAT, STDOUT_FILENO);
            redirect(err.c_str(), O_WRONLY | O_CREAT, STDERR_FILENO);
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
    }
    ~EmulatorProcess() {
        if (process_ <= 0) return;
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    EmulatorProcess(const EmulatorProcess&) = delete;
    EmulatorProcess& operator=(const EmulatorProcess&) = delete;

    void signal(int number) const { ::kill(process_, number); }

    // Waits until it handles that signal itself, which it does before it reads its inputs; false after a minute.
    bool handles(int number) const {
        return soon([&] { return (handled_signals() >> (number - 1) & 1) != 0; });
    }

    // What it has said so far on standard output or standard error.
    std::string out() const { return text("out"); }
    std::string err() const { return text("err"); }
    // Waits until standard error (or output) contains that; false after a minute.
    bool says(std::string_view expected) const {
        return soon([&] { return (out() + err()).find(expected) != std::string::npos; });
    }

    Result wait() {
        int status = 0;
        ::waitpid(process_, &status, 0);
        process_ = -1;
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), out(), err()};
    }

private:
    template <typename Condition>
    static bool soon(Condition holds) {
        for (int i = 0; i < 6000; ++i) {
            if (holds()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    }
    // Bit n - 1 for signal n.
    std::uint64_t handled_signals() const {
        std::ifstream status("/proc/" + std::to_string(process_) + "/status");
        for (std::string name; status >> name;) {
            std::uint64_t signals = 0;
            if (name == "SigCgt:" && status >> std::hex >> signals) return signals;
        }
        return 0;
    }
    static void redirect(const char* path, int flags, int to) {
        const int file = ::open(path, flags, 0600);
        if (file < 0 || ::dup2(file, to) < 0) ::_exit(127);
    }
    std::string text(std::string_view name) const {
        std::ostringstream all;
        all << std::ifstream(files_ / name, std::ios::binary).rdbuf();
        return std::move(all).str();
    }

    TempDir files_;
    pid_t process_ = -1;
};

// From start to end.
inline EmulatorProcess::Result run_emulator(std::vector<std::string> arguments, const std::string& output = {}) {
    return EmulatorProcess(std::move(arguments), output).wait();
}

}  // namespace k210
