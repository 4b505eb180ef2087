#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <sys/types.h>

#include "core/base/descriptor.h"
#include "core/base/input_file.h"
#include "core/image/isolated/decoder_pool.h"

namespace wordsight::image {

/// A photograph's bytes in a memory file that nobody can change any more, so that they can be shared with a helper.
class SharedBytes {
public:
    explicit SharedBytes(std::span<const std::byte> bytes); ///< throws Error{Io}
    /// Of a file, shown to `seen` part by part. Throws Error{UnreadableInput}, Error{Io}.
    SharedBytes(const InputFile& file, const std::function<void(std::span<const std::byte>)>& seen);
    int descriptor() const { return m_descriptor.get(); }
    std::size_t size() const { return m_size; }

private:
    void append(std::span<const std::byte> bytes);
    void seal();

    Descriptor m_descriptor;
    std::size_t m_size = 0;
};

/// The helper has ended in the middle of a photograph; what() is a sentence.
class DecoderDied : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One helper process, used by one thread at a time. Destroying it ends the process.
class DecoderProcess {
public:
    DecoderProcess(const std::filesystem::path& program, const DecoderLimits& limits); ///< throws Error{Io}
    ~DecoderProcess();
    DecoderProcess(const DecoderProcess&) = delete;
    DecoderProcess& operator=(const DecoderProcess&) = delete;

    /// Throws Error as decoding does, Error{UnreadableInput} after the time limit, DecoderDied.
    Photograph read(const SharedBytes& bytes, const Wanted& wanted, const DecodeOptions& options);
    /// Whether it answers further requests: nothing of an earlier one is left unread.
    bool isUsable() const { return m_process > 0; }

private:
    using Clock = std::chrono::steady_clock;
    void send(const SharedBytes& bytes, const Wanted& wanted, const DecodeOptions& options);
    void receive(void* into, std::size_t bytes, Clock::time_point until);
    std::string receiveText(std::uint32_t bytes, Clock::time_point until);
    [[noreturn]] void died();
    void end();

    int m_socket = -1;
    pid_t m_process = -1;
    int m_seconds;
};

} // namespace wordsight::image
