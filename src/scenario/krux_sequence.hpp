// The sequence files of Krux's simulator, made into steps for a board that runs Krux's firmware.
// Words and their meaning: [doc] selfcustody/krux@6a7a357f simulator/kruxsim/sequence.py
//
//     include _wait-for-logo.txt
//     x2 press BUTTON_B
//     screenshot about.png
//
// The simulator waits until a key has been taken. Firmware drops what is pressed while it draws, so that each press is
// followed by a rest: until nothing has been drawn for a while.
#pragma once
#include <filesystem>
#include <vector>

#include "scenario/scenario.hpp"

namespace k210::scenario {

// A file that is not there is looked for in the folder that is called as Krux calls the board, as the simulator does.
// Throws InputError: "FILE:LINE: why".
std::vector<Step> read_krux_sequence(const std::filesystem::path& file, const Board& board);

}  // namespace k210::scenario
