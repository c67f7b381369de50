#include "profile/micropython_functions.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "profile/micropython_names.hpp"

namespace k210::profile {
namespace {

constexpr std::size_t kWord = GuestImage::kWord;

class Objects {
public:
    // `shift`: of a name's number in an object; it has changed from 2 to 3.
    Objects(const GuestImage& image, const MicroPythonNames& names, unsigned shift)
        : image_(image), names_(names), shift_(shift) {
        find_type_of_types();
        if (type_of_types_ != 0) find_classes();
    }

    // With the right shift there are most of them.
    std::size_t modules() const {
        return static_cast<std::size_t>(std::ranges::count_if(dicts_, [this](std::uint64_t dict) {
            return module_of(image_.word(dict + kTableAt), entries_of(dict)).has_value();
        }));
    }
    // By where they begin.
    std::map<std::uint64_t, std::string> functions() const {
        std::map<std::uint64_t, std::string> found;
        for (const std::uint64_t dict : dicts_) {
            const std::uint64_t table = image_.word(dict + kTableAt);
            const std::uint64_t count = entries_of(dict);
            std::string owner = owner_of(table, count);
            if (!owner.empty()) owner += '.';
            for (std::uint64_t i = 0; i < count; ++i) {
                const auto name = name_in(image_.word(table + 2 * i * kWord));
                const auto code = code_of(image_.word(table + (2 * i + 1) * kWord));
                if (!name || !code) continue;
                const auto [place, is_new] = found.emplace(*code, owner + std::string(*name));
                // The same from two places: the one that says more.
                if (!is_new && place->second.find('.') == std::string::npos && !owner.empty())
                    place->second = owner + std::string(*name);
            }
        }
        return found;
    }

private:
    static constexpr unsigned kMapFlags = 3;              // below `used` in mp_map_t
    static constexpr std::uint64_t kTableAt = 3 * kWord;  // in mp_obj_dict_t
    static constexpr std::uint64_t kMostEntries = 2000, kTypeWords = 16;

    std::optional<std::string_view> name_in(std::uint64_t object) const {
        if ((object & ((1u << shift_) - 1)) != 2 || object >> shift_ >= names_.size()) return {};
        return names_[object >> shift_];
    }
    std::string_view name_of_type(std::uint64_t type) const {
        const std::size_t number = image_.word(type + kWord) >> 16 & 0xffff;
        return number < names_.size() ? names_[number] : std::string_view();
    }

    void find_type_of_types() {
        for (std::uint64_t at = image_.begin(); at < image_.end(); at += kWord)
            if (image_.word(at) == at && name_of_type(at) == "type") type_of_types_ = at;
    }
    bool is_type(std::uint64_t at) const { return image_.holds(at) && image_.word(at) == type_of_types_; }
    void find_classes() {
        std::vector<std::uint64_t> types;
        for (std::uint64_t at = image_.begin(); at < image_.end(); at += kWord) {
            if (is_type(at)) types.push_back(at);
            const std::uint64_t type = image_.word(at);
            if (is_type(type) && name_of_type(type) == "dict" && image_.holds(image_.word(at + kTableAt)))
                dicts_.push_back(at);
        }
        for (const std::uint64_t type : types)
            for (std::uint64_t i = 2; i < kTypeWords; ++i) {
                const std::uint64_t dict = image_.word(type + i * kWord);
                if (std::ranges::binary_search(dicts_, dict))
                    classes_.emplace(image_.word(dict + kTableAt), name_of_type(type));
            }
    }
    // The class or module that a table belongs to.
    std::string owner_of(std::uint64_t table, std::uint64_t count) const {
        if (const auto found = classes_.find(table); found != classes_.end()) return std::string(found->second);
        return std::string(module_of(table, count).value_or(std::string_view()));
    }
    std::optional<std::string_view> module_of(std::uint64_t table, std::uint64_t count) const {
        for (std::uint64_t i = 0; i < count; ++i)
            if (name_in(image_.word(table + 2 * i * kWord)) == "__name__")
                return name_in(image_.word(table + (2 * i + 1) * kWord));
        return {};
    }
    std::uint64_t entries_of(std::uint64_t dict) const {
        return std::min(image_.word(dict + kWord) >> kMapFlags, kMostEntries);
    }
    // Of a function object: with a fixed number of arguments the pointer comes first, else behind their numbers.
    std::optional<std::uint64_t> code_of(std::uint64_t object) const {
        const std::uint64_t type = image_.word(object);
        if (!image_.holds(object) || !is_type(type) || name_of_type(type) != "function") return {};
        for (const std::uint64_t at : {object + kWord, object + 2 * kWord})
            if (image_.holds(image_.word(at))) return image_.word(at);
        return {};
    }

    const GuestImage& image_;
    const MicroPythonNames& names_;
    const unsigned shift_;
    std::uint64_t type_of_types_ = 0;
    std::vector<std::uint64_t> dicts_;                   // ascending
    std::map<std::uint64_t, std::string_view> classes_;  // by their tables
};

}  // namespace

std::vector<SymbolTable::Symbol> micropython_functions(std::span<const std::uint8_t> program, std::uint64_t address,
                                                       const FirmwareScan& scan) {
    const GuestImage image(program, address);
    const MicroPythonNames names = read_names(image);
    if (names.empty()) return {};
    const Objects by_2(image, names, 2), by_3(image, names, 3);
    const auto functions = (by_3.modules() > by_2.modules() ? by_3 : by_2).functions();
    std::vector<SymbolTable::Symbol> symbols;
    for (const auto& [begin, name] : functions) {
        const auto next = scan.called.upper_bound(begin);
        symbols.push_back({begin, (next == scan.called.end() ? image.end() : *next) - begin, name});
    }
    return symbols;
}

}  // namespace k210::profile
