// Where tests find the source tree, what was built from it, and what is not in the tree: real firmware images and the
// models, pictures and golden outputs beside it.
#pragma once
#include <filesystem>

namespace k210 {

std::filesystem::path source_dir();
std::filesystem::path guests_dir();          // programs of firmware/, built
std::filesystem::path program_path();        // k210emu
std::filesystem::path guest_compiler();      // that builds them
std::filesystem::path shared_dir();          // K210_SHARED, else ../shared beside the source tree; empty when absent
std::filesystem::path images_dir();          // K210_IMAGES, else the user's cache; empty when absent
std::filesystem::path flashing_tools_dir();  // K210_FLASHING_TOOLS, see tests/system/flashing_tools_test.cpp; or empty
std::filesystem::path riscv_tests_dir();     // K210_RISCV_TESTS, a checkout of riscv-software-src/riscv-tests; or empty
std::filesystem::path krux_dir();            // K210_KRUX, a checkout of selfcustody/krux; or empty

}  // namespace k210
