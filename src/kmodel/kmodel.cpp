#include "kmodel/kmodel.hpp"

#include <fmt/format.h>

#include "base/file_kind.hpp"
#include "k210/base/error.hpp"
#include "kmodel/v3/model.hpp"
#include "kmodel/v4/model.hpp"
#include "kmodel/v5.hpp"

namespace k210::kmodel {

std::unique_ptr<Kmodel> Kmodel::parse(std::string_view name, std::vector<std::uint8_t> bytes) {
    const RecognizedFile file = recognize_file(bytes);
    if (file.kind != FileKind::kmodel) throw InputError(fmt::format("{}: {}", name, complaint_about(file)));
    switch (file.version) {
        case 3: return make_kmodel_v3(name, std::move(bytes));
        case 4: return make_kmodel_v4(name, std::move(bytes));
        default: return make_kmodel_v5(name, bytes);
    }
}

std::string complaint_about(const RecognizedFile& file) {
    switch (file.kind) {
        case FileKind::kmodel: return {};
        case FileKind::unknown: return "is not a kmodel";
        case FileKind::old_kmodel: return fmt::format("is {}, which only the first SDK takes", file.name);
        case FileKind::prerelease_kmodel:
            return fmt::format("is {}, as nncase wrote it before v1.0.0-beta1", file.name);
        case FileKind::new_kmodel: return fmt::format("is {}, which is not known", file.name);
        case FileKind::smodel: return fmt::format("is {}: encrypted for one chip", file.name);
        case FileKind::swapped_kmodel: return fmt::format("is {}, for kpu.load_flash()", file.name);
        default: return fmt::format("is {}, not a kmodel", file.name);
    }
}

void check_inputs(std::string_view name, const ModelSummary& model, std::span<const Tensor> inputs) {
    if (inputs.size() != model.inputs.size())
        throw InputError(fmt::format("{}: takes {} inputs, not {}", name, model.inputs.size(), inputs.size()));
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const TensorSummary& wanted = model.inputs[i];
        const Tensor& given = inputs[i];
        if (given.shape != wanted.shape || given.element != wanted.element || given.bytes.size() != wanted.bytes)
            throw InputError(fmt::format("{}: input {} is {} {}, not {} {}", name, i, to_string(wanted.shape),
                                         to_string(wanted.element), to_string(given.shape), to_string(given.element)));
    }
}

}  // namespace k210::kmodel
