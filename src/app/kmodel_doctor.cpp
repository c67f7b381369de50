#include "app/kmodel_doctor.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "app/choice.hpp"
#include "app/kmodel_file.hpp"
#include "app/run_inputs.hpp"
#include "base/file_kind.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"
#include "k210/loader/kfpkg.hpp"
#include "kmodel/doctor.hpp"

namespace k210::app {
namespace {

using kmodel::Finding;

kmodel::DoctorOptions options_of(const KmodelDoctorOptions& o) {
    kmodel::DoctorOptions options;
    if (!o.board.empty())
        options.flash_bytes = static_cast<std::uint32_t>(choose_board(o.board).storage_bytes(kFlashPort));
    if (o.firmware)
        options.firmware = choose<kmodel::Firmware>("--firmware", *o.firmware,
                                                    {{"full", kmodel::Firmware::maixpy_full},
                                                     {"minimum", kmodel::Firmware::maixpy_minimum},
                                                     {"c", kmodel::Firmware::c}});
    return options;
}

bool print(const std::vector<Finding>& findings) {
    constexpr std::array kLabels = {"ok", "advice", "problem"};
    for (const Finding& finding : findings) {
        fmt::print("{:<8} {}\n", kLabels.at(finding.severity), finding.what);
        if (!finding.remedy.empty()) fmt::print("{:<8} -> {}\n", "", finding.remedy);
    }
    return std::ranges::none_of(findings, [](const Finding& f) { return f.severity == Finding::problem; });
}

bool examine_package(const std::string& name, std::span<const std::uint8_t> bytes,
                     const kmodel::DoctorOptions& options) {
    bool found = false, well = true;
    read_kfpkg(bytes, name, options.flash_bytes, [&](const auto& file, std::uint32_t address, const auto& contents) {
        if (!is_kmodel(recognize_file(contents).kind)) return;  // firmware, mostly
        fmt::print("{}{}: in a package, for flash address {:#x}\n", found ? "\n" : "", file, address);
        found = true;
        well = print(kmodel::examine(fmt::format("{}: {}", name, file), contents, options)) && well;
    });
    if (!found) throw InputError(fmt::format("{}: is a package without a model", name));
    fmt::print(
        "\nThis is a kfpkg: flashing tools take it as it is, and so does `k210emu run --flash`. "
        "For kpu.load() from an SD card, unzip it.\n");
    return well;
}

}  // namespace

bool examine_kmodel(const KmodelDoctorOptions& o) {
    const kmodel::DoctorOptions options = options_of(o);
    if (std::error_code error; std::filesystem::exists(o.model, error)) {
        const std::vector<std::uint8_t> bytes = read_file(o.model);
        if (is_zip(bytes)) return examine_package(o.model.string(), bytes, options);
    }
    const ModelFile file = load_model_file(o.model);
    const auto findings = kmodel::examine(file.where, file.bytes, options);
    fmt::print("{}: {} bytes\n", file.name, file.bytes.size());
    return print(findings);
}

}  // namespace k210::app
