#include "cpu/csr_table.hpp"

#include <algorithm>

namespace k210 {

const CsrRow* find_csr(unsigned number) {
    const auto found = std::ranges::find(kCsrs, number, &CsrRow::number);
    return found == std::end(kCsrs) ? nullptr : &*found;
}

bool is_answered_by(unsigned number, CsrAnswer answer) {
    const CsrRow* row = find_csr(number);
    return row && row->answer == answer;
}

}  // namespace k210
