// A timeline as Chrome's trace event format, which Perfetto (ui.perfetto.dev) and chrome://tracing open.
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU [doc]
#pragma once
#include <string>
#include <string_view>

#include "profile/timeline.hpp"

namespace k210::profile {

// `title` names the process that all tracks belong to.
std::string chrome_trace(const Timeline& timeline, std::string_view title);

}  // namespace k210::profile
