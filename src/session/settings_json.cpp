#include "session/settings_json.hpp"

namespace k210 {

using Json = nlohmann::ordered_json;

Json settings_json(const MachineSettings& settings) {
    Json wires = Json::array();
    for (const Wire& wire : settings.wires) wires.push_back({wire.a, wire.b});
    return {{"wires", wires},
            {"timing", settings.timing},
            {"crash_patience_ps", settings.crash_patience.ps},
            {"strictness", settings.strictness},
            {"flash_timing", settings.flash_timing},
            {"boot", settings.boot}};
}

void read_settings(const Json& json, MachineSettings& settings) {
    if (const auto mount = json.find("camera_mount"); mount != json.end() && !mount->is_null())
        settings.camera_mount = read_enumerator(json, "camera_mount", CameraMount::rotate180);
    for (const Json& wire : json.at("wires"))
        settings.wires.push_back({wire.at(0).get<unsigned>(), wire.at(1).get<unsigned>()});
    settings.timing = read_enumerator(json, "timing", TimingModel::thorough);
    settings.crash_patience.ps = json.at("crash_patience_ps").get<std::uint64_t>();
    settings.strictness = read_enumerator(json, "strictness", Strictness::trap);
    // Records of versions without it are of the fast one.
    settings.flash_timing =
        json.contains("flash_timing") ? read_enumerator(json, "flash_timing", FlashTiming::fast) : FlashTiming::fast;
    settings.boot = read_enumerator(json, "boot", BootMode::isp_only);
}

Json parse_whole(std::string_view text) {
    constexpr int kDeepest = 16;
    return Json::parse(text, [](int depth, Json::parse_event_t, const Json& parsed) {
        if (depth > kDeepest) throw InputError("is nested too deeply");
        if (parsed.is_number_float()) throw InputError("has a number that is not whole");
        return true;
    });
}

}  // namespace k210
