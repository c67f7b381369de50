#include "k210/loader/firmware.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/loader/boot_rom.hpp"
#include "loader/crypto.hpp"
#include "loader/elf.hpp"
#include "loader/kfpkg.hpp"
#include "loader/little_endian.hpp"

namespace k210 {
namespace {

constexpr std::string_view kPackageExtension = ".kfpkg";

// Whether `bytes` begin with a boot image. A raw program could look like one up to the hash: its first byte may be
// that of c.nop, which is the AES flag's 1, but hardly 0. Without a right hash, then, only what could be nothing
// else is taken for a damaged image.
bool begins_with_boot_image(std::span<const std::uint8_t> bytes, const std::string& name) {
    if (bytes.size() < kBootHeaderBytes || bytes[0] > 1) return false;
    const std::uint64_t image_bytes = std::uint64_t{read_le<std::uint32_t>(bytes, 1)} + kBootHeaderBytes + kSha256Bytes;
    const bool plain = bytes[0] == 0;
    if (image_bytes > bytes.size()) {
        if (!plain) return false;
        throw InputError(
            fmt::format("{}: flash image: {} bytes announced, only {} are there", name, image_bytes, bytes.size()));
    }
    const auto hashed = bytes.first(image_bytes - kSha256Bytes);
    if (std::ranges::equal(sha256(hashed), bytes.subspan(hashed.size(), kSha256Bytes))) return true;
    if (!plain && image_bytes != bytes.size()) return false;
    throw InputError(fmt::format("{}: flash image: the SHA-256 of its first {} bytes is wrong", name, hashed.size()));
}

void place_raw_program(std::span<const std::uint8_t> bytes, const std::string& name, FlashImage& flash) {
    if (bytes.size() > kProgramMemoryBytes)
        throw InputError(fmt::format("{}: raw program: {} bytes do not fit into {} bytes of memory", name, bytes.size(),
                                     kProgramMemoryBytes));
    flash.place(0, make_boot_image(bytes), name);
}

}  // namespace

std::optional<Program> load_firmware(std::span<const std::uint8_t> bytes, const std::string& name, FlashImage& flash) {
    if (bytes.empty()) throw InputError(name + ": is empty");
    if (bytes.size() > flash.size() && !is_elf(bytes) && !is_zip(bytes))
        throw InputError(fmt::format("{}: {} bytes do not fit the flash of {}", name, bytes.size(), flash.size()));
    if (is_elf(bytes)) return read_elf(bytes, name);
    if (is_zip(bytes) || name.ends_with(kPackageExtension))
        place_kfpkg(bytes, name, flash);
    else if (begins_with_boot_image(bytes, name))
        flash.place(0, bytes, name);
    else
        place_raw_program(bytes, name, flash);
    return std::nullopt;
}

std::optional<Program> load_firmware(const std::filesystem::path& path, FlashImage& flash) {
    return load_firmware(read_file(path), path.string(), flash);
}

void load_overlay(const std::string& spec, FlashImage& flash) {
    const std::size_t equals = spec.find('=');
    const auto address = parse_address(std::string_view(spec).substr(0, equals));
    if (equals != spec.npos && address) {
        const std::string file = spec.substr(equals + 1);
        if (file.empty()) throw InputError(fmt::format("--flash {}: names no file", spec));
        const auto bytes = read_file(file);
        if (is_kfpkg(bytes))
            throw InputError(fmt::format("{}: a package has its own addresses: say --flash {}", file, file));
        return flash.place(*address, bytes, file);
    }
    if (spec.ends_with(kPackageExtension)) return place_kfpkg(read_file(spec), spec, flash);
    if (equals == spec.npos)
        throw InputError(fmt::format("--flash {}: neither ADDRESS=FILE nor a .kfpkg package", spec));
    throw InputError(
        fmt::format("--flash {}: bad address '{}', not like 0x300000 or 3145728", spec, spec.substr(0, equals)));
}

}  // namespace k210
