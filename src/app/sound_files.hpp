// What the board's microphone hears, from a file, and what its speaker plays, to one.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>

#include "app/outputs.hpp"
#include "app/run_options.hpp"
#include "k210/host/sound.hpp"
#include "k210/session/session.hpp"

namespace k210::app {

// As --mic or --mic-once has it, or the snapshot that is resumed asks for. Throws InputError.
std::optional<SessionSound> make_microphone(const RunOptions& options);
// What a snapshot says of it: whether there was sound.
std::string microphone_kind(const RunOptions& options);

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
