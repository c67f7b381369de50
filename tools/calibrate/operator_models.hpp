// Models of one CPU operator each, in several sizes: what a runtime takes for them gives the operator's cost.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace k210 {

struct OperatorModel {
    std::string name;  // "none": what is around the operators of that version's models, and nothing else
    unsigned version = 0;
    std::vector<std::uint8_t> bytes;
};
// Those of a version one after the other, "none" first.
std::vector<OperatorModel> operator_models();

}  // namespace k210
