#include "app/card_folder.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "app/fat_long_names.hpp"
#include "app/fat_tools.hpp"
#include "app/new_file.hpp"
#include "base/file_access.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMiB = 1u << 20, kSectorBytes = 512;
constexpr std::uint64_t kMostSectorsPerCluster = 64;
constexpr std::size_t kFilesPerCall = 100;

// A partition begins at 1 MiB, as partitioning tools have it.
std::uint64_t first_sector(CardLayout layout) {
    return layout == CardLayout::mbr ? kMiB / kSectorBytes : 0;
}

struct Contents {
    std::vector<fs::path> folders, files;  // relative, in order: a folder before what is in it
    std::uint64_t bytes = 0;               // with what a cluster may waste of each
};

// As the kernel follows it, a link to a folder above would be a card without an end.
void refuse_circle(const fs::directory_entry& entry) {
    std::error_code error;
    const fs::path target = fs::canonical(entry.path(), error), here = fs::canonical(entry.path().parent_path(), error);
    if (!entry.is_symlink(error) || !fs::is_directory(target, error)) return;
    if (const fs::path up = target.lexically_relative(here); up == "." || up.filename() == "..")
        fail_on(entry.path(), "is a link to a folder that it is in");
}

// Names that FAT cannot tell apart.
std::string folded(const fs::path& name) {
    std::string text = name.string();
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

Contents contents_of(const fs::path& folder) {
    constexpr std::uint64_t kLargestFile = 0xffff'ffff;
    Contents found;
    std::map<std::string, fs::path> names;
    std::error_code error;
    for (auto at = fs::recursive_directory_iterator(folder, fs::directory_options::follow_directory_symlink, error);
         !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
        refuse_circle(*at);
        const fs::path name = at->path().lexically_relative(folder);
        if (const auto [other, fresh] = names.emplace(folded(name), at->path()); !fresh)
            fail_on(std::max(at->path(), other->second),
                    fmt::format("is the same name as {} on a card", std::min(at->path(), other->second).string()));
        std::error_code unreadable;
        const fs::file_status status = at->status(unreadable);
        if (unreadable) fail_on(at->path(), unreadable.message());
        if (fs::is_directory(status)) {
            found.folders.push_back(name);
            found.bytes += kMostSectorsPerCluster * kSectorBytes;
        } else if (fs::is_regular_file(status)) {
            if (at->file_size() > kLargestFile) fail_on(at->path(), "is too large for a FAT file system");
            found.files.push_back(name);
            found.bytes += at->file_size() + kMostSectorsPerCluster * kSectorBytes;
        } else {
            fail_on(at->path(), "is neither a file nor a folder");
        }
    }
    if (error) fail_on(folder, error.message());
    std::ranges::sort(found.folders);
    std::ranges::sort(found.files);
    return found;
}

// A third more than what is in it, and a power of two as cards are.
std::uint64_t card_mib(const fs::path& folder, std::uint64_t content_bytes) {
    const std::uint64_t mib = std::bit_ceil(content_bytes * 4 / 3 / kMiB + 16);
    if (mib > kMostCardMiB)
        fail_on(folder, fmt::format("holds {} MiB: more than a card of 32 GiB takes", content_bytes / kMiB));
    return std::max(mib, kLeastCardMiB);
}

std::array<std::uint8_t, kSectorBytes> partition_table(std::uint64_t sectors) {
    constexpr std::uint8_t kFat32Lba = 0x0c;
    std::array<std::uint8_t, kSectorBytes> table{};
    const auto put = [&](std::size_t at, std::uint64_t value) {
        for (unsigned i = 0; i < 4; ++i) table[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
    };
    put(440, 0x4b32'3130);  // the disk's signature: any
    for (const std::size_t chs : {447u, 451u})
        std::copy_n(std::array<std::uint8_t, 3>{0xfe, 0xff, 0xff}.begin(), 3,
                    table.begin() + static_cast<std::ptrdiff_t>(chs));
    table[450] = kFat32Lba;
    put(454, kMiB / kSectorBytes);
    put(458, sectors);
    table[510] = 0x55;
    table[511] = 0xaa;
    return table;
}

// mcopy names a file as it is called where it comes from: so each is copied through a link of that name, in `links`.
void copy_files(const fs::path& folder, const Contents& contents, const std::string& card, const fs::path& links) {
    const auto to_copy_as = [](const fs::path& path) { return name_to_copy_as(path.filename().string()); };
    for (const fs::path& name : contents.folders)
        run_tool(folder / name, {"mmd", "-i", card, "::/" + (name.parent_path() / to_copy_as(name)).string()});
    for (std::size_t i = 0; i < contents.files.size();) {
        const fs::path parent = contents.files[i].parent_path();
        std::vector<std::string> call = {"mcopy", "-Q", "-i", card};
        fs::remove_all(links);
        make_folder(links);
        for (std::size_t n = 0;
             n < kFilesPerCall && i < contents.files.size() && contents.files[i].parent_path() == parent; ++n, ++i) {
            const fs::path link = links / to_copy_as(contents.files[i]);
            fs::create_symlink(fs::absolute(folder / contents.files[i]), link);
            call.push_back(link.string());
        }
        call.push_back("::/" + parent.string());
        run_tool(parent.empty() ? folder : folder / parent, std::move(call));
    }
    fs::remove_all(links);
}

}  // namespace

void make_empty_card(const fs::path& about, std::uint64_t mib, CardLayout layout, const fs::path& image) {
    const std::uint64_t sectors = mib * kMiB / kSectorBytes, first = first_sector(layout);
    FileDescriptor file(::open(image.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file.valid() || ::ftruncate(file.get(), static_cast<off_t>(mib * kMiB)) != 0) fail_on(image, errno);
    if (layout == CardLayout::mbr) {
        const auto table = partition_table(sectors - first);
        if (::pwrite(file.get(), table.data(), table.size(), 0) != static_cast<ssize_t>(table.size()))
            fail_on(image, errno);
    }
    const std::uint64_t cluster = std::clamp<std::uint64_t>(mib / kLeastCardMiB, 1, kMostSectorsPerCluster);
    run_tool(about, {"mkfs.fat", "-F", "32", "-s", fmt::to_string(cluster), "-i", "4B323130", "--invariant", "--offset",
                     fmt::to_string(first), image.string(), fmt::to_string((sectors - first) / 2)});
}

void make_card_of_folder(const fs::path& folder, CardLayout layout, const fs::path& image) {
    const Contents contents = contents_of(folder);
    make_empty_card(folder, card_mib(folder, contents.bytes), layout, image);
    const std::uint64_t first = first_sector(layout);
    copy_files(folder, contents, fat_in(image, first), image.string() + ".names");
    std::vector<fs::path> paths = contents.folders;
    paths.insert(paths.end(), contents.files.begin(), contents.files.end());
    restore_names(image, first, paths);
}

void bring_back_card(const fs::path& image, CardLayout layout, const fs::path& folder) {
    const fs::path out = image.parent_path() / "back";
    make_folder(out);
    run_tool(folder, {"mcopy", "-s", "-n", "-i", fat_in(image, first_sector(layout)), "::/", out.string()});
    const Contents contents = contents_of(out);
    for (const fs::path& name : contents.folders) make_folder(folder / name);
    for (const fs::path& name : contents.files) {
        const auto bytes = read_file(out / name, SIZE_MAX);
        std::error_code error;
        if (fs::is_regular_file(folder / name, error) && fs::file_size(folder / name, error) == bytes.size() &&
            read_file(folder / name, SIZE_MAX) == bytes)
            continue;
        write_file_atomically(folder / name, bytes);
    }
}

}  // namespace k210::app
