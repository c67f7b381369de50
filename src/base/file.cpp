#include "k210/base/file.hpp"

#include <cstdio>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/file_access.hpp"

namespace k210 {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// False when nothing came until `deadline`.
bool wait_for_input(int fd, Clock::time_point deadline) {
    pollfd entry{fd, POLLIN, 0};
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) return false;
        if (::poll(&entry, 1, static_cast<int>(left)) > 0) return true;
    }
}

// Beside the target, because renaming is atomic only within a file system; nobody's name before.
Replacement begin_replacement(const OutputPlace& place, const fs::path& path) {
    for (unsigned n = 0;; ++n) {
        fs::path temporary = place.target;
        temporary += fmt::format(".{}.{}.tmp", ::getpid(), n);
        FileDescriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
        if (file.valid()) return {std::move(file), std::move(temporary), place, path};
        if (errno != EEXIST) fail_on(path, errno);
    }
}

void write_straight(const fs::path& path, std::span<const std::uint8_t> bytes) {
    std::fflush(nullptr);  // what was printed before comes before
    const FileDescriptor file = open_output(path);
    if (!write_all(file.get(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()})) fail_on(path, errno);
}

}  // namespace

std::vector<std::uint8_t> read_file(const fs::path& path, std::size_t max_bytes, std::chrono::milliseconds patience) {
    constexpr std::size_t kChunkBytes = 1 << 20;
    const FileDescriptor file = open_input(path);
    const Clock::time_point deadline = Clock::now() + patience;
    std::vector<std::uint8_t> bytes;
    for (;;) {
        const std::size_t had = bytes.size();
        bytes.resize(had + kChunkBytes);
        const ssize_t got = ::read(file.get(), bytes.data() + had, kChunkBytes);
        bytes.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got == 0) return bytes;
        if (bytes.size() > max_bytes) fail_on(path, fmt::format("is larger than {} bytes", max_bytes));
        if (got > 0 || errno == EINTR) continue;
        if (errno != EAGAIN) fail_on(path, errno);
        if (!wait_for_input(file.get(), deadline))
            fail_on(path, fmt::format("is a pipe that has not ended within {} ms", patience.count()));
    }
}

void check_writable(const fs::path& path) {
    const OutputPlace place = find_output(path);
    if (place.descriptor) {
        const int flags = ::fcntl(*place.descriptor, F_GETFL);
        if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) fail_on(path, EBADF);
        return;
    }
    if (place.existing && S_ISDIR(place.existing->st_mode)) fail_on(path, EISDIR);
    if (place.existing && S_ISFIFO(place.existing->st_mode) &&
        !FileDescriptor(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)).valid())
        fail_on(path, "is a named pipe that nobody reads");
    // What is write-protected stays as it is, although its folder would allow to replace it.
    if (place.existing && ::access(place.target.c_str(), W_OK) != 0) fail_on(path, errno);
    const fs::path folder = place.target.has_parent_path() ? place.target.parent_path() : fs::path(".");
    if (place.replaceable() && ::access(folder.c_str(), W_OK | X_OK) != 0) fail_on(path, errno);
}

void write_file_atomically(const fs::path& path, std::span<const std::uint8_t> bytes) {
    const OutputPlace place = find_output(path);
    if (place.existing && S_ISDIR(place.existing->st_mode)) fail_on(path, EISDIR);
    if (!place.replaceable()) return write_straight(path, bytes);
    Replacement replacement = begin_replacement(place, path);
    replacement.write(bytes);
    replacement.commit(Replacement::Over::anything);
}

void write_file_atomically(const fs::path& path, std::string_view text) {
    write_file_atomically(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace k210
