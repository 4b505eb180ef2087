#pragma once

#include <algorithm>

#include "tests/support/colour_model.h"

namespace wordsight::test {

/// ColourModel as an encoder of wholes: one vector per photograph and one per sentence, neither regions nor words.
class GlobalModel : public ColourModel {
public:
    GlobalModel()
        : ColourModel("3401e53401e53401")
        , m_info(ColourModel::info())
    {
        m_info.name = "wholes";
        m_info.boxes.clear();
        m_info.globalWeight = 1;
        m_info.regions = model::RegionKind::None;
    }

    const model::ModelInfo& info() const override { return m_info; }

    std::vector<model::ImageEncoding> encodeImages(std::span<const image::Image> images) override
    {
        auto encodings = ColourModel::encodeImages(images);
        for (auto& encoding : encodings)
            encoding.regions = Matrix(0, 3);
        return encodings;
    }

    std::vector<model::TextEncoding> encodeTexts(std::span<const std::string> sentences) override
    {
        std::vector<model::TextEncoding> encodings;
        for (auto& known : ColourModel::encodeTexts(sentences)) {
            auto& encoding = encodings.emplace_back();
            encoding.words = Matrix(0, 3);
            encoding.global = std::move(known.global);
            if (known.words.rows == 0)
                std::ranges::fill(encoding.global, 0.0f);
        }
        return encodings;
    }

private:
    model::ModelInfo m_info;
};

} // namespace wordsight::test
