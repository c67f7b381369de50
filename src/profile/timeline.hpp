// What a trace told, kept for drawing. However long the run, all of it is kept in bounded memory: where a track would
// hold too much, its short pieces of work become one where they are close together, and more so the longer the run.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "k210/sim/trace.hpp"

namespace k210::profile {

class Timeline final : public TraceSink {
public:
    struct Argument {
        std::string key;
        std::variant<std::uint64_t, std::string> value;
    };
    struct Span {
        SimTime begin, end;
        const std::string* name;  // in names_
        std::vector<Argument> arguments;
        std::uint64_t count = 1;  // of pieces that are shown as this one
        std::uint64_t bytes = 0;
    };
    struct Instant {
        SimTime when;
        std::string name;
        std::vector<Argument> arguments;
    };
    struct Level {
        SimTime when;
        std::uint64_t value;
    };
    struct Track {
        std::string name;
        std::vector<Span> spans;  // in order, none overlapping
        std::vector<Instant> instants;
        std::vector<Level> levels;
        std::uint64_t resolution_ps = 0;  // shorter things may have been merged or, instants and levels, left out
        bool open = false;                // the last span has no end yet
        bool empty() const { return spans.empty() && instants.empty() && levels.empty(); }
    };

    static constexpr std::size_t kMaxPerTrack = 20'000;  // spans, instants and levels each

    // Tracks appear in the order of `first`, others behind them.
    explicit Timeline(std::span<const std::string_view> first = {}, std::size_t max_per_track = kMaxPerTrack)
        : max_per_track_(max_per_track) {
        for (const std::string_view name : first) track(name);
    }

    void begin(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) override;
    void end(SimTime when, std::string_view track) override;
    void burst(SimTime begin, SimTime end, std::string_view track, std::string_view name, std::uint64_t bytes) override;
    void instant(SimTime when, std::string_view track, std::string_view name, TraceArguments arguments) override;
    void level(SimTime when, std::string_view track, std::uint64_t value) override;

    void finish(SimTime when);  // ends what is still open

    const std::deque<Track>& tracks() const { return tracks_; }  // some may be empty

private:
    Track& track(std::string_view name);
    const std::string* intern(std::string_view name) { return &*names_.emplace(name).first; }
    static SimTime not_before_the_last(const Track& track, SimTime when);
    void add(Track& track, Span span);
    void thin_out(Track& track);
    static std::uint64_t length_ps(const Span& span) { return span.end.ps - span.begin.ps; }
    void merge_short(Track& track);
    void merge(Span& into, const Span& next);

    std::size_t max_per_track_;
    std::deque<Track> tracks_;
    std::map<std::string, Track*, std::less<>> by_name_;
    std::set<std::string, std::less<>> names_;
};

}  // namespace k210::profile
