#include "k210/base/kept_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/file_access.hpp"
#include "k210/base/file.hpp"

namespace k210 {
namespace {

namespace fs = std::filesystem;

// The same name every time: what a killed process leaves of it, the next one takes over instead of adding to it.
fs::path temporary_of(const fs::path& target) {
    fs::path temporary = target;
    return temporary.replace_filename(fmt::format(".{}.k210emu-new", target.filename().string()));
}

std::optional<struct stat> status_of(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return {};
    return status;
}

struct stat status_of(int fd) {
    struct stat status {};
    ::fstat(fd, &status);
    return status;
}

}  // namespace

KeptFile::KeptFile(const fs::path& path) : path_(path) {
    const OutputPlace place = find_output(path);
    if (place.existing && S_ISDIR(place.existing->st_mode)) fail_on(path, EISDIR);
    if (!place.replaceable()) fail_on(path, "is no regular file");
    check_writable(path);
    target_ = place.target;
    if (place.existing) lock();
}

KeptFile::~KeptFile() {
    if (fd_ >= 0) ::close(fd_);
}

void KeptFile::lock() {
    for (;;) {
        FileDescriptor file(::open(target_.c_str(), O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
        if (!file.valid()) fail_on(path_, errno);
        lock_at_once(file, path_);
        // Another process may have replaced it between the two calls, and then ended.
        const auto now = status_of(target_);
        if (!now || !same_file(*now, status_of(file.get()))) continue;
        fd_ = file.release();
        return;
    }
}

std::size_t KeptFile::size_bytes() const {
    return exists() ? static_cast<std::size_t>(status_of(fd_).st_size) : 0;
}

std::vector<std::uint8_t> KeptFile::read() const {
    return exists() ? read_file(target_) : std::vector<std::uint8_t>();
}

void KeptFile::replace(std::span<const std::uint8_t> bytes) {
    OutputPlace place{target_, {}, status_of(target_)};
    if (place.existing && (!exists() || !same_file(*place.existing, status_of(fd_))))
        fail_on(path_, "is another file than at the start: left as it is");
    fs::path temporary = temporary_of(target_);
    FileDescriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666));
    if (!file.valid()) fail_on(path_, errno);
    lock_at_once(file, path_);
    // Unless it is still there under that name, it is somebody's flash by now.
    const auto named = status_of(temporary);
    if (!named || !same_file(*named, status_of(file.get()))) fail_on(path_, kInUse);
    if (!S_ISREG(named->st_mode) || named->st_nlink != 1)
        fail_on(path_, fmt::format("{} is in the way", temporary.string()));
    if (::ftruncate(file.get(), 0) != 0) fail_on(path_, errno);
    Replacement replacement(std::move(file), std::move(temporary), place, path_);
    replacement.write(bytes);
    FileDescriptor now = replacement.commit(place.existing ? Replacement::Over::anything : Replacement::Over::nothing);
    if (fd_ >= 0) ::close(fd_);
    fd_ = now.release();
}

}  // namespace k210
