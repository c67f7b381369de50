// CPU time of this process: on a busy host, what others do does not count.
#pragma once
#include <ctime>

namespace k210::bench {

class Stopwatch {
public:
    double seconds() const { return cpu_seconds() - start_; }

private:
    static double cpu_seconds() {
        timespec t{};
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
    }

    const double start_ = cpu_seconds();
};

}  // namespace k210::bench
