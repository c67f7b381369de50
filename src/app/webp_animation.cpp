#include "app/webp_animation.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <webp/encode.h>
#include <webp/mux.h>

namespace k210::app {
namespace {

constexpr int kEffort = 1;                         // of 0 to 9: quick, for runs wait for it
constexpr std::uint64_t kMostMs = (1u << 24) - 1;  // of a frame: longer stills are cut to these 4.6 hours
constexpr std::uint64_t kPsPerMs = ps_from_us(1000);

void require(bool done) {
    if (!done) throw std::runtime_error("libwebp: no memory, or a picture that it cannot take");
}

struct Area {
    unsigned left, top, right, bottom;
};

// What differs, from even pixels on, as frames of an animation have to be.
std::optional<Area> difference(const Picture& a, const Picture& b) {
    Area area{a.width, a.height, 0, 0};
    for (unsigned y = 0; y < a.height; ++y) {
        const auto *from = a.at(0, y), *end = from + std::size_t{a.width} * 3, *other = b.at(0, y);
        const auto first = std::mismatch(from, end, other).first;
        if (first == end) continue;
        const auto last = std::mismatch(std::make_reverse_iterator(end), std::make_reverse_iterator(from),
                                        std::make_reverse_iterator(other + (end - from)));
        area.left = std::min(area.left, static_cast<unsigned>((first - from) / 3));
        area.right = std::max(area.right, static_cast<unsigned>((last.first.base() - 1 - from) / 3 + 1));
        area.top = std::min(area.top, y);
        area.bottom = y + 1;
    }
    if (area.bottom == 0) return {};
    area.left &= ~1u;
    area.top &= ~1u;
    return area;
}

std::vector<std::uint8_t> encode(const Picture& picture, const Area& area) {
    WebPConfig config;
    WebPPicture frame;
    WebPMemoryWriter writer;
    require(WebPConfigInit(&config) && WebPConfigLosslessPreset(&config, kEffort) && WebPPictureInit(&frame));
    WebPMemoryWriterInit(&writer);
    frame.use_argb = 1;
    frame.width = static_cast<int>(area.right - area.left);
    frame.height = static_cast<int>(area.bottom - area.top);
    frame.writer = WebPMemoryWrite;
    frame.custom_ptr = &writer;
    const bool done =
        WebPPictureImportRGB(&frame, picture.at(area.left, area.top), static_cast<int>(picture.width) * 3) &&
        WebPEncode(&config, &frame);
    std::vector<std::uint8_t> bytes(writer.mem, writer.mem + writer.size);
    WebPPictureFree(&frame);
    WebPMemoryWriterClear(&writer);
    require(done);
    return bytes;
}

}  // namespace

void WebpAnimation::Delete::operator()(WebPMux* mux) const {
    WebPMuxDelete(mux);
}

WebpAnimation::WebpAnimation() : mux_(WebPMuxNew()) {
    require(mux_ != nullptr);
}

void WebpAnimation::show(const Picture& picture, SimTime at) {
    const auto area = last_ ? difference(shown_, picture) : Area{0, 0, picture.width, picture.height};
    if (!area) return;
    if (last_) push(*std::exchange(last_, {}), at);
    last_ = Frame{area->left, area->top, encode(picture, *area), at};
    bytes_ += last_->webp.size();
    shown_ = picture;
}

void WebpAnimation::push(const Frame& frame, SimTime until) {
    WebPMuxFrameInfo info{};
    info.bitstream = {frame.webp.data(), frame.webp.size()};
    info.x_offset = static_cast<int>(frame.x);
    info.y_offset = static_cast<int>(frame.y);
    // Between whole milliseconds since the start, so that what is rounded does not add up.
    const std::uint64_t ms = until.ps / kPsPerMs - frame.at.ps / kPsPerMs;
    info.duration = static_cast<int>(std::min(ms, kMostMs));
    info.id = WEBP_CHUNK_ANMF;
    info.dispose_method = WEBP_MUX_DISPOSE_NONE;
    info.blend_method = WEBP_MUX_NO_BLEND;
    require(WebPMuxPushFrame(mux_.get(), &info, 1) == WEBP_MUX_OK);
}

std::vector<std::uint8_t> WebpAnimation::finish(SimTime end) {
    if (!last_) return {};
    push(*std::exchange(last_, {}), end);
    const WebPMuxAnimParams params{0xff00'0000, 0};  // black behind; again and again
    WebPData data{};
    require(WebPMuxSetCanvasSize(mux_.get(), static_cast<int>(shown_.width), static_cast<int>(shown_.height)) ==
                WEBP_MUX_OK &&
            WebPMuxSetAnimationParams(mux_.get(), &params) == WEBP_MUX_OK &&
            WebPMuxAssemble(mux_.get(), &data) == WEBP_MUX_OK);
    std::vector<std::uint8_t> bytes(data.bytes, data.bytes + data.size);
    WebPDataClear(&data);
    return bytes;
}

}  // namespace k210::app
