// Public operating systems with virtual memory: RustSBI in machine mode, a kernel in supervisor mode.
#include <filesystem>
#include <memory>

#include <gtest/gtest.h>

#include "app/card_file.hpp"
#include "app/card_folder.hpp"
#include "k210/base/file.hpp"
#include "support/temp_dir.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

namespace fs = std::filesystem;

struct System {
    const char* image;
    const char* mounted;  // what it says once it has
    double seconds;
};

void PrintTo(const System& system, std::ostream* out) {
    *out << system.image;
}

struct OperatingSystemsRealImageTest : testing::TestWithParam<System> {};

// Each goes on until it looks for its programs on the card, of which this one has none.
TEST_P(OperatingSystemsRealImageTest, TurnsOnItsPageTablesAndMountsItsCard) {
    K210_NEEDS(image_path(GetParam().image));
    const TempDir files;
    const fs::path folder = files / "card", image = files / "card.img";
    fs::create_directory(folder);
    write_file_atomically(folder / "hello.txt", "hello\n");
    app::make_card_of_folder(folder, app::CardLayout::superfloppy, image);
    MachineBench board(image_firmware(GetParam().image, "maix_dock"));
    board.machine().first_port<CardSlot>()->insert(std::make_shared<app::CardFile>(image, app::CardFile::Use::write),
                                                   CardKind::sdhc);
    EXPECT_TRUE(board.hears(GetParam().mounted, GetParam().seconds)) << board.console();
}

INSTANTIATE_TEST_SUITE_P(Systems, OperatingSystemsRealImageTest,
                         testing::Values(System{"xv6_k210.bin", "hart 0 init done", 3},
                                         System{"ultraos.bin", "[fs] build rootfs ... finish", 3},
                                         System{"npucore.bin", "init sdcard!", 30}),
                         [](const auto& system) {
                             return std::string(system.param.image, std::strcspn(system.param.image, "_."));
                         });

}  // namespace
}  // namespace k210
