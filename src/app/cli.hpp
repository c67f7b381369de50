// The program's command line.
#pragma once

namespace k210::app {

int main(int argc, char** argv);  // the process's exit status

}  // namespace k210::app
