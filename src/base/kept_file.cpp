#include "k210/base/kept_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/file_access.hpp"
#include "k210/base/file.hpp"

namespace k210 {
namespace {

namespace fs = std::filesystem;

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
    TemporaryFile temporary = make_temporary_beside(place, path_);
    Replacement replacement(std::move(temporary.file), std::move(temporary.path), place, path_);
    replacement.write(bytes);
    FileDescriptor now = replacement.commit(place.existing ? Replacement::Over::anything : Replacement::Over::nothing);
    if (fd_ >= 0) ::close(fd_);
    fd_ = now.release();
}

}  // namespace k210
