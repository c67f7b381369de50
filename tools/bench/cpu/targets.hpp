// What we want to reach, beside what was measured.
#pragma once
#include <string>
#include <vector>

namespace k210::bench {

class Targets {
public:
    void at_least(std::string what, double measured, double wanted, std::string unit) {
        rows_.push_back({std::move(what), measured, wanted, std::move(unit), true});
    }
    void at_most(std::string what, double measured, double wanted, std::string unit) {
        rows_.push_back({std::move(what), measured, wanted, std::move(unit), false});
    }
    void print() const;

private:
    struct Row {
        std::string what;
        double measured, wanted;
        std::string unit;
        bool more_is_better;
    };
    std::vector<Row> rows_;
};

}  // namespace k210::bench
