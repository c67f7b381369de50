#include "app/kmodel_run.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <numeric>
#include <string>

#include <fmt/format.h>

#include "app/kmodel_input.hpp"
#include "app/progress_bar.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "kmodel/kmodel.hpp"
#include "kmodel/npy.hpp"

namespace k210::app {
namespace {

using kmodel::Element;
using kmodel::LayerSummary;
using kmodel::Shape;
using kmodel::Tensor;

constexpr std::size_t kShownWhole = 32, kShownTop = 5;
constexpr double kKpuMacsPerOperation = 100;  // of the host, about: the progress bar's measure

std::vector<float> values_of(const Tensor& tensor) {
    if (tensor.element == Element::u8) return {tensor.bytes.begin(), tensor.bytes.end()};
    std::vector<float> values(tensor.bytes.size() / 4);
    std::memcpy(values.data(), tensor.bytes.data(), values.size() * 4);
    return values;
}

// Of an element: its number where there is one dimension, else channel, row and column.
std::string position(const Shape& shape, std::size_t index) {
    if (std::ranges::count_if(shape.dims, [](std::uint32_t n) { return n != 1; }) <= 1)
        return fmt::format("[{}]", index);
    std::string text;
    for (std::size_t d = shape.dims.size(); d-- > 0;) {
        const std::size_t size = shape.dims[d];
        if (d > 0 || size > 1) text = fmt::format("{}{}{}", index % size, text.empty() ? "" : ", ", text);
        index /= size;
    }
    return fmt::format("[{}]", text);
}

void print_output(std::size_t index, const Tensor& tensor) {
    const std::vector<float> values = values_of(tensor);
    fmt::print("output {}: {} {}", index, to_string(tensor.shape), to_string(tensor.element));
    if (values.size() <= kShownWhole) {
        for (std::size_t i = 0; i < values.size(); ++i) fmt::print("{}{:g}", i % 8 == 0 ? "\n    " : "  ", values[i]);
        fmt::print("\n");
    } else {
        const auto [least, most] = std::ranges::minmax(values);
        const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
        fmt::print(", from {:g} to {:g}, mean {:g}\n", least, most, mean);
    }
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const std::size_t top = std::min(kShownTop, order.size());
    // NaN sorts last, equal values by their place.
    const auto key = [&](std::size_t i) { return std::isnan(values[i]) ? -INFINITY : values[i]; };
    std::ranges::partial_sort(
        order, order.begin() + static_cast<std::ptrdiff_t>(top),
        [&](std::size_t a, std::size_t b) { return key(a) > key(b) || (key(a) == key(b) && a < b); });
    fmt::print("    largest:");
    for (std::size_t i = 0; i < top; ++i)
        fmt::print(" {} {:g}{}", position(tensor.shape, order[i]), values[order[i]], i + 1 < top ? "," : "\n");
}

double work_of(const LayerSummary& layer) {
    return static_cast<double>(layer.kpu ? layer.macs : layer.operations) / (layer.kpu ? kKpuMacsPerOperation : 1);
}

std::string file_name(const LayerSummary& layer) {
    std::string kind;
    for (const char c : layer.kind) {
        if (std::isalnum(static_cast<unsigned char>(c)))
            kind += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else if (!kind.empty() && kind.back() != '_')
            kind += '_';
    }
    return fmt::format("layer_{:03}_{}.npy", layer.index, kind);
}

void make_directory(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) throw InputError(fmt::format("{}: {}", directory.string(), error.message()));
}

}  // namespace

void run_kmodel(const KmodelRunOptions& options) {
    if (options.layers && !options.directory) throw InputError("--layers: say where to with -o DIR");
    const auto model = kmodel::Kmodel::parse(options.model.string(), read_file(options.model));
    const auto& summary = model->summary();
    if (options.inputs.size() != summary.inputs.size())
        throw InputError(fmt::format("{}: takes {} inputs, {} were given", options.model.string(),
                                     summary.inputs.size(), options.inputs.size()));
    std::vector<Tensor> inputs;
    for (std::size_t i = 0; i < options.inputs.size(); ++i) {
        ModelInput input = load_model_input(options.inputs[i], summary.inputs[i]);
        if (!input.note.empty()) fmt::print("input {}: {}\n", i, input.note);
        inputs.push_back(std::move(input.tensor));
    }
    if (options.directory) make_directory(*options.directory);

    const auto outputs = [&] {
        double total = 0;
        for (const LayerSummary& layer : summary.layers) total += work_of(layer);
        ProgressBar progress(total);
        return model->run(inputs, [&](const kmodel::LayerOutput& out) {
            progress.add(work_of(out.layer));
            if (options.layers)
                write_file_atomically(*options.directory / file_name(out.layer), kmodel::write_npy(out.tensor));
        });
    }();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        print_output(i, outputs[i]);
        if (options.directory)
            write_file_atomically(*options.directory / fmt::format("output_{}.npy", i), kmodel::write_npy(outputs[i]));
    }
}

}  // namespace k210::app
