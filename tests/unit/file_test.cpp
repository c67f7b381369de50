#include "k210/base/file.hpp"

#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/full_disk.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::EndsWith;
using testing::IsEmpty;

std::vector<std::uint8_t> bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

std::size_t files_in(const std::filesystem::path& folder) {
    const std::filesystem::directory_iterator begin(folder), end;
    return static_cast<std::size_t>(std::distance(begin, end));
}

struct FileTest : testing::Test {
    TempDir dir;
};

TEST_F(FileTest, ReadsWhatWasWritten) {
    std::vector<std::uint8_t> bytes(3'000'000);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 >> 3);
    write_file_atomically(dir / "file", bytes);
    EXPECT_EQ(read_file(dir / "file"), bytes);
}

TEST_F(FileTest, ReplacesAnOlderFileAndLeavesNothingElse) {
    dir.write("file", std::string_view("something longer"));
    write_file_atomically(dir / "file", bytes_of("new"));
    EXPECT_EQ(read_file(dir / "file"), bytes_of("new"));
    EXPECT_EQ(files_in(dir.path()), 1u);
}

TEST_F(FileTest, KeepsTheOlderFilesPermissions) {
    using std::filesystem::perms;
    dir.write("file", std::string_view("old"));
    std::filesystem::permissions(dir / "file", perms::owner_read | perms::owner_write);
    write_file_atomically(dir / "file", bytes_of("new"));
    EXPECT_EQ(std::filesystem::status(dir / "file").permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(FileTest, WritesThroughASymbolicLink) {
    dir.write("file", std::string_view("old"));
    std::filesystem::create_symlink("file", dir / "link");
    write_file_atomically(dir / "link", bytes_of("new"));
    EXPECT_TRUE(std::filesystem::is_symlink(dir / "link"));
    EXPECT_EQ(read_file(dir / "file"), bytes_of("new"));
}

TEST_F(FileTest, WritesToWhereADanglingLinkPoints) {
    std::filesystem::create_symlink("file", dir / "link");
    write_file_atomically(dir / "link", bytes_of("new"));
    EXPECT_TRUE(std::filesystem::is_symlink(dir / "link"));
    EXPECT_EQ(read_file(dir / "file"), bytes_of("new"));
}

TEST_F(FileTest, WritesStraightToADevice) {
    write_file_atomically("/dev/null", bytes_of("gone"));
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
    EXPECT_EQ(input_error_of([] { write_file_atomically("/dev/full", bytes_of("x")); }),
              "/dev/full: No space left on device");
}

TEST_F(FileTest, AnOpenFileOfOnesOwnIsWrittenOnNotReplaced) {
    const int fd = ::open((dir / "out").c_str(), O_WRONLY | O_CREAT, 0600);
    ASSERT_EQ(::write(fd, "before, ", 8), 8);
    for (const char* folder : {"/dev/fd/", "/proc/self/fd/"}) {
        std::filesystem::create_symlink(folder + std::to_string(fd), dir / "link");
        check_writable(dir / "link");
        write_file_atomically(dir / "link", bytes_of("now, "));
        std::filesystem::remove(dir / "link");
    }
    ASSERT_EQ(::write(fd, "after", 5), 5);
    ::close(fd);
    EXPECT_EQ(read_file(dir / "out"), bytes_of("before, now, now, after"));
}

TEST_F(FileTest, APipeThatNobodyReadsIsAnError) {
    ASSERT_EQ(::mkfifo((dir / "fifo").c_str(), 0600), 0);
    EXPECT_EQ(input_error_of([&] { write_file_atomically(dir / "fifo", bytes_of("x")); }),
              (dir / "fifo").string() + ": No such device or address");
}

TEST_F(FileTest, NothingIsLeftOfWhatCouldNotBeWritten) {
    dir.write("file", std::string_view("old"));
    std::string error;
    {
        const FullDisk full(100);
        error = input_error_of([&] { write_file_atomically(dir / "file", std::string(101, 'x')); });
    }
    EXPECT_EQ(error, (dir / "file").string() + ": File too large");
    EXPECT_EQ(read_file(dir / "file"), bytes_of("old"));
    EXPECT_EQ(files_in(dir.path()), 1u);
}

TEST_F(FileTest, AnEmptyFileIsEmpty) {
    dir.write("file", std::string_view());
    EXPECT_THAT(read_file(dir / "file"), IsEmpty());
}

TEST_F(FileTest, NamesTheFileThatIsMissing) {
    EXPECT_EQ(input_error_of([&] { read_file(dir / "none"); }),
              (dir / "none").string() + ": No such file or directory");
}

TEST_F(FileTest, NamesAFolderReadAsAFile) {
    EXPECT_EQ(input_error_of([&] { read_file(dir.path()); }), dir.path().string() + ": Is a directory");
}

TEST_F(FileTest, RefusesAFileAboveTheLimit) {
    dir.write("file", std::string_view("12345"));
    EXPECT_EQ(read_file(dir / "file", 5).size(), 5u);
    EXPECT_THAT(input_error_of([&] { read_file(dir / "file", 4); }), EndsWith("file: is larger than 4 bytes"));
}

TEST_F(FileTest, DevicesAreNoInputs) {
    for (const char* device : {"/dev/zero", "/dev/null"})
        EXPECT_EQ(input_error_of([&] { read_file(device); }), std::string(device) + ": is a device, not a file");
}

TEST_F(FileTest, ANamedPipeIsRefusedWithoutWaitingForAWriter) {
    ASSERT_EQ(::mkfifo((dir / "fifo").c_str(), 0600), 0);
    EXPECT_EQ(input_error_of([&] { read_file(dir / "fifo"); }),
              (dir / "fifo").string() + ": is a named pipe, not a file");
}

struct PipeTest : FileTest {
    PipeTest() { EXPECT_EQ(::pipe(ends), 0); }
    ~PipeTest() override {
        ::close(ends[0]);
        close_writer();
    }
    void write(std::string_view text) const {
        ASSERT_EQ(::write(ends[1], text.data(), text.size()), ssize_t(text.size()));
    }
    void close_writer() {
        if (ends[1] >= 0) ::close(ends[1]);
        ends[1] = -1;
    }
    std::string path() const { return "/dev/fd/" + std::to_string(ends[0]); }
    int ends[2];
};

TEST_F(PipeTest, AShellsPipeIsReadToItsEnd) {
    std::thread writer([this] {
        write("first, ");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        write("second");
        close_writer();
    });
    EXPECT_EQ(read_file(path()), bytes_of("first, second"));
    writer.join();
}

TEST_F(PipeTest, OneThatNeverEndsIsRefused) {
    write("some");
    EXPECT_EQ(input_error_of([&] { read_file(path(), kMaxFileBytes, std::chrono::milliseconds(20)); }),
              path() + ": is a pipe that has not ended within 20 ms");
}

TEST_F(PipeTest, TheLimitHoldsForPipesToo) {
    write("12345");
    EXPECT_EQ(input_error_of([&] { read_file(path(), 4); }), path() + ": is larger than 4 bytes");
}

TEST_F(FileTest, NamesTheFileThatCannotBeWritten) {
    EXPECT_EQ(input_error_of([&] { write_file_atomically(dir / "no/file", bytes_of("x")); }),
              (dir / "no/file").string() + ": No such file or directory");
}

TEST(CheckWritableTest, AcceptsANewFileInAFolder) {
    const TempDir dir;
    EXPECT_NO_THROW(check_writable(dir / "new.json"));
}

TEST(CheckWritableTest, RefusesAFolderThatIsNotThere) {
    const TempDir dir;
    EXPECT_THROW(check_writable(dir / "none/new.json"), InputError);
}

TEST(CheckWritableTest, RefusesAFolderAsAFile) {
    const TempDir dir;
    EXPECT_THROW(check_writable(dir.path()), InputError);
}

TEST(CheckWritableTest, LooksWhereADanglingLinkPoints) {
    const TempDir dir;
    std::filesystem::create_directory(dir / "there");
    std::filesystem::create_symlink("there/file", dir / "good");
    std::filesystem::create_symlink("none/file", dir / "bad");
    EXPECT_NO_THROW(check_writable(dir / "good"));
    EXPECT_THROW(check_writable(dir / "bad"), InputError);
}

TEST(CheckWritableTest, RefusesAFileThatIsWriteProtected) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may write everything";
    const TempDir dir;
    dir.write("file", std::string_view("old"));
    std::filesystem::permissions(dir / "file", std::filesystem::perms::owner_read);
    EXPECT_THROW(check_writable(dir / "file"), InputError);
}

TEST(CheckWritableTest, RefusesAnOpenFileThatIsForReading) {
    const TempDir dir;
    dir.write("file", std::string_view("old"));
    const int fd = ::open((dir / "file").c_str(), O_RDONLY);
    EXPECT_THROW(check_writable("/dev/fd/" + std::to_string(fd)), InputError);
    ::close(fd);
    EXPECT_THROW(check_writable("/dev/fd/" + std::to_string(fd)), InputError);
}

}  // namespace
}  // namespace k210
