#include "k210/loader/firmware.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/file_kind.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/loader/boot_rom.hpp"
#include "k210/loader/elf.hpp"
#include "k210/loader/kfpkg.hpp"
#include "k210/loader/little_endian.hpp"

namespace k210 {
namespace {

constexpr std::string_view kPackageExtension = ".kfpkg";

// What a file is that is no firmware, and what takes it; empty when it may be firmware.
std::string other_use_of(std::span<const std::uint8_t> bytes, const std::string& name) {
    const RecognizedFile file = recognize_file(bytes);
    if (!file.certain) return {};
    switch (file.kind) {
        case FileKind::kmodel:
        case FileKind::prerelease_kmodel:
        case FileKind::new_kmodel:
            return fmt::format(
                "is {}, no firmware: `k210emu kmodel info` tells of it, --flash 0x300000={} puts it "
                "into the flash",
                file.name, name);
        case FileKind::swapped_kmodel:
        case FileKind::smodel:
            return fmt::format(
                "is {}, no firmware: `k210emu kmodel doctor` tells of it, --flash 0x300000={} puts it "
                "into the flash",
                file.name, name);
        case FileKind::picture: return fmt::format("is {}, no firmware: --camera takes pictures", file.name);
        case FileKind::array: return fmt::format("is {}, no firmware: `k210emu kmodel run` takes arrays", file.name);
        case FileKind::text: return fmt::format("is {}, no firmware: --script takes Python", file.name);
        case FileKind::snapshot: return fmt::format("is {}, no firmware: --from takes it", file.name);
        case FileKind::json:
        case FileKind::other: return fmt::format("is {}, no firmware", file.name);
        case FileKind::erased: return fmt::format("is {}: there is no firmware in it", file.name);
        case FileKind::unknown:
        case FileKind::old_kmodel:
        case FileKind::zip:
        case FileKind::elf: break;
    }
    return {};
}

// Throws when `bytes` begin with a damaged boot image: their first byte may be that of c.nop, which is the AES flag's
// 1, but hardly 0. So only what could be nothing else is taken for one.
void refuse_damaged_boot_image(std::span<const std::uint8_t> bytes, const std::string& name) {
    if (bytes.size() < kBootHeaderBytes || bytes[0] > 1) return;
    const std::uint64_t image_bytes = std::uint64_t{read_le<std::uint32_t>(bytes, 1)} + kBootHeaderBytes + kSha256Bytes;
    const bool plain = bytes[0] == 0;
    if (image_bytes > bytes.size()) {
        if (!plain) return;
        throw InputError(
            fmt::format("{}: flash image: {} bytes announced, only {} are there", name, image_bytes, bytes.size()));
    }
    if (!plain && image_bytes != bytes.size()) return;
    throw InputError(
        fmt::format("{}: flash image: the SHA-256 of its first {} bytes is wrong", name, image_bytes - kSha256Bytes));
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
    if (is_elf(bytes)) return read_elf(bytes, name);
    if (is_zip(bytes) || name.ends_with(kPackageExtension)) {
        place_kfpkg(bytes, name, flash);
        return std::nullopt;
    }
    const bool boot_image = find_boot_image(bytes) != 0;
    if (const std::string use = boot_image ? "" : other_use_of(bytes, name); !use.empty())
        throw InputError(fmt::format("{}: {}", name, use));
    if (bytes.size() > flash.size())
        throw InputError(fmt::format("{}: {} bytes do not fit the flash of {}", name, bytes.size(), flash.size()));
    if (boot_image) {
        flash.place(0, bytes, name);
    } else {
        refuse_damaged_boot_image(bytes, name);
        place_raw_program(bytes, name, flash);
    }
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
