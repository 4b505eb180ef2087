#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "core/image/in_process.h"

namespace wordsight::image {

class DecoderProcess;
class SharedBytes;

/// What one photograph may cost a helper before it is given up.
struct DecoderLimits {
    int seconds = 120;
    std::int64_t bytes = std::int64_t { 4 } << 30; ///< of address space, the program's libraries among them
};

/// Helper processes (wordsight-decoder) that decode what others made, each one photograph at a time: one for each
/// thread that asks at the same time, kept for the next. A helper that dies or takes too long costs its photograph
/// alone; another takes its place. Thread-safe.
class DecoderPool {
public:
    DecoderPool(std::filesystem::path program, DecoderLimits limits);
    ~DecoderPool();

    /// As readInProcess(). A photograph at which two helpers died, or one took too long or too much memory, is
    /// Error{UnreadableInput} with the reason. Throws Error{Io} where no helper can be started.
    Photograph read(std::span<const std::byte> bytes, const Wanted& wanted, const DecodeOptions& options);
    Photograph read(const SharedBytes& bytes, const Wanted& wanted, const DecodeOptions& options);

private:
    std::unique_ptr<DecoderProcess> take();

    std::filesystem::path m_program;
    DecoderLimits m_limits;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<DecoderProcess>> m_idle;
};

/// From now on everything that decodes in this program does so through helpers. Once, before there are threads; a
/// program that never calls it decodes by itself (tests, measurements, the helper).
void decodeInHelpers(const std::filesystem::path& program, DecoderLimits limits = {});

/// Nothing where photographs are decoded in this process.
DecoderPool* decoderPool();

} // namespace wordsight::image
