#include "digits.h"

#include <stddef.h>

#include "kmodel.h"

extern const uint8_t digits_kmodel[], digits_kmodel_end[];

const char* digits_init(void) {
    const char* wrong = kmodel_load(digits_kmodel, (size_t)(digits_kmodel_end - digits_kmodel));
    if (wrong != NULL) return wrong;
    unsigned count;
    kmodel_output(&count);
    return count == DIGITS_CLASSES ? NULL : "model: has other classes";
}

void digits_read(struct reading* reading) {
    kmodel_run();
    unsigned count;
    const volatile float* likely = kmodel_output(&count);
    reading->best = 0;
    for (unsigned i = 0; i < DIGITS_CLASSES; ++i) {
        reading->thousandths[i] = (unsigned)(likely[i] * 1000 + 0.5f);
        if (likely[i] > likely[reading->best]) reading->best = i;
    }
}

struct kpu_map digits_map(unsigned index) {
    return kmodel_kpu_map(DIGITS_SHRINKING_LAYERS + index);
}
