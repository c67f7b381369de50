// What the board's microphone hears, from a file, and what its speaker plays, to one.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "app/outputs.hpp"
#include "app/run_options.hpp"
#include "k210/host/sound.hpp"
#include "k210/session/session.hpp"

namespace k210::app {

// As --mic or --mic-once has it, or the snapshot that is resumed asks for. Throws InputError.
std::optional<SessionSound> make_microphone(const RunOptions& options);
// What a snapshot says of it: whether there was sound.
std::string microphone_kind(const RunOptions& options);

// Every one of those hears what is played.
class SoundSinks final : public SoundSink {
public:
    void add(SoundSink& sink) { sinks_.push_back(&sink); }
    bool empty() const { return sinks_.empty(); }
    void play(SimTime begin, double rate_hz, SoundFrame frame) override {
        for (SoundSink* sink : sinks_) sink->play(begin, rate_hz, frame);
    }

private:
    std::vector<SoundSink*> sinks_;
};

class SpeakerFile {
public:
    // Throws InputError where no sound could be written there.
    explicit SpeakerFile(std::filesystem::path path);

    SoundSink& sink() { return recording_; }
    void start_over() { recording_ = {}; }
    void finish(Outputs& outputs);

private:
    std::filesystem::path path_;
    SoundRecording recording_;
};

}  // namespace k210::app
