// Where in a window a picture goes.
#pragma once
#include <algorithm>

namespace k210 {

struct Placement {
    int x, y, width, height;
    bool whole_multiple;
    bool operator==(const Placement&) const = default;
};

// In the middle, at the largest whole multiple of the picture's size that fits, else at the largest fraction.
inline Placement place_picture(int width, int height, int window_width, int window_height) {
    const int multiple = std::min(window_width / width, window_height / height);
    int shown_width = width * multiple, shown_height = height * multiple;
    if (multiple == 0) {
        const bool wider = 1LL * width * window_height >= 1LL * height * window_width;
        shown_width = wider ? window_width : static_cast<int>(1LL * width * window_height / height);
        shown_height = wider ? static_cast<int>(1LL * height * window_width / width) : window_height;
    }
    return {(window_width - shown_width) / 2, (window_height - shown_height) / 2, shown_width, shown_height,
            multiple > 0};
}

inline bool lies_on(const Placement& at, int x, int y) {
    return x >= at.x && x < at.x + at.width && y >= at.y && y < at.y + at.height;
}

// Which of `pixels` is there, when they are shown on [start, start + shown); beside them: the nearest.
inline unsigned pixel_at(int position, int start, int shown, int pixels) {
    const long long pixel = 1LL * (position - start) * pixels / std::max(shown, 1);
    return static_cast<unsigned>(std::clamp(pixel, 0LL, pixels - 1LL));
}

}  // namespace k210
