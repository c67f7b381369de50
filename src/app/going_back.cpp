#include "app/going_back.hpp"

#include "host/webcam.hpp"

namespace k210::app {

std::string_view goes_forward_only(const RunOptions& options) {
    if (options.flash_image) return "--flash-image";
    if (options.sd || options.sd_write_back) return "--sd";
    if (options.record) return "--record";
    if (options.screenshots || options.screenshot_every_s) return "--screenshots";
    if (options.video) return "--video";
    if (options.wifi) return "--wifi";
    if (options.profile) return "a profile";
    if (options.gdb && options.trace_to) return "--trace-to";  // gdb may go back and forth
    if (options.camera && names_webcam(*options.camera)) return "a webcam";
    return {};
}

}  // namespace k210::app
