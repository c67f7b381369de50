// Rows of text whose columns line up.
#pragma once
#include <string>
#include <vector>

namespace k210::app {

class TextTable {
public:
    // One letter for each column: 'l' or 'r'.
    explicit TextTable(std::string columns) : columns_(std::move(columns)) {}
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    std::string text() const;

private:
    std::string columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace k210::app
