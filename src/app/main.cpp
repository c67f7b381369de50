#include "app/cli.hpp"

int main(int argc, char** argv) {
    return k210::app::run_program(argc, argv);
}
