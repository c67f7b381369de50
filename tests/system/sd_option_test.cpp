// --sd and its relatives as users meet them: what a run cannot have is refused before it begins, and what it cannot
// bring back is not lost.
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "app/card_folder.hpp"
#include "app/exit_status.hpp"
#include "k210/base/file.hpp"
#include "support/environment.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"

namespace k210 {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct SdOptionTest : testing::Test {
    TempDir files;
    fs::path card = files / "card", guest = guests_dir() / "flash_log.bin";

    SdOptionTest() {
        fs::create_directory(card);
        write_file_atomically(card / "a.txt", std::string_view("text"));
    }
    static void refused(std::vector<std::string> options, const std::string& complaint) {
        options.insert(options.begin(), {"run", (guests_dir() / "hello.bin").string()});
        const auto run = run_emulator(std::move(options));
        EXPECT_EQ(run.status, 2);
        EXPECT_EQ(run.out, "");
        EXPECT_EQ(run.err, "k210emu: " + complaint + "\n");
    }
};

TEST_F(SdOptionTest, WithoutItsToolsAFolderIsRefused) {
    const Environment without("PATH", "/nowhere");
    refused({"--sd", card}, card.string() + ": needs mcopy, of Debian's packages mtools and dosfstools");
}

TEST_F(SdOptionTest, WhatIsWriteProtectedIsRefusedWhereItWouldBeWritten) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may write everything";
    const fs::path image = files / "card.img";
    app::make_empty_card(image, app::kLeastCardMiB, app::CardLayout::mbr, image);
    for (const fs::path& path : {image, card}) fs::permissions(path, fs::perms(0555));
    refused({"--sd", image}, image.string() + ": Permission denied");
    refused({"--sd", card, "--sd-write-back"}, card.string() + ": Permission denied");
    fs::permissions(card, fs::perms(0755));
}

// Somebody makes a folder of that name meanwhile.
TEST_F(SdOptionTest, ACardThatCannotBeBroughtBackIsKept) {
    fs::create_directory(files / "tmp");
    const Environment here("TMPDIR", files / "tmp");
    EmulatorProcess run({"run", guest, "--sd", card, "--sd-write-back", "--timeout", "none"});
    ASSERT_TRUE(run.says("record 1\r"));
    fs::remove(card / "a.txt");
    fs::create_directory(card / "a.txt");
    run.signal(SIGINT);
    const auto end = run.wait();
    EXPECT_EQ(end.status, app::kOutputLost);
    const std::string beginning =
        "k210emu: " + (card / "a.txt").string() + ": Is a directory; what the guest wrote is in ";
    ASSERT_THAT(end.err, HasSubstr(beginning + files.path().string()));
    const std::string rest = end.err.substr(end.err.find(beginning) + beginning.size());
    const fs::path kept = rest.substr(0, rest.find('\n'));
    fs::create_directory(files / "out");
    app::bring_back_card(kept, app::CardLayout::mbr, files / "out");
    EXPECT_EQ(fs::file_size(files / "out" / "a.txt"), 4u);
}

TEST_F(SdOptionTest, ARunThatEndsLeavesNothingAmongTemporaryFiles) {
    fs::create_directory(files / "tmp");
    const Environment here("TMPDIR", files / "tmp");
    EXPECT_EQ(run_emulator({"run", guests_dir() / "hello.bin", "--sd", card, "--sd-write-back"}).status, 0);
    EXPECT_TRUE(fs::is_empty(files / "tmp"));
}

}  // namespace
}  // namespace k210
