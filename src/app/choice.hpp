// An option's value that has to be one of a few words.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace k210::app {

// Throws InputError that names the words, and the one that was most likely meant.
[[noreturn]] void refuse_choice(std::string_view option, std::string_view value, std::span<const std::string> words);

template <class T>
using Choices = std::vector<std::pair<std::string_view, T>>;

template <class T>
T choose(std::string_view option, std::string_view value, const Choices<T>& choices) {
    std::vector<std::string> words;
    for (const auto& [word, choice] : choices) {
        if (word == value) return choice;
        words.emplace_back(word);
    }
    refuse_choice(option, value, words);
}

}  // namespace k210::app
