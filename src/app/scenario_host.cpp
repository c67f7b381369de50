#include "app/scenario_host.hpp"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include "app/fat_tools.hpp"
#include "app/image_files.hpp"
#include "app/scratch_folder.hpp"
#include "base/file_access.hpp"
#include "k210/base/error.hpp"
#include "k210/host/picture_file.hpp"
#include "spiffs/spiffs.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;

// As firmware calls it, "/flash/boot.py", or as it is called there.
std::string name_in(std::string_view mount, std::string name) {
    if (name.starts_with(mount)) return name.substr(mount.size());
    return name.starts_with('/') ? name.substr(1) : name;
}

// Sparse.
void write_image(const CardSlot& slot, std::uint64_t sectors, const fs::path& path) {
    std::ofstream image(path, std::ios::binary);
    for (std::uint64_t n = 0; n < sectors; ++n) {
        const CardImage::Sector sector = slot.contents(n);
        if (std::ranges::all_of(sector, [](std::uint8_t byte) { return byte == 0; })) continue;
        image.seekp(static_cast<std::streamoff>(n * sector.size()));
        image.write(reinterpret_cast<const char*>(sector.data()), sector.size());
    }
    image.close();
    if (!image) fail_on(path, "cannot be written");
    fs::resize_file(path, sectors * CardImage::kSectorBytes);
}

}  // namespace

bool ScenarioHost::take_as_golden(const scenario::ExpectPicture& expected, const Picture& seen) {
    if (updates_goldens_) save_png(expected.file, golden_of(seen, expected.check));
    return updates_goldens_;
}

SessionCard ScenarioHost::make_card(const scenario::CardContents& contents) {
    RunOptions options;
    options.sd_snapshot = contents.path;
    if (fs::is_directory(contents.path))
        options.sd_layout = contents.superfloppy ? CardLayout::superfloppy : CardLayout::mbr;
    return cards_.emplace_back(options).card();
}

std::optional<std::vector<std::uint8_t>> ScenarioHost::file_in_flash(const Storage& flash, const std::string& name) {
    const SpiffsPlace place;
    const auto contents = spiffs::read(spiffs_in(flash.contents(), place, "the flash"), place.geometry);
    const auto file = std::ranges::find(contents.files, "/" + name_in("/flash/", name), &spiffs::File::name);
    return file == contents.files.end() ? std::nullopt : std::optional(file->bytes);
}

std::optional<std::vector<std::uint8_t>> ScenarioHost::file_on_card(const CardSlot& slot, const std::string& name) {
    if (!slot.image()) throw InputError("there is no card in the slot");
    const ScratchFolder scratch("k210emu-card");
    const fs::path image = scratch / "card.img";
    write_image(slot, slot.image()->sectors(), image);
    const auto first_sector = find_fat(image);
    if (!first_sector) throw InputError("there is no FAT file system on the card");
    const auto files = open_fat(image, Access::read, *first_sector);
    const std::string wanted = name_in("/sd/", name);
    for (const auto& entry : files->list())
        if (entry.name == wanted) return files->get(wanted);
    return {};
}

}  // namespace k210::app
