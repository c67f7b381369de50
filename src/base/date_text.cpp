#include "base/date_text.hpp"

#include <array>

#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "k210/base/message.hpp"

namespace k210 {

using namespace std::chrono;

std::string date_text(sys_seconds date) {
    const sys_days day = floor<days>(date);
    const year_month_day ymd(day);
    const hh_mm_ss time(date - day);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(ymd.year()),
                       static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count());
}

sys_seconds parse_date(std::string_view text) {
    constexpr std::string_view kForm = "0000-00-00 00:00:00";
    std::array<unsigned, 6> n{};
    std::size_t number = 0;
    bool good = text.size() == kForm.size();
    for (std::size_t i = 0; good && i < kForm.size(); ++i) {
        if (kForm[i] == '0') {
            good = text[i] >= '0' && text[i] <= '9';
            n[number] = n[number] * 10 + static_cast<unsigned>(text[i] - '0');
        } else {
            good = text[i] == kForm[i];
            ++number;
        }
    }
    const year_month_day date{year(static_cast<int>(n[0])), month(n[1]), day(n[2])};
    if (!good || !date.ok() || n[3] > 23 || n[4] > 59 || n[5] > 59) {
        constexpr std::size_t kShown = 30;
        throw InputError(fmt::format("'{}' is no date such as 2024-02-29 23:59:58", printable(text, kShown)));
    }
    return sys_days(date) + hours(n[3]) + minutes(n[4]) + seconds(n[5]);
}

}  // namespace k210
