#include "suite/result_json.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "k210/base/error.hpp"

namespace k210::suite {
namespace {

using Json = nlohmann::ordered_json;
using scenario::Result;
using scenario::Status;
using scenario::StepResult;

double milliseconds_of(double seconds) {
    return std::round(seconds * 1000) / 1000;
}

Status status_from(const std::string& word) {
    for (std::size_t i = 0; i < scenario::kStatusCount; ++i)
        if (to_string(static_cast<Status>(i)) == word) return static_cast<Status>(i);
    throw InputError(fmt::format("'{}' is no status", word));
}

Json step_json(const StepResult& step) {
    Json json{{"file", step.place.file.string()},
              {"line", step.place.line},
              {"step", step.shown},
              {"status", to_string(step.status)},
              {"guest_began", step.began_s},
              {"guest_ended", step.ended_s},
              {"wall_seconds", milliseconds_of(step.wall_s)}};
    if (!step.why.empty()) json["message"] = step.why;
    return json;
}

StepResult step_from(const Json& json) {
    return {.place = {json.at("file").get<std::string>(), json.at("line").get<std::size_t>()},
            .shown = json.at("step").get<std::string>(),
            .status = status_from(json.at("status").get<std::string>()),
            .began_s = json.at("guest_began").get<double>(),
            .ended_s = json.at("guest_ended").get<double>(),
            .wall_s = json.at("wall_seconds").get<double>(),
            .why = json.value("message", std::string())};
}

}  // namespace

Json to_json(const Result& result) {
    Json json{{"status", to_string(result.status)},
              {"message", result.message},
              {"detail", result.detail},
              {"board", result.board},
              {"made_from", result.made_from},
              {"guest_seconds", result.guest_s},
              {"wall_seconds", milliseconds_of(result.wall_s)},
              {"console", result.last_lines},
              {"steps", Json::array()}};
    for (const StepResult& step : result.steps) json["steps"].push_back(step_json(step));
    if (!result.lost.empty()) json["lost"] = result.lost;
    return json;
}

Result result_from(const Json& json) {
    Result result{.status = status_from(json.at("status").get<std::string>()),
                  .message = json.at("message").get<std::string>(),
                  .detail = json.at("detail").get<std::string>()};
    result.board = json.at("board").get<std::string>();
    result.guest_s = json.at("guest_seconds").get<double>();
    result.wall_s = json.at("wall_seconds").get<double>();
    result.last_lines = json.at("console").get<std::vector<std::string>>();
    result.made_from = json.value("made_from", std::string());
    result.lost = json.value("lost", std::vector<std::string>());
    for (const Json& step : json.at("steps")) result.steps.push_back(step_from(step));
    return result;
}

std::string to_text(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace k210::suite
