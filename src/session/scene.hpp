// What the cameras of a session see: one source after another.
#pragma once
#include <memory>
#include <utility>

#include "k210/host/camera_source.hpp"

namespace k210 {

class Scene final : public CameraSource {
public:
    // It must outlive this, unless it is shared.
    explicit Scene(CameraSource& first) : shown_(std::shared_ptr<void>(), &first) {}

    // From the next frame on: a picture that has been asked for stays as it is.
    void show(std::shared_ptr<CameraSource> next) { next_ = std::move(next); }
    const Picture& frame(std::uint64_t n) override {
        if (next_) shown_ = std::exchange(next_, nullptr);
        return shown_->frame(n);
    }

    // What is shown, and what will be, for showing the same again.
    struct State {
        std::shared_ptr<CameraSource> shown, next;
    };
    State state() const { return {shown_, next_}; }
    void restore(const State& state) {
        shown_ = state.shown;
        next_ = state.next;
    }

private:
    std::shared_ptr<CameraSource> shown_, next_;
};

}  // namespace k210
