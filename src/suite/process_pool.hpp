// Programs that run beside this one, each in a process group of its own and for a limited time.
#pragma once
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/file_descriptor.hpp"

namespace k210::suite {

class ProcessPool {
public:
    using Clock = std::chrono::steady_clock;
    using Seconds = std::chrono::duration<double>;

    struct Ended {
        std::size_t job;  // as start() was told
        int status;       // the exit status; minus the signal that ended it otherwise
        bool out_of_time;
        double wall_s;
    };

    // `grace`: how long a process that has been asked to end may still take.
    explicit ProcessPool(Seconds grace = Seconds{5}) : grace_(grace) {}
    ~ProcessPool();  // ends all of them
    ProcessPool(const ProcessPool&) = delete;
    ProcessPool& operator=(const ProcessPool&) = delete;

    // What it says goes to the file `output`; it reads nothing. Throws InputError when it cannot be started.
    void start(std::size_t job, std::vector<std::string> command, const std::filesystem::path& output, Seconds limit);
    std::size_t running() const { return processes_.size(); }

    // Waits for one to end, and ends those whose time is over. Nothing when `patience` is over or a signal has come.
    std::optional<Ended> wait(std::chrono::milliseconds patience);

    // Asks all to end; wait() tells of each.
    void stop();

private:
    struct Process {
        std::size_t job;
        pid_t id;
        FileDescriptor handle;  // readable once it has ended
        Clock::time_point began, deadline;
        bool out_of_time = false, asked = false;
    };

    void ask(Process& process);
    void end_late_ones();
    int until_next_deadline(std::chrono::milliseconds patience) const;  // milliseconds
    Ended collect(std::size_t index);

    const Seconds grace_;
    std::vector<Process> processes_;
};

}  // namespace k210::suite
