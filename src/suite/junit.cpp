#include "suite/junit.hpp"

#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pugixml.hpp>

#include "k210/base/message.hpp"

namespace k210::suite {
namespace {

using scenario::Status;

// XML has no way to write most control characters.
std::string lines(std::string_view text) {
    std::string safe;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        safe += printable(text.substr(0, end)) + "\n";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return safe;
}

std::string seconds(double wall_s) {
    return fmt::format("{:.3f}", wall_s);
}

void add_text(pugi::xml_node to, const char* name, const std::string& text) {
    if (!text.empty()) to.append_child(name).text().set(text.c_str());
}

// Failures are the guest's, errors somebody else's.
void add_verdict(pugi::xml_node test, const scenario::Result& result) {
    if (result.status == Status::passed) return;
    if (result.status == Status::skipped) {
        test.append_child("skipped").append_attribute("message") = printable(result.message).c_str();
        return;
    }
    const bool guests_own = result.status == Status::failed || result.status == Status::timeout;
    pugi::xml_node verdict = test.append_child(guests_own ? "failure" : "error");
    verdict.append_attribute("message") = printable(result.message).c_str();
    verdict.append_attribute("type") = std::string(to_string(result.status)).c_str();
    if (const std::string detail = lines(result.detail); !detail.empty()) verdict.text().set(detail.c_str());
}

void add_case(pugi::xml_node suite, const CaseResult& result) {
    pugi::xml_node test = suite.append_child("testcase");
    const std::string folder = result.test.file.parent_path().generic_string();
    test.append_attribute("name") = printable(result.test.id.substr(folder.empty() ? 0 : folder.size() + 1)).c_str();
    test.append_attribute("classname") = printable(folder.empty() ? "." : folder).c_str();
    test.append_attribute("file") = printable(result.test.file.string()).c_str();
    test.append_attribute("time") = seconds(result.result.wall_s).c_str();
    add_verdict(test, result.result);
    std::string said = lines(fmt::format("{}", fmt::join(result.result.last_lines, "\n")));
    if (result.result.status != Status::passed) said += "again: " + printable(result.test.again) + "\n";
    add_text(test, "system-out", said);
}

}  // namespace

std::string junit(const Results& results) {
    const Counts of = counts(results);
    const auto count = [&](auto... statuses) { return (of[static_cast<std::size_t>(statuses)] + ...); };
    pugi::xml_document document;
    pugi::xml_node declaration = document.append_child(pugi::node_declaration);
    declaration.append_attribute("version") = "1.0";
    declaration.append_attribute("encoding") = "UTF-8";
    pugi::xml_node suite = document.append_child("testsuites").append_child("testsuite");
    suite.append_attribute("name") = "k210emu";
    suite.append_attribute("tests") = results.cases.size();
    suite.append_attribute("failures") = count(Status::failed, Status::timeout);
    suite.append_attribute("errors") = count(Status::wall_timeout, Status::bad_input, Status::lost);
    suite.append_attribute("skipped") = count(Status::skipped);
    suite.append_attribute("time") = seconds(results.wall_s).c_str();
    for (const CaseResult& result : results.cases) add_case(suite, result);
    std::ostringstream text;
    document.save(text, "  ");
    return std::move(text).str();
}

}  // namespace k210::suite
