#include "k210/loader/kfpkg.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <zip.h>

#include "k210/base/error.hpp"
#include "k210/loader/boot_rom.hpp"
#include "k210/loader/flash_list.hpp"

namespace k210 {
namespace {

constexpr const char* kListName = kFlashListName.data();
constexpr std::size_t kMaxListBytes = 1 << 20;

struct DiscardZip {
    void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct CloseMember {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Zip = std::unique_ptr<zip_t, DiscardZip>;

class Package {
public:
    Package(std::span<const std::uint8_t> bytes, std::string name) : name_(std::move(name)) {
        zip_error_t error;
        zip_error_init(&error);
        if (zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error)) {
            zip_.reset(zip_open_from_source(source, ZIP_RDONLY, &error));
            if (!zip_) zip_source_free(source);
        }
        const std::string why = zip_error_strerror(&error);
        zip_error_fini(&error);
        if (!zip_) throw InputError(fmt::format("{}: is no intact kfpkg package: {}", name_, why));
    }

    std::string where(const std::string& member) const { return fmt::format("{}: {}", name_, member); }

    // nullopt when there is no such member.
    std::optional<std::vector<std::uint8_t>> read(const std::string& member, std::size_t max_bytes) {
        const zip_int64_t index = zip_name_locate(zip_.get(), member.c_str(), 0);
        if (index < 0) return std::nullopt;
        const std::unique_ptr<zip_file_t, CloseMember> file(
            zip_fopen_index(zip_.get(), static_cast<zip_uint64_t>(index), 0));
        if (!file) fail(member, zip_strerror(zip_.get()));
        // The size that the archive declares is not to be trusted, so the bytes themselves are counted.
        constexpr std::size_t kChunkBytes = 1 << 16;
        std::vector<std::uint8_t> bytes;
        for (;;) {
            const std::size_t had = bytes.size();
            bytes.resize(had + kChunkBytes);
            const zip_int64_t got = zip_fread(file.get(), bytes.data() + had, kChunkBytes);
            if (got < 0) fail(member, zip_file_strerror(file.get()));
            bytes.resize(had + static_cast<std::size_t>(got));
            if (bytes.size() > max_bytes) fail(member, fmt::format("unpacks to more than {} bytes", max_bytes));
            if (got == 0) return bytes;
        }
    }

private:
    [[noreturn]] void fail(const std::string& member, std::string_view why) const {
        throw InputError(fmt::format("{}: {}", where(member), why));
    }

    std::string name_;
    Zip zip_;
};

void reverse_words(std::vector<std::uint8_t>& bytes) {
    bytes.resize((bytes.size() + 3) / 4 * 4);
    for (auto word = bytes.begin(); word != bytes.end(); word += 4) std::reverse(word, word + 4);
}

void each_member(std::span<const std::uint8_t> bytes, const std::string& name, std::size_t max_bytes,
                 const std::function<void(const FlashListEntry&, std::vector<std::uint8_t>&&)>& on_member) {
    Package package(bytes, name);
    const auto list = package.read(kListName, kMaxListBytes);
    if (!list) throw InputError(fmt::format("{}: is a zip archive without {}, so no kfpkg package", name, kListName));
    std::size_t unpacked_bytes = 0;
    const std::string_view list_text(reinterpret_cast<const char*>(list->data()), list->size());
    for (const FlashListEntry& entry : parse_flash_list(list_text, package.where(kListName))) {
        auto contents = package.read(entry.file, max_bytes - unpacked_bytes);
        if (!contents)
            throw InputError(
                fmt::format("{}: {} names it, but the package lacks it", package.where(entry.file), kListName));
        if (contents->empty()) throw InputError(package.where(entry.file) + ": is empty");
        unpacked_bytes += contents->size();
        on_member(entry, std::move(*contents));
    }
}

}  // namespace

bool is_zip(std::span<const std::uint8_t> bytes) {
    constexpr std::uint8_t kLocalHeader[] = {'P', 'K', 3, 4}, kEmptyArchive[] = {'P', 'K', 5, 6};
    if (bytes.size() < 4) return false;
    return std::ranges::equal(bytes.first(4), kLocalHeader) || std::ranges::equal(bytes.first(4), kEmptyArchive);
}

bool is_kfpkg(std::span<const std::uint8_t> bytes) {
    if (!is_zip(bytes)) return false;
    try {
        return Package(bytes, {}).read(kListName, kMaxListBytes).has_value();
    } catch (const InputError&) { return false; }
}

std::vector<std::uint8_t> KfpkgMember::in_flash() const {
    std::vector<std::uint8_t> bytes = contents;
    if (entry.reverse_4_bytes) reverse_words(bytes);
    return entry.sha256_prefix ? make_boot_image(bytes) : bytes;
}

std::vector<KfpkgMember> read_kfpkg_members(std::span<const std::uint8_t> bytes, const std::string& name,
                                            std::size_t max_bytes) {
    std::vector<KfpkgMember> members;
    each_member(bytes, name, max_bytes, [&](const FlashListEntry& entry, std::vector<std::uint8_t>&& contents) {
        members.push_back({entry, std::move(contents)});
    });
    return members;
}

void read_kfpkg(std::span<const std::uint8_t> bytes, const std::string& name, std::size_t max_bytes,
                const OnKfpkgMember& on_member) {
    each_member(bytes, name, max_bytes, [&](const FlashListEntry& entry, std::vector<std::uint8_t>&& contents) {
        on_member(entry.file, entry.address, KfpkgMember{entry, std::move(contents)}.in_flash());
    });
}

void place_kfpkg(std::span<const std::uint8_t> bytes, const std::string& name, FlashImage& flash) {
    read_kfpkg(bytes, name, flash.size(), [&](const auto& file, std::uint32_t address, const auto& contents) {
        flash.place(address, contents, fmt::format("{}: {}", name, file));
    });
}

}  // namespace k210
