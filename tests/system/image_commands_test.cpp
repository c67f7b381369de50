// `k210emu flash` and `k210emu fs`, as users run them.
#include <algorithm>
#include <filesystem>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file_access.hpp"
#include "k210/base/file.hpp"
#include "k210/loader/flash_list.hpp"
#include "support/environment.hpp"
#include "support/sample_files.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

struct ImageCommandsTest : testing::Test {
    TempDir files;
    fs::path flash = files / "board.flash", text = files / "note.txt";

    ImageCommandsTest() { write_file_atomically(text, std::string_view("a note")); }
    static std::string read(const fs::path& file) {
        const auto bytes = read_file(file);
        return {bytes.begin(), bytes.end()};
    }
    // What it says, when it succeeds.
    static std::string done(std::vector<std::string> arguments) {
        const auto result = run_emulator(std::move(arguments));
        EXPECT_EQ(result.status, 0) << result.err;
        return result.out;
    }
    // The one line with which it refuses.
    static std::string refused(std::vector<std::string> arguments) {
        const auto result = run_emulator(std::move(arguments));
        EXPECT_EQ(result.status, 2);
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
        return result.err;
    }
};

TEST_F(ImageCommandsTest, FilesComeAndGoInAFlash) {
    done({"fs", "format", flash});
    EXPECT_EQ(done({"fs", "ls", flash}), "");
    done({"fs", "put", flash, text});
    done({"fs", "put", flash, text, "--as", "main.py"});
    EXPECT_THAT(done({"fs", "ls", flash}), HasSubstr("6  main.py"));
    done({"fs", "get", flash, "main.py", "-o", files / "got"});
    EXPECT_EQ(read(files / "got"), "a note");
    done({"fs", "rm", flash, "note.txt"});
    EXPECT_THAT(done({"fs", "ls", flash}), Not(HasSubstr("note.txt")));
    EXPECT_THAT(refused({"fs", "rm", flash, "note.txt"}), HasSubstr("has no file 'note.txt'"));
}

TEST_F(ImageCommandsTest, FilesComeAndGoOnACard) {
    const fs::path card = files / "card.img";
    done({"fs", "format", card, "--card", "64"});
    done({"fs", "put", card, text, "--as", "models/deep/a long name.kmodel"});
    done({"fs", "put", card, text});
    const std::string listed = done({"fs", "ls", card});
    EXPECT_THAT(listed, HasSubstr("models/deep/\n"));
    EXPECT_THAT(listed, HasSubstr("6  models/deep/a long name.kmodel"));
    done({"fs", "rm", card, "note.txt"});
    EXPECT_THAT(done({"fs", "ls", card}), Not(HasSubstr("note.txt")));
    done({"fs", "get", card, "models/deep/a long name.kmodel", "-o", files / "got"});
    EXPECT_EQ(read(files / "got"), "a note");
}

TEST_F(ImageCommandsTest, AFullFileSystemIsLeftAsItIs) {
    done({"fs", "format", flash});
    const auto before = read_file(flash);
    write_file_atomically(text, std::string(3 << 20, 'x'));
    EXPECT_THAT(refused({"fs", "put", flash, text}), HasSubstr("the file system holds 2728"));
    EXPECT_EQ(read_file(flash), before);
}

TEST_F(ImageCommandsTest, NothingIsOverwrittenUnlessAsked) {
    done({"fs", "format", flash});
    done({"fs", "put", flash, text});
    EXPECT_THAT(refused({"fs", "format", flash}), HasSubstr("holds 1 file; --force formats it all the same"));
    write_file_atomically(text, std::string_view("my own"));
    EXPECT_THAT(refused({"fs", "get", flash, "note.txt", "-o", text}), HasSubstr("exists; --force overwrites it"));
    EXPECT_THAT(refused({"flash", "pack", "0=" + text.string(), "-o", text}), HasSubstr("exists"));
    EXPECT_EQ(read(text), "my own");
    done({"fs", "get", flash, "note.txt", "-o", text, "--force"});
    EXPECT_EQ(read(text), "a note");
}

// As a run has its card or flash.
TEST_F(ImageCommandsTest, WhatARunHasIsLeftAlone) {
    const fs::path card = files / "card.img";
    done({"fs", "format", card, "--card", "64"});
    done({"fs", "put", card, text});
    done({"fs", "format", flash});
    const std::string on_card = read(card), in_flash = read(flash);
    const FileDescriptor one(::open(card.c_str(), O_RDWR)), other(::open(flash.c_str(), O_RDWR));
    lock_at_once(one, card);
    lock_at_once(other, flash);
    for (const auto& command :
         std::vector<std::vector<std::string>>{{"fs", "put", card, text, "--as", "more"},
                                               {"fs", "rm", card, "note.txt"},
                                               {"fs", "format", card, "--card", "64", "--force"},
                                               {"fs", "put", flash, text},
                                               {"fs", "format", flash, "--force"},
                                               {"flash", "pack", "0x300000=" + text.string(), "-o", flash, "--force"}})
        EXPECT_THAT(refused(command), HasSubstr("is in use by another run")) << command[1] << " " << command[2];
    EXPECT_EQ(read(card), on_card);
    EXPECT_EQ(read(flash), in_flash);
}

TEST_F(ImageCommandsTest, AFileInTheWayIsLeftAlone) {
    const fs::path card = files / "card.img";
    done({"fs", "format", card, "--card", "64"});
    fs::create_hard_link(text, files / ".card.img.k210emu-new");
    EXPECT_THAT(refused({"fs", "put", card, text}), HasSubstr("is in the way"));
    EXPECT_EQ(read(text), "a note");
}

TEST_F(ImageCommandsTest, WithoutItsToolsACardIsRefusedAndLeftAlone) {
    const fs::path card = files / "card.img";
    done({"fs", "format", card, "--card", "64"});
    done({"fs", "put", card, text});
    const std::string before = read(card);
    const Environment without("PATH", "/nowhere");
    for (const auto& [command, tool] : std::vector<std::pair<std::vector<std::string>, std::string>>{
             {{"fs", "ls", card}, "mdir"},
             {{"fs", "get", card, "note.txt", "-o", files / "got"}, "mcopy"},
             {{"fs", "put", card, text, "--as", "more"}, "mdir"},
             {{"fs", "rm", card, "note.txt"}, "mdel"}})
        EXPECT_EQ(refused(command),
                  "k210emu: " + card.string() + ": needs " + tool + ", of Debian's packages mtools and dosfstools\n");
    EXPECT_EQ(read(card), before);
    EXPECT_FALSE(fs::exists(files / "got"));
}

TEST_F(ImageCommandsTest, AWriteProtectedImageIsReadAndNotChanged) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may write everything";
    const fs::path card = files / "card.img";
    done({"fs", "format", card, "--card", "64"});
    done({"fs", "format", flash});
    for (const fs::path& image : {card, flash}) {
        fs::permissions(image, fs::perms(0444));
        const std::string before = read(image), complaint = "k210emu: " + image.string() + ": Permission denied\n";
        EXPECT_EQ(done({"fs", "ls", image}), "");
        EXPECT_EQ(refused({"fs", "put", image, text}), complaint);
        EXPECT_EQ(refused({"fs", "rm", image, "note.txt"}), complaint);
        EXPECT_EQ(read(image), before);
    }
    EXPECT_THAT(refused({"fs", "format", card, "--card", "64", "--force"}), HasSubstr("Permission denied"));
    EXPECT_THAT(refused({"fs", "format", flash, "--force"}), HasSubstr("Permission denied"));
}

TEST_F(ImageCommandsTest, WhatHasNoFileSystemIsRefused) {
    EXPECT_THAT(refused({"fs", "ls", text}), HasSubstr("holds neither a SPIFFS at 0xd00000 nor a FAT file system"));
    done({"fs", "format", flash});
    EXPECT_THAT(refused({"fs", "ls", flash, "--at", "0x800000"}), HasSubstr("holds neither a SPIFFS at 0x800000"));
    EXPECT_THAT(refused({"fs", "ls", flash, "--at", "there"}), HasSubstr("--at there: not like 0xd00000"));
    EXPECT_THAT(refused({"fs", "ls", flash, "--size", "1000"}), HasSubstr("no SPIFFS can be so"));
}

TEST_F(ImageCommandsTest, AFlashTakenApartMakesTheSameFlash) {
    done({"fs", "format", flash});
    done({"fs", "put", flash, text});
    const fs::path again = files / "again.flash", parts = files / "parts";
    EXPECT_THAT(done({"flash", "list", flash}), HasSubstr("0xd00000  3145728"));
    done({"flash", "unpack", flash, "-o", parts});
    done({"flash", "pack", parts / "flash-list.json", "-o", again});
    EXPECT_EQ(read_file(again), read_file(flash));
}

TEST_F(ImageCommandsTest, APackageTellsAndGivesBackItsParts) {
    const fs::path package = files / "a.kfpkg", again = files / "b.kfpkg", parts = files / "parts";
    const std::string guest = (guests_dir() / "hello.bin").string();
    done({"flash", "pack", guest, "0x300000=" + text.string(), "-o", package});
    const std::string listed = done({"flash", "list", package});
    EXPECT_THAT(listed, HasSubstr("hello.bin  data, flashed in a boot image"));
    EXPECT_THAT(listed, HasSubstr("note.txt   text"));
    done({"flash", "unpack", package, "-o", parts});
    EXPECT_EQ(read(parts / "note.txt"), "a note");
    EXPECT_EQ(read_file(parts / "hello.bin"), read_file(guest));
    done({"flash", "pack", parts / "flash-list.json", "-o", again});
    EXPECT_EQ(read_file(again), read_file(package));
    EXPECT_THAT(refused({"flash", "unpack", package, "-o", parts}), HasSubstr("exists"));
}

TEST_F(ImageCommandsTest, PartsOfOneNameStayApart) {
    fs::create_directory(files / "other");
    const std::string taken = files.write("0x300010-note.txt", std::string("first")).string();
    const std::string other = files.write("other/note.txt", std::string("third")).string();
    const fs::path package = files / "a.kfpkg", parts = files / "parts";
    done({"flash", "pack", "0x300000=" + taken, "0x300008=" + text.string(), "0x300010=" + other, "-o", package});
    done({"flash", "unpack", package, "-o", parts});
    EXPECT_EQ(read(parts / "0x300010-note.txt"), "first");
    EXPECT_EQ(read(parts / "note.txt"), "a note");
    EXPECT_EQ(read(parts / "0x300010-0x300010-note.txt"), "third");
}

TEST_F(ImageCommandsTest, APackageWhosePartsWouldLeaveTheFolderIsRefused) {
    fs::create_directory(files / "in");
    const std::string outside = (files / "outside").string();
    for (const std::string& name : {std::string("../note.txt"), outside, std::string("a/../../note.txt"),
                                    std::string(".."), std::string("a\\..\\b")}) {
        const std::string list = write_flash_list(std::vector<FlashListEntry>{{0x30'0000, name}});
        const fs::path package =
            files.write("a.kfpkg", make_zip({{"flash-list.json", bytes_of(list)}, {name, bytes_of("x")}}));
        EXPECT_EQ(refused({"flash", "unpack", package, "-o", files / "in" / "parts", "--force"}),
                  "k210emu: " + package.string() + ": '" + name + "' is no name for a file in a folder\n");
    }
    EXPECT_EQ(read(text), "a note");
    EXPECT_FALSE(fs::exists(outside));
    EXPECT_TRUE(fs::is_empty(files / "in"));
}

TEST_F(ImageCommandsTest, MaixPyAndTheHostReadEachOthersFiles) {
    constexpr std::string_view kImage = "maixpy_0.6.2_84_ide.bin";
    K210_NEEDS(image_path(kImage));
    done({"fs", "format", flash});
    done({"fs", "put", flash, text});
    const auto run =
        run_emulator({"run", image_path(kImage).string(), "--flash-image", flash, "--type",
                      "f = open('/flash/guest.txt', 'w'); n = f.write('0123456789' * 1000); f.close()", "--type",
                      "print('the guest read', open('/flash/note.txt').read())", "--expect", "the guest read a note"});
    EXPECT_EQ(run.status, 0) << run.out;
    EXPECT_THAT(run.out, Not(HasSubstr("Spiffs Format")));
    done({"fs", "get", flash, "guest.txt", "-o", files / "got"});
    EXPECT_EQ(read(files / "got").size(), 10000u);
}

}  // namespace
}  // namespace k210
