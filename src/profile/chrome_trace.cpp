#include "profile/chrome_trace.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace k210::profile {
namespace {

using Json = nlohmann::json;

// Perfetto shows it behind a track's name, where a small one would look like a part of that.
constexpr unsigned kFirstThread = 101;

// Guests print bytes, not always UTF-8: what is not is replaced.
std::string json_text(std::string_view text) {
    return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The format's unit, with every picosecond kept.
std::string microseconds(std::uint64_t ps) {
    return fmt::format("{}.{:06}", ps / ps_from_us(1), ps % ps_from_us(1));
}

class Writer {
public:
    explicit Writer(std::string_view title) {
        text_ = R"({"displayTimeUnit":"ns","traceEvents":[)";
        text_ +=
            "\n"
            R"({"ph":"M","pid":1,"name":"process_name","args":{"name":)" +
            json_text(title) + "}}";
    }

    void add(const Timeline::Track& track) {
        ++thread_;
        metadata("thread_name", "name", json_text(track.name));
        metadata("thread_sort_index", "sort_index", std::to_string(thread_));
        // Begin and end rather than one event with a duration: viewers round times, and a begin and a duration that
        // are rounded each for itself may reach into the next span, which Perfetto then drops.
        for (const Timeline::Span& span : track.spans) {
            open("B", span.begin, *span.name);
            arguments(span.arguments, span.count, span.bytes);
            event("E", span.end);
            text_ += "}";
        }
        for (const Timeline::Instant& instant : track.instants) {
            open("i", instant.when, instant.name);
            text_ += R"(,"s":"t")";
            arguments(instant.arguments, 1, 0);
        }
        for (const Timeline::Level& level : track.levels) {
            open("C", level.when, track.name);
            text_ += fmt::format(R"(,"args":{{"Hz":{}}}}})", level.value);
        }
    }

    std::string finish() && { return std::move(text_) + "\n]}\n"; }

private:
    void metadata(std::string_view kind, std::string_view key, std::string_view value) {
        text_ += fmt::format(
            ",\n"
            R"({{"ph":"M","pid":1,"tid":{},"name":"{}","args":{{"{}":{}}}}})",
            thread_, kind, key, value);
    }
    void event(std::string_view phase, SimTime when) {
        text_ += fmt::format(
            ",\n"
            R"({{"ph":"{}","pid":1,"tid":{},"ts":{})",
            phase, thread_, microseconds(when.ps));
    }
    void open(std::string_view phase, SimTime when, std::string_view name) {
        event(phase, when);
        text_ += R"(,"name":)" + json_text(name);
    }
    void arguments(const std::vector<Timeline::Argument>& list, std::uint64_t count, std::uint64_t bytes) {
        std::string inside;
        const auto add = [&inside](std::string_view key, std::string_view value) {
            inside += fmt::format(R"({}"{}":{})", inside.empty() ? "" : ",", key, value);
        };
        for (const Timeline::Argument& argument : list) {
            const auto* text = std::get_if<std::string>(&argument.value);
            add(argument.key, text ? json_text(*text) : std::to_string(std::get<std::uint64_t>(argument.value)));
        }
        if (count > 1) add("count", std::to_string(count));
        if (bytes) add("bytes", std::to_string(bytes));
        text_ += inside.empty() ? "}" : R"(,"args":{)" + inside + "}}";
    }

    std::string text_;
    unsigned thread_ = kFirstThread - 1;
};

}  // namespace

std::string chrome_trace(const Timeline& timeline, std::string_view title) {
    Writer writer(title);
    for (const Timeline::Track& track : timeline.tracks())
        if (!track.empty()) writer.add(track);
    return std::move(writer).finish();
}

}  // namespace k210::profile
