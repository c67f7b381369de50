// A profile as one HTML file that needs nothing else, not even a network.
#pragma once
#include <string>

#include "k210/host/picture.hpp"
#include "profile/profile.hpp"

namespace k210::profile {

// `screen` is what the LCD shows at the end.
std::string page(const Profile& profile, const RunInfo& run, const Picture& screen);

}  // namespace k210::profile
