#include "scenario/yaml_value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/spelling.hpp"
#include "k210/base/error.hpp"
#include "k210/base/file.hpp"

namespace k210::scenario {
namespace {

namespace fs = std::filesystem;

constexpr double kLongestSeconds = 1e6;  // eleven days

template <class Number>
std::optional<Number> parse_all(std::string_view text, auto... how) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number, how...);
    return error == std::errc{} && stopped == end ? std::optional(number) : std::nullopt;
}

// An alias stands for all that its anchor holds, which may be itself.
class Budget {
public:
    explicit Budget(const YamlValue& root) : root_(root) {}

    void spend(const YAML::Node& node, unsigned depth) {
        if (++values_ > kMostValues) refuse(node, fmt::format("the file has more than {} values", kMostValues));
        if (depth > kDeepest) refuse(node, "values lie in each other too deep");
        if (node.IsSequence())
            for (const auto& child : node) spend(child, depth + 1);
        if (node.IsMap())
            for (const auto& pair : node) {
                spend(pair.first, depth + 1);
                spend(pair.second, depth + 1);
            }
    }

private:
    static constexpr std::size_t kMostValues = 100'000;
    static constexpr unsigned kDeepest = 50;

    [[noreturn]] void refuse(const YAML::Node& node, std::string_view why) const {
        YamlValue(node, root_.place().file, {}).refuse(why);
    }

    const YamlValue& root_;
    std::size_t values_ = 0;
};

std::size_t line_of(const YAML::Mark& mark) {
    return static_cast<std::size_t>(std::max(mark.line, 0) + 1);  // an empty file has no mark
}

}  // namespace

std::string to_string(const Place& place) {
    if (place.line == 0) return place.file.string();
    return fmt::format("{}:{}", place.file.string(), place.line);
}

YamlValue::YamlValue(YAML::Node node, fs::path file, std::string key)
    : node_(std::move(node)), file_(std::move(file)), key_(std::move(key)), line_(line_of(node_.Mark())) {}

void YamlValue::refuse(std::string_view why) const {
    const std::string about = key_.empty() ? std::string() : key_ + ": ";
    throw InputError(fmt::format("{}: {}{}", to_string(place()), about, why));
}

std::string YamlValue::described() const {
    switch (node_.Type()) {
        case YAML::NodeType::Scalar: return "'" + node_.Scalar() + "'";
        case YAML::NodeType::Sequence: return "a list";
        case YAML::NodeType::Map: return "a map";
        default: return "empty";
    }
}

std::string YamlValue::text() const {
    if (!node_.IsScalar()) refuse(fmt::format("is {}, not text", described()));
    return node_.Scalar();
}

bool YamlValue::flag() const {
    static constexpr std::string_view kWords[] = {"false", "true"};
    return choice(kWords) == 1;
}

std::uint64_t YamlValue::number(std::uint64_t least, std::uint64_t most) const {
    const std::string written = text();
    const std::string_view digits = written;
    const auto value =
        digits.starts_with("0x") ? parse_all<std::uint64_t>(digits.substr(2), 16) : parse_all<std::uint64_t>(digits);
    if (!value) refuse(fmt::format("'{}' is no number", written));
    if (*value < least || *value > most) refuse(fmt::format("{} is not {} to {}", written, least, most));
    return *value;
}

int YamlValue::whole_number(int least, int most) const {
    const std::string written = text();
    const auto value = parse_all<int>(written);
    if (!value) refuse(fmt::format("'{}' is no whole number", written));
    if (*value < least || *value > most) refuse(fmt::format("{} is not {} to {}", written, least, most));
    return *value;
}

double YamlValue::seconds() const {
    static constexpr std::pair<std::string_view, double> kUnits[] = {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}};
    const std::string written = text();
    std::string_view number = written;
    double scale = 1;
    for (const auto& [unit, factor] : kUnits) {
        if (!number.ends_with(unit)) continue;
        number.remove_suffix(unit.size());
        scale = factor;
        break;
    }
    while (number.ends_with(' ')) number.remove_suffix(1);
    const auto value = parse_all<double>(number);
    if (!value || !std::isfinite(*value)) refuse(fmt::format("'{}' is no time, such as 2, 1.5s or 500ms", written));
    const double seconds = *value * scale;
    if (seconds < 0 || seconds > kLongestSeconds)
        refuse(fmt::format("{} is not 0 to {} seconds", written, kLongestSeconds));
    return seconds;
}

std::uint64_t YamlValue::duration() const {
    return static_cast<std::uint64_t>(std::llround(seconds() * static_cast<double>(kPsPerSecond)));
}

std::size_t YamlValue::choice(std::span<const std::string_view> words) const {
    const std::string word = text();
    const auto found = std::ranges::find(words, word);
    if (found == words.end()) {
        const std::vector<std::string> known(words.begin(), words.end());
        refuse(fmt::format("'{}' is none of {}{}", word, fmt::join(known, ", "), suggestion(word, known)));
    }
    return static_cast<std::size_t>(found - words.begin());
}

fs::path YamlValue::path() const {
    const std::string written = text();
    if (written.empty()) refuse("is an empty name");
    const fs::path there = fs::path(written).is_absolute() ? fs::path(written) : file_.parent_path() / written;
    std::error_code error;
    if (!fs::exists(there, error)) refuse(fmt::format("there is no {}", there.string()));
    return there;
}

std::vector<YamlValue> YamlValue::list() const {
    if (!node_.IsSequence()) refuse(fmt::format("is {}, not a list", described()));
    std::vector<YamlValue> values;
    for (const YAML::Node& node : node_) values.emplace_back(node, file_, key_);
    return values;
}

std::vector<YamlValue> YamlValue::one_or_more() const {
    return is_list() ? list() : std::vector{*this};
}

std::vector<std::pair<std::string, YamlValue>> YamlValue::pairs() const {
    if (!node_.IsMap()) refuse(fmt::format("is {}, not a map of keys and values", described()));
    std::vector<std::pair<std::string, YamlValue>> pairs;
    std::set<std::string> names;
    for (const auto& pair : node_) {
        const YamlValue key(pair.first, file_, {});
        const std::string name = key.text();
        if (!names.insert(name).second) key.refuse(fmt::format("{} is there twice", name));
        pairs.emplace_back(name, YamlValue(pair.second, file_, name));
        // What has no value has no place of its own.
        if (pair.second.IsNull()) pairs.back().second.line_ = key.line_;
    }
    return pairs;
}

void YamlFields::set(const std::string& key, YamlValue value) {
    std::erase_if(pairs_, [&](const auto& pair) { return pair.first == key; });
    pairs_.emplace_back(key, std::move(value));
}

std::optional<YamlValue> YamlFields::find(std::string_view key) {
    asked_.emplace_back(key);
    for (const auto& [name, value] : pairs_)
        if (name == key) return value;
    return {};
}

YamlValue YamlFields::require(std::string_view key) {
    auto value = find(key);
    if (!value) map_.refuse(fmt::format("{} is missing", key));
    return *value;
}

void YamlFields::finish() const {
    for (const auto& [name, value] : pairs_) {
        if (std::ranges::find(asked_, name) != asked_.end()) continue;
        const std::string about = map_.key().empty() ? std::string() : map_.key() + ": ";
        throw InputError(fmt::format("{}: {}there is no key '{}'{} Keys: {}", to_string(value.place()), about, name,
                                     suggestion(name, asked_).empty() ? "." : suggestion(name, asked_),
                                     fmt::join(asked_, ", ")));
    }
}

CardContents card_contents(const YamlValue& value) {
    static constexpr std::string_view kLayouts[] = {"mbr", "superfloppy"};
    if (value.is_scalar()) return {value.path()};
    YamlFields fields(value);
    CardContents card{fields.require("from").path()};
    if (const auto layout = fields.find("layout")) card.superfloppy = layout->choice(kLayouts) == 1;
    fields.finish();
    return card;
}

YamlValue read_yaml(const fs::path& file) {
    const auto bytes = read_file(file, kMostYamlBytes);
    try {
        // Load() would pass over all documents but the first.
        const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(bytes.begin(), bytes.end()));
        if (documents.size() > 1)
            YamlValue(documents[1], file, {}).refuse("a second document begins: a file holds one");
        YamlValue root{documents.empty() ? YAML::Node() : documents.front(), file, {}};
        Budget(root).spend(root.node(), 0);
        return root;
    } catch (const YAML::Exception& error) {
        throw InputError(fmt::format("{}:{}: {}", file.string(), line_of(error.mark), error.msg));
    }
}

}  // namespace k210::scenario
