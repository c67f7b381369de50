#include "base/file_access.hpp"

#include <charconv>
#include <cstdio>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // as many as the kernel follows

bool has_a_name(int pipe) {
    struct statfs where {};
    return ::fstatfs(pipe, &where) != 0 || where.f_type != PIPEFS_MAGIC;
}

fs::path folder_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// Of /proc/self/fd/1 and all the names that lead there: 1.
std::optional<int> own_descriptor(const fs::path& path) {
    std::error_code error;
    if (fs::canonical(folder_of(path), error) != fmt::format("/proc/{}/fd", ::getpid())) return {};
    const std::string name = path.filename().string();
    int fd = -1;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), fd);
    if (failure != std::errc{} || end != name.data() + name.size()) return {};
    return fd;
}

// Some file systems know no fsync(); there is nothing to be done about it.
bool sync(int fd) {
    return ::fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP || errno == ENOSYS;
}

// NFS knows the second way only.
bool place_where_nothing_is(const fs::path& from, const fs::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
    if (errno != EINVAL || ::link(from.c_str(), to.c_str()) != 0) return false;
    ::unlink(from.c_str());
    return true;
}

}  // namespace

void fail_on(const fs::path& path, std::string_view why) {
    throw InputError(fmt::format("{}: {}", path.string(), why));
}

void fail_on(const fs::path& path, int error) {
    fail_on(path, std::generic_category().message(error));
}

FileDescriptor open_input(const fs::path& path) {
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file.valid()) fail_on(path, errno);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) fail_on(path, errno);
    if (S_ISREG(status.st_mode)) return file;
    if (S_ISDIR(status.st_mode)) fail_on(path, EISDIR);
    if (!S_ISFIFO(status.st_mode)) fail_on(path, "is a device, not a file");
    if (has_a_name(file.get())) fail_on(path, "is a named pipe, not a file");
    return file;
}

OutputPlace find_output(const fs::path& path) {
    if (path.empty()) throw InputError("a file without a name");
    OutputPlace place{path, {}, {}};
    for (int links = 0;; ++links) {
        place.descriptor = own_descriptor(place.target);
        if (place.descriptor) break;
        std::error_code error;
        const fs::path link = fs::read_symlink(place.target, error);
        if (error) break;  // no link
        if (links == kMostLinks) fail_on(path, ELOOP);
        place.target = folder_of(place.target) / link;  // an absolute one replaces the folder
    }
    struct stat status {};
    const int found = place.descriptor ? ::fstat(*place.descriptor, &status) : ::stat(place.target.c_str(), &status);
    if (found == 0)
        place.existing = status;
    else if (errno != ENOENT)
        fail_on(path, errno);
    return place;
}

void lock_at_once(const FileDescriptor& file, const fs::path& path, Lock lock) {
    if (::flock(file.get(), (lock == Lock::shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0) return;
    if (errno == EWOULDBLOCK) fail_on(path, kInUse);
    fail_on(path, fmt::format("cannot be locked: {}", std::generic_category().message(errno)));
}

FileDescriptor open_output(const fs::path& path) {
    const OutputPlace place = find_output(path);
    constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    FileDescriptor file(place.descriptor ? ::fcntl(*place.descriptor, F_DUPFD_CLOEXEC, 0)
                                         : ::open(place.target.c_str(), kFlags, 0666));
    if (!file.valid()) fail_on(path, errno);
    return file;
}

TemporaryFile make_temporary_beside(const OutputPlace& place, const fs::path& path) {
    fs::path name = place.target;
    name.replace_filename(fmt::format(".{}.k210emu-new", place.target.filename().string()));
    FileDescriptor file(::open(name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666));
    if (!file.valid()) fail_on(path, errno);
    lock_at_once(file, path);
    // Unless it is still there under that name, it is somebody's file by now.
    struct stat named {
    }, opened{};
    if (::stat(name.c_str(), &named) != 0 || ::fstat(file.get(), &opened) != 0 || !same_file(named, opened))
        fail_on(path, kInUse);
    if (!S_ISREG(named.st_mode) || named.st_nlink != 1) fail_on(path, fmt::format("{} is in the way", name.string()));
    if (::ftruncate(file.get(), 0) != 0) fail_on(path, errno);
    return {std::move(file), std::move(name)};
}

Replacement::Replacement(FileDescriptor file, fs::path temporary, const OutputPlace& place, fs::path path)
    : file_(std::move(file)), temporary_(std::move(temporary)), target_(place.target), path_(std::move(path)) {
    if (!place.existing) return;
    // Only root may give files away; for everybody else the new file is theirs.
    [[maybe_unused]] const int given = ::fchown(file_.get(), place.existing->st_uid, place.existing->st_gid);
    if (::fchmod(file_.get(), place.existing->st_mode & 07777) != 0) {
        const int error = errno;
        ::unlink(temporary_.c_str());
        fail_on(path_, error);
    }
}

Replacement::~Replacement() {
    if (!done_) ::unlink(temporary_.c_str());
}

void Replacement::write(std::span<const std::uint8_t> bytes) {
    if (!write_all(file_.get(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()})) fail_on(path_, errno);
}

FileDescriptor Replacement::commit(Over over) {
    if (!sync(file_.get())) fail_on(path_, errno);
    const bool placed = over == Over::nothing ? place_where_nothing_is(temporary_, target_)
                                              : ::rename(temporary_.c_str(), target_.c_str()) == 0;
    if (!placed) fail_on(path_, errno);
    done_ = true;
    const FileDescriptor folder(::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.valid() && !sync(folder.get())) fail_on(path_, errno);
    return std::move(file_);
}

}  // namespace k210
