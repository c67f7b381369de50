// Whatever is handed in as firmware: raw, with a boot header, ELF, a package.
#include <cstddef>
#include <cstdint>
#include <span>

#include "k210/base/error.hpp"
#include "k210/loader/boot_rom.hpp"
#include "k210/loader/firmware.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kFlashBytes = 1 << 20;
    try {
        k210::FlashImage flash(kFlashBytes);
        if (!k210::load_firmware(std::span(data, size), "fuzz", flash)) k210::read_boot_image(flash.bytes());
    } catch (const k210::InputError&) {}
    return 0;
}
