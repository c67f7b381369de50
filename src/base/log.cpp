#include "k210/base/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
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

class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit FunctionSink(std::function<void(std::string_view)> show) : show_(std::move(show)) {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        show_({line.data(), line.size()});
    }
    void flush_() override {}

    std::function<void(std::string_view)> show_;
};

std::shared_ptr<spdlog::logger> make_logger(spdlog::sink_ptr sink) {
    auto logger = std::make_shared<spdlog::logger>("k210emu", std::move(sink));
    logger->set_pattern("%l: %v");
    logger->set_level(spdlog::level::trace);
    return logger;
}

std::string key_of(LogKind kind, std::string_view source, std::string_view message) {
    return fmt::format("{}/{}/{}", static_cast<unsigned>(kind), source, message);
}

}  // namespace

std::string_view to_string(LogKind kind) {
    constexpr std::string_view kNames[kLogKinds] = {"guest_error", "unimplemented", "unverified", "host"};
    return kNames[static_cast<std::size_t>(kind)];
}

Log::Log(std::shared_ptr<spdlog::logger> logger)
    : logger_(logger ? std::move(logger) : make_logger(std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
    set_level(LogLevel::warn);
}

Log Log::writing_to(std::function<void(std::string_view line)> show) {
    return Log(make_logger(std::make_shared<FunctionSink>(std::move(show))));
}

void Log::report(LogKind kind, LogLevel level, std::string_view source, std::string message) {
    const auto k = static_cast<std::size_t>(kind);
    ++counts_[k];
    if (reported) reported(kind, source, message);
    std::string key = key_of(kind, source, message);
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

Log::Contents Log::contents() const {
    Contents contents{counts_, entries_};
    for (const auto& [key, at] : index_) {
        Entry& entry = contents.entries[at];
        entry.message = key.substr(key_of(entry.kind, entry.source, {}).size());
    }
    return contents;
}

void Log::resume(const Contents& contents) {
    counts_ = contents.counts;
    entries_.clear();
    index_.clear();
    for (const Entry& entry : contents.entries) {
        if (!index_.emplace(key_of(entry.kind, entry.source, entry.message), entries_.size()).second) continue;
        entries_.push_back(entry);
        entries_.back().message = printable(entry.message);
    }
}

}  // namespace k210
