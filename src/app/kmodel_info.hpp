// `k210emu kmodel info`: what a model is, in words or as JSON.
#pragma once
#include <string>
#include <string_view>

#include "kmodel/summary.hpp"

namespace k210::app {

std::string describe_model(std::string_view name, const kmodel::ModelSummary& model);
std::string describe_model_as_json(std::string_view name, const kmodel::ModelSummary& model);
// "1x32 + 1x32": all shapes that go into a layer.
std::string input_shapes(const kmodel::LayerSummary& layer);

}  // namespace k210::app
