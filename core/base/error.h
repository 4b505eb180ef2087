#pragma once

#include <stdexcept>
#include <string>

namespace wordsight {

/// What went wrong, as far as a caller can act on it. The CLI maps kinds to exit codes.
enum class ErrorKind {
    Usage,           ///< the request itself makes no sense (exit 2)
    UnreadableInput, ///< a file is missing, unreadable or not what it should be (exit 3)
    ModelMismatch,   ///< a model does not fit its files, the library or the request (exit 4)
    LibraryMismatch, ///< a library is of another version, locked, or damaged (exit 4)
    Io,              ///< writing failed: disk full, no permission (exit 3)
    Cancelled,       ///< a progress callback asked to stop (exit 130)
    Internal,        ///< a defect of ours
};

/// The one exception type. `what()` is a sentence for a person that names the file and what to do.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& message)
        : std::runtime_error(message)
        , m_kind(kind)
    {
    }
    ErrorKind kind() const noexcept { return m_kind; }

private:
    ErrorKind m_kind;
};

} // namespace wordsight
