// Sound as the host has it: what microphones hear, and what comes of speakers.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "k210/base/sound_frame.hpp"
#include "k210/base/units.hpp"

namespace k210 {

struct Sound {
    std::uint32_t rate_hz = 0;
    std::vector<SoundFrame> frames{};
    bool loops = false;  // begins again at its end; silence follows otherwise

    static constexpr std::size_t kMostFrames = std::size_t{1} << 24;
};

// The same at another rate, its end included; at most Sound::kMostFrames.
std::vector<SoundFrame> resampled(const std::vector<SoundFrame>& frames, double from_hz, double to_hz);

// What rounding of dividers makes of a rate that firmware asks for, mostly, and less than a tenth of a semitone: such
// rates count as the same.
inline bool same_rate(double one_hz, double other_hz) {
    return one_hz < other_hz * 1.005 && other_hz < one_hz * 1.005;
}

// Frames of a sound at any rate. Where it is the sound's own, frames are handed on one by one.
class SoundPlayer {
public:
    explicit SoundPlayer(std::shared_ptr<const Sound> sound) : sound_(std::move(sound)) {}

    // What is due so long after the sound began, to somebody who takes so many frames a second.
    SoundFrame frame(std::uint64_t since_ps, double rate_hz);

private:
    const std::vector<SoundFrame>& at_rate(double rate_hz);

    std::shared_ptr<const Sound> sound_;
    std::vector<SoundFrame> resampled_;
    double resampled_hz_ = 0;  // 0: nothing is
};

class SoundSink {
public:
    virtual ~SoundSink() = default;
    // A frame that lasts 1 / rate_hz seconds. Times go back only where a guest is taken back to an earlier state.
    virtual void play(SimTime begin, double rate_hz, SoundFrame frame) = 0;
};

// All that is played, at the rate of its first frame, from there on: where nothing is played is silence. What is played
// at an earlier time takes the place of what was heard from then on.
class SoundRecording final : public SoundSink {
public:
    void play(SimTime begin, double rate_hz, SoundFrame frame) override;
    // Frames past Sound::kMostFrames are lost.
    bool full() const { return sound_.frames.size() >= Sound::kMostFrames; }
    // Nothing may be played afterwards. Without any frame where nothing was.
    Sound finish();

private:
    void append_piece();
    void go_back_to(SimTime when);

    Sound sound_;
    SimTime begin_{};                // of the whole
    std::vector<SoundFrame> piece_;  // without gaps, at one rate
    SimTime piece_begin_{}, last_{};
    double piece_hz_ = 0;
};

}  // namespace k210
