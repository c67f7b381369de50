#include "profile/page.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/base64.hpp"
#include "base/page_data.hpp"
#include "k210/host/picture_file.hpp"
#include "profile/page_template.hpp"

namespace k210::profile {
namespace {

using Json = nlohmann::ordered_json;

std::string address_text(std::uint64_t address) {
    return fmt::format("{:#010x}", address);
}

template <class Line, class ToJson>
Json list(const std::vector<Line>& lines, ToJson to_json) {
    Json all = Json::array();
    for (const Line& line : lines) all.push_back(to_json(line));
    return all;
}

Json hart_json(const HartLines& hart) {
    return {{"running_ps", hart.running_ps},
            {"trap_ps", hart.trap_ps},
            {"waiting_ps", hart.waiting_ps},
            {"functions", list(hart.functions,
                               [](const FunctionLine& line) {
                                   return Json{{"name", line.name},
                                               {"address", address_text(line.address)},
                                               {"program_ps", line.program_ps},
                                               {"trap_ps", line.trap_ps}};
                               })},
            {"scripts", list(lines_of(hart.scripts),
                             [](const ScriptLine& line) {
                                 return Json{{"file", line.place.file},
                                             {"line", line.place.line},
                                             {"function", line.place.function},
                                             {"called", line.called},
                                             {"time_ps", line.time_ps}};
                             })},
            {"traps", list(hart.traps,
                           [](const TrapLine& line) {
                               return Json{{"name", line.name}, {"times", line.times}, {"time_ps", line.time_ps}};
                           })},
            {"waits", list(hart.waits, [](const WaitLine& line) {
                 return Json{{"name", line.name},
                             {"function", line.function},
                             {"address", address_text(line.address)},
                             {"times", line.times},
                             {"time_ps", line.time_ps}};
             })}};
}

Json layer_json(const LayerTime& layer) {
    return {{"kind", layer.kind},
            {"input", layer.input},
            {"output", layer.output},
            {"pool", layer.pool},
            {"parameters", layer.parameters},
            {"setup_cycles", layer.setup_cycles},
            {"compute_cycles", layer.compute_cycles},
            {"weight_load_cycles", layer.weight_load_cycles},
            {"data_out_cycles", layer.data_out_cycles},
            {"runs", layer.runs},
            {"busy_ps", layer.busy_ps}};
}

Json device_json(const DeviceTime& device) {
    return {{"name", device.name}, {"busy_ps", device.busy_ps}, {"times", device.times}, {"bytes", device.bytes}};
}

Json screen_json(const Picture& screen) {
    if (screen.empty()) return nullptr;
    return {{"width", screen.width}, {"height", screen.height}, {"png", base64(encode_png(screen))}};
}

}  // namespace

std::string page(const Profile& profile, const RunInfo& run, const Picture& screen) {
    Json json;
    json["run"] = {{"title", run.title}, {"command", run.command}, {"outcome", run.outcome}, {"timing", run.timing}};
    json["elapsed_ps"] = profile.elapsed_ps;
    if (!profile.windows_ps.empty()) json["windows_ps"] = profile.windows_ps;
    json["cpu_hz"] = profile.cpu_hz;
    json["kpu_hz"] = profile.kpu_hz;
    json["named"] = profile.names != NameSource::none;
    if (profile.names == NameSource::recognised) json["recognised_share"] = profile.named_share();
    json["harts"] = Json::array();
    for (const HartLines& hart : profile.harts) json["harts"].push_back(hart_json(hart));
    json["layers"] = list(profile.layers, layer_json);
    json["devices"] = list(profile.devices, device_json);
    json["frames_shown"] = profile.frames_shown;
    json["screen"] = screen_json(screen);

    return page_with(page_template(), json.dump(-1, ' ', true, Json::error_handler_t::replace));
}

}  // namespace k210::profile
