// Sound in files, as libsndfile has them.
#pragma once
#include <filesystem>
#include <vector>

#include "k210/host/sound.hpp"

namespace k210 {

// Any format, rate and width that libsndfile reads; one channel is heard on both sides, of more than two the first two
// are. Throws InputError that names the file, also where it has no frame or too many.
Sound read_sound(const std::filesystem::path& path);

// Whether encode_sound() knows how, by the name's ending: .wav, .flac, .ogg.
bool is_sound_name(const std::filesystem::path& path);
// As the name's ending says, 16 bits a sample.
std::vector<std::uint8_t> encode_sound(const Sound& sound, const std::filesystem::path& name);

}  // namespace k210
