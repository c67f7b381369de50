// A file that one process keeps up to date for as long as it runs, and that is whole at every moment.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace k210 {

// The lock is flock(2) on the file itself. It goes with the file's contents: the file that replaces it is locked before
// it takes the name. So nothing is left beside it, and a process that dies leaves no lock behind.
class KeptFile {
public:
    // Takes a regular file, through symbolic links, or a place where there is nothing yet. Throws InputError when it is
    // anything else, cannot be written, or is another process's already. Nothing is created or changed.
    explicit KeptFile(const std::filesystem::path& path);
    ~KeptFile();
    KeptFile(const KeptFile&) = delete;
    KeptFile& operator=(const KeptFile&) = delete;

    bool exists() const { return fd_ >= 0; }
    std::size_t size_bytes() const;
    std::vector<std::uint8_t> read() const;

    // Replaces the contents: all or nothing, also when the power fails. Throws InputError when that cannot be done, or
    // somebody has put another file there since; the file is as before then.
    void replace(std::span<const std::uint8_t> bytes);

private:
    void lock();

    std::filesystem::path path_;    // as the user calls it
    std::filesystem::path target_;  // where links lead
    int fd_ = -1;                   // holds the lock
};

}  // namespace k210
