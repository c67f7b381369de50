#include "session/stored_scene.hpp"

#include <utility>

#include "k210/base/error.hpp"
#include "k210/host/picture_file.hpp"

namespace k210 {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;

class StoredScene final : public CameraSource {
public:
    explicit StoredScene(PictureBytes pictures) : pictures_(std::move(pictures)) {
        if (pictures_.empty()) throw InputError("a scene without any picture");
        for (std::size_t i = pictures_.size(); i-- > 0;) show(i);
    }
    const Picture& frame(std::uint64_t n) override {
        if (const std::size_t index = n % pictures_.size(); index != shown_) show(index);
        return picture_;
    }
    std::uint64_t period() const override { return pictures_.size(); }

private:
    void show(std::size_t index) {
        picture_ = decode_picture(pictures_[index], "a picture of the scene");
        shown_ = index;
    }

    PictureBytes pictures_;
    Picture picture_;
    std::size_t shown_ = 0;
};

}  // namespace

std::optional<PictureBytes> pictures_of(CameraSource& scene) {
    PictureBytes pictures;
    std::size_t bytes = 0;
    for (std::uint64_t n = 0; n < scene.period(); ++n) {
        bytes += pictures.emplace_back(encode_png(scene.frame(n))).size();
        if (bytes > kMostBytes) return {};
    }
    return pictures.empty() ? std::nullopt : std::optional(std::move(pictures));
}

std::unique_ptr<CameraSource> stored_scene(PictureBytes pictures) {
    return std::make_unique<StoredScene>(std::move(pictures));
}

}  // namespace k210
