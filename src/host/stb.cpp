// The decoders and encoders of Debian's stb headers, compiled here for what the library beside them cannot be told:
// memory begins as zeros, on the stack as well (by a compiler's option), so that even a damaged picture always comes
// out the same, and only formats that have a beginning to know them by are taken.
#include <cstdlib>
#include <cstring>

namespace {

void* zeroed_realloc(void* block, std::size_t old_bytes, std::size_t new_bytes) {
    auto* const grown = static_cast<unsigned char*>(std::realloc(block, new_bytes));
    if (grown && new_bytes > old_bytes) std::memset(grown + old_bytes, 0, new_bytes - old_bytes);
    return grown;
}

}  // namespace

#define STBI_MALLOC(bytes) std::calloc(1, bytes)
#define STBI_REALLOC_SIZED(block, old_bytes, new_bytes) zeroed_realloc(block, old_bytes, new_bytes)
#define STBI_FREE(block) std::free(block)
#define STBI_NO_STDIO
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_ONLY_GIF
#define STBI_ONLY_PNM
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>

#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>
