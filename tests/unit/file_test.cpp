#include "k210/base/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::EndsWith;
using testing::IsEmpty;
using testing::StartsWith;

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

TEST_F(FileTest, WritesStraightToADevice) {
    write_file_atomically("/dev/null", bytes_of("gone"));
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
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
    EXPECT_THAT(input_error_of([] { read_file("/dev/zero", 100); }), StartsWith("/dev/zero: is larger"));
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

}  // namespace
}  // namespace k210
