// Writes the operators' models into a folder, and prints what each has of what its costs grow with.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "k210/base/file.hpp"
#include "kmodel/cost.hpp"
#include "kmodel/kmodel.hpp"
#include "tools/calibrate/operator_models.hpp"

namespace {

nlohmann::json description(const k210::OperatorModel& one) {
    using namespace k210::kmodel;
    const auto model = Kmodel::parse(one.name, one.bytes);
    const LayerSummary& layer = model->summary().layers.back();
    nlohmann::json costs = nlohmann::json::array();
    if (one.name != "none")
        for (const OperatorCost* cost : costs_of(model->summary(), layer))
            costs.push_back({{"kind", std::string(cost->kind)},
                             {"unit", std::string(to_string(cost->unit))},
                             {"count", count_of(cost->unit, layer)},
                             {"cycles", cost->cycles}});
    return {{"name", one.name}, {"version", one.version}, {"type", layer.type}, {"kind", layer.kind}, {"costs", costs}};
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::filesystem::path folder = argc > 1 ? argv[1] : ".";
        nlohmann::json all = nlohmann::json::array();
        for (const k210::OperatorModel& one : k210::operator_models()) {
            const std::string file = fmt::format("{}.kmodel", all.size());
            k210::write_file_atomically(folder / file, one.bytes);
            all.push_back(description(one));
            all.back()["file"] = file;
        }
        std::puts(all.dump().c_str());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "write_operator_models: %s\n", error.what());
        return 2;
    }
}
