// A profile as text, for a terminal.
#pragma once
#include <string>
#include <string_view>

#include "profile/profile.hpp"

namespace k210::profile {

std::string summary(const Profile& profile, std::string_view title);

}  // namespace k210::profile
