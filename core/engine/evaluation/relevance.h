#pragma once

#include <filesystem>
#include <optional>

#include "core/base/job_control.h"
#include "core/data/matrix.h"
#include "core/data/npy_matrix.h"
#include "core/engine/evaluation/encode_collection.h"

namespace wordsight::engine {

/// How relevant every photograph of a collection is to each of its captions, for the NDCG. Read or computed once, for
/// any number of models.
class Relevance {
public:
    /// By what the captions have in common (eval::rougeL). Throws Error{Cancelled}.
    static Relevance byRougeL(const Collection& collection, const JobControl& job);
    /// float32 [captions × images] in the collection's order, .npy or bare (MappedMatrix). Throws
    /// Error{UnreadableInput}.
    static Relevance ofFile(const Collection& collection, const std::filesystem::path& file);

    MatrixView values() const; ///< [captions × images], as long as this lives

private:
    Matrix m_computed;
    std::optional<MappedMatrix> m_file;
};

} // namespace wordsight::engine
