// The result of one scenario as JSON. What depends on the host is in keys named wall_seconds.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "scenario/result.hpp"

namespace k210::suite {

nlohmann::ordered_json to_json(const scenario::Result& result);
// Throws nlohmann::json::exception where it is none.
scenario::Result result_from(const nlohmann::ordered_json& json);

// Consoles carry bytes, not always UTF-8.
std::string to_text(const nlohmann::ordered_json& json);

}  // namespace k210::suite
