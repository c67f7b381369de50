// A file that one run keeps: who may have it, and that it is always whole.
#include "k210/base/kept_file.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "k210/base/file.hpp"
#include "support/full_disk.hpp"
#include "support/sample_files.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::EndsWith;
namespace fs = std::filesystem;

std::size_t files_in(const fs::path& folder) {
    const fs::directory_iterator begin(folder), end;
    return static_cast<std::size_t>(std::distance(begin, end));
}

struct KeptFileTest : testing::Test {
    TempDir dir;
    std::string refusal(const fs::path& path) {
        return input_error_of([&] { const KeptFile file(path); });
    }
    std::string in_use(const fs::path& path) { return path.string() + ": is in use by another run"; }
};

TEST_F(KeptFileTest, IsMadeByTheFirstReplacementOnly) {
    KeptFile file(dir / "flash");
    EXPECT_FALSE(file.exists());
    EXPECT_EQ(files_in(dir.path()), 0u);
    file.replace(bytes_of("first"));
    EXPECT_TRUE(file.exists());
    EXPECT_EQ(read_file(dir / "flash"), bytes_of("first"));
    EXPECT_EQ(files_in(dir.path()), 1u);
}

TEST_F(KeptFileTest, GivesWhatIsThere) {
    dir.write("flash", bytes_of("contents"));
    const KeptFile file(dir / "flash");
    EXPECT_EQ(file.size_bytes(), 8u);
    EXPECT_EQ(file.read(), bytes_of("contents"));
}

TEST_F(KeptFileTest, BelongsToOneAtATime) {
    dir.write("flash", bytes_of("old"));
    {
        const KeptFile file(dir / "flash");
        EXPECT_EQ(refusal(dir / "flash"), in_use(dir / "flash"));
    }
    EXPECT_EQ(refusal(dir / "flash"), "");
}

TEST_F(KeptFileTest, TheLockGoesWithTheReplacement) {
    dir.write("flash", bytes_of("old"));
    KeptFile file(dir / "flash");
    for (const char* text : {"new", "newer"}) {
        file.replace(bytes_of(text));
        EXPECT_EQ(refusal(dir / "flash"), in_use(dir / "flash")) << text;
    }
}

TEST_F(KeptFileTest, ANewFileIsLockedFromTheStart) {
    KeptFile file(dir / "flash");
    file.replace(bytes_of("first"));
    EXPECT_EQ(refusal(dir / "flash"), in_use(dir / "flash"));
}

TEST_F(KeptFileTest, OfTwoThatWantANewFileTheFirstHasIt) {
    KeptFile first(dir / "flash"), second(dir / "flash");
    first.replace(bytes_of("first"));
    EXPECT_EQ(input_error_of([&] { second.replace(bytes_of("second")); }),
              (dir / "flash").string() + ": is another file than at the start: left as it is");
    EXPECT_EQ(read_file(dir / "flash"), bytes_of("first"));
}

TEST_F(KeptFileTest, AnotherFilePutThereMeanwhileIsLeftAlone) {
    dir.write("flash", bytes_of("old"));
    KeptFile file(dir / "flash");
    dir.write("backup", bytes_of("backup"));
    fs::rename(dir / "backup", dir / "flash");
    EXPECT_THAT(input_error_of([&] { file.replace(bytes_of("new")); }), EndsWith("left as it is"));
    EXPECT_EQ(read_file(dir / "flash"), bytes_of("backup"));
    EXPECT_EQ(files_in(dir.path()), 1u);
}

TEST_F(KeptFileTest, OneThatWasRemovedIsMadeAgain) {
    dir.write("flash", bytes_of("old"));
    KeptFile file(dir / "flash");
    fs::remove(dir / "flash");
    file.replace(bytes_of("new"));
    EXPECT_EQ(read_file(dir / "flash"), bytes_of("new"));
    EXPECT_EQ(refusal(dir / "flash"), in_use(dir / "flash"));
}

TEST_F(KeptFileTest, LinksLeadToTheFileAndStay) {
    dir.write("flash", bytes_of("old"));
    fs::create_symlink("flash", dir / "inner");
    fs::create_symlink(dir / "inner", dir / "outer");
    KeptFile file(dir / "outer");
    EXPECT_EQ(file.read(), bytes_of("old"));
    file.replace(bytes_of("new"));
    EXPECT_TRUE(fs::is_symlink(dir / "outer"));
    EXPECT_TRUE(fs::is_symlink(dir / "inner"));
    EXPECT_EQ(read_file(dir / "flash"), bytes_of("new"));
    EXPECT_EQ(refusal(dir / "flash"), in_use(dir / "flash"));
}

TEST_F(KeptFileTest, ADanglingLinkSaysWhereTheFileIsMade) {
    fs::create_directory(dir / "there");
    fs::create_symlink("there/flash", dir / "link");
    KeptFile file(dir / "link");
    EXPECT_FALSE(file.exists());
    file.replace(bytes_of("new"));
    EXPECT_TRUE(fs::is_symlink(dir / "link"));
    EXPECT_EQ(read_file(dir / "there/flash"), bytes_of("new"));
    EXPECT_EQ(refusal(dir / "there/flash"), in_use(dir / "there/flash"));
}

TEST_F(KeptFileTest, ALinkIntoNowhereOrToItselfIsRefused) {
    fs::create_symlink("no/flash", dir / "nowhere");
    EXPECT_EQ(refusal(dir / "nowhere"), (dir / "nowhere").string() + ": No such file or directory");
    fs::create_symlink("circle", dir / "circle");
    EXPECT_EQ(refusal(dir / "circle"), (dir / "circle").string() + ": Too many levels of symbolic links");
}

TEST_F(KeptFileTest, OnlyRegularFilesAreTaken) {
    EXPECT_EQ(refusal(dir.path()), dir.path().string() + ": Is a directory");
    EXPECT_EQ(refusal("/dev/null"), "/dev/null: is no regular file");
    EXPECT_EQ(refusal("/dev/stdout"), "/dev/stdout: is no regular file");
    ASSERT_EQ(::mkfifo((dir / "fifo").c_str(), 0600), 0);
    EXPECT_EQ(refusal(dir / "fifo"), (dir / "fifo").string() + ": is no regular file");
}

TEST_F(KeptFileTest, KeepsPermissions) {
    dir.write("flash", bytes_of("old"));
    fs::permissions(dir / "flash", fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
    KeptFile(dir / "flash").replace(bytes_of("new"));
    EXPECT_EQ(fs::status(dir / "flash").permissions(),
              fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
}

TEST_F(KeptFileTest, WhatAKilledRunLeftOfANewFileIsTakenOver) {
    dir.write(".flash.k210emu-new", bytes_of("half of something, and longer"));
    KeptFile(dir / "flash").replace(bytes_of("new"));
    EXPECT_EQ(read_file(dir / "flash"), bytes_of("new"));
    EXPECT_EQ(files_in(dir.path()), 1u);
}

TEST_F(KeptFileTest, NothingIsWrittenThroughALinkInTheTemporarysPlace) {
    dir.write("precious", bytes_of("precious"));
    fs::create_symlink("precious", dir / ".flash.k210emu-new");
    KeptFile file(dir / "flash");
    EXPECT_NE(input_error_of([&] { file.replace(bytes_of("new")); }), "");
    fs::remove(dir / ".flash.k210emu-new");
    fs::create_hard_link(dir / "precious", dir / ".flash.k210emu-new");
    EXPECT_THAT(input_error_of([&] { file.replace(bytes_of("new")); }), EndsWith("k210emu-new is in the way"));
    EXPECT_EQ(read_file(dir / "precious"), bytes_of("precious"));
}

TEST_F(KeptFileTest, AFullDiskLeavesTheOldContents) {
    dir.write("flash", bytes_of("old"));
    KeptFile file(dir / "flash");
    {
        const FullDisk full(1000);
        EXPECT_EQ(input_error_of([&] { file.replace(Bytes(1001)); }), (dir / "flash").string() + ": File too large");
    }
    EXPECT_EQ(read_file(dir / "flash"), bytes_of("old"));
    EXPECT_EQ(files_in(dir.path()), 1u);
    EXPECT_EQ(refusal(dir / "flash"), in_use(dir / "flash"));
    file.replace(bytes_of("new"));
    EXPECT_EQ(read_file(dir / "flash"), bytes_of("new"));
}

// Killed at any moment, it leaves old or new contents, and no lock.
TEST_F(KeptFileTest, AKilledProcessLeavesOneOrTheOther) {
    constexpr std::size_t kBytes = 1 << 20;
    dir.write("flash", Bytes(kBytes, 0));
    for (int round = 0; round < 20; ++round) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            KeptFile file(dir / "flash");
            for (std::uint8_t n = 1;; ++n) file.replace(Bytes(kBytes, n));
        }
        ::usleep(static_cast<useconds_t>(3000 + 700 * round));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        const KeptFile file(dir / "flash");
        const Bytes now = file.read();
        ASSERT_EQ(now.size(), kBytes);
        EXPECT_EQ(now, Bytes(kBytes, now.front()));
    }
}

}  // namespace
}  // namespace k210
