#pragma once

#include "core/engine/search/searcher.h"

namespace wordsight::test {

/// A query run over an index, as a session runs it.
inline engine::SearchResult search(const search::Index& index, const search::Query& query)
{
    return { query, index.scan(query) };
}

} // namespace wordsight::test
