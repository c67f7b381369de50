// What a part that power failing can catch in the middle of something offers besides.
#pragma once
#include <cstdint>

namespace k210 {

class PowerLoss {
public:
    virtual ~PowerLoss() = default;
    // Power goes, and power_on() follows. What is undefined by that, `seed` decides.
    virtual void lose_power(std::uint64_t seed) = 0;
};

}  // namespace k210
