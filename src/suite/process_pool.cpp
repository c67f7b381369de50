#include "suite/process_pool.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <limits>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "k210/base/error.hpp"

namespace k210::suite {
namespace {

// Where a process's streams lead, and that its signals are as at a program's start.
class SpawnSettings {
public:
    explicit SpawnSettings(const std::string& output) {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
        ::posix_spawn_file_actions_adddup2(&files_, STDOUT_FILENO, STDERR_FILENO);
        ::posix_spawnattr_init(&attributes_);
        sigset_t all;
        ::sigfillset(&all);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnSettings() {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    const posix_spawn_file_actions_t* files() const { return &files_; }
    const posix_spawnattr_t* attributes() const { return &attributes_; }

private:
    posix_spawn_file_actions_t files_;
    posix_spawnattr_t attributes_;
};

// As a system call: glibc 2.36 declares pidfd_open() for C alone.
int open_handle(pid_t process) {
    return static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
}

// Far beyond any limit, and still a time that the clock has.
constexpr ProcessPool::Seconds kLongest{1e8};

ProcessPool::Clock::time_point in(ProcessPool::Seconds seconds) {
    return ProcessPool::Clock::now() +
           std::chrono::duration_cast<ProcessPool::Clock::duration>(std::min(seconds, kLongest));
}

}  // namespace

ProcessPool::~ProcessPool() {
    for (const Process& process : processes_) {
        ::kill(-process.id, SIGKILL);
        ::waitpid(process.id, nullptr, 0);
    }
}

void ProcessPool::start(std::size_t job, std::vector<std::string> command, const std::filesystem::path& output,
                        Seconds limit) {
    std::vector<char*> arguments;
    for (std::string& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    const SpawnSettings settings(output.string());
    pid_t id = 0;
    if (const int error =
            ::posix_spawnp(&id, arguments[0], settings.files(), settings.attributes(), arguments.data(), environ))
        throw InputError(fmt::format("{}: cannot be started: {}", command[0], std::generic_category().message(error)));
    FileDescriptor handle(open_handle(id));
    if (!handle.valid()) {
        const int error = errno;
        ::kill(-id, SIGKILL);
        ::waitpid(id, nullptr, 0);
        throw InputError(fmt::format("{}: cannot be watched: {}", command[0], std::generic_category().message(error)));
    }
    processes_.push_back({job, id, std::move(handle), Clock::now(), in(limit)});
}

std::optional<ProcessPool::Ended> ProcessPool::wait(std::chrono::milliseconds patience) {
    end_late_ones();
    std::vector<pollfd> handles;
    for (const Process& process : processes_) handles.push_back({process.handle.get(), POLLIN, 0});
    if (::poll(handles.data(), handles.size(), until_next_deadline(patience)) <= 0) return {};
    for (std::size_t i = 0; i < handles.size(); ++i)
        if (handles[i].revents != 0) return collect(i);
    return {};
}

void ProcessPool::stop() {
    for (Process& process : processes_)
        if (!process.asked) ask(process);
}

void ProcessPool::ask(Process& process) {
    process.asked = true;
    process.deadline = in(grace_);
    ::kill(-process.id, SIGTERM);
}

void ProcessPool::end_late_ones() {
    for (Process& process : processes_) {
        if (Clock::now() < process.deadline) continue;
        if (process.asked) {
            process.deadline = in(grace_);
            ::kill(-process.id, SIGKILL);
        } else {
            process.out_of_time = true;
            ask(process);
        }
    }
}

int ProcessPool::until_next_deadline(std::chrono::milliseconds patience) const {
    auto wait = patience;
    for (const Process& process : processes_)
        wait = std::min(wait, std::chrono::ceil<std::chrono::milliseconds>(process.deadline - Clock::now()));
    return static_cast<int>(
        std::clamp<std::chrono::milliseconds::rep>(wait.count(), 0, std::numeric_limits<int>::max()));
}

ProcessPool::Ended ProcessPool::collect(std::size_t index) {
    const Process process = std::move(processes_[index]);
    processes_.erase(processes_.begin() + static_cast<std::ptrdiff_t>(index));
    ::kill(-process.id, SIGKILL);  // what it has left behind
    int status = 0;
    while (::waitpid(process.id, &status, 0) < 0 && errno == EINTR) {}
    return {process.job, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), process.out_of_time,
            Seconds(Clock::now() - process.began).count()};
}

}  // namespace k210::suite
