#pragma once

#include <cstdint>

/// What goes over the socket between a program and its helper. Both are of one build and one machine, so structs are
/// sent as they lie in memory.
namespace wordsight::image {

/// The helper's end of the socket.
inline constexpr int decoderSocket = 3;

/// Comes with the descriptor of a sealed memory file that holds the photograph's bytes.
struct DecoderRequest {
    std::uint64_t bytes = 0;
    std::int64_t maxPixels = 0;
    std::int32_t minSide = 0;
    bool pixels = false;
    bool metadata = false;
    bool size = false;
};

/// Followed by the texts in this order and the pixels.
struct DecoderReply {
    std::int32_t failed = 0; ///< 1: `message` says why
    std::int32_t pixelWidth = 0;
    std::int32_t pixelHeight = 0;
    std::int32_t width = 0;
    std::int32_t height = 0;
    std::int32_t orientation = 1;
    std::int32_t hasTakenAt = 0;
    std::int32_t hasCamera = 0;
    std::uint32_t messageBytes = 0;
    std::uint32_t takenAtBytes = 0;
    std::uint32_t cameraBytes = 0;
    std::uint32_t noteBytes = 0;
    std::uint64_t pixelBytes = 0;
};

} // namespace wordsight::image
