// Jumps to where there is nothing.
#include <stdint.h>

#include "console.h"
#include "hart.h"

int main(void) {
    console_init();
    print("about to jump\n");
    ((void (*)(void))(uintptr_t)0x10000000)();
    print("came back\n");
    return 0;
}
