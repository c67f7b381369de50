// What reading and writing files safely is made of. Failures are InputErrors that speak of the path the user knows.
#pragma once
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include <sys/stat.h>

#include "base/file_descriptor.hpp"

namespace k210 {

[[noreturn]] void fail_on(const std::filesystem::path& path, std::string_view why);
[[noreturn]] void fail_on(const std::filesystem::path& path, int error);  // an errno

// Never waits for anybody. Throws unless it is something that read_file() takes.
FileDescriptor open_input(const std::filesystem::path& path);

// Where an output goes.
struct OutputPlace {
    std::filesystem::path target;   // behind all symbolic links; there may be nothing yet
    std::optional<int> descriptor;  // it means one of this process's open files, like /dev/stdout
    std::optional<struct stat> existing;
    bool replaceable() const { return !descriptor && (!existing || S_ISREG(existing->st_mode)); }
};
OutputPlace find_output(const std::filesystem::path& path);

// Takes flock(2), or throws: then another run has the file.
enum class Lock : std::uint8_t { shared, exclusive };
void lock_at_once(const FileDescriptor& file, const std::filesystem::path& path, Lock lock = Lock::exclusive);
inline constexpr std::string_view kInUse = "is in use by another run";

// Begins anew what is there, a file of this process's own goes on, and a pipe that nobody reads is refused.
FileDescriptor open_output(const std::filesystem::path& path);

inline bool same_file(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// An empty file beside a place, to take it later; locked. Its name is the same every time: what a killed process leaves
// of it, the next one takes over instead of adding to it. Throws where something of somebody else's has that name.
struct TemporaryFile {
    FileDescriptor file;  // open for reading and writing
    std::filesystem::path path;
};
TemporaryFile make_temporary_beside(const OutputPlace& place, const std::filesystem::path& path);

// A new file on its way to a place that another may have now. Removed again unless it gets there.
class Replacement {
public:
    enum class Over : std::uint8_t { anything, nothing };  // what may be there

    // `file` is open for writing under the name `temporary`, in the folder of `target`.
    Replacement(FileDescriptor file, std::filesystem::path temporary, const OutputPlace& place,
                std::filesystem::path path);
    ~Replacement();
    Replacement(const Replacement&) = delete;
    Replacement& operator=(const Replacement&) = delete;

    void write(std::span<const std::uint8_t> bytes);
    // On disk before it takes the name, and the name on disk before this returns.
    FileDescriptor commit(Over over);

private:
    FileDescriptor file_;
    std::filesystem::path temporary_, target_, path_;
    bool done_ = false;
};

}  // namespace k210
