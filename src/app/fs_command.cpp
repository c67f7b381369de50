#include "app/fs_command.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/card_folder.hpp"
#include "app/command_group.hpp"
#include "app/exit_status.hpp"
#include "app/fat_tools.hpp"
#include "app/image_copy.hpp"
#include "app/image_files.hpp"
#include "app/new_file.hpp"
#include "app/run_inputs.hpp"
#include "app/text_table.hpp"
#include "base/file_access.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/base/kept_file.hpp"
#include "k210/loader/flash_image.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;

struct FsOptions {
    fs::path image;
    std::string at, size;
};

std::uint32_t number_of(const char* option, const std::string& text, std::uint32_t otherwise) {
    if (text.empty()) return otherwise;
    const auto number = parse_address(text);
    if (!number) throw InputError(fmt::format("{} {}: not like 0xd00000 or 13631488", option, text));
    return *number;
}

SpiffsPlace place_of(const FsOptions& o) {
    SpiffsPlace place;
    place.address = number_of("--at", o.at, place.address);
    place.geometry.size_bytes = number_of("--size", o.size, place.geometry.size_bytes);
    spiffs::check(place.geometry);
    return place;
}

void add_image(CLI::App& command, FsOptions& o) {
    command.add_option("image", o.image, "a whole flash, or a card's image")->option_text("IMAGE")->required();
    command.add_option("--at", o.at, "where in a flash the SPIFFS begins (0xd00000, MaixPy's)")->option_text("ADDR");
    command.add_option("--size", o.size, "how large it is (0x300000)")->option_text("BYTES");
}

int ls(const FsOptions& o) {
    TextTable table("rll");
    for (const auto& [name, bytes, damage] : open_image(o.image, Access::read, place_of(o))->list())
        table.add({name.ends_with('/') ? "" : fmt::to_string(bytes), name,
                   damage.empty() ? "" : fmt::format("damaged: {}", damage)});
    fmt::print("{}", table.text());
    return kSuccess;
}

struct GetOptions : FsOptions {
    std::string name;
    fs::path output;
    bool force = false;
};

int get(const GetOptions& o) {
    const fs::path output = o.output.empty() ? fs::path(o.name).filename() : o.output;
    check_new_file(output, o.force);
    write_new_file(output, open_image(o.image, Access::read, place_of(o))->get(o.name), o.force);
    return kSuccess;
}

struct PutOptions : FsOptions {
    std::vector<fs::path> files;
    std::string name;
};

int put(const PutOptions& o) {
    if (!o.name.empty() && o.files.size() > 1) throw InputError("--as: names one file, and there are more");
    const auto files = open_image(o.image, Access::change, place_of(o));
    for (const fs::path& file : o.files)
        files->put(o.name.empty() ? file.filename().string() : o.name, read_file(file));
    files->commit();
    return kSuccess;
}

struct RmOptions : FsOptions {
    std::vector<std::string> names;
};

int rm(const RmOptions& o) {
    const auto files = open_image(o.image, Access::change, place_of(o));
    for (const std::string& name : o.names) files->remove(name);
    files->commit();
    return kSuccess;
}

struct FormatOptions : FsOptions {
    std::string board;
    std::optional<std::uint64_t> card_mib;
    bool force = false;
};

int format_card(const FormatOptions& o) {
    check_new_file(o.image, o.force);
    const KeptFile there(o.image);  // which no run has
    ImageCopy card(o.image);
    make_empty_card(o.image, *o.card_mib, CardLayout::mbr, card.path());
    card.commit();
    return kSuccess;
}

int format_flash(const FormatOptions& o) {
    const SpiffsPlace place = place_of(o);
    KeptFile file(o.image);
    std::vector<std::uint8_t> flash = file.read();
    if (file.exists())
        check_flash_image(flash, o.image.string());
    else
        flash.assign(choose_board(o.board).storage_bytes(kFlashPort), kErasedByte);
    const auto area = spiffs_in(flash, place, o.image.string());
    const auto contents = spiffs::read(area, place.geometry);
    if (const std::size_t files = contents.files.size() + contents.damaged.size(); files != 0 && !o.force)
        fail_on(o.image, fmt::format("holds {} file{}; --force formats it all the same", files, files == 1 ? "" : "s"));
    const bool something = std::ranges::any_of(area, [](std::uint8_t b) { return b != kErasedByte; });
    if (something && !o.force && !spiffs::is_spiffs(area, place.geometry))
        fail_on(o.image, fmt::format("holds something else at {:#x}; --force formats it all the same", place.address));
    const auto made = spiffs::make({}, place.geometry);
    std::copy(made.begin(), made.end(), flash.begin() + place.address);
    file.replace(flash);
    return kSuccess;
}

int format(const FormatOptions& o) {
    return o.card_mib ? format_card(o) : format_flash(o);
}

}  // namespace

std::unique_ptr<ImageFiles> open_image(const fs::path& image, Access access, const SpiffsPlace& place) {
    const FileDescriptor file = open_input(image);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) fail_on(image, "is no regular file");
    if (static_cast<std::uint64_t>(status.st_size) <= kMaxFlashBytes) {
        const auto bytes = read_file(image);
        if (place.address <= bytes.size() && place.geometry.size_bytes <= bytes.size() - place.address &&
            spiffs::is_spiffs(spiffs_in(bytes, place, image.string()), place.geometry))
            return open_spiffs(image, access, place);
    }
    if (const auto first_sector = find_fat(image)) return open_fat(image, access, *first_sector);
    fail_on(image, fmt::format("holds neither a SPIFFS at {:#x} nor a FAT file system", place.address));
}

void add_fs_commands(CLI::App& program, std::function<int()>& chosen) {
    CLI::App& group = *program.add_subcommand("fs", "look into a flash's or card's file system, and change it");
    group.require_subcommand(1);
    add_command<FsOptions>(group, chosen, "ls", "list files", add_image, ls);
    add_command<GetOptions>(
        group, chosen, "get", "copy a file out of the image",
        [](CLI::App& c, GetOptions& o) {
            add_image(c, o);
            c.add_option("name", o.name, "the file, as `ls` has it")->option_text("NAME")->required();
            c.add_option("-o", o.output, "where to (the same name here)")->option_text("FILE");
            c.add_flag("--force", o.force, "overwrite files");
        },
        get);
    add_command<PutOptions>(
        group, chosen, "put", "copy files into the image, over those of their names",
        [](CLI::App& c, PutOptions& o) {
            add_image(c, o);
            c.add_option("file", o.files, "files")->option_text("FILE...")->required();
            c.add_option("--as", o.name, "the file's name there")->option_text("NAME");
        },
        put);
    add_command<RmOptions>(
        group, chosen, "rm", "remove files from the image",
        [](CLI::App& c, RmOptions& o) {
            add_image(c, o);
            c.add_option("name", o.names, "the files, as `ls` has them")->option_text("NAME...")->required();
        },
        rm);
    add_command<FormatOptions>(
        group, chosen, "format", "make an empty file system, and the image where there is none",
        [](CLI::App& c, FormatOptions& o) {
            add_image(c, o);
            c.add_option("--board", o.board, "board whose flash a new image is: a name, or a file (maix_bit)")
                ->option_text("NAME|FILE.toml");
            c.add_option("--card", o.card_mib, "make a card of so many MiB, with FAT, and no flash")
                ->option_text("MIB")
                ->check(CLI::Range(kLeastCardMiB, kMostCardMiB));
            c.add_flag("--force", o.force, "also where there are files");
        },
        format);
}

}  // namespace k210::app
