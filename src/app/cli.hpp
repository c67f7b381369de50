// The program's command line.
#pragma once

namespace k210::app {

int run_program(int argc, char** argv);  // the process's exit status

}  // namespace k210::app
