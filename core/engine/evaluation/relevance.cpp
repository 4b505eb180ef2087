#include "core/engine/evaluation/relevance.h"

#include "core/eval/rouge.h"

namespace wordsight::engine {

Relevance Relevance::byRougeL(const Collection& collection, const JobControl& job)
{
    Relevance relevance;
    relevance.m_computed = eval::rougeL(collection.captions, collection.owner, collection.images.size(), job);
    return relevance;
}

Relevance Relevance::ofFile(const Collection& collection, const std::filesystem::path& file)
{
    Relevance relevance;
    relevance.m_file = MappedMatrix::open(file, collection.captions.size(), collection.images.size());
    return relevance;
}

MatrixView Relevance::values() const
{
    return m_file ? m_file->values() : MatrixView(m_computed);
}

} // namespace wordsight::engine
