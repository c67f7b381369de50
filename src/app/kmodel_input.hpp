// A file as a model's input: a picture, an .npy array, or the tensor's own bytes.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "kmodel/summary.hpp"
#include "kmodel/tensor.hpp"

namespace k210::app {

struct ModelInput {
    kmodel::Tensor tensor;
    std::string note;  // what was done to it on the way; may be empty
};

// Pictures are scaled by area to the input's width and height, whatever their shape, and become grey for one channel;
// for float inputs each byte is divided by 255. Throws InputError when the file does not fit the input.
ModelInput load_model_input(const std::filesystem::path& file, const kmodel::TensorSummary& wanted);

// One file for each input of a model, in its order; prints the notes. Throws InputError.
std::vector<kmodel::Tensor> load_model_inputs(const std::string& model, const std::vector<std::filesystem::path>& files,
                                              const kmodel::ModelSummary& summary);

}  // namespace k210::app
