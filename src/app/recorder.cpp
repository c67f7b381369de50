#include "app/recorder.hpp"

#include <utility>

#include "app/run_inputs.hpp"
#include "base/file_access.hpp"
#include "k210/base/file.hpp"
#include "k210/host/camera_sources.hpp"
#include "k210/loader/crypto.hpp"

namespace k210::app {
namespace {

std::string hash_of_pictures(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) return hex_sha256(read_file(path));
    std::string hashes;
    const FolderCamera folder(path);
    for (const auto& file : folder.files()) hashes += hex_sha256(read_file(file));
    return hex_sha256(std::span(reinterpret_cast<const std::uint8_t*>(hashes.data()), hashes.size()));
}

// That it is heard once makes another sound of it.
std::string hash_of_sound(const RunOptions& options) {
    if (options.mic) return hex_sha256(read_file(*options.mic));
    return options.mic_once ? "once " + hex_sha256(read_file(*options.mic_once)) : std::string();
}

}  // namespace

RecordedParts parts_of(const SessionConfig& config, const RunOptions& options) {
    const std::string camera = options.camera ? hash_of_pictures(*options.camera) : camera_kind(options);
    const std::string microphone = hash_of_sound(options);
    if (options.from)
        return {.flash = {},
                .program = {},
                .card = {},
                .camera = camera,
                .from = hex_sha256(read_file(*options.from)),
                .microphone = microphone};
    return {.flash = hex_sha256(config.flash),
            .program = config.program ? hash_of(*config.program) : std::string(),
            .card = config.card ? hash_of(*config.card->image) : std::string(),
            .camera = camera,
            .microphone = microphone};
}

Record read_recording(const std::filesystem::path& file) {
    const auto bytes = read_file(file);
    return read_record({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file.string());
}

Recorder::Recorder(std::filesystem::path file, RecordedParts parts) : path_(std::move(file)), parts_(std::move(parts)) {
    check_writable(path_);
}

void Recorder::begin(const Board& board, const MachineSettings& settings) {
    said_ = {};
    write(record_begin(board, settings, parts_));
}

void Recorder::open() {
    file_.emplace(path_).write(std::exchange(pending_, {}));
}

void Recorder::finish(const Session& session) {
    write(record_line(RecordedEnd{session.now(), session.machine().counters().cpu_cycles, said_}));
    if (file_) file_->finish();
}

void Recorder::write(std::string_view line) {
    if (file_)
        file_->write(line);
    else
        pending_ += line;
}

}  // namespace k210::app
