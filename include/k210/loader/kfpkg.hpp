// kfpkg: a zip archive of files for the flash, and a list of where each goes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "k210/loader/flash_image.hpp"
#include "k210/loader/flash_list.hpp"

namespace k210 {

bool is_zip(std::span<const std::uint8_t> bytes);
bool is_kfpkg(std::span<const std::uint8_t> bytes);  // a zip archive with a list

// As it lies in the package, which its entry tells how to put into the flash.
struct KfpkgMember {
    FlashListEntry entry;
    std::vector<std::uint8_t> contents;
    std::vector<std::uint8_t> in_flash() const;
};

// Every listed member. Together they are unpacked no further than `max_bytes`, what the flash holds.
std::vector<KfpkgMember> read_kfpkg_members(std::span<const std::uint8_t> bytes, const std::string& name,
                                            std::size_t max_bytes);
// A package of these. The same members make the same bytes.
std::vector<std::uint8_t> make_kfpkg(std::span<const KfpkgMember> members);

// Shows every listed member as flashing tools put it into the flash: file name, address, contents. Together they are
// unpacked no further than `max_bytes`, what the flash holds.
using OnKfpkgMember =
    std::function<void(const std::string& file, std::uint32_t address, const std::vector<std::uint8_t>& contents)>;
void read_kfpkg(std::span<const std::uint8_t> bytes, const std::string& name, std::size_t max_bytes,
                const OnKfpkgMember& on_member);

// Places every listed member. No member is unpacked further than the flash is large.
void place_kfpkg(std::span<const std::uint8_t> bytes, const std::string& name, FlashImage& flash);

}  // namespace k210
