#include "app/flash_image_command.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/command_group.hpp"
#include "app/flash_parts.hpp"
#include "app/new_file.hpp"
#include "app/run_command.hpp"
#include "app/run_inputs.hpp"
#include "app/text_table.hpp"
#include "base/file_kind.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/loader/boot_rom.hpp"
#include "k210/loader/crypto.hpp"
#include "k210/loader/firmware.hpp"
#include "k210/loader/kfpkg.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

constexpr std::string_view kPackageExtension = ".kfpkg";

std::span<const std::uint8_t> as_bytes(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// --- list -------------------------------------------------------------------------------------------------------

std::string hash_prefix(std::span<const std::uint8_t> bytes) {
    return hex_sha256(bytes).substr(0, 8);
}

void add_row(TextTable& table, std::uint32_t address, const std::string& name, std::span<const std::uint8_t> bytes,
             const std::string& what) {
    table.add({fmt::format("{:#08x}", address), fmt::to_string(bytes.size()), hash_prefix(bytes), name, what});
}

struct ListOptions {
    fs::path file;
};

int list(const ListOptions& o) {
    const Bytes bytes = read_file(o.file);
    TextTable table("lrlll");
    table.add({"address", "bytes", "sha256", "name", ""});
    if (is_zip(bytes)) {
        for (const KfpkgMember& member : read_kfpkg_members(bytes, o.file.string(), kMaxFlashBytes))
            add_row(table, member.entry.address, member.entry.file, member.contents,
                    describe_flash_part(member.contents) +
                        (member.entry.sha256_prefix ? ", flashed in a boot image" : "") +
                        (member.entry.reverse_4_bytes ? ", flashed with its words' bytes reversed" : ""));
    } else {
        check_flash_image(bytes, o.file.string());
        for (const FlashPart& part : find_flash_parts(bytes))
            add_row(table, part.address, part.name, part.bytes, part.what);
    }
    fmt::print("{}", table.text());
    return kSuccess;
}

// --- pack -------------------------------------------------------------------------------------------------------

struct PackOptions {
    fs::path output;
    std::vector<std::string> parts;
    std::string board;
    bool force = false;
};

KfpkgMember as_it_is(std::uint32_t address, std::string name, Bytes bytes) {
    KfpkgMember member;
    member.entry.address = address;
    member.entry.file = std::move(name);
    member.contents = std::move(bytes);
    return member;
}

KfpkgMember firmware_member(const fs::path& path) {
    Bytes bytes = read_file(path);
    FlashImage scratch(kMaxFlashBytes);
    if (load_firmware(bytes, path.string(), scratch))
        throw InputError(fmt::format(
            "{}: is an ELF file, which goes to memory: objcopy -O binary makes what is flashed", path.string()));
    const bool bare = find_boot_image(bytes) == 0;
    KfpkgMember member = as_it_is(0, path.filename().string(), std::move(bytes));
    member.entry.sha256_prefix = bare;
    return member;
}

// Of ADDR=FILE, firmware, a package, or the list that `unpack` leaves beside its files.
std::vector<KfpkgMember> members_of(const std::string& part) {
    std::vector<KfpkgMember> members;
    if (const std::size_t equals = part.find('='); equals != part.npos) {
        const auto address = parse_address(std::string_view(part).substr(0, equals));
        const fs::path file = part.substr(equals + 1);
        if (address) {
            members.push_back(as_it_is(*address, file.filename().string(), read_file(file)));
            return members;
        }
    }
    const fs::path path = part;
    if (path.filename() == kFlashListName) {
        const Bytes text = read_file(path);
        for (FlashListEntry& entry :
             parse_flash_list({reinterpret_cast<const char*>(text.data()), text.size()}, path.string())) {
            members.emplace_back().contents = read_file(path.parent_path() / entry.file);
            members.back().entry = std::move(entry);
        }
        return members;
    }
    if (path.extension() == kPackageExtension) return read_kfpkg_members(read_file(path), part, kMaxFlashBytes);
    members.push_back(firmware_member(path));
    return members;
}

int pack(const PackOptions& o) {
    std::vector<KfpkgMember> members;
    for (const std::string& part : o.parts) std::ranges::move(members_of(part), std::back_inserter(members));
    std::ranges::stable_sort(members, {}, [](const KfpkgMember& m) { return m.entry.address; });
    std::set<std::string> names{std::string(kFlashListName)};
    const Board board = choose_board(o.board);
    FlashImage flash(board.storage_bytes(kFlashPort));
    for (KfpkgMember& member : members) {
        flash.place(member.entry.address, member.in_flash(), member.entry.file);
        while (!names.insert(member.entry.file).second)
            member.entry.file = fmt::format("{:#x}-{}", member.entry.address, member.entry.file);
    }
    Bytes bytes;
    if (o.output.extension() == kPackageExtension) {
        bytes = make_kfpkg(members);
    } else {
        const std::size_t size = flash.size();
        bytes = std::move(flash).release();
        bytes.resize(size, kErasedByte);
    }
    write_new_file(o.output, bytes, o.force);
    return kSuccess;
}

// --- unpack -----------------------------------------------------------------------------------------------------

struct UnpackOptions {
    fs::path file, folder;
    bool force = false;
};

// The files stay in the folder, whatever a package calls them.
fs::path inside(const std::string& name, const std::string& package) {
    const fs::path path = fs::path(name).lexically_normal();
    if (name.empty() || path.is_absolute() || *path.begin() == ".." || !path.has_filename() || path == "." ||
        path == kFlashListName || name.find('\\') != name.npos || name.find('\0') != name.npos)
        throw InputError(fmt::format("{}: '{}' is no name for a file in a folder", package, name));
    return path;
}

int unpack(const UnpackOptions& o) {
    const Bytes bytes = read_file(o.file);
    const std::string where = o.file.string();
    std::vector<KfpkgMember> members;
    if (is_zip(bytes)) {
        members = read_kfpkg_members(bytes, where, kMaxFlashBytes);
    } else {
        check_flash_image(bytes, where);
        for (const FlashPart& part : find_flash_parts(bytes))
            members.push_back(as_it_is(part.address, part.name, Bytes(part.bytes.begin(), part.bytes.end())));
        if (members.empty()) throw InputError(fmt::format("{}: is nothing but erased flash", where));
    }
    std::vector<FlashListEntry> entries;
    std::set<fs::path> names;
    for (const KfpkgMember& member : members) {
        if (!names.insert(inside(member.entry.file, where)).second)
            throw InputError(fmt::format("{}: has two files called '{}'", where, member.entry.file));
        entries.push_back(member.entry);
    }
    names.insert(kFlashListName);
    for (const fs::path& name : names) check_new_file(o.folder / name, o.force);
    for (const KfpkgMember& member : members) {
        const fs::path file = o.folder / inside(member.entry.file, where);
        make_folder(file.parent_path());
        write_new_file(file, member.contents, o.force);
    }
    write_new_file(o.folder / kFlashListName, as_bytes(write_flash_list(entries)), o.force);
    return kSuccess;
}

void add_force(CLI::App& command, bool& force) {
    command.add_flag("--force", force, "overwrite files");
}

}  // namespace

void add_flash_image_commands(CLI::App& group, std::function<int()>& chosen) {
    add_command<ListOptions>(
        group, chosen, "list", "say what lies in a package or flash image, and where",
        [](CLI::App& c, ListOptions& o) {
            c.add_option("file", o.file, "a .kfpkg, or a flash image")->option_text("FILE")->required();
        },
        list);
    add_command<PackOptions>(
        group, chosen, "pack", "make a package or flash image",
        [](CLI::App& c, PackOptions& o) {
            c.add_option("-o", o.output, "a package (.kfpkg), or else a whole flash")->option_text("OUT")->required();
            c.add_option("part", o.parts,
                         "firmware (for address 0, in a boot image), ADDR=FILE, a .kfpkg, or unpack's flash-list.json")
                ->option_text("PART...")
                ->required();
            c.add_option("--board", o.board, "board whose flash it goes to: a name, or a file (maix_bit)")
                ->option_text("NAME|FILE.toml");
            add_force(c, o.force);
        },
        pack);
    add_command<UnpackOptions>(
        group, chosen, "unpack", "write a package's or flash image's parts into a folder",
        [](CLI::App& c, UnpackOptions& o) {
            c.add_option("file", o.file, "a .kfpkg, or a flash image")->option_text("FILE")->required();
            c.add_option("-o", o.folder, "where to; made if need be")->option_text("DIR")->required();
            add_force(c, o.force);
        },
        unpack);
}

}  // namespace k210::app
