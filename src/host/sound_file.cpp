#include "k210/host/sound_file.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>

#include <fmt/format.h>
#include <sndfile.h>

#include "base/file_access.hpp"
#include "k210/base/file.hpp"

namespace k210 {
namespace {

// A file in memory, as libsndfile reads and writes one.
struct Bytes {
    std::vector<std::uint8_t> all;
    std::size_t at = 0;

    static Bytes& of(void* user) { return *static_cast<Bytes*>(user); }
    static sf_count_t length(void* user) { return static_cast<sf_count_t>(of(user).all.size()); }
    static sf_count_t tell(void* user) { return static_cast<sf_count_t>(of(user).at); }
    static sf_count_t seek(sf_count_t offset, int whence, void* user) {
        Bytes& b = of(user);
        const sf_count_t base = whence == SEEK_SET   ? 0
                                : whence == SEEK_CUR ? static_cast<sf_count_t>(b.at)
                                                     : static_cast<sf_count_t>(b.all.size());
        const sf_count_t to = base + offset;
        if (to < 0) return -1;
        b.at = static_cast<std::size_t>(to);
        return to;
    }
    static sf_count_t read(void* to, sf_count_t count, void* user) {
        Bytes& b = of(user);
        if (count <= 0 || b.at >= b.all.size()) return 0;
        const std::size_t got = std::min(static_cast<std::size_t>(count), b.all.size() - b.at);
        std::memcpy(to, b.all.data() + b.at, got);
        b.at += got;
        return static_cast<sf_count_t>(got);
    }
    static sf_count_t write(const void* from, sf_count_t count, void* user) {
        Bytes& b = of(user);
        const auto size = static_cast<std::size_t>(count);
        if (b.at + size > b.all.size()) b.all.resize(b.at + size);
        std::memcpy(b.all.data() + b.at, from, size);
        b.at += size;
        return count;
    }
};

SF_VIRTUAL_IO access() {
    return {Bytes::length, Bytes::seek, Bytes::read, Bytes::write, Bytes::tell};
}

struct Close {
    void operator()(SNDFILE* file) const { sf_close(file); }
};
using File = std::unique_ptr<SNDFILE, Close>;

struct Format {
    std::string_view ending;
    int format;
};
constexpr std::array kWritten = std::to_array<Format>({{".wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16},
                                                       {".flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
                                                       {".ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS}});

const Format* format_of(const std::filesystem::path& name) {
    const auto found = std::ranges::find(kWritten, name.extension().string(), &Format::ending);
    return found == kWritten.end() ? nullptr : &*found;
}

}  // namespace

Sound read_sound(const std::filesystem::path& path) {
    constexpr std::size_t kFramesAtOnce = 4096;
    constexpr int kMostChannels = 64;
    Bytes bytes{read_file(path)};
    SF_INFO info{};
    SF_VIRTUAL_IO io = access();
    const File file(sf_open_virtual(&io, SFM_READ, &info, &bytes));
    if (!file) fail_on(path, "is no sound file that can be read (WAV, FLAC, Ogg and others)");
    if (info.channels < 1 || info.channels > kMostChannels || info.samplerate < 1)
        fail_on(path, fmt::format("has {} channels at {} Hz", info.channels, info.samplerate));
    sf_command(file.get(), SFC_SET_SCALE_FLOAT_INT_READ, nullptr, SF_TRUE);
    sf_command(file.get(), SFC_SET_CLIPPING, nullptr, SF_TRUE);
    Sound sound{.rate_hz = static_cast<std::uint32_t>(info.samplerate)};
    const auto channels = static_cast<std::size_t>(info.channels);
    std::vector<int> samples(kFramesAtOnce * channels);
    for (;;) {
        const sf_count_t got = sf_readf_int(file.get(), samples.data(), kFramesAtOnce);
        if (got <= 0) break;
        for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i)
            sound.frames.push_back({samples[i * channels], samples[i * channels + (channels > 1)]});
        if (sound.frames.size() > Sound::kMostFrames)
            fail_on(path, fmt::format("has more than {} samples a channel", Sound::kMostFrames));
    }
    if (sound.frames.empty()) fail_on(path, "holds no sound");
    return sound;
}

bool is_sound_name(const std::filesystem::path& path) {
    return format_of(path) != nullptr;
}

std::vector<std::uint8_t> encode_sound(const Sound& sound, const std::filesystem::path& name) {
    const Format* const format = format_of(name);
    if (!format) throw std::logic_error("no format of that name is written");
    Bytes bytes;
    // A file without sound has a rate all the same.
    SF_INFO info{.frames = 0,
                 .samplerate = sound.rate_hz ? static_cast<int>(sound.rate_hz) : 44'100,
                 .channels = 2,
                 .format = format->format,
                 .sections = 0,
                 .seekable = 0};
    SF_VIRTUAL_IO io = access();
    File file(sf_open_virtual(&io, SFM_WRITE, &info, &bytes));
    if (!file) throw std::runtime_error(std::string("libsndfile: ") + sf_strerror(nullptr));
    std::vector<short> samples;
    samples.reserve(sound.frames.size() * 2);
    const auto narrow = [](std::int32_t sample) {
        return static_cast<short>(std::min(std::int64_t{sample} + 0x8000, std::int64_t{INT32_MAX}) >> 16);
    };
    for (const SoundFrame& frame : sound.frames) {
        samples.push_back(narrow(frame.left));
        samples.push_back(narrow(frame.right));
    }
    const auto frames = static_cast<sf_count_t>(sound.frames.size());
    if (sf_writef_short(file.get(), samples.data(), frames) != frames)
        throw std::runtime_error(std::string("libsndfile: ") + sf_strerror(file.get()));
    file.reset();
    return std::move(bytes.all);
}

}  // namespace k210
