#include "app/card_folder.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_access.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

constexpr std::uint64_t kMiB = 1u << 20, kSectorBytes = 512;
constexpr std::uint64_t kPartitionSector = 2048;               // 1 MiB, as partitioning tools have it
constexpr std::uint64_t kLeastMiB = 64, kMostMiB = 32 * 1024;  // FAT32 wants 65525 clusters; cards end there
constexpr std::uint64_t kMostSectorsPerCluster = 64;
constexpr std::size_t kFilesPerCall = 100;

// Where it is: as the user's shell would find it, or among the system's tools, which not everybody's shell knows.
std::string find_tool(const fs::path& about, const std::string& name) {
    const char* const path = std::getenv("PATH");
    std::istringstream folders(std::string(path ? path : "") + ":/usr/sbin:/sbin");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (const fs::path tool = fs::path(folder) / name; !folder.empty() && ::access(tool.c_str(), X_OK) == 0)
            return tool;
    fail_on(about, fmt::format("making a card of a folder takes {}, of Debian's packages mtools and dosfstools", name));
}

// Runs a program with an environment of its own, so that neither time, zone nor language changes what it makes.
// Throws InputError when there is none, or it fails, with the first line that it says.
void run_tool(const fs::path& about, Arguments arguments) {
    static constexpr const char* kEnvironment[] = {"SOURCE_DATE_EPOCH=1577836800", "TZ=UTC", "LC_ALL=C.UTF-8",
                                                   "MTOOLS_SKIP_CHECK=1", nullptr};
    const std::string tool = find_tool(about, arguments[0]);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) fail_on(about, errno);
    FileDescriptor listen(pipe[0]), speak(pipe[1]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, speak.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, speak.get(), STDERR_FILENO);
    pid_t child = 0;
    const int failed =
        ::posix_spawn(&child, tool.c_str(), &actions, nullptr, argv.data(), const_cast<char**>(kEnvironment));
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) fail_on(about, failed);
    speak.reset();
    std::string said;
    std::array<char, 4096> buffer;
    for (ssize_t got = 0; (got = ::read(listen.get(), buffer.data(), buffer.size())) > 0;)
        if (said.size() < buffer.size()) said.append(buffer.data(), static_cast<std::size_t>(got));
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (status == 0) return;
    throw InputError(fmt::format("{}: {}: {}", about.string(), arguments[0], said.substr(0, said.find('\n'))));
}

// What mtools calls the file system in it.
std::string device(const fs::path& image, CardLayout layout) {
    return image.string() + (layout == CardLayout::mbr ? fmt::format("@@{}", kPartitionSector * kSectorBytes) : "");
}

struct Contents {
    std::vector<fs::path> folders, files;  // relative, in order: a folder before what is in it
    std::uint64_t bytes = 0;               // with what a cluster may waste of each
};
Contents contents_of(const fs::path& folder) {
    constexpr std::uint64_t kLargestFile = 0xffff'ffff;
    Contents found;
    std::error_code error;
    for (auto at = fs::recursive_directory_iterator(folder, fs::directory_options::follow_directory_symlink, error);
         !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
        const fs::path name = at->path().lexically_relative(folder);
        if (at->is_directory()) {
            found.folders.push_back(name);
            found.bytes += kMostSectorsPerCluster * kSectorBytes;
        } else if (at->is_regular_file()) {
            if (at->file_size() > kLargestFile) fail_on(at->path(), "is too large for a FAT file system");
            found.files.push_back(name);
            found.bytes += at->file_size() + kMostSectorsPerCluster * kSectorBytes;
        } else {
            fail_on(at->path(), "is neither a file nor a folder");
        }
    }
    if (error) fail_on(folder, error.message());
    std::ranges::sort(found.folders);
    std::ranges::sort(found.files);
    return found;
}

// A third more than what is in it, and a power of two as cards are.
std::uint64_t card_mib(const fs::path& folder, std::uint64_t content_bytes) {
    const std::uint64_t mib = std::bit_ceil(content_bytes * 4 / 3 / kMiB + 16);
    if (mib > kMostMiB)
        fail_on(folder, fmt::format("holds {} MiB: more than a card of 32 GiB takes", content_bytes / kMiB));
    return std::max(mib, kLeastMiB);
}

std::array<std::uint8_t, kSectorBytes> partition_table(std::uint64_t sectors) {
    constexpr std::uint8_t kFat32Lba = 0x0c;
    std::array<std::uint8_t, kSectorBytes> table{};
    const auto put = [&](std::size_t at, std::uint64_t value) {
        for (unsigned i = 0; i < 4; ++i) table[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
    };
    put(440, 0x4b32'3130);  // the disk's signature: any
    for (const std::size_t chs : {447u, 451u})
        std::copy_n(std::array<std::uint8_t, 3>{0xfe, 0xff, 0xff}.begin(), 3,
                    table.begin() + static_cast<std::ptrdiff_t>(chs));
    table[450] = kFat32Lba;
    put(454, kPartitionSector);
    put(458, sectors);
    table[510] = 0x55;
    table[511] = 0xaa;
    return table;
}

void copy_files(const fs::path& folder, const Contents& contents, const std::string& card) {
    for (const fs::path& name : contents.folders) run_tool(folder / name, {"mmd", "-i", card, "::/" + name.string()});
    for (std::size_t i = 0; i < contents.files.size();) {
        const fs::path parent = contents.files[i].parent_path();
        Arguments call = {"mcopy", "-Q", "-i", card};
        for (std::size_t n = 0;
             n < kFilesPerCall && i < contents.files.size() && contents.files[i].parent_path() == parent; ++n)
            call.push_back((folder / contents.files[i++]).string());
        call.push_back("::/" + parent.string());
        run_tool(folder / parent, std::move(call));
    }
}

}  // namespace

void make_card_of_folder(const fs::path& folder, CardLayout layout, const fs::path& image) {
    const Contents contents = contents_of(folder);
    const std::uint64_t mib = card_mib(folder, contents.bytes), sectors = mib * kMiB / kSectorBytes;
    const std::uint64_t first = layout == CardLayout::mbr ? kPartitionSector : 0;
    FileDescriptor file(::open(image.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file.valid() || ::ftruncate(file.get(), static_cast<off_t>(mib * kMiB)) != 0) fail_on(image, errno);
    if (layout == CardLayout::mbr) {
        const auto table = partition_table(sectors - first);
        if (::pwrite(file.get(), table.data(), table.size(), 0) != static_cast<ssize_t>(table.size()))
            fail_on(image, errno);
    }
    const std::uint64_t cluster = std::clamp<std::uint64_t>(mib / kLeastMiB, 1, kMostSectorsPerCluster);
    run_tool(folder, {"mkfs.fat", "-F", "32", "-s", fmt::to_string(cluster), "-i", "4B323130", "--invariant",
                      "--offset", fmt::to_string(first), image.string(), fmt::to_string((sectors - first) / 2)});
    copy_files(folder, contents, device(image, layout));
}

void bring_back_card(const fs::path& image, CardLayout layout, const fs::path& folder) {
    const fs::path out = image.parent_path() / "back";
    fs::create_directory(out);
    run_tool(folder, {"mcopy", "-s", "-n", "-i", device(image, layout), "::/", out.string()});
    const Contents contents = contents_of(out);
    for (const fs::path& name : contents.folders) fs::create_directories(folder / name);
    for (const fs::path& name : contents.files) {
        const auto bytes = read_file(out / name, SIZE_MAX);
        std::error_code error;
        if (fs::is_regular_file(folder / name, error) && fs::file_size(folder / name, error) == bytes.size() &&
            read_file(folder / name, SIZE_MAX) == bytes)
            continue;
        write_file_atomically(folder / name, bytes);
    }
}

}  // namespace k210::app
