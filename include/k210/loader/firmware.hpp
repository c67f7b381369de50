// What a user hands in as firmware, recognised by its contents and brought to where flashing tools put it.
// Every failure is an InputError of one line: "file: where: why".
//
//   raw program      linked at 0x80000000: to flash address 0, inside a boot image
//   flash image      begins with a boot image whose SHA-256 is right, perhaps a whole chip's dump: to 0 as it is
//   kfpkg package    each member to its own address, inside a boot image where its list says so
//   ELF program      64-bit RISC-V: not to flash at all, but straight to memory
//
// What plainly is something else (a kmodel, a picture, text, ...) is refused, and the error says what takes it.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "k210/loader/flash_image.hpp"
#include "k210/loader/program.hpp"

namespace k210 {

// Returns a program only when the firmware bypasses the flash (ELF); otherwise read_boot_image() finds one there.
std::optional<Program> load_firmware(const std::filesystem::path& path, FlashImage& flash);
std::optional<Program> load_firmware(std::span<const std::uint8_t> bytes, const std::string& name, FlashImage& flash);

// "ADDRESS=FILE" places the file's bytes as they are; "PACKAGE.kfpkg" each of its members at its own address.
void load_overlay(const std::string& spec, FlashImage& flash);

}  // namespace k210
