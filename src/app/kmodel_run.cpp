#include "app/kmodel_run.hpp"

#include <cctype>
#include <string>

#include <fmt/format.h>

#include "app/kmodel_file.hpp"
#include "app/kmodel_input.hpp"
#include "app/kmodel_output.hpp"
#include "app/outputs.hpp"
#include "app/progress_bar.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "kmodel/kmodel.hpp"
#include "kmodel/npy.hpp"

namespace k210::app {
namespace {

using kmodel::LayerSummary;

constexpr double kKpuMacsPerOperation = 100;  // of the host, about: the progress bar's measure

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

std::string output_name(std::size_t index) {
    return fmt::format("output_{}.npy", index);
}

// Before anything is computed: what cannot be written is to be told then.
void prepare_directory(const KmodelRunOptions& options, const kmodel::ModelSummary& summary) {
    const std::filesystem::path& directory = *options.directory;
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) throw InputError(fmt::format("{}: {}", directory.string(), error.message()));
    for (std::size_t i = 0; i < summary.outputs.size(); ++i) check_writable(directory / output_name(i));
    if (!options.layers) return;
    for (const LayerSummary& layer : summary.layers) check_writable(directory / file_name(layer));
}

}  // namespace

ExitStatus run_kmodel(const KmodelRunOptions& options) {
    if (options.layers && !options.directory) throw InputError("--layers: say where to with -o DIR");
    ModelFile file = load_model_file(options.model);
    const auto model = kmodel::Kmodel::parse(file.where, std::move(file.bytes));
    const auto& summary = model->summary();
    const std::vector<kmodel::Tensor> inputs = load_model_inputs(file.where, options.inputs, summary);
    if (options.directory) prepare_directory(options, summary);

    Outputs files;
    const auto write = [&](const std::string& name, const kmodel::Tensor& tensor) {
        files.attempt([&] { write_file_atomically(*options.directory / name, kmodel::write_npy(tensor)); });
    };
    const auto outputs = [&] {
        double total = 0;
        for (const LayerSummary& layer : summary.layers) total += work_of(layer);
        ProgressBar progress(total);
        return model->run(inputs, [&](const kmodel::LayerOutput& out) {
            progress.add(work_of(out.layer));
            if (options.layers) write(file_name(out.layer), out.tensor);
        });
    }();
    // Files first: the reader of what is printed may have seen enough and gone.
    for (std::size_t i = 0; i < outputs.size(); ++i)
        if (options.directory) write(output_name(i), outputs[i]);
    for (std::size_t i = 0; i < outputs.size(); ++i) print_output(i, outputs[i]);
    return files.status(kSuccess);
}

}  // namespace k210::app
