#include "suite/process_pool.hpp"

#include <csignal>
#include <fstream>
#include <sstream>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include "base/file_descriptor.hpp"
#include "support/temp_dir.hpp"

namespace k210::suite {
namespace {

using testing::HasSubstr;

constexpr ProcessPool::Seconds kLong{3600};

struct ProcessPoolTest : testing::Test {
    TempDir files;
    std::filesystem::path output = files / "output";

    static std::vector<std::string> shell(const std::string& script) { return {"/bin/sh", "-c", script}; }
    static ProcessPool::Ended next(ProcessPool& pool) {
        for (;;)
            if (const auto ended = pool.wait(std::chrono::hours(1))) return *ended;
    }
    std::string said() const {
        std::ostringstream text;
        text << std::ifstream(output).rdbuf();
        return std::move(text).str();
    }
};

TEST_F(ProcessPoolTest, TellsTheExitStatus) {
    ProcessPool pool;
    pool.start(7, shell("exit 42"), output, kLong);
    const auto ended = next(pool);
    EXPECT_EQ(ended.job, 7u);
    EXPECT_EQ(ended.status, 42);
    EXPECT_FALSE(ended.out_of_time);
    EXPECT_EQ(pool.running(), 0u);
}

TEST_F(ProcessPoolTest, TellsTheSignalThatEndedIt) {
    ProcessPool pool;
    pool.start(0, shell("kill -SEGV $$"), output, kLong);
    EXPECT_EQ(next(pool).status, -SIGSEGV);
}

TEST_F(ProcessPoolTest, KeepsWhatIsSaidOnBothStreams) {
    ProcessPool pool;
    pool.start(0, shell("echo out; echo err >&2"), output, kLong);
    next(pool);
    EXPECT_EQ(said(), "out\nerr\n");
}

TEST_F(ProcessPoolTest, HasNothingToRead) {
    ProcessPool pool;
    pool.start(0, shell("cat"), output, kLong);
    EXPECT_EQ(next(pool).status, 0);
}

TEST_F(ProcessPoolTest, ProcessesRunBesideEachOther) {
    ProcessPool pool;
    const std::string lock = (files / "lock").string();
    // What it leaves running has its lock, until that ends.
    pool.start(0, shell("exec 9> " + lock + "; flock 9; sleep 1000 &"), output, kLong);
    EXPECT_EQ(next(pool).status, 0);
    const FileDescriptor file(::open(lock.c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(::flock(file.get(), LOCK_EX), 0);
}

TEST_F(ProcessPoolTest, StopEndsAll) {
    ProcessPool pool;
    pool.start(0, shell("exec sleep 1000"), output, kLong);
    pool.start(1, shell("exec sleep 1000"), output, kLong);
    pool.stop();
    EXPECT_EQ(next(pool).status, -SIGTERM);
    const auto second = next(pool);
    EXPECT_EQ(second.status, -SIGTERM);
    EXPECT_FALSE(second.out_of_time);
}

TEST_F(ProcessPoolTest, WaitsNoLongerThanItIsTold) {
    ProcessPool pool;
    pool.start(0, shell("exec sleep 1000"), output, kLong);
    EXPECT_FALSE(pool.wait(std::chrono::milliseconds(1)));
}

TEST_F(ProcessPoolTest, AProgramThatIsNotThereIsTold) {
    ProcessPool pool;
    EXPECT_THAT(input_error_of([&] { pool.start(0, {"/no/program"}, output, kLong); }),
                HasSubstr("/no/program: cannot be started"));
    EXPECT_EQ(pool.running(), 0u);
}

}  // namespace
}  // namespace k210::suite
