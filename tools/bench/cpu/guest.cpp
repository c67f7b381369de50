#include "guest.hpp"

#include <algorithm>
#include <cstring>

#include "k210/base/error.hpp"
#include "k210/base/file.hpp"

namespace k210::bench {

std::vector<std::uint8_t> guest_image(const GuestWork& work) {
    std::vector<std::uint8_t> image = read_file(K210_BENCH_GUEST);
    constexpr std::string_view kMark = BENCH_MARK;
    const auto at = std::search(image.begin(), image.end(), kMark.begin(), kMark.end());
    bench_parameters parameters{};
    if (image.end() - at < static_cast<std::ptrdiff_t>(sizeof parameters))
        throw InputError(K210_BENCH_GUEST ": no parameters in it");
    std::memcpy(&parameters, &*at, sizeof parameters);
    parameters.kernel = work.kernel;
    parameters.rounds = work.rounds;
    parameters.harts = work.harts;
    parameters.exit_device = work.exit_device;
    parameters.exit_word = work.exit_word;
    std::memcpy(&*at, &parameters, sizeof parameters);
    return image;
}

std::string_view kernel_name(bench_kernel kernel) {
    switch (kernel) {
        case BENCH_CRC: return "CRC";
        case BENCH_PARSE: return "state machine";
        case BENCH_LIST: return "linked list";
        case BENCH_SORT: return "heap sort";
        case BENCH_COPY: return "copy";
        case BENCH_FILL: return "fill";
        case BENCH_STRIDED: return "strided stores";
        case BENCH_MATRIX: return "float matrix";
        case BENCH_FFT: return "double FFT";
        case BENCH_KERNELS: break;
    }
    return "";
}

}  // namespace k210::bench
