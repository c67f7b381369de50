// Cards in MaixPy: what is on them when it starts, what it writes, and what comes back.
#include <algorithm>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/card_folder.hpp"
#include "k210/base/file.hpp"
#include "k210/host/picture_file.hpp"
#include "support/sample_pictures.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"
#include "system/picture_checks.hpp"

namespace k210 {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kImage = "maixpy_0.6.2_84_ide.bin";

struct SdCardRealImageTest : testing::Test {
    TempDir files;
    fs::path card = files / "card";

    void SetUp() override {
        K210_NEEDS(image_path(kImage));
        fs::create_directories(card / "data");
        write_file_atomically(card / "main.py", std::string_view("print('main.py of the card')\n"));
        write_file_atomically(card / "data" / "read.txt", std::string_view("text of the card"));
    }
    EmulatorProcess::Result run(std::vector<std::string> options, const std::string& script,
                                const std::string& board = "maix_bit") {
        write_file_atomically(files / "script.py", script + "\nprint('script' + ' over')\n");
        options.insert(options.begin(), {"run", image_path(kImage).string(), "--board", board, "--script",
                                         (files / "script.py").string(), "--expect", "script over"});
        return run_emulator(std::move(options));
    }
    std::string text(const fs::path& file) const {
        const auto bytes = read_file(file);
        return {bytes.begin(), bytes.end()};
    }
};

TEST_F(SdCardRealImageTest, AFolderIsMountedAndItsBootAndMainRun) {
    write_file_atomically(card / "boot.py", std::string_view("booted = 'after boot.py'\n"));
    write_file_atomically(card / "main.py", std::string_view("print('main.py of the card', booted)\n"));
    const auto run = this->run({"--sd", card.string()},
                               "import os\nprint(sorted(os.listdir('/sd')))\nprint(open('/sd/data/read.txt').read())");
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("main.py of the card after boot.py"));
    EXPECT_THAT(run.out, HasSubstr("['boot.py', 'data', 'main.py']"));
    EXPECT_THAT(run.out, HasSubstr("text of the card"));
}

TEST_F(SdCardRealImageTest, WhatIsWrittenComesBackWhenAskedFor) {
    const std::string script =
        "f = open('/sd/data/new.txt', 'w')\nn = f.write('0123456789' * 1000)\nf.close()\n"
        "print(len(open('/sd/data/new.txt').read()))";
    const auto dropped = run({"--sd", card.string()}, script);
    EXPECT_THAT(dropped.out, HasSubstr("10000"));
    EXPECT_FALSE(fs::exists(card / "data" / "new.txt"));
    const auto kept = run({"--sd", card.string(), "--sd-write-back"}, script);
    EXPECT_EQ(kept.status, 0) << kept.err;
    EXPECT_EQ(text(card / "data" / "new.txt").size(), 10000u);
    EXPECT_EQ(text(card / "data" / "read.txt"), "text of the card");
}

TEST_F(SdCardRealImageTest, AnImageKeepsWhatIsWrittenUnlessItIsASnapshot) {
    const fs::path image = files / "card.img";
    app::make_card_of_folder(card, app::CardLayout::mbr, image);
    const std::string writes = "f = open('/sd/kept.txt', 'w')\nn = f.write('kept')\nf.close()";
    const std::string lists = "import os\nprint([name for name in os.listdir('/sd') if name.startswith('kept')])";
    EXPECT_EQ(run({"--sd-snapshot", image.string()}, writes).status, 0);
    EXPECT_THAT(run({"--sd", image.string()}, lists).out, Not(HasSubstr("kept.txt'")));
    EXPECT_EQ(run({"--sd", image.string()}, writes).status, 0);
    EXPECT_THAT(run({"--sd", image.string()}, lists).out, HasSubstr("kept.txt'"));
}

TEST_F(SdCardRealImageTest, EveryBoardOfMaixPysHasASlotItFinds) {
    for (const char* board : {"maix_bit", "maix_dock", "maix_go", "lichee_dan"}) {
        const auto run = this->run({"--sd", card.string()}, "print(open('/sd/data/read.txt').read())", board);
        EXPECT_THAT(run.out, HasSubstr("text of the card")) << board;
    }
}

TEST_F(SdCardRealImageTest, PicturesAreShownFromIt) {
    const auto jpeg = std::ranges::find(kSamplePictures, std::string_view("base.jpg"), &SamplePicture::name);
    write_file_atomically(card / "small.jpg", jpeg->bytes());
    const auto run = this->run({"--sd", card.string(), "--sd-write-back", "--screenshot", (files / "lcd.png").string()},
                               "import image, lcd\n"
                               "green = image.Image(size=(320, 240))\n"
                               "_ = green.draw_rectangle((0, 0, 320, 240), fill=True, color=(0, 255, 0))\n"
                               "_ = green.save('/sd/green.jpg')\n"
                               "lcd.init(color=(255, 0, 0))\n"
                               "lcd.display(image.Image('/sd/green.jpg'))\n"
                               "small = image.Image('/sd/small.jpg')\n"
                               "print('of', small.width(), 'by', small.height())");
    EXPECT_EQ(run.status, 0) << run.out;
    EXPECT_THAT(run.out, HasSubstr("of 9 by 5"));
    const Picture lcd = load_picture(files / "lcd.png"), saved = load_picture(card / "green.jpg");
    EXPECT_GT(share_of_colour(lcd, {0, 0, 320, 240}, 0, 255, 0), 0.99);
    EXPECT_EQ(saved.width, 320u);
}

// As a board that loses its power: what was on the card before is still there, and nobody holds it.
TEST_F(SdCardRealImageTest, ARunThatIsKilledLeavesItsCardReadable) {
    const fs::path image = files / "card.img";
    app::make_card_of_folder(card, app::CardLayout::mbr, image);
    write_file_atomically(files / "script.py", std::string_view("i = 0\n"
                                                                "while True:\n"
                                                                "    f = open('/sd/%d.txt' % i, 'w')\n"
                                                                "    n = f.write('0123456789' * 500)\n"
                                                                "    f.close()\n"
                                                                "    i += 1\n"
                                                                "    print('written', i)\n"));
    for (const int files_written : {1, 40, 90}) {
        EmulatorProcess run({"run", image_path(kImage).string(), "--board", "maix_bit", "--sd", image.string(),
                             "--script", (files / "script.py").string(), "--timeout", "none"});
        ASSERT_TRUE(run.says("written " + std::to_string(files_written) + "\r"));
        run.signal(SIGKILL);
        EXPECT_EQ(run.wait().status, -SIGKILL);
        const auto got = run_emulator(
            {"fs", "get", image.string(), "data/read.txt", "-o", (files / "read.txt").string(), "--force"});
        EXPECT_EQ(got.status, 0) << got.err;
        EXPECT_EQ(text(files / "read.txt"), "text of the card");
    }
    const auto after = run({"--sd", image.string()},
                           "print(open('/sd/data/read.txt').read())\n"
                           "print(len(open('/sd/20.txt').read()))");
    EXPECT_THAT(after.out, HasSubstr("text of the card"));
    EXPECT_THAT(after.out, HasSubstr("5000"));
}

TEST_F(SdCardRealImageTest, ModelsAreLoadedFromIt) {
    const fs::path model = shared_dir() / "models/facedetect.kmodel";
    K210_NEEDS(model);
    fs::copy_file(model, card / "face.kmodel");
    const auto run = this->run({"--sd", card.string()}, "import KPU as kpu\nprint(kpu.load('/sd/face.kmodel'))");
    EXPECT_EQ(run.status, 0) << run.out;
    EXPECT_THAT(run.out, HasSubstr("\"model_size\": 388776"));
}

}  // namespace
}  // namespace k210
