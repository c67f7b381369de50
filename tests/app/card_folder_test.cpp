// Cards made of folders, and what comes back from them.
#include "app/card_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "support/environment.hpp"
#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;

struct CardFolderTest : testing::Test {
    TempDir files;
    fs::path folder = files / "folder", image = files / "card.img";

    CardFolderTest() {
        fs::create_directories(folder / "models" / "deep");
        write(folder / "boot.py", "print('boot')\n");
        write(folder / "models" / "a name that is long.kmodel", std::string(100'000, 'm'));
        write(folder / "models" / "deep" / "umlaut \u00e4.txt", "text");
    }
    static void write(const fs::path& file, const std::string& text) { write_file_atomically(file, text); }
    static std::string text(const fs::path& file) {
        const auto bytes = read_file(file);
        return {bytes.begin(), bytes.end()};
    }
};

TEST_F(CardFolderTest, HasAPartitionTableUnlessToldOtherwise) {
    make_card_of_folder(folder, CardLayout::mbr, image);
    const std::string with = text(image).substr(0, 1 << 21);
    EXPECT_EQ(with.substr(510, 2), "\x55\xaa");
    EXPECT_EQ(with[450], 0x0c);
    EXPECT_EQ(with.substr((1 << 20) + 82, 5), "FAT32");
    fs::remove(image);
    make_card_of_folder(folder, CardLayout::superfloppy, image);
    EXPECT_EQ(text(image).substr(82, 5), "FAT32");
}

TEST_F(CardFolderTest, TheSameContentsMakeTheSameBytes) {
    make_card_of_folder(folder, CardLayout::mbr, image);
    const fs::path copy = files / "copy", again = files / "again.img";
    fs::create_directories(copy / "models" / "deep");
    for (const char* name : {"models/deep/umlaut \u00e4.txt", "models/a name that is long.kmodel", "boot.py"})
        write(copy / name, text(folder / name));
    fs::last_write_time(copy / "boot.py", fs::file_time_type::clock::now() - std::chrono::hours(1000));
    make_card_of_folder(copy, CardLayout::mbr, again);
    EXPECT_TRUE(text(image) == text(again));
}

TEST_F(CardFolderTest, WhatComesBackIsWhatIsNewOrChanged) {
    make_card_of_folder(folder, CardLayout::mbr, image);
    const fs::path other = files / "other";
    fs::create_directories(other / "models" / "deep");
    write(other / "boot.py", "print('old')\n");
    write(other / "mine.txt", "stays");
    const auto untouched = [&] { return fs::last_write_time(other / "mine.txt"); };
    const auto before = untouched();
    bring_back_card(image, CardLayout::mbr, other);
    EXPECT_EQ(text(other / "boot.py"), "print('boot')\n");
    EXPECT_EQ(text(other / "models" / "deep" / "umlaut \u00e4.txt"), "text");
    EXPECT_EQ(text(other / "models" / "a name that is long.kmodel"), std::string(100'000, 'm'));
    EXPECT_EQ(text(other / "mine.txt"), "stays");
    EXPECT_EQ(untouched(), before);
}

// Guests that know no case bits look for names as the long one has them: [doc] xv6-k210, fat32.c. Its parts follow each
// other in a folder, so a name is found as it is in the image.
TEST_F(CardFolderTest, SmallNamesAreLongNamesToo) {
    fs::create_directories(folder / "bin" / "\u00e4h" / "CAPS");
    for (const char* name :
         {"init", "bin/sh", "bin/\u00e4h/ls", "bin/\u00e4h/CAPS/wc.elf", "models/deep/of 13 letters", "a"})
        write(folder / name, name);
    make_card_of_folder(folder, CardLayout::superfloppy, image);
    const std::string card = text(image);
    for (const std::string name : {"init", "sh", "ls", "wc.elf", "bin", "deep", "boot."}) {
        std::string wide;
        for (const char c : name) wide += {c, '\0'};
        EXPECT_NE(card.find("\x41" + wide.substr(0, 10)), std::string::npos) << name;
    }
    const fs::path other = files / "other";
    fs::create_directories(other);
    bring_back_card(image, CardLayout::superfloppy, other);
    std::size_t files_back = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const fs::path name = entry.path().lexically_relative(folder);
        EXPECT_TRUE(fs::exists(other / name)) << name;
        if (entry.is_regular_file()) {
            EXPECT_EQ(text(other / name), text(entry.path())) << name;
            ++files_back;
        }
    }
    EXPECT_EQ(files_back, 9u);
}

// More than fit into one cluster of a folder.
TEST_F(CardFolderTest, SoTheyAreInLargeFolders) {
    for (unsigned i = 0; i < 300; ++i) write(folder / fmt::format("file{}.txt", i), fmt::format("{}", i));
    make_card_of_folder(folder, CardLayout::mbr, image);
    const fs::path other = files / "other";
    fs::create_directories(other);
    bring_back_card(image, CardLayout::mbr, other);
    for (unsigned i = 0; i < 300; ++i) {
        const std::string name = fmt::format("file{}.txt", i);
        ASSERT_TRUE(fs::exists(other / name)) << name;
        EXPECT_EQ(text(other / name), fmt::format("{}", i));
    }
}

TEST_F(CardFolderTest, ComesBackFromASuperfloppyToo) {
    make_card_of_folder(folder, CardLayout::superfloppy, image);
    const fs::path other = files / "other";
    fs::create_directories(other);
    bring_back_card(image, CardLayout::superfloppy, other);
    EXPECT_EQ(text(other / "boot.py"), "print('boot')\n");
}

TEST_F(CardFolderTest, AnEmptyFolderMakesAnEmptyCard) {
    fs::create_directories(files / "nothing");
    make_card_of_folder(files / "nothing", CardLayout::mbr, image);
    EXPECT_EQ(fs::file_size(image), std::uintmax_t{64} << 20);
}

TEST_F(CardFolderTest, GrowsWithWhatIsInIt) {
    fs::resize_file(folder / "boot.py", std::uintmax_t{100} << 20);
    make_card_of_folder(folder, CardLayout::mbr, image);
    EXPECT_EQ(fs::file_size(image), std::uintmax_t{256} << 20);
}

TEST_F(CardFolderTest, RefusesWhatACardCannotHold) {
    fs::resize_file(folder / "boot.py", (std::uintmax_t{4} << 30));
    EXPECT_EQ(input_error_of([&] { make_card_of_folder(folder, CardLayout::mbr, image); }),
              (folder / "boot.py").string() + ": is too large for a FAT file system");
    fs::resize_file(folder / "boot.py", 1);
    for (int i = 0; i < 8; ++i) {
        write(folder / std::to_string(i), "");
        fs::resize_file(folder / std::to_string(i), (std::uintmax_t{4} << 30) - 1);
    }
    EXPECT_EQ(input_error_of([&] { make_card_of_folder(folder, CardLayout::mbr, image); }),
              folder.string() + ": holds 32768 MiB: more than a card of 32 GiB takes");
}

TEST_F(CardFolderTest, RefusesNamesThatACardCannotTellApart) {
    write(folder / "Boot.PY", "");
    EXPECT_EQ(input_error_of([&] { make_card_of_folder(folder, CardLayout::mbr, image); }),
              (folder / "boot.py").string() + ": is the same name as " + (folder / "Boot.PY").string() + " on a card");
    fs::remove(folder / "Boot.PY");
    write(folder / "models" / "Boot.PY", "");  // in another folder
    make_card_of_folder(folder, CardLayout::mbr, image);
}

TEST_F(CardFolderTest, RefusesLinksThatLeadInACircle) {
    for (const char* target : {".", "..", "../..", "../../models"}) {
        fs::create_symlink(target, folder / "models" / "deep" / "link");
        EXPECT_EQ(input_error_of([&] { make_card_of_folder(folder, CardLayout::mbr, image); }),
                  (folder / "models" / "deep" / "link").string() + ": is a link to a folder that it is in");
        fs::remove(folder / "models" / "deep" / "link");
    }
    fs::create_symlink("link", folder / "link");  // to itself
    EXPECT_EQ(input_error_of([&] { make_card_of_folder(folder, CardLayout::mbr, image); }),
              (folder / "link").string() + ": Too many levels of symbolic links");
}

TEST_F(CardFolderTest, TakesLinksToOtherFolders) {
    fs::create_directories(files / "elsewhere");
    write(files / "elsewhere" / "found.txt", "linked");
    fs::create_directory_symlink(files / "elsewhere", folder / "link");
    fs::create_directory_symlink("deep", folder / "models" / "beside");
    make_card_of_folder(folder, CardLayout::mbr, image);
    bring_back_card(image, CardLayout::mbr, files / "out");
    EXPECT_EQ(text(files / "out" / "link" / "found.txt"), "linked");
    EXPECT_EQ(text(files / "out" / "models" / "beside" / "umlaut \u00e4.txt"), "text");
}

TEST_F(CardFolderTest, NamesTheToolThatIsMissing) {
    const Environment without("PATH", "/nowhere");  // mkfs.fat is among the system's tools, mmd is not
    EXPECT_EQ(input_error_of([&] { make_card_of_folder(folder, CardLayout::mbr, image); }),
              (folder / "models").string() + ": needs mmd, of Debian's packages mtools and dosfstools");
}

TEST_F(CardFolderTest, RefusesWhatIsNoFile) {
    ASSERT_EQ(std::system(("mkfifo '" + (folder / "pipe").string() + "'").c_str()), 0);
    EXPECT_EQ(input_error_of([&] { make_card_of_folder(folder, CardLayout::mbr, image); }),
              (folder / "pipe").string() + ": is neither a file nor a folder");
}

}  // namespace
}  // namespace k210::app
