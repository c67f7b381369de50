#include "app/sound_files.hpp"

#include <utility>

#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/host/sound_file.hpp"

namespace k210::app {
namespace {

constexpr std::string_view kOwnSound = "sound";

}  // namespace

std::optional<SessionSound> make_microphone(const RunOptions& options) {
    if (options.mic && options.mic_once) throw InputError("--mic and --mic-once: a microphone hears one of them");
    const bool loops = options.mic.has_value();
    const auto& file = loops ? options.mic : options.mic_once;
    if (file) {
        Sound sound = read_sound(*file);
        sound.loops = loops;
        return SessionSound{std::make_shared<const Sound>(std::move(sound)), loops ? "--mic" : "--mic-once"};
    }
    if (microphone_kind(options) == kOwnSound)
        throw InputError(
            fmt::format("{}: the microphone heard a sound of the user's own: name it with --mic or --mic-once again",
                        options.from->string()));
    return {};
}

std::string microphone_kind(const RunOptions& options) {
    if (options.mic || options.mic_once) return std::string(kOwnSound);
    return options.resumed ? options.resumed->microphone : std::string();
}

SpeakerFile::SpeakerFile(std::filesystem::path path) : path_(std::move(path)) {
    if (!is_sound_name(path_))
        throw InputError(fmt::format("--speaker {}: names no .wav, .flac or .ogg", path_.string()));
    check_writable(path_);
}

void SpeakerFile::finish(Outputs& outputs) {
    const bool full = recording_.full();
    const Sound sound = recording_.finish();
    outputs.attempt([&] { write_file_atomically(path_, encode_sound(sound, path_)); });
    if (full)
        outputs.lost(fmt::format("{}: ends after {} samples a channel: there was no room for more", path_.string(),
                                 Sound::kMostFrames));
}

}  // namespace k210::app
