#include "k210/base/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "k210/base/message.hpp"

namespace k210 {
namespace {

constexpr std::size_t kMaxDistinctMessages = 1000;

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return spdlog::level::debug;
        case LogLevel::info: return spdlog::level::info;
        case LogLevel::warn: return spdlog::level::warn;
        case LogLevel::error: return spdlog::level::err;
        case LogLevel::off: break;
    }
    return spdlog::level::off;
}

std::shared_ptr<spdlog::logger> stderr_logger() {
    auto logger = std::make_shared<spdlog::logger>("k210emu", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%l: %v");
    logger->set_level(spdlog::level::trace);
    return logger;
}

}  // namespace

std::string_view to_string(LogKind kind) {
    constexpr std::string_view kNames[kLogKinds] = {"guest_error", "unimplemented", "unverified", "host"};
    return kNames[static_cast<std::size_t>(kind)];
}

Log::Log(std::shared_ptr<spdlog::logger> logger) : logger_(logger ? std::move(logger) : stderr_logger()) {
    set_level(LogLevel::warn);
}

void Log::report(LogKind kind, LogLevel level, std::string_view source, std::string message) {
    const auto k = static_cast<std::size_t>(kind);
    ++counts_[k];
    std::string key = fmt::format("{}/{}/{}", k, source, message);
    if (const auto seen = index_.find(key); seen != index_.end()) {
        ++entries_[seen->second].count;
        return;
    }
    if (entries_.size() >= kMaxDistinctMessages) return;
    message = printable(message);
    if (level >= levels_[k] && levels_[k] != LogLevel::off)
        logger_->log(spdlog_level(level), "[{:.6f}] {} {}: {}", now ? now().seconds() : 0.0, to_string(kind), source,
                     message);
    index_.emplace(std::move(key), entries_.size());
    entries_.push_back({kind, std::string(source), std::move(message), 1});
}

}  // namespace k210
