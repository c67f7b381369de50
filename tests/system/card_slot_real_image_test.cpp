// A card's slot under MaixPy, while it runs: cards that are pulled, put in and full.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/card_file.hpp"
#include "app/card_folder.hpp"
#include "app/fat_tools.hpp"
#include "k210/base/file.hpp"
#include "support/temp_dir.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::string_view kImage = "maixpy_0.6.2_84_ide.bin";

struct CardSlotRealImageTest : testing::Test {
    TempDir files;
    std::optional<MachineBench> board;
    Log log = Log::writing_to([](std::string_view) {});

    void SetUp() override {
        K210_NEEDS(image_path(kImage));
        board.emplace(image_firmware(kImage, "maix_bit"));
    }
    CardSlot& slot() { return *board->machine().first_port<CardSlot>(); }

    // One whose main.py is its name, and which has one more file.
    fs::path card(const std::string& name) {
        const fs::path folder = files / name, image = files / (name + ".img");
        fs::create_directory(folder);
        write_file_atomically(folder / "main.py", "print('" + name + " runs')\n");
        write_file_atomically(folder / (name + ".txt"), "text of the " + name);
        app::make_card_of_folder(folder, app::CardLayout::mbr, image);
        return image;
    }
    std::shared_ptr<app::CardFile> put_in(const fs::path& image) {
        auto file = std::make_shared<app::CardFile>(image, app::CardFile::Use::write);
        slot().insert(file, CardKind::sdhc);
        return file;
    }
    void boot() {
        ASSERT_TRUE(board->hears(">>> ", 5));
        EXPECT_EQ(board->reply("import os, machine, time"), "");
    }
    std::string text_of(const std::string& name) { return board->reply("open('/sd/" + name + "').read()"); }
    // The second core mounts a card, while the first goes on: maixpy_main.c:423, 484 @ d8901fd.
    void remount() { board->reply("machine.SDCard.remount(); time.sleep_ms(500)"); }
    // Whatever a guest has left half-done, what was there before is still there.
    void expect_whole(const fs::path& image, const std::string& name) {
        const fs::path out = files / "out.txt";
        app::run_tool(image, {"mcopy", "-n", "-i", app::fat_in(image, *app::find_fat(image)), "::/" + name + ".txt",
                              out.string()});
        EXPECT_EQ(read_text(out), "text of the " + name);
    }
    static std::string read_text(const fs::path& file) {
        const auto bytes = read_file(file);
        return {bytes.begin(), bytes.end()};
    }
};

TEST_F(CardSlotRealImageTest, APulledCardIsAnErrorToTheGuest) {
    put_in(card("card"));
    boot();
    EXPECT_EQ(text_of("card.txt"), "'text of the card'\n");
    slot().remove();
    EXPECT_THAT(text_of("card.txt"), HasSubstr("OSError: [Errno 5] EIO"));
}

TEST_F(CardSlotRealImageTest, ACardThatIsPutInIsThereOnceItIsRemounted) {
    put_in(card("card"));
    boot();
    slot().remove();
    EXPECT_THAT(text_of("card.txt"), HasSubstr("OSError"));
    put_in(card("other"));
    EXPECT_THAT(text_of("other.txt"), HasSubstr("OSError"));
    remount();
    EXPECT_EQ(text_of("other.txt"), "'text of the other'\n");
    EXPECT_THAT(board->reply("sorted(os.listdir('/sd'))"), HasSubstr("['main.py', 'other.txt']"));
}

// At the start the second core looks for a card three times, each time until 65535 bytes are without an answer, and a
// remount() meanwhile is forgotten: maixpy_main.c:441-480, sdcard.c:166 @ d8901fd.
TEST_F(CardSlotRealImageTest, ACardIsFoundInASlotThatWasEmptyAtTheStart) {
    boot();
    board->run(20);
    EXPECT_THAT(board->reply("os.listdir('/')"), HasSubstr("['flash']"));
    put_in(card("card"));
    remount();
    EXPECT_EQ(text_of("card.txt"), "'text of the card'\n");
}

TEST_F(CardSlotRealImageTest, ACardPulledDuringAWriteIsAnErrorAndLeavesItsOtherFilesWhole) {
    const fs::path image = card("card");
    const auto file = put_in(image);
    app::CardKeeper keeper(file);
    boot();
    board->reply("f = open('/sd/new.bin', 'wb')");
    board->keyboard().send("while True: f.write(b'x' * 4096)\r\r");
    const auto before = slot().generation();
    for (unsigned i = 0; i < 20; ++i) {
        board->run(0.1);
        keeper.look(slot(), board->machine().now(), log);
    }
    EXPECT_GT(slot().generation(), before);
    slot().remove();
    EXPECT_TRUE(board->hears("OSError: [Errno 5] EIO", 5));
    keeper.finish(slot());
    expect_whole(image, "card");
}

// ENOSPC is 28.
TEST_F(CardSlotRealImageTest, AFullCardIsAnErrorAndTakesNothingFromItsFiles) {
    const fs::path image = card("card"), filler = files / "filler.bin";
    write_file_atomically(filler, "");
    fs::resize_file(filler, fs::file_size(image) - (3 << 20));
    app::run_tool(image,
                  {"mcopy", "-Q", "-i", app::fat_in(image, *app::find_fat(image)), filler.string(), "::/filler.bin"});
    const auto file = put_in(image);
    app::CardKeeper keeper(file);
    boot();
    board->reply("f = open('/sd/new.bin', 'wb')");
    constexpr double kPatienceSeconds = 60;
    EXPECT_THAT(board->reply("for i in range(1000): n = f.write(b'x' * 4096)\r", kPatienceSeconds),
                HasSubstr("OSError: 28\n"));
    board->reply("f.close()");
    EXPECT_EQ(text_of("card.txt"), "'text of the card'\n");
    keeper.finish(slot());
    expect_whole(image, "card");
}

}  // namespace
}  // namespace k210
