// The last lines on a console, for people.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace k210::scenario {

class ConsoleTail {
public:
    void add(std::uint8_t byte) {
        text_ += static_cast<char>(byte);
        if (text_.size() > 2 * kBytes) text_.erase(0, kBytes);
    }
    void clear() { text_.clear(); }

    // Without what ends them, and without empty ones; the last need not be complete.
    std::vector<std::string> lines(std::size_t most) const {
        std::vector<std::string> all;
        std::string line;
        const auto end_line = [&] {
            if (!line.empty()) all.push_back(line);
            line.clear();
        };
        for (const char c : text_) {
            if (c == '\n')
                end_line();
            else if (c != '\r')
                line += c;
        }
        end_line();
        if (all.size() > most) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(most));
        return all;
    }

private:
    static constexpr std::size_t kBytes = 4096;
    std::string text_;
};

}  // namespace k210::scenario
