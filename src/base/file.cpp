#include "k210/base/file.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

namespace fs = std::filesystem;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

[[noreturn]] void fail(const fs::path& path, std::string_view why) {
    throw InputError(fmt::format("{}: {}", path.string(), why));
}

[[noreturn]] void fail_with_errno(const fs::path& path, int error) {
    fail(path, std::generic_category().message(error));
}

// Errors speak of `path`, which the user knows, wherever the bytes go.
void write_all(const fs::path& to, std::span<const std::uint8_t> bytes, const fs::path& path) {
    File file(std::fopen(to.c_str(), "wb"));
    if (!file) fail_with_errno(path, errno);
    if (std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) fail_with_errno(path, errno);
    if (std::fclose(file.release()) != 0) fail_with_errno(path, errno);
}

}  // namespace

std::vector<std::uint8_t> read_file(const fs::path& path, std::size_t max_bytes) {
    const File file(std::fopen(path.c_str(), "rb"));
    if (!file) fail_with_errno(path, errno);
    constexpr std::size_t kChunkBytes = 1 << 20;
    std::vector<std::uint8_t> bytes;
    for (;;) {
        const std::size_t had = bytes.size();
        bytes.resize(had + kChunkBytes);
        const std::size_t got = std::fread(bytes.data() + had, 1, kChunkBytes, file.get());
        bytes.resize(had + got);
        if (std::ferror(file.get())) fail_with_errno(path, errno);
        if (bytes.size() > max_bytes) fail(path, fmt::format("is larger than {} bytes", max_bytes));
        if (got < kChunkBytes) return bytes;
    }
}

void check_writable(const fs::path& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) fail(path, std::generic_category().message(EISDIR));
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const fs::path& asked = fs::exists(path, error) && !fs::is_regular_file(path, error) ? path : folder;
    if (::access(asked.c_str(), W_OK) != 0) fail(path, std::generic_category().message(errno));
}

void write_file_atomically(const fs::path& path, std::span<const std::uint8_t> bytes) {
    std::error_code error;
    fs::path target = path;
    if (fs::is_symlink(path, error)) {
        target = fs::weakly_canonical(path, error);
        if (error) fail(path, error.message());
    }
    const fs::file_status status = fs::status(target, error);
    if (fs::exists(status) && !fs::is_regular_file(status)) return write_all(target, bytes, path);

    // Beside the target, because renaming is atomic only within a file system.
    fs::path temporary = target;
    temporary += fmt::format(".{}.tmp", ::getpid());
    try {
        write_all(temporary, bytes, path);
        if (fs::exists(status)) fs::permissions(temporary, status.permissions());
        fs::rename(temporary, target);
    } catch (const fs::filesystem_error& failure) {
        fs::remove(temporary, error);
        fail(path, failure.code().message());
    } catch (const InputError&) {
        fs::remove(temporary, error);
        throw;
    }
}

}  // namespace k210
