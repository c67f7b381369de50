#include "k210/base/version.hpp"

namespace k210 {

std::string_view version() {
    return K210_VERSION;
}

}  // namespace k210
