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
    Cancelled,       ///< asked to stop (exit 130)
    Internal,        ///< a defect of ours
};

/// What a person can do, where that has other words on the command line (app/cli/hints.h) than in the window
/// (ui/shared/error_text.h).
enum class Hint {
    None,
    IndexFirst,       ///< photographs have to be indexed
    RepairLibrary,    ///< what is damaged can be mended
    FetchWeights,     ///< the weights of the backbones have to be fetched
    ScorePairs,       ///< another model scores pairs
    ReplaceModel,     ///< another name, or the old model makes room
    NameVocabulary,   ///< the one that the text encoder was trained with
    NameDataset,      ///< where sentences and photographs are listed
    NamePhotographs,  ///< their folder, or features of them
    NameFeatures,     ///< those that another program has computed
    LeaveOutFeatures, ///< the model takes photographs
};

/// The one exception type. `what()` is a sentence for a person that says what is wrong and names the file.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& message, Hint hint = Hint::None)
        : std::runtime_error(message)
        , m_kind(kind)
        , m_hint(hint)
    {
    }
    ErrorKind kind() const noexcept { return m_kind; }
    Hint hint() const noexcept { return m_hint; }

private:
    ErrorKind m_kind;
    Hint m_hint;
};

} // namespace wordsight
