// Where tests find what is not in the tree: real firmware images and the models, pictures and golden outputs beside it.
#pragma once
#include <filesystem>

namespace k210 {

std::filesystem::path shared_dir();  // K210_SHARED, else ../shared beside the source tree; empty when absent
std::filesystem::path images_dir();  // K210_IMAGES, else the user's cache; empty when absent

}  // namespace k210
