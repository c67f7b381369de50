// What a camera can be pointed at: a picture, a folder of them, or a test chart.
#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "k210/host/camera_source.hpp"

namespace k210 {

class StillCamera final : public CameraSource {
public:
    explicit StillCamera(Picture picture) : picture_(std::move(picture)) {}
    const Picture& frame(std::uint64_t) override { return picture_; }
    std::uint64_t period() const override { return 1; }

private:
    Picture picture_;
};

// Colour bars over a grey staircase, framed in white; a white block moves eight pixels a frame.
Picture test_chart(std::uint64_t n);

class TestChartCamera final : public CameraSource {
public:
    const Picture& frame(std::uint64_t n) override { return picture_ = test_chart(n); }

private:
    Picture picture_;
};

// The pictures of a folder, over and over, ordered by name as people count: 2.png before 10.png. Only names that
// end like a picture's count. All are looked at beforehand, so that InputError names one that is no picture; one that
// turns out to be broken when its turn comes is reported and replaced by the test chart.
class FolderCamera final : public CameraSource {
public:
    using Report = std::function<void(const std::string& why)>;

    explicit FolderCamera(const std::filesystem::path& folder, Report report = {});
    const Picture& frame(std::uint64_t n) override;
    std::uint64_t period() const override { return files_.size(); }

    const std::vector<std::filesystem::path>& files() const { return files_; }

private:
    void show(std::size_t index);

    std::vector<std::filesystem::path> files_;
    Report report_;
    Picture picture_;
    std::size_t shown_ = 0;
};

// A picture or a folder of pictures; InputError when it is neither.
std::unique_ptr<CameraSource> open_camera_source(const std::filesystem::path& path, FolderCamera::Report report = {});

}  // namespace k210
