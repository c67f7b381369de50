// Results as JUnit's XML, which CI systems show. https://github.com/testmoapp/junitxml [doc]
#pragma once
#include <string>

#include "suite/results.hpp"

namespace k210::suite {

std::string junit(const Results& results);

}  // namespace k210::suite
