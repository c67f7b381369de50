#include "app/fat_long_names.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "base/file_access.hpp"
#include "k210/loader/little_endian.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;

// [doc] Microsoft FAT specification, version 1.03
constexpr std::size_t kEntryBytes = 32, kAttributes = 11;
constexpr std::uint8_t kLongName = 0x0f, kFolder = 0x10, kDeleted = 0xe5, kFirstPart = 0x40;
// Where the characters of a part of a long name are.
constexpr std::array<std::size_t, 13> kCharacters{1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};

bool is_small(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_capital(char c) {
    return c >= 'A' && c <= 'Z';
}

bool is_ascii(char c) {
    return (c & 0x80) == 0;
}
bool begins_character(char c) {  // in UTF-8
    return (c & 0xc0) != 0x80;
}

// The place of the letter that is written as a capital. It is in a part of the name, in front of the dot or behind it,
// that has others and no capitals.
std::size_t capital_of(const std::string& name) {
    for (std::size_t begin = 0; begin < name.size();) {
        const std::size_t end = std::min(name.find('.', begin), name.size());
        const auto part = std::string_view(name).substr(begin, end - begin);
        const auto first = std::ranges::find_if(part, is_small);
        const auto letters =
            std::ranges::count_if(part, [](char c) { return is_small(c) || (!is_ascii(c) && begins_character(c)); });
        if (first != part.end() && letters > 1 && std::ranges::none_of(part, is_capital))
            return begin + static_cast<std::size_t>(first - part.begin());
        begin = end + 1;
    }
    return name.npos;
}

class Fat32 {
public:
    Fat32(const fs::path& image, std::uint64_t first_sector)
        : image_(image), file_(::open(image.c_str(), O_RDWR | O_CLOEXEC)), begin_(first_sector * 512) {
        if (!file_.valid()) fail_on(image, errno);
        std::array<std::uint8_t, 512> start{};
        read(begin_, start);
        sector_bytes_ = read_le<std::uint16_t>(start, 11);
        cluster_bytes_ = start[13] * sector_bytes_;
        fat_ = begin_ + read_le<std::uint16_t>(start, 14) * sector_bytes_;
        clusters_ = fat_ + std::uint64_t{start[16]} * read_le<std::uint32_t>(start, 36) * sector_bytes_;
        root_ = read_le<std::uint32_t>(start, 44);
        if (cluster_bytes_ == 0) fail_on(image, "has no FAT32 file system");
    }

    struct Entry {
        std::string name;                  // as it is shown
        std::vector<std::uint64_t> parts;  // of its long name, if it has one, in the image; the last part first
        std::uint32_t cluster = 0;
        bool folder = false;
    };
    std::vector<Entry> entries(std::uint32_t cluster) const {
        std::vector<Entry> found;
        Entry entry;
        std::vector<std::uint8_t> bytes(cluster_bytes_);
        for (; cluster >= 2 && cluster < 0x0fff'fff8; cluster = next(cluster)) {
            const std::uint64_t place = clusters_ + (cluster - 2) * cluster_bytes_;
            read(place, bytes);
            for (std::size_t at = 0; at < bytes.size(); at += kEntryBytes) {
                const auto raw = std::span<const std::uint8_t>(bytes).subspan(at, kEntryBytes);
                if (raw[0] == 0) return found;
                if (raw[0] == kDeleted) {
                    entry = {};
                } else if (raw[kAttributes] == kLongName) {
                    if (raw[0] & kFirstPart) entry = {};
                    entry.parts.push_back(place + at);
                    entry.name.insert(0, characters(raw));
                } else {
                    if (entry.parts.empty()) entry.name = short_name(raw);
                    entry.folder = (raw[kAttributes] & kFolder) != 0;
                    entry.cluster =
                        std::uint32_t{read_le<std::uint16_t>(raw, 20)} << 16 | read_le<std::uint16_t>(raw, 26);
                    found.push_back(std::move(entry));
                    entry = {};
                }
            }
        }
        return found;
    }
    std::uint32_t root() const { return root_; }

    void write_character(const Entry& entry, std::size_t index, char c) const {
        const std::size_t part = entry.parts.size() - 1 - index / kCharacters.size();
        const auto place = static_cast<off_t>(entry.parts[part] + kCharacters[index % kCharacters.size()]);
        if (::pwrite(file_.get(), &c, 1, place) != 1) fail_on(image_, errno);
    }

private:
    // In UTF-8.
    static std::string characters(std::span<const std::uint8_t> entry) {
        std::string text;
        for (const std::size_t at : kCharacters) {
            const unsigned c = read_le<std::uint16_t>(entry, at);
            if (c == 0 || c == 0xffff) break;
            if (c < 0x80) {
                text += static_cast<char>(c);
            } else if (c < 0x800) {
                text += static_cast<char>(0xc0 | c >> 6);
                text += static_cast<char>(0x80 | (c & 0x3f));
            } else {
                text += static_cast<char>(0xe0 | c >> 12);
                text += static_cast<char>(0x80 | (c >> 6 & 0x3f));
                text += static_cast<char>(0x80 | (c & 0x3f));
            }
        }
        return text;
    }
    static std::string short_name(std::span<const std::uint8_t> entry) {
        constexpr std::uint8_t kSmallBase = 8, kSmallExtension = 16;
        const auto part = [&](std::size_t at, std::size_t length, std::uint8_t small) {
            std::string text(entry.begin() + static_cast<std::ptrdiff_t>(at),
                             entry.begin() + static_cast<std::ptrdiff_t>(at + length));
            text.erase(text.find_last_not_of(' ') + 1);
            if (entry[12] & small)
                for (char& c : text)
                    if (is_capital(c)) c = static_cast<char>(c - 'A' + 'a');
            return text;
        };
        const std::string base = part(0, 8, kSmallBase), extension = part(8, 3, kSmallExtension);
        return extension.empty() ? base : base + "." + extension;
    }
    void read(std::uint64_t place, std::span<std::uint8_t> to) const {
        if (::pread(file_.get(), to.data(), to.size(), static_cast<off_t>(place)) != static_cast<ssize_t>(to.size()))
            fail_on(image_, "ends in the middle of its file system");
    }
    std::uint32_t next(std::uint32_t cluster) const {
        std::array<std::uint8_t, 4> entry{};
        read(fat_ + std::uint64_t{cluster} * entry.size(), entry);
        return read_le<std::uint32_t>(entry, 0) & 0x0fff'ffff;
    }

    const fs::path& image_;
    const FileDescriptor file_;
    const std::uint64_t begin_;
    std::uint64_t sector_bytes_ = 0, cluster_bytes_ = 0, fat_ = 0, clusters_ = 0;
    std::uint32_t root_ = 0;
};

// What is to be named, by folder.
using Names = std::map<fs::path, std::vector<std::string>>;

void restore_in(const Fat32& fat, std::uint32_t cluster, const fs::path& folder, const Names& names) {
    const auto here = names.find(folder);
    if (here == names.end()) return;
    const auto entries = fat.entries(cluster);
    for (const std::string& name : here->second) {
        const std::string copied = name_to_copy_as(name);
        const auto entry = std::ranges::find(entries, copied, &Fat32::Entry::name);
        if (entry == entries.end()) continue;
        if (const std::size_t place = capital_of(name); place != name.npos && !entry->parts.empty()) {
            const auto characters_before = std::ranges::count_if(name.substr(0, place), begins_character);
            fat.write_character(*entry, static_cast<std::size_t>(characters_before), name[place]);
        }
        if (entry->folder) restore_in(fat, entry->cluster, folder / name, names);
    }
}

}  // namespace

std::string name_to_copy_as(const std::string& name) {
    std::string copied = name;
    if (const std::size_t place = capital_of(name); place != name.npos)
        copied[place] = static_cast<char>(copied[place] - 'a' + 'A');
    return copied;
}

void restore_names(const fs::path& image, std::uint64_t first_sector, std::span<const fs::path> paths) {
    Names names;
    for (const fs::path& path : paths) names[path.parent_path()].push_back(path.filename().string());
    const Fat32 fat(image, first_sector);
    restore_in(fat, fat.root(), {}, names);
}

}  // namespace k210::app
