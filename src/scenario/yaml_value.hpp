// A value of a YAML file, and where it stands. Every complaint is an InputError: "FILE:LINE: key: why".
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "k210/base/error.hpp"
#include "scenario/scenario.hpp"

namespace k210::scenario {

class YamlValue {
public:
    // `key`: what it is the value of.
    YamlValue(YAML::Node node, std::filesystem::path file, std::string key);
    // One that stands somewhere else, where another does.
    YamlValue(YAML::Node node, const Place& place, std::string key)
        : node_(std::move(node)), file_(place.file), key_(std::move(key)), line_(place.line) {}

    Place place() const { return {file_, line_}; }
    const YAML::Node& node() const { return node_; }
    const std::string& key() const { return key_; }
    [[noreturn]] void refuse(std::string_view why) const;

    bool is_scalar() const { return node_.IsScalar(); }
    bool is_list() const { return node_.IsSequence(); }
    bool is_map() const { return node_.IsMap(); }
    bool is_empty() const { return node_.IsNull(); }

    std::string text() const;
    bool flag() const;
    std::uint64_t number(std::uint64_t least, std::uint64_t most) const;  // decimal, or 0x...
    int whole_number(int least, int most) const;
    double seconds() const;          // 2, 2s, 500ms, 20us
    std::uint64_t duration() const;  // the same, in guest picoseconds
    std::size_t choice(std::span<const std::string_view> words) const;
    // Of something that is there; relative to the YAML file.
    std::filesystem::path path() const;
    // What `read` makes of that file. It may throw InputError.
    template <class Read>
    auto from_file(Read read) const {
        const std::filesystem::path file = path();
        try {
            return read(file);
        } catch (const InputError& error) { refuse(error.what()); }
    }
    std::vector<YamlValue> list() const;                           // of the same key
    std::vector<YamlValue> one_or_more() const;                    // a list, or a single value
    std::vector<std::pair<std::string, YamlValue>> pairs() const;  // of a map, each key once

private:
    std::string described() const;

    YAML::Node node_;
    std::filesystem::path file_;
    std::string key_;
    std::size_t line_;
};

// The keys of a map, asked for one by one.
class YamlFields {
public:
    explicit YamlFields(const YamlValue& map) : map_(map), pairs_(map.pairs()) {}

    // In the place of what the map says.
    void set(const std::string& key, YamlValue value);

    std::optional<YamlValue> find(std::string_view key);
    YamlValue require(std::string_view key);
    // Once all have been asked for: refuses what nobody asked for.
    void finish() const;

private:
    YamlValue map_;
    std::vector<std::pair<std::string, YamlValue>> pairs_;
    std::vector<std::string> asked_;
};

// What a card holds: a path, or a map of that and its layout.
CardContents card_contents(const YamlValue& value);

inline constexpr std::size_t kMostYamlBytes = std::size_t{1} << 20;

// Throws InputError unless the file is YAML, and no more than people write: so large, with so many values, so deep in
// each other.
YamlValue read_yaml(const std::filesystem::path& file);

}  // namespace k210::scenario
