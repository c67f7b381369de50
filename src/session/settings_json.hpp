// How a machine is set up, as records and snapshots say it in JSON.
#pragma once
#include <cstdint>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "k210/base/error.hpp"
#include "k210/machine/machine.hpp"

namespace k210 {

// All but the mount of cameras, which not every file says, and the terminal's rate, which is a snapshot's state.
nlohmann::ordered_json settings_json(const MachineSettings& settings);
// The mount of cameras as well, where it is there. Throws InputError, or what is the library's.
void read_settings(const nlohmann::ordered_json& json, MachineSettings& settings);

// Up to the last of its values. Throws InputError.
template <class T>
T read_enumerator(const nlohmann::ordered_json& json, const char* key, T last) {
    const auto number = json.at(key).get<std::int64_t>();
    if (number < 0 || number > static_cast<std::int64_t>(last)) throw InputError(fmt::format("{} is too large", key));
    return static_cast<T>(number);
}

// Of such a file, whose numbers are whole: others have no value as one, and converting them is undefined. Throws
// InputError, or what is the library's.
nlohmann::ordered_json parse_whole(std::string_view text);

}  // namespace k210
