#include <memory>

#include <fmt/format.h>
#include <zip.h>

#include "k210/base/error.hpp"
#include "k210/loader/kfpkg.hpp"

namespace k210 {
namespace {

// 1 January 1980, as early as archives go: what is in a package does not depend on when it is made.
constexpr zip_uint16_t kDosTime = 0, kDosDate = 1 << 5 | 1;
constexpr zip_uint32_t kPlainFile = 0100644u << 16;  // in Unix's part of the attributes

struct DiscardZip {
    void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct FreeSource {
    void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using Zip = std::unique_ptr<zip_t, DiscardZip>;
using Source = std::unique_ptr<zip_source_t, FreeSource>;

[[noreturn]] void fail(const char* why) {
    throw InputError(fmt::format("a kfpkg package cannot be made: {}", why));
}

// `bytes` must outlive the archive.
void add(zip_t* zip, const std::string& name, std::span<const std::uint8_t> bytes) {
    Source contents(zip_source_buffer(zip, bytes.data(), bytes.size(), 0));
    if (!contents) fail(zip_strerror(zip));
    const zip_int64_t index = zip_file_add(zip, name.c_str(), contents.get(), ZIP_FL_ENC_UTF_8);
    if (index < 0) fail(zip_strerror(zip));
    contents.release();  // the archive's now
    const auto member = static_cast<zip_uint64_t>(index);
    if (zip_file_set_dostime(zip, member, kDosTime, kDosDate, 0) != 0 ||
        zip_file_set_external_attributes(zip, member, 0, ZIP_OPSYS_UNIX, kPlainFile) != 0 ||
        zip_set_file_compression(zip, member, ZIP_CM_DEFLATE, 9) != 0)
        fail(zip_strerror(zip));
}

std::vector<std::uint8_t> contents_of(zip_source_t* source) {
    if (zip_source_open(source) != 0) fail(zip_error_strerror(zip_source_error(source)));
    std::vector<std::uint8_t> bytes;
    for (std::size_t chunk = 1 << 20;;) {
        const std::size_t had = bytes.size();
        bytes.resize(had + chunk);
        const zip_int64_t got = zip_source_read(source, bytes.data() + had, chunk);
        if (got < 0) fail(zip_error_strerror(zip_source_error(source)));
        bytes.resize(had + static_cast<std::size_t>(got));
        if (got == 0) break;
    }
    zip_source_close(source);
    return bytes;
}

}  // namespace

std::vector<std::uint8_t> make_kfpkg(std::span<const KfpkgMember> members) {
    std::vector<FlashListEntry> entries;
    for (const KfpkgMember& member : members) entries.push_back(member.entry);
    const std::string list = write_flash_list(entries);
    zip_error_t error;
    zip_error_init(&error);
    const Source package(zip_source_buffer_create(nullptr, 0, 0, &error));
    if (!package) fail(zip_error_strerror(&error));
    Zip zip(zip_open_from_source(package.get(), ZIP_CREATE | ZIP_TRUNCATE, &error));
    if (!zip) fail(zip_error_strerror(&error));
    zip_source_keep(package.get());  // beyond the archive's end
    // The list comes first: tools that read a package as it arrives know then what follows.
    add(zip.get(), std::string(kFlashListName), {reinterpret_cast<const std::uint8_t*>(list.data()), list.size()});
    for (const KfpkgMember& member : members) add(zip.get(), member.entry.file, member.contents);
    if (zip_close(zip.get()) != 0) fail(zip_strerror(zip.get()));
    static_cast<void>(zip.release());
    return contents_of(package.get());
}

}  // namespace k210
