// What a run starts from.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/run_options.hpp"
#include "k210/base/log.hpp"
#include "k210/board/board.hpp"
#include "k210/host/camera_source.hpp"
#include "k210/loader/flash_image.hpp"
#include "k210/loader/program.hpp"

namespace k210::app {

// All of these throw InputError.

std::unique_ptr<CameraSource> make_camera(const RunOptions& options, Log& log);
// That one, which must outlive them, and those that the options name besides.
std::vector<std::shared_ptr<CameraSource>> cameras_to_choose_from(CameraSource& first, const RunOptions& options,
                                                                  Log& log);

// For a record or a snapshot of the run.
void check_camera_can_be_kept(const RunOptions& options);

// What make_camera() makes, in one word, for snapshots.
std::string camera_kind(const RunOptions& options);

// Firmware, overlays and the kept image, put together as the flash chip's contents.
struct Flash {
    std::vector<std::uint8_t> contents;
    std::optional<Program> program;
    std::string file_sha256;  // of the firmware's file; empty without one
};
Flash make_flash(const RunOptions& options, FlashImage image);
// For reports: of the firmware's file; without one, of the contents, which takes a while.
std::string firmware_sha256(const Flash& flash);

// What --wire says; whether the board allows them is the machine's to say.
std::vector<Wire> parse_wires(const RunOptions& options);

// `option` is what the name was given for.
const Board& board_named(std::string_view option, const std::string& name);
// The board of that name, or of a file of the user's own.
Board choose_board(const std::string& name_or_file);

std::string read_script(const RunOptions& options);  // empty when there is none
std::string board_name(const RunOptions& options);   // without reading its file
std::string firmware_name(const RunOptions& options);

}  // namespace k210::app
