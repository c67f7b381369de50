#include "k210/host_sdl/loudspeaker.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include <SDL.h>
#include <fmt/format.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

constexpr int kDeviceHz = 48'000, kChannels = 2;
constexpr std::uint16_t kDeviceFrames = 1024, kFormat = AUDIO_S32SYS;
constexpr std::uint32_t kMostWaitingBytes = kDeviceHz * kChannels * sizeof(std::int32_t) / 2;  // half a second
constexpr std::size_t kFramesAtOnce = 64;
constexpr double kSlowestHz = 1000, kFastestHz = 400'000;

[[noreturn]] void fail(const char* what) {
    throw InputError(fmt::format("audio: {}: {}", what, SDL_GetError()));
}

struct AudioSystem {
    AudioSystem() {
        if (SDL_InitSubSystem(SDL_INIT_AUDIO) != 0) fail("no loudspeaker");
    }
    ~AudioSystem() { SDL_QuitSubSystem(SDL_INIT_AUDIO); }
    AudioSystem(const AudioSystem&) = delete;
    AudioSystem& operator=(const AudioSystem&) = delete;
};

struct FreeStream {
    void operator()(SDL_AudioStream* stream) const { SDL_FreeAudioStream(stream); }
};

}  // namespace

class Loudspeaker::Implementation {
public:
    Implementation() {
        SDL_AudioSpec wanted{};
        wanted.freq = kDeviceHz;
        wanted.format = kFormat;
        wanted.channels = kChannels;
        wanted.samples = kDeviceFrames;
        device_ = SDL_OpenAudioDevice(nullptr, 0, &wanted, nullptr, 0);
        if (!device_) fail("no loudspeaker");
        SDL_PauseAudioDevice(device_, 0);
    }
    ~Implementation() { SDL_CloseAudioDevice(device_); }
    Implementation(const Implementation&) = delete;
    Implementation& operator=(const Implementation&) = delete;

    void play(double rate_hz, SoundFrame frame) {
        if (rate_hz < kSlowestHz || rate_hz > kFastestHz) return;
        if (const int rate = static_cast<int>(std::lround(rate_hz)); rate != stream_hz_) {
            hand_on();
            stream_.reset(SDL_NewAudioStream(kFormat, kChannels, rate, kFormat, kChannels, kDeviceHz));
            stream_hz_ = rate;
        }
        frames_.push_back(frame);
        if (frames_.size() >= kFramesAtOnce) hand_on();
    }
    bool waiting() const { return SDL_GetQueuedAudioSize(device_) != 0; }

private:
    void hand_on() {
        if (!stream_ || frames_.empty()) return;
        SDL_AudioStreamPut(stream_.get(), frames_.data(), static_cast<int>(frames_.size() * sizeof(SoundFrame)));
        frames_.clear();
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(SDL_AudioStreamAvailable(stream_.get())));
        const int got = SDL_AudioStreamGet(stream_.get(), bytes.data(), static_cast<int>(bytes.size()));
        if (got > 0 && SDL_GetQueuedAudioSize(device_) < kMostWaitingBytes)
            SDL_QueueAudio(device_, bytes.data(), static_cast<std::uint32_t>(got));
    }

    const AudioSystem system_;
    SDL_AudioDeviceID device_ = 0;
    std::unique_ptr<SDL_AudioStream, FreeStream> stream_;
    int stream_hz_ = 0;
    std::vector<SoundFrame> frames_;
};

Loudspeaker::Loudspeaker() : implementation_(std::make_unique<Implementation>()) {}
Loudspeaker::~Loudspeaker() = default;

void Loudspeaker::play(SimTime, double rate_hz, SoundFrame frame) {
    implementation_->play(rate_hz, frame);
}
bool Loudspeaker::waiting() const {
    return implementation_->waiting();
}

}  // namespace k210
