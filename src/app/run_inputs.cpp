#include "app/run_inputs.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "app/builtin_demo.hpp"
#include "app/choice.hpp"
#include "app/demo_camera.hpp"
#include "base/file_kind.hpp"
#include "host/webcam.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/host/camera_sources.hpp"
#include "k210/loader/crypto.hpp"
#include "k210/loader/firmware.hpp"

namespace k210::app {
namespace {

constexpr std::string_view kDefaultBoard = "maix_bit";
constexpr std::string_view kDemoPictures = "demo", kTestChart = "chart", kOwnPictures = "pictures";

std::unique_ptr<CameraSource> open_camera(const std::filesystem::path& path, Log& log) {
    if (names_webcam(path)) return open_webcam(path);
    return open_camera_source(path, [&log](const std::string& why) { log.host(LogLevel::warn, "camera", "{}", why); });
}

}  // namespace

std::unique_ptr<CameraSource> make_camera(const RunOptions& options, Log& log) {
    if (options.camera) return open_camera(*options.camera, log);
    const std::string seen = camera_kind(options);
    if (seen == kDemoPictures) return std::make_unique<DemoCamera>();
    if (seen == kTestChart) return std::make_unique<TestChartCamera>();
    throw InputError(fmt::format("{}: the camera saw pictures of the user's own: name them for the camera again",
                                 options.from->string()));
}

std::vector<std::shared_ptr<CameraSource>> cameras_to_choose_from(CameraSource& first, const RunOptions& options,
                                                                  Log& log) {
    if (!options.more_cameras.empty() && !options.window)
        throw InputError("--camera: only in a --window, where a key changes between them, may there be several");
    std::vector<std::shared_ptr<CameraSource>> cameras;
    cameras.emplace_back(std::shared_ptr<void>(), &first);
    for (const auto& path : options.more_cameras) cameras.push_back(open_camera(path, log));
    return cameras;
}

void check_camera_can_be_kept(const RunOptions& options) {
    if (!options.more_cameras.empty())
        throw InputError("--camera: neither a record nor a snapshot holds which of several was seen");
    if (options.camera && names_webcam(*options.camera))
        throw InputError("--camera: neither a record nor a snapshot holds what a webcam has seen");
}

std::string camera_kind(const RunOptions& options) {
    if (options.camera) return std::string(kOwnPictures);
    if (options.resumed) return options.resumed->camera;
    return std::string(options.firmware ? kTestChart : kDemoPictures);
}

Flash make_flash(const RunOptions& options, FlashImage image) {
    std::optional<Program> program;
    std::string file_sha256;
    if (options.firmware) {
        const auto bytes = read_file(*options.firmware);
        program = load_firmware(bytes, options.firmware->string(), image);
        file_sha256 = hex_sha256(bytes);
    } else if (!options.isp && std::ranges::all_of(image.bytes(), [](std::uint8_t b) { return b == kErasedByte; })) {
        program = load_firmware(demo_firmware(), "the built-in demo", image);
    }
    for (const std::string& overlay : options.flash) load_overlay(overlay, image);
    return {std::move(image).release(), std::move(program), std::move(file_sha256)};
}

std::string firmware_sha256(const Flash& flash) {
    return flash.file_sha256.empty() ? hex_sha256(flash.contents) : flash.file_sha256;
}

std::string read_script(const RunOptions& options) {
    if (!options.script) return {};
    const auto bytes = read_file(*options.script);
    if (const RecognizedFile file = recognize_file(bytes); file.kind != FileKind::text && file.kind != FileKind::json)
        throw InputError(fmt::format("--script {}: is {}, no Python", options.script->string(),
                                     bytes.empty()       ? "empty"
                                     : file.name.empty() ? "no text"
                                                         : file.name));
    return {bytes.begin(), bytes.end()};
}

const Board& board_named(std::string_view option, const std::string& name) {
    const auto known = board_names();
    if (std::ranges::find(known, name) == known.end()) refuse_choice(option, name, known);
    return find_board(name);
}

std::vector<Wire> parse_wires(const RunOptions& options) {
    std::vector<Wire> wires;
    for (const std::string& text : options.wires) {
        Wire wire{};
        const char* const end = text.data() + text.size();
        const auto a = std::from_chars(text.data(), end, wire.a);
        const bool middle = a.ec == std::errc{} && a.ptr != end && *a.ptr == '=';
        const auto b = middle ? std::from_chars(a.ptr + 1, end, wire.b) : a;
        if (!middle || b.ec != std::errc{} || b.ptr != end)
            throw InputError(fmt::format("--wire {}: is no two pads, such as 10=11", text));
        wires.push_back(wire);
    }
    return wires;
}

Board choose_board(const std::string& name_or_file) {
    if (name_or_file.empty()) return find_board(kDefaultBoard);
    return names_board_file(name_or_file) ? load_board(name_or_file) : board_named("--board", name_or_file);
}

std::string board_name(const RunOptions& options) {
    if (options.board.empty()) return std::string(kDefaultBoard);
    return names_board_file(options.board) ? std::filesystem::path(options.board).stem().string() : options.board;
}

std::string firmware_name(const RunOptions& options) {
    if (options.resumed) return options.resumed->firmware;
    if (options.firmware) return options.firmware->filename().string();
    return options.flash_image ? options.flash_image->filename().string() : "demo";
}

}  // namespace k210::app
