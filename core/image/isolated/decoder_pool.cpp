#include "core/image/isolated/decoder_pool.h"

#include "core/base/error.h"
#include "core/image/isolated/decoder_process.h"

namespace wordsight::image {
namespace {

std::unique_ptr<DecoderPool>& installed()
{
    static std::unique_ptr<DecoderPool> pool;
    return pool;
}

} // namespace

DecoderPool::DecoderPool(std::filesystem::path program, DecoderLimits limits)
    : m_program(std::move(program))
    , m_limits(limits)
{
}

DecoderPool::~DecoderPool() = default;

std::unique_ptr<DecoderProcess> DecoderPool::take()
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_idle.empty()) {
            std::unique_ptr<DecoderProcess> process = std::move(m_idle.back());
            m_idle.pop_back();
            return process;
        }
    }
    return std::make_unique<DecoderProcess>(m_program, m_limits);
}

Photograph DecoderPool::read(std::span<const std::byte> bytes, const Wanted& wanted, const DecodeOptions& options)
{
    return read(SharedBytes(bytes), wanted, options);
}

Photograph DecoderPool::read(const SharedBytes& bytes, const Wanted& wanted, const DecodeOptions& options)
{
    for (bool again = true;; again = false) {
        std::unique_ptr<DecoderProcess> process = take();
        try {
            Photograph photograph = process->read(bytes, wanted, options);
            const std::lock_guard lock(m_mutex);
            m_idle.push_back(std::move(process));
            return photograph;
        } catch (const DecoderDied& died) {
            // It may have been idle when somebody ended it: what is wrong with a photograph is wrong twice.
            if (!again)
                throw Error(ErrorKind::UnreadableInput, died.what());
        } catch (const Error&) {
            if (process->isUsable()) {
                const std::lock_guard lock(m_mutex);
                m_idle.push_back(std::move(process));
            }
            throw;
        }
    }
}

void decodeInHelpers(const std::filesystem::path& program, DecoderLimits limits)
{
    installed() = std::make_unique<DecoderPool>(program, limits);
}

DecoderPool* decoderPool()
{
    return installed().get();
}

} // namespace wordsight::image
