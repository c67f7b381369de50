#include "app/cli.hpp"

int main(int argc, char** argv) {
    return k210::app::main(argc, argv);
}
