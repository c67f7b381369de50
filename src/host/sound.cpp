#include "k210/host/sound.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include <samplerate.h>

namespace k210 {
namespace {

// What converters and serial clocks of boards take; beyond, the nearest frame has to do.
constexpr double kSlowestHz = 1000, kFastestHz = 400'000;

constexpr std::size_t kChannels = 2;

double seconds(std::uint64_t ps) {
    return static_cast<double>(ps) / static_cast<double>(kPsPerSecond);
}

bool can_resample(const Sound& sound, double rate_hz) {
    const double from_hz = sound.rate_hz;
    const double frames = static_cast<double>(sound.frames.size()) * rate_hz / from_hz;
    return rate_hz >= kSlowestHz && rate_hz <= kFastestHz && src_is_valid_ratio(rate_hz / from_hz) &&
           frames <= static_cast<double>(Sound::kMostFrames);
}

}  // namespace

std::vector<SoundFrame> resampled(const std::vector<SoundFrame>& frames, double from_hz, double to_hz) {
    const double ratio = to_hz / from_hz;
    const auto wanted =
        std::min(Sound::kMostFrames, static_cast<std::size_t>(std::ceil(static_cast<double>(frames.size()) * ratio)));
    static_assert(sizeof(SoundFrame) == kChannels * sizeof(int));
    std::vector<float> in(frames.size() * kChannels), out(wanted * kChannels);
    src_int_to_float_array(reinterpret_cast<const int*>(frames.data()), in.data(), static_cast<int>(in.size()));
    SRC_DATA data{};
    data.data_in = in.data();
    data.data_out = out.data();
    data.input_frames = static_cast<long>(frames.size());
    data.output_frames = static_cast<long>(wanted);
    data.src_ratio = ratio;
    if (const int error = src_simple(&data, SRC_SINC_MEDIUM_QUALITY, kChannels))
        throw std::runtime_error(std::string("libsamplerate: ") + src_strerror(error));
    std::vector<SoundFrame> made(static_cast<std::size_t>(data.output_frames_gen));
    src_float_to_int_array(out.data(), reinterpret_cast<int*>(made.data()), static_cast<int>(made.size() * kChannels));
    return made;
}

const std::vector<SoundFrame>& SoundPlayer::at_rate(double rate_hz) {
    if (same_rate(rate_hz, sound_->rate_hz)) return sound_->frames;
    if (resampled_hz_ != rate_hz) {
        resampled_ = resampled(sound_->frames, sound_->rate_hz, rate_hz);
        resampled_hz_ = rate_hz;
    }
    return resampled_;
}

SoundFrame SoundPlayer::frame(std::uint64_t since_ps, double rate_hz) {
    const bool resamples = same_rate(rate_hz, sound_->rate_hz) || can_resample(*sound_, rate_hz);
    const std::vector<SoundFrame>& frames = resamples ? at_rate(rate_hz) : sound_->frames;
    if (frames.empty()) return {};
    auto n = static_cast<std::uint64_t>(std::llround(seconds(since_ps) * (resamples ? rate_hz : sound_->rate_hz)));
    if (sound_->loops) n %= frames.size();
    return n < frames.size() ? frames[n] : SoundFrame{};
}

void SoundRecording::play(SimTime begin, double rate_hz, SoundFrame frame) {
    if (rate_hz <= 0) return;
    if (sound_.rate_hz != 0 && begin <= last_) go_back_to(begin);
    if (full()) return;
    last_ = begin;
    if (sound_.rate_hz == 0) {
        sound_.rate_hz = static_cast<std::uint32_t>(std::clamp(std::round(rate_hz), kSlowestHz, kFastestHz));
        begin_ = begin;
    }
    if (!piece_.empty()) {
        const double since_s = seconds(begin.ps - piece_begin_.ps);
        const bool follows = std::abs(since_s * rate_hz - static_cast<double>(piece_.size())) < 0.5;
        if (rate_hz != piece_hz_ || !follows) append_piece();
    }
    if (piece_.empty()) {
        piece_begin_ = begin;
        piece_hz_ = rate_hz;
    }
    piece_.push_back(frame);
    if (sound_.frames.size() + piece_.size() >= Sound::kMostFrames) append_piece();
}

void SoundRecording::append_piece() {
    const double due = std::round(seconds(piece_begin_.ps - begin_.ps) * sound_.rate_hz);
    const auto at = static_cast<std::size_t>(std::min(due, static_cast<double>(Sound::kMostFrames)));
    if (at > sound_.frames.size()) sound_.frames.resize(at);
    const bool fits = same_rate(piece_hz_, sound_.rate_hz) || !src_is_valid_ratio(sound_.rate_hz / piece_hz_);
    const std::vector<SoundFrame> frames = fits ? std::move(piece_) : resampled(piece_, piece_hz_, sound_.rate_hz);
    const std::size_t room = Sound::kMostFrames - sound_.frames.size();
    sound_.frames.insert(sound_.frames.end(), frames.begin(),
                         frames.begin() + static_cast<std::ptrdiff_t>(std::min(room, frames.size())));
    piece_.clear();
}

void SoundRecording::go_back_to(SimTime when) {
    if (when < begin_) {
        *this = {};
        return;
    }
    if (!piece_.empty()) append_piece();
    const auto kept = static_cast<std::size_t>(std::llround(seconds(when.ps - begin_.ps) * sound_.rate_hz));
    sound_.frames.resize(std::min(kept, sound_.frames.size()));
}

Sound SoundRecording::finish() {
    if (!piece_.empty()) append_piece();
    return std::move(sound_);
}

}  // namespace k210
