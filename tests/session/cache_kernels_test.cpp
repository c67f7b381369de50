// What loops over more or less memory than the data cache holds take: samples of their accesses against a cache that
// sees each of them.
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "session/session_bench.hpp"

namespace k210 {
namespace {

// Of each kernel of firmware/tests/cache_kernels.c, cycles an access in thousandths.
std::map<std::string, double> times_of_kernels(TimingModel timing) {
    Log log = Log::writing_to([](std::string_view) {});
    HeardSession heard;
    SessionConfig config = session_with_guest("cache_kernels");
    config.settings.timing = timing;
    Session session(std::move(config), log, heard);
    while (!session.step()) {}
    std::map<std::string, double> times;
    std::istringstream lines(heard.text);
    for (std::string line; std::getline(lines, line);)
        if (const auto colon = line.find(": "); colon != std::string::npos)
            times[line.substr(0, colon)] = std::strtod(line.c_str() + colon + 2, nullptr);
    return times;
}

TEST(CacheKernelsTest, SamplesComeWithinAQuarterOfACacheThatSeesEveryAccess) {
    const auto sampled = times_of_kernels(TimingModel::approximate), seen = times_of_kernels(TimingModel::thorough);
    ASSERT_GE(seen.size(), 20u);
    ASSERT_EQ(sampled.size(), seen.size());
    for (const auto& [kernel, time] : seen) EXPECT_NEAR(sampled.at(kernel), time, 0.25 * time) << kernel;
}

}  // namespace
}  // namespace k210
