#include "profile/timeline.hpp"

#include <algorithm>

namespace k210::profile {
namespace {

constexpr std::uint64_t kBurstGapPs = ps_from_us(5);  // bursts of one kind that follow each other so soon are one
constexpr std::uint64_t kFinestPs = ps_from_us(1);    // what counts as short the first time
constexpr std::uint64_t kLongestMerged = 8;           // times that; so a steady loop keeps its shape

std::vector<Timeline::Argument> keep(TraceArguments arguments) {
    std::vector<Timeline::Argument> kept;
    for (const TraceArgument& argument : arguments) {
        kept.push_back({std::string(argument.key), {}});
        if (const auto* text = std::get_if<std::string_view>(&argument.value))
            kept.back().value = std::string(*text);
        else
            kept.back().value = std::get<std::uint64_t>(argument.value);
    }
    return kept;
}

// Leaves out what comes sooner than `apart_ps` after the last that is kept, after telling both.
template <class T, class LeaveOut>
void keep_apart(std::vector<T>& moments, std::uint64_t apart_ps, LeaveOut leave_out) {
    std::vector<T> kept;
    for (T& moment : moments) {
        if (!kept.empty() && moment.when < after(kept.back().when, apart_ps))
            leave_out(kept.back(), moment);
        else
            kept.push_back(std::move(moment));
    }
    moments = std::move(kept);
}

}  // namespace

Timeline::Track& Timeline::track(std::string_view name) {
    if (const auto known = by_name_.find(name); known != by_name_.end()) return *known->second;
    Track& made = tracks_.emplace_back();
    made.name = name;
    by_name_.emplace(name, &made);
    return made;
}

SimTime Timeline::not_before_the_last(const Track& track, SimTime when) {
    return track.spans.empty() ? when : std::max(when, track.spans.back().end);
}

void Timeline::begin(SimTime when, std::string_view name_of_track, std::string_view name, TraceArguments arguments) {
    Track& on = track(name_of_track);
    const bool supersedes = on.open;
    end(when, name_of_track);
    if (supersedes && length_ps(on.spans.back()) == 0) on.spans.pop_back();  // it never came to anything
    const SimTime begin = not_before_the_last(on, when);
    add(on, {begin, begin, intern(name), keep(arguments)});
    on.open = true;
}

void Timeline::end(SimTime when, std::string_view name_of_track) {
    Track& on = track(name_of_track);
    if (!on.open) return;
    on.open = false;
    on.spans.back().end = not_before_the_last(on, when);
}

void Timeline::burst(SimTime begin, SimTime end, std::string_view name_of_track, std::string_view name,
                     std::uint64_t bytes) {
    Track& on = track(name_of_track);
    begin = not_before_the_last(on, begin);
    Span span{begin, std::max(begin, end), intern(name), {}, 1, bytes};
    if (!on.spans.empty() && on.spans.back().name == span.name && begin <= after(on.spans.back().end, kBurstGapPs))
        merge(on.spans.back(), span);
    else
        add(on, std::move(span));
}

void Timeline::instant(SimTime when, std::string_view name_of_track, std::string_view name, TraceArguments arguments) {
    Track& on = track(name_of_track);
    if (on.instants.size() >= max_per_track_) thin_out(on);
    on.instants.push_back({when, std::string(name), keep(arguments)});
}

void Timeline::level(SimTime when, std::string_view name_of_track, std::uint64_t value) {
    Track& on = track(name_of_track);
    if (!on.levels.empty() && on.levels.back().when >= when) {
        on.levels.back().value = value;
        return;
    }
    if (on.levels.size() >= max_per_track_) thin_out(on);
    on.levels.push_back({when, value});
}

void Timeline::finish(SimTime when) {
    for (Track& on : tracks_) {
        end(when, on.name);
        while (!on.spans.empty() && on.spans.back().begin >= when && on.spans.back().end > when) on.spans.pop_back();
        if (!on.spans.empty()) on.spans.back().end = std::min(on.spans.back().end, when);  // what is still on its line
        if (!on.levels.empty()) level(when, on.name, on.levels.back().value);  // some viewers draw no further
    }
}

void Timeline::add(Track& on, Span span) {
    if (on.spans.size() >= max_per_track_) thin_out(on);
    on.spans.push_back(std::move(span));
}

void Timeline::merge(Span& into, const Span& next) {
    if (into.name != next.name) into.name = intern("several");
    into.end = next.end;
    into.count += next.count;
    into.bytes += next.bytes;
    into.arguments.clear();
}

// Doubles what counts as short until half of the room is free. What is left are spans and gaps that are long, alone or
// two together, of which the run has no more than its length allows, so this ends.
void Timeline::thin_out(Track& on) {
    const auto crowded = [&](std::size_t size) { return size > max_per_track_ / 2; };
    on.resolution_ps = std::max(on.resolution_ps, kFinestPs);
    for (;; on.resolution_ps *= 2) {
        merge_short(on);
        keep_apart(on.instants, on.resolution_ps, [](const Instant&, const Instant&) {});
        keep_apart(on.levels, on.resolution_ps, [](Level& last, const Level& later) { last.value = later.value; });
        if (!crowded(on.spans.size()) && !crowded(on.instants.size()) && !crowded(on.levels.size())) return;
    }
}

void Timeline::merge_short(Track& on) {
    std::vector<Span> kept;
    for (Span& span : on.spans) {
        const bool open = on.open && &span == &on.spans.back();
        const bool merges = !kept.empty() && !open && length_ps(span) <= on.resolution_ps &&
                            (kept.back().count > 1 || length_ps(kept.back()) <= on.resolution_ps) &&
                            span.begin <= after(kept.back().end, on.resolution_ps) &&
                            span.end <= after(kept.back().begin, kLongestMerged * on.resolution_ps);
        if (merges)
            merge(kept.back(), span);
        else
            kept.push_back(std::move(span));
    }
    on.spans = std::move(kept);
}

}  // namespace k210::profile
