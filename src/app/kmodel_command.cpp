#include "app/kmodel_command.hpp"

#include <cctype>
#include <charconv>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/choice.hpp"
#include "app/command_group.hpp"
#include "app/kmodel_doctor.hpp"
#include "app/kmodel_file.hpp"
#include "app/kmodel_info.hpp"
#include "app/kmodel_profile.hpp"
#include "app/kmodel_run.hpp"
#include "app/run_command.hpp"
#include "k210/base/error.hpp"
#include "kmodel/kmodel.hpp"

namespace k210::app {
namespace {

constexpr int kDoesNotFit = 1;
constexpr double kKilo = 1e3, kMega = 1e6;
constexpr double kSlowestHz = 1e6, kFastestHz = 1e9;

void add_model(CLI::App& command, std::filesystem::path& model) {
    command
        .add_option("model", model, "kmodel of version 3, 4 or 5, or a package with one (FILE.kfpkg, FILE.kfpkg:PART)")
        ->option_text("MODEL")
        ->required();
}

struct InfoOptions {
    std::filesystem::path model;
    bool json = false;
};

int info(const InfoOptions& o) {
    ModelFile file = load_model_file(o.model);
    const auto model = kmodel::Kmodel::parse(file.where, std::move(file.bytes));
    const auto& summary = model->summary();
    fmt::print("{}", o.json ? describe_model_as_json(file.name, summary) : describe_model(file.name, summary));
    return kSuccess;
}

int run_model(const KmodelRunOptions& o) {
    return run_kmodel(o);
}

int profile(const KmodelProfileOptions& o) {
    profile_kmodel(o);
    return kSuccess;
}

// Takes 403000000, 403M and 403MHz.
double parse_clock(std::string_view option, std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    std::string unit(end, text.data() + text.size());
    for (char& c : unit) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (unit.ends_with("hz")) unit.resize(unit.size() - 2);
    const double scale = unit == "m" ? kMega : unit == "k" ? kKilo : unit.empty() ? 1 : 0;
    const double hz = number * scale;
    if (error != std::errc{} || !(hz >= kSlowestHz && hz <= kFastestHz))
        throw InputError(fmt::format("{} {}: no clock from 1 MHz to 1 GHz (400000000, 400M or 400MHz)", option, text));
    return hz;
}

void add_clock(CLI::App& command, const char* name, double& hz, const char* help) {
    command
        .add_option_function<std::string>(
            name, [name, &hz](const std::string& text) { hz = parse_clock(name, text); }, help)
        ->option_text("HZ");
}

int doctor(const KmodelDoctorOptions& o) {
    return examine_kmodel(o) ? kSuccess : kDoesNotFit;
}

}  // namespace

void add_kmodel_commands(CLI::App& program, std::function<int()>& chosen) {
    CLI::App& group = *program.add_subcommand("kmodel", "look at models and run them, without firmware");
    group.require_subcommand(1);
    add_command<InfoOptions>(
        group, chosen, "info", "say what a model is made of",
        [](CLI::App& c, InfoOptions& o) {
            add_model(c, o.model);
            c.add_flag("--json", o.json, "as JSON");
        },
        info);
    add_command<KmodelRunOptions>(
        group, chosen, "run", "compute a model's outputs as the device does",
        [](CLI::App& c, KmodelRunOptions& o) {
            add_model(c, o.model);
            c.add_option("input", o.inputs, "picture, .npy, or the input's bytes as they are")
                ->option_text("INPUT...")
                ->required();
            c.add_option("-o", o.directory, "write outputs as .npy files into DIR")->option_text("DIR");
            c.add_flag("--layers", o.layers, "write each layer's output, too");
        },
        run_model);
    add_command<KmodelProfileOptions>(
        group, chosen, "profile", "predict how long a model takes on the chip, and what would make it faster",
        [](CLI::App& c, KmodelProfileOptions& o) {
            add_model(c, o.model);
            CLI::Option* inputs =
                c.add_option("input", o.inputs, "run it here, too, and show this machine's times beside the chip's")
                    ->option_text("INPUT...");
            c.add_option_function<std::string>(
                 "--runner",
                 [&o](const std::string& name) {
                     o.runner = choose<kmodel::Runner>(
                         "--runner", name, {{"maixpy", kmodel::Runner::maixpy}, {"sdk", kmodel::Runner::sdk}});
                 },
                 "what runs the model: maixpy (default), or sdk for demos of Kendryte's SDK")
                ->option_text("RUNNER");
            add_clock(c, "--kpu-hz", o.clocks.kpu_hz, "the KPU's clock (400M)");
            add_clock(c, "--cpu-hz", o.clocks.cpu_hz, "the CPU's clock (400M)");
            c.add_flag("--json", o.json, "as JSON")->excludes(inputs);
        },
        profile);
    add_command<KmodelDoctorOptions>(
        group, chosen, "doctor", "say whether a model fits and loads, and what slows it down",
        [](CLI::App& c, KmodelDoctorOptions& o) {
            c.add_option("model", o.model, "kmodel, .smodel, or a package with some (FILE.kfpkg, FILE.kfpkg:PART)")
                ->option_text("MODEL")
                ->required();
            c.add_option("--board", o.board,
                         "board whose flash it goes to: a name that `k210emu boards` lists, or a file")
                ->option_text("NAME|FILE.toml");
            c.add_option("--firmware", o.firmware, "firmware that loads it (otherwise any)")
                ->option_text("full|minimum|c");
        },
        doctor);
}

}  // namespace k210::app
