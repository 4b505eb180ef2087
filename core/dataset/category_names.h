#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/text_span.h"

namespace wordsight::dataset {

/// Where a sentence names a category.
struct CategoryMention {
    std::string category;
    TextSpan span; ///< bytes of the sentence
};

/// Finds categories of things in sentences by a table of their names. Thread-safe.
class CategoryNames {
public:
    /// Lines "category: name, name"; "#" begins a comment. The names of "-" are passed over. A name's last word also
    /// is in its regular plural.
    explicit CategoryNames(std::string_view table);

    /// From left to right; of names that begin at the same word the longest. Words are runs of letters and digits,
    /// ASCII case does not matter.
    std::vector<CategoryMention> in(std::string_view sentence) const;

private:
    void add(const std::string& category, std::string_view name);

    std::map<std::string, std::string, std::less<>> m_categories; ///< by name, its words joined by single spaces
    std::size_t m_longest = 1;                                    ///< words of the longest name
};

/// The categories of COCO (resources/vocabulary/coco_names.txt).
const CategoryNames& cocoNames();

} // namespace wordsight::dataset
