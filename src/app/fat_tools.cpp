#include "app/fat_tools.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_access.hpp"
#include "k210/base/error.hpp"

namespace k210::app {
namespace {

namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

constexpr std::size_t kSectorBytes = 512, kMostSaid = 64 << 20;
using Sector = std::array<std::uint8_t, kSectorBytes>;

std::uint32_t number(const Sector& sector, std::size_t at, std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = bytes; i-- > 0;) value = value << 8 | sector[at + i];
    return value;
}

// A jump, sectors of 512 bytes, clusters of a power of two, one or two tables.
bool begins_fat(const Sector& sector) {
    const std::uint32_t cluster = sector[13];
    return number(sector, 510, 2) == 0xaa55 && (sector[0] == 0xeb || sector[0] == 0xe9) &&
           number(sector, 11, 2) == kSectorBytes && cluster != 0 && (cluster & (cluster - 1)) == 0 &&
           (sector[16] == 1 || sector[16] == 2);
}

// Where it is: as the user's shell would find it, or among the system's tools, which not everybody's shell knows.
std::string find_tool(const fs::path& about, const std::string& name) {
    const char* const path = std::getenv("PATH");
    std::istringstream folders(std::string(path ? path : "") + ":/usr/sbin:/sbin");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (const fs::path tool = fs::path(folder) / name; !folder.empty() && ::access(tool.c_str(), X_OK) == 0)
            return tool;
    fail_on(about, fmt::format("needs {}, of Debian's packages mtools and dosfstools", name));
}

}  // namespace

std::string run_tool(const fs::path& about, Arguments arguments) {
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
        if (said.size() < kMostSaid) said.append(buffer.data(), static_cast<std::size_t>(got));
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (status == 0) return said;
    throw InputError(fmt::format("{}: {}: {}", about.string(), arguments[0], said.substr(0, said.find('\n'))));
}

std::string fat_in(const fs::path& image, std::uint64_t first_sector) {
    return image.string() + (first_sector == 0 ? "" : fmt::format("@@{}", first_sector * kSectorBytes));
}

std::optional<std::uint64_t> find_fat(const fs::path& image) {
    const FileDescriptor file = open_input(image);
    const auto begins_at = [&](std::uint64_t sector, Sector& to) {
        const auto got = ::pread(file.get(), to.data(), to.size(), static_cast<off_t>(sector * kSectorBytes));
        return got == static_cast<ssize_t>(to.size()) && begins_fat(to);
    };
    constexpr std::size_t kTable = 446, kEntryBytes = 16, kFirstSector = 8;
    Sector start{}, other{};
    if (begins_at(0, start)) return 0;
    if (number(start, 510, 2) != 0xaa55) return {};
    for (std::size_t entry = 0; entry < 4; ++entry)
        if (const auto first = number(start, kTable + entry * kEntryBytes + kFirstSector, 4);
            first != 0 && begins_at(first, other))
            return first;
    return {};
}

}  // namespace k210::app
