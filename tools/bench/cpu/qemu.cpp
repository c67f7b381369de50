#include "qemu.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>

#include <unistd.h>

#include "child.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"

namespace k210::bench {
namespace {

constexpr const char* kProgram = "qemu-system-riscv64";
constexpr std::uint64_t kTestDevice = 0x100000,
                        kTestPass = 0x5555;  // [doc] QEMU, hw/riscv/virt.c, hw/misc/sifive_test.c

}  // namespace

std::optional<std::string> qemu_version() {
    const std::unique_ptr<FILE, int (*)(FILE*)> out(
        ::popen((std::string(kProgram) + " --version 2>/dev/null").c_str(), "r"), &::pclose);
    char line[256] = "";
    if (!out || !std::fgets(line, sizeof line, out.get())) return {};
    const std::string text = line;
    return text.substr(0, text.find(" ("));
}

double time_qemu(const GuestWork& work) {
    GuestWork here = work;
    here.exit_device = kTestDevice;
    here.exit_word = kTestPass;
    const auto file = std::filesystem::temp_directory_path() / ("bench_cpu." + std::to_string(::getpid()) + ".bin");
    write_file_atomically(file, guest_image(here));
    const ChildRun run = run_child({kProgram, "-M", "virt", "-m", "16", "-nographic", "-serial", "none", "-monitor",
                                    "none", "-bios", file.string()});
    std::filesystem::remove(file);
    if (run.status != 0) throw InputError("QEMU ended with status " + std::to_string(run.status));
    return run.cpu_seconds;
}

}  // namespace k210::bench
