#include "cpu/round_recorder.hpp"

#include <algorithm>

#include "cpu/code_ahead.hpp"
#include "cpu/idle_loop.hpp"
#include "cpu/path_period.hpp"

namespace k210 {
namespace {

using Round = RecurrenceRound;
using Step = Round::Step;

constexpr std::size_t kFirstLook = 48, kMostBlocks = 3072, kMostBlocksOfARound = 1024;
constexpr unsigned kMostTries = 4;

bool moves(const MovingPlaces& moving, std::size_t word, unsigned half) {
    return (moving.halves[word] >> half & 1) != 0;
}

// Whether going round takes less than running the code.
bool pays(const Round& round) {
    constexpr std::uint64_t kOfARound = 12, kOfAStep = 3;  // as long as so many instructions
    if (round.steps.empty()) return true;                  // however many rounds at once
    return round.positions.back().instructions >= kOfARound + kOfAStep * round.steps.size();
}

void find_live(Round& round) {
    std::uint32_t live = 0;
    for (unsigned turn = 0; turn < 2; ++turn)
        for (std::size_t p = round.positions.size(); p-- != 0;) {
            Round::Position& at = round.positions[p];
            if (p + 1 == round.positions.size()) at.reads = at.writes = 0;  // the head's, again
            live = at.live = at.reads | (live & ~at.writes);
        }
}

class Recorder {
public:
    Recorder(const RecurrenceStart& start, RecurrenceWorld& world) : world_(world), ahead_(start, world) {}

    std::optional<Round> record() {
        for (std::size_t look = kFirstLook; look <= kMostBlocks; look *= 2) {
            while (path_.size() < look)
                if (!go_on()) return {};
            const std::size_t period = period_of(path_);
            if (period == 0) continue;
            if (period > kMostBlocksOfARound) return {};
            if (auto round = record(period)) return round;
            if (lost_) return {};
        }
        return {};
    }

private:
    using Way = std::vector<std::uint64_t>;  // the blocks of a round

    bool go_on() {
        path_.push_back(ahead_.pc());
        lost_ = !ahead_.run_block();
        return !lost_;
    }

    bool follow(const Way& way) {
        for (const std::uint64_t pc : way)
            if (ahead_.pc() != pc || !go_on()) return false;
        return ahead_.pc() == way.front();
    }

    // The path has this period: finds out whether a round of it repeats itself.
    std::optional<Round> record(std::size_t period) {
        const Way way(path_.end() - static_cast<std::ptrdiff_t>(period), path_.end());
        const CodeAhead::State before = ahead_.state();
        if (!follow(way) || !ahead_.like(before)) return {};
        MovingPlaces moving = moved_since(before);
        for (unsigned tries = 0; tries < kMostTries; ++tries) {
            const CodeAhead::State head = ahead_.state();
            moving.halves.resize(head.words.size());
            ahead_.begin_round(moving);
            if (!follow(way) || !ahead_.like(head)) return {};
            ahead_.end_round();
            if (!repeats(head, moving) || !settled(head)) continue;
            if (is_idle_loop(way) || !pays(ahead_.notes().round())) return {};
            return finished(head, moving);
        }
        return {};
    }

    MovingPlaces moved_since(const CodeAhead::State& before) const {
        const RoundWords& words = ahead_.words();
        MovingPlaces moving;
        for (unsigned i = 1; i < 32; ++i)
            if (ahead_.registers().x()[i] != before.x[i]) moving.registers |= 1u << i;
        for (std::size_t i = 0; i < words.size(); ++i) {
            const std::uint64_t changed = i < before.words.size() ? before.words[i] ^ words[i].value : 0;
            const std::uint64_t moves = changed | words[i].variable;
            moving.halves.push_back(static_cast<std::uint8_t>((moves << 32 ? 1 : 0) | (moves >> 32 ? 2 : 0)));
        }
        return moving;
    }

    // Whether the next round reads what this one has read. If not, notes what moves besides.
    bool repeats(const CodeAhead::State& head, MovingPlaces& moving) const {
        const RoundRegisters& registers = ahead_.registers();
        const RoundWords& words = ahead_.words();
        bool same = true;
        for (unsigned i = 1; i < 32; ++i) {
            if ((moving.registers >> i & 1) || !(registers.read_first() >> i & 1)) continue;
            if (registers.value(i).is_constant() && registers.x()[i] == head.x[i]) continue;
            moving.registers |= 1u << i;
            same = false;
        }
        for (std::size_t i = 0; i < head.words.size(); ++i)
            for (unsigned which = 0; which < 2; ++which) {
                const std::uint64_t mask = words[i].read_first >> (32 * which) & 0xffff'ffff;
                if (moves(moving, i, which) || mask == 0) continue;
                const std::uint64_t changed = (head.words[i] ^ words[i].value) >> (32 * which) & mask;
                if (words[i].halves[which].is_constant() && changed == 0) continue;
                moving.halves[i] |= static_cast<std::uint8_t>(1u << which);
                same = false;
            }
        return same && words.size() == head.words.size();  // the next try knows the others
    }

    // Whether every branch is foreseen in the next round as it was in this one.
    bool settled(const CodeAhead::State& head) const {
        return std::ranges::all_of(ahead_.notes().round().predictions, [&](const Round::Prediction& p) {
            return held(head.branches, p) == held(ahead_.branches(), p);
        });
    }

    // Whether IdleLoopPlan knows it, which skips further.
    bool is_idle_loop(const Way& way) const {
        constexpr std::size_t kInstructions = 48;
        const Round& round = ahead_.notes().round();
        if (way.size() > IdleLoopPlan::kMaxBlocks || round.positions.back().instructions > kInstructions) return false;
        const auto pure = [&](std::uint64_t pc) {
            const Block* const block = world_.settled_block(pc);
            return block && block->end.has(BlockEnd::pure);
        };
        const auto linear = [](const Step& step) {
            const bool adds = step.op == rv::Op::add || step.op == rv::Op::addi || step.op == rv::Op::sub;
            return step.kind != Step::Kind::integer || adds;
        };
        return std::ranges::all_of(way, pure) && std::ranges::all_of(round.steps, linear);
    }

    Round finished(const CodeAhead::State& head, const MovingPlaces& moving) {
        Round round = ahead_.take_round();
        round.uses = ahead_.control().uses();
        finish_words(round, moving);
        leave_unread(round);
        find_live(round);
        const auto same = [&](const auto& f) { return f == round.floats.front(); };
        if (!ahead_.control().uses_floats())
            round.floats.clear();
        else if (std::ranges::all_of(round.floats, same))
            round.floats.resize(1);
        for (const Round::Prediction& p : round.predictions) {
            const Round::Prediction before{p.slot, p.is_target, held(head.branches, p)};
            if (std::ranges::find(round.predictions_at_head, before) == round.predictions_at_head.end())
                round.predictions_at_head.push_back(before);
        }
        return round;
    }

    // Gives the round the words that it has touched, and what is carried over from round to round.
    void finish_words(Round& round, const MovingPlaces& moving) const {
        const RoundWords& words = ahead_.words();
        std::int16_t carried = 0;
        for (unsigned i = 1; i < 32; ++i)
            if (moving.registers >> i & 1)
                round.steps[static_cast<std::size_t>(carried++)].a = ahead_.registers().value(i);
        std::vector<std::uint32_t> place(words.size());
        for (std::size_t i = 0; i < words.size(); ++i) {
            std::array<Round::Half, 2> at_head = {words[i].half(0), words[i].half(1)};
            for (unsigned which = 0; which < 2; ++which)
                if (moves(moving, i, which)) {
                    round.steps[static_cast<std::size_t>(carried)].low = at_head[which];
                    at_head[which] = {.step = carried++};
                }
            if (words[i].mask == 0) continue;  // of the way to the round
            place[i] = static_cast<std::uint32_t>(round.words.size());
            round.words.push_back({words[i].host, words[i].line, words[i].mask, at_head});
        }
        for (Round::Write& write : round.writes) write.word = place[write.word];
        for (Round::Access& access : round.accesses) access.word = place[access.word];
    }

    // What a step leaves in a register that is not carried over stays there, unread, until the next round writes it.
    void leave_unread(Round& round) const {
        for (unsigned i = 1; i < 32; ++i) {
            const Round::Value left = ahead_.registers().value(i);
            if (left.is_constant() || !round.positions[0].x[i].is_constant()) continue;
            for (std::size_t p = 0; p < round.positions.size() && !(ahead_.notes().written_before(p) >> i & 1); ++p)
                round.positions[p].x[i] = {0, left.step,
                                           static_cast<std::uint32_t>(left.step) < round.positions[p].first_step};
        }
    }

    static std::uint16_t held(const BranchPredictor& branches, const Round::Prediction& p) {
        return p.is_target ? branches.target(p.slot) : branches.seen(p.slot);
    }

    RecurrenceWorld& world_;
    CodeAhead ahead_;
    Way path_;
    bool lost_ = false;
};

}  // namespace

std::optional<RecurrenceRound> record_round(const RecurrenceStart& start, RecurrenceWorld& world) {
    return Recorder(start, world).record();
}

}  // namespace k210
