// What the guest got wrong and what the model lacks: reported once each, counted always.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "k210/base/units.hpp"

namespace spdlog {
class logger;
}

namespace k210 {

enum class LogKind : std::uint8_t {
    guest_error,    // firmware did something that the hardware does not define or would refuse
    unimplemented,  // firmware asked for something that is not modelled
    unverified,     // modelled by assumption: nobody has seen the hardware do it
    host,           // the emulator's own surroundings: files, terminals, pictures
};
inline constexpr std::size_t kLogKinds = 4;

enum class LogLevel : std::uint8_t { debug, info, warn, error, off };

std::string_view to_string(LogKind kind);

// One per machine. A message is emitted the first time and only counted afterwards, so a guest in a loop can
// neither flood the terminal nor grow the host's memory.
class Log {
public:
    struct Entry {
        LogKind kind;
        std::string source, message;
        std::uint64_t count;
    };

    explicit Log(std::shared_ptr<spdlog::logger> logger = nullptr);  // nullptr: standard error
    static Log writing_to(std::function<void(std::string_view line)> show);

    template <class... Args>
    void guest_error(std::string_view source, fmt::format_string<Args...> format, Args&&... args) {
        report(LogKind::guest_error, LogLevel::warn, source, fmt::format(format, std::forward<Args>(args)...));
    }
    template <class... Args>
    void unimplemented(std::string_view source, fmt::format_string<Args...> format, Args&&... args) {
        report(LogKind::unimplemented, LogLevel::info, source, fmt::format(format, std::forward<Args>(args)...));
    }
    // The same, where firmware that does so will hardly work: shown by default.
    template <class... Args>
    void unsupported(std::string_view source, fmt::format_string<Args...> format, Args&&... args) {
        report(LogKind::unimplemented, LogLevel::warn, source, fmt::format(format, std::forward<Args>(args)...));
    }
    template <class... Args>
    void unverified(std::string_view source, fmt::format_string<Args...> format, Args&&... args) {
        report(LogKind::unverified, LogLevel::info, source, fmt::format(format, std::forward<Args>(args)...));
    }
    template <class... Args>
    void host(LogLevel level, std::string_view source, fmt::format_string<Args...> format, Args&&... args) {
        report(LogKind::host, level, source, fmt::format(format, std::forward<Args>(args)...));
    }

    void set_level(LogLevel level) { levels_.fill(level); }
    void set_level(LogKind kind, LogLevel level) { levels_[static_cast<std::size_t>(kind)] = level; }

    const std::vector<Entry>& entries() const { return entries_; }  // in the order first seen
    std::uint64_t count(LogKind kind) const { return counts_[static_cast<std::size_t>(kind)]; }

    // All of it, messages as they came, for a log that goes on with them: they are not shown again.
    struct Contents {
        std::array<std::uint64_t, kLogKinds> counts{};
        std::vector<Entry> entries;
    };
    Contents contents() const;
    void resume(const Contents& contents);

    std::function<SimTime()> now;  // guest time stamped on messages, when set
    // Told of each message, though it has been shown before; where set.
    std::function<void(LogKind kind, std::string_view source, std::string_view message)> reported;

private:
    void report(LogKind kind, LogLevel level, std::string_view source, std::string message);

    std::shared_ptr<spdlog::logger> logger_;
    std::array<LogLevel, kLogKinds> levels_{};
    std::array<std::uint64_t, kLogKinds> counts_{};
    std::vector<Entry> entries_;
    std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace k210
