#include "host/webcam.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/file_descriptor.hpp"
#include "k210/base/error.hpp"

namespace k210 {
namespace {

constexpr unsigned kVideoMajor = 81;  // [doc] Linux Documentation/admin-guide/devices.txt
constexpr unsigned kWidth = 640, kHeight = 480, kMostPixelsAcross = 8192;
constexpr unsigned kBuffers = 4;
constexpr int kFirstPictureMs = 5000;

// A buffer of the driver's, as this process sees it.
class Mapping {
public:
    Mapping(int device, const v4l2_buffer& buffer)
        : bytes_(::mmap(nullptr, buffer.length, PROT_READ, MAP_SHARED, device, buffer.m.offset)),
          length_(buffer.length) {}
    Mapping(Mapping&& other) noexcept : bytes_(std::exchange(other.bytes_, MAP_FAILED)), length_(other.length_) {}
    Mapping& operator=(Mapping&&) = delete;
    ~Mapping() {
        if (valid()) ::munmap(bytes_, length_);
    }
    bool valid() const { return bytes_ != MAP_FAILED; }
    std::span<const std::uint8_t> bytes() const { return {static_cast<const std::uint8_t*>(bytes_), length_}; }

private:
    void* bytes_;
    std::size_t length_;
};

class Webcam final : public CameraSource {
public:
    explicit Webcam(const std::filesystem::path& path)
        : name_(path.string()), device_(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)) {
        if (!device_.valid()) fail();
        check_kind();
        choose_format();
        begin();
        pollfd ready{device_.get(), POLLIN, 0};
        if (::poll(&ready, 1, kFirstPictureMs) <= 0 || !take()) throw InputError(name_ + ": sends no picture");
    }

    // The same picture for the same frame, as long as no other has been asked for.
    const Picture& frame(std::uint64_t n) override {
        if (shown_ != n) {
            while (take()) {}
            shown_ = n;
        }
        return picture_;
    }

private:
    [[noreturn]] void fail() const {
        throw InputError(fmt::format("{}: {}", name_, std::generic_category().message(errno)));
    }
    template <class Request>
    bool ask(unsigned long what, Request& request) const {
        int result;
        do result = ::ioctl(device_.get(), what, &request);
        while (result < 0 && errno == EINTR);
        return result >= 0;
    }

    void check_kind() const {
        v4l2_capability can{};
        const bool known = ask(VIDIOC_QUERYCAP, can);
        const unsigned kinds = can.capabilities & V4L2_CAP_DEVICE_CAPS ? can.device_caps : can.capabilities;
        if (!known || !(kinds & V4L2_CAP_VIDEO_CAPTURE) || !(kinds & V4L2_CAP_STREAMING))
            throw InputError(name_ + ": is no camera");
    }
    void choose_format() {
        v4l2_format format{};
        format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        format.fmt.pix = {};
        format.fmt.pix.width = kWidth;
        format.fmt.pix.height = kHeight;
        format.fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
        if (!ask(VIDIOC_S_FMT, format)) fail();
        const v4l2_pix_format& chosen = format.fmt.pix;
        if (chosen.pixelformat != V4L2_PIX_FMT_YUYV || chosen.width % 2 || !chosen.width || !chosen.height ||
            chosen.width > kMostPixelsAcross || chosen.height > kMostPixelsAcross)
            throw InputError(name_ + ": sends no YUYV pictures");
        width_ = chosen.width;
        height_ = chosen.height;
        line_bytes_ = std::max<std::size_t>(chosen.bytesperline, std::size_t{width_} * 2);
    }
    void begin() {
        v4l2_requestbuffers wanted{};
        wanted.count = kBuffers;
        wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        wanted.memory = V4L2_MEMORY_MMAP;
        if (!ask(VIDIOC_REQBUFS, wanted)) fail();
        for (unsigned i = 0; i < wanted.count; ++i) {
            v4l2_buffer buffer = empty_buffer();
            buffer.index = i;
            if (!ask(VIDIOC_QUERYBUF, buffer)) fail();
            if (!buffers_.emplace_back(device_.get(), buffer).valid()) fail();
            if (!ask(VIDIOC_QBUF, buffer)) fail();
        }
        int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        if (!ask(VIDIOC_STREAMON, type)) fail();
    }
    static v4l2_buffer empty_buffer() {
        v4l2_buffer buffer{};
        buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        buffer.memory = V4L2_MEMORY_MMAP;
        return buffer;
    }
    // The oldest picture that waits, if one does.
    bool take() {
        v4l2_buffer buffer = empty_buffer();
        if (!ask(VIDIOC_DQBUF, buffer)) return false;
        const bool whole = buffer.index < buffers_.size() &&
                           std::size_t{height_} * line_bytes_ <= buffers_[buffer.index].bytes().size() &&
                           !(buffer.flags & V4L2_BUF_FLAG_ERROR);
        if (whole) picture_ = picture_of_yuyv(buffers_[buffer.index].bytes(), width_, height_, line_bytes_);
        return ask(VIDIOC_QBUF, buffer) && (whole || !picture_.empty());
    }

    const std::string name_;
    const FileDescriptor device_;
    std::vector<Mapping> buffers_;
    unsigned width_ = 0, height_ = 0;
    std::size_t line_bytes_ = 0;
    Picture picture_;
    std::optional<std::uint64_t> shown_;
};

// 298, 409, 100, 208 and 516 are 256 times the factors of BT.601 in limited range.
std::array<std::uint8_t, 3> rgb_of(int y, int cb, int cr) {
    const int c = 298 * (y - 16) + 128, d = cb - 128, e = cr - 128;
    const auto byte = [](int v) { return static_cast<std::uint8_t>(std::clamp(v >> 8, 0, 255)); };
    return {byte(c + 409 * e), byte(c - 100 * d - 208 * e), byte(c + 516 * d)};
}

}  // namespace

bool names_webcam(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) return S_ISCHR(status.st_mode) && major(status.st_rdev) == kVideoMajor;
    return path.string().starts_with("/dev/video");
}

std::unique_ptr<CameraSource> open_webcam(const std::filesystem::path& path) {
    return std::make_unique<Webcam>(path);
}

Picture picture_of_yuyv(std::span<const std::uint8_t> bytes, unsigned width, unsigned height, std::size_t line_bytes) {
    Picture picture(width, height);
    for (unsigned y = 0; y < height; ++y)
        for (unsigned x = 0; x < width; ++x) {
            const auto pair = bytes.subspan(y * line_bytes + std::size_t{x / 2} * 4, 4);
            std::ranges::copy(rgb_of(pair[x % 2 * 2], pair[1], pair[3]), picture.at(x, y));
        }
    return picture;
}

}  // namespace k210
