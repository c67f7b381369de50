// `k210emu run`
#pragma once
#include "app/exit_status.hpp"
#include "app/run_options.hpp"
#include "k210/host/camera_source.hpp"

namespace k210::app {

// Throws InputError on bad input. May end the process itself, where the machine or something of the host's never
// returns: see Watchdog. `camera` is seen instead of what the options say.
ExitStatus run(const RunOptions& options, CameraSource* camera = nullptr);

}  // namespace k210::app
