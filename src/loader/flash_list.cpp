#include "k210/loader/flash_list.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "k210/base/error.hpp"
#include "k210/base/message.hpp"
#include "k210/loader/flash_image.hpp"

namespace k210 {
namespace {

using nlohmann::json;

bool is_hex_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool begins_hex_number(std::string_view text, std::size_t at) {
    if (at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1]))) return false;
    return text.substr(at, 2) == "0x" || text.substr(at, 2) == "0X";
}

// Past the string, comment or single character at `at`.
std::size_t skip_token(std::string_view text, std::size_t at) {
    if (text[at] == '"') {
        for (++at; at < text.size() && text[at] != '"'; ++at)
            if (text[at] == '\\') ++at;
    } else if (text.substr(at, 2) == "//") {
        at = std::min(text.find('\n', at), text.size());
    } else if (text.substr(at, 2) == "/*") {
        const std::size_t end = text.find("*/", at + 2);
        at = end == text.npos ? text.size() : end + 1;
    }
    return std::min(at + 1, text.size());
}

// Rewrites the bare hexadecimal number at `at` as a decimal one of the same width and returns where it ends. Numbers
// above 64 bits are left for the JSON reader to complain about.
std::size_t rewrite_hex(std::string& text, std::size_t at) {
    std::size_t end = at + 2;
    while (end < text.size() && is_hex_digit(text[end])) ++end;
    std::uint64_t value = 0;
    if (std::from_chars(text.data() + at + 2, text.data() + end, value, 16).ec != std::errc{}) return end;
    const std::string decimal = std::to_string(value);
    if (decimal.size() <= end - at) text.replace(at, end - at, fmt::format("{:<{}}", decimal, end - at));
    return end;
}

// What JSON lacks is replaced in place, so that the reader's lines and columns are the file's.
std::string as_json(std::string_view original) {
    std::string text(original);
    std::size_t comma = std::string::npos;  // nothing but blanks and comments since
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        const bool comment = c == '/';
        if (begins_hex_number(text, at)) {
            comma = std::string::npos;
            at = rewrite_hex(text, at);
            continue;
        }
        if (c == ',')
            comma = at;
        else if ((c == ']' || c == '}') && comma != std::string::npos)
            text[comma] = ' ';
        if (c != ',' && !comment && !std::isspace(static_cast<unsigned char>(c))) comma = std::string::npos;
        at = skip_token(text, at);
    }
    return text;
}

// "[json.exception.parse_error.101] parse error at line 1, column 2: ..." without the part in brackets.
std::string_view without_exception_name(std::string_view what) {
    const std::size_t end = what.find("] ");
    return end == what.npos ? what : what.substr(end + 2);
}

constexpr int kMaxDepth = 16;
constexpr std::size_t kLongestValue = 80;

struct TooDeep {};
bool refuse_depth(int depth, json::parse_event_t event, json&) {
    const bool begins = event == json::parse_event_t::array_start || event == json::parse_event_t::object_start;
    if (begins && depth >= kMaxDepth) throw TooDeep{};
    return true;
}

std::uint32_t address_of(const json& file, const std::string& where) {
    const auto it = file.find("address");
    if (it == file.end()) throw InputError(where + ": has no \"address\"");
    std::optional<std::uint32_t> address;
    if (it->is_string())
        address = parse_address(it->get_ref<const std::string&>());
    else if (it->is_number_unsigned() && it->get<std::uint64_t>() <= std::numeric_limits<std::uint32_t>::max())
        address = it->get<std::uint32_t>();
    if (!address) {
        // Only what has no depth is shown.
        const std::string value = it->is_string()       ? fmt::format("\"{}\"", it->get_ref<const std::string&>())
                                  : it->is_structured() ? fmt::format("of type {}", it->type_name())
                                                        : it->dump();
        throw InputError(fmt::format("{}: bad address {}", where, printable(value, kLongestValue)));
    }
    return *address;
}

bool flag_of(const json& file, const char* key, const std::string& where) {
    const auto it = file.find(key);
    if (it == file.end()) return false;
    if (!it->is_boolean()) throw InputError(fmt::format("{}: \"{}\" is neither true nor false", where, key));
    return it->get<bool>();
}

FlashListEntry entry_of(const json& file, const std::string& where) {
    if (!file.is_object()) throw InputError(where + ": is not an object");
    const auto name = file.find("bin");
    if (name == file.end() || !name->is_string()) throw InputError(where + ": has no \"bin\" that names a file");
    return {address_of(file, where), name->get<std::string>(), flag_of(file, "sha256Prefix", where),
            flag_of(file, "reverse4Bytes", where)};
}

}  // namespace

std::vector<FlashListEntry> parse_flash_list(std::string_view text, const std::string& where) {
    json list;
    try {
        list = json::parse(as_json(text), refuse_depth, true, true);
    } catch (const json::exception& error) {
        throw InputError(fmt::format("{}: {}", where, printable(without_exception_name(error.what()))));
    } catch (const TooDeep&) { throw InputError(fmt::format("{}: is nested more than {} deep", where, kMaxDepth)); }
    const auto files = list.is_object() ? list.find("files") : list.end();
    if (!list.is_object() || files == list.end() || !files->is_array() || files->empty())
        throw InputError(where + ": has no \"files\"");
    if (files->size() > kMostFlashListEntries)
        throw InputError(
            fmt::format("{}: has {} \"files\", more than {}", where, files->size(), kMostFlashListEntries));
    std::vector<FlashListEntry> entries;
    for (const json& file : *files)
        entries.push_back(entry_of(file, fmt::format("{}: files[{}]", where, entries.size())));
    return entries;
}

std::string write_flash_list(std::span<const FlashListEntry> entries) {
    auto files = nlohmann::ordered_json::array();
    for (const FlashListEntry& entry : entries) {
        nlohmann::ordered_json file = {
            {"address", entry.address}, {"bin", entry.file}, {"sha256Prefix", entry.sha256_prefix}};
        if (entry.reverse_4_bytes) file["reverse4Bytes"] = true;
        files.push_back(std::move(file));
    }
    const nlohmann::ordered_json list = {{"version", "0.1.0"}, {"files", std::move(files)}};
    return list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace k210
