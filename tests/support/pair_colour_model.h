#pragma once

#include <numeric>

#include "core/align/alignment.h"
#include "core/model/pair_scorer.h"
#include "tests/support/colour_model.h"

namespace wordsight::test {

/// Colours, compared in pairs: a word looks at a region by the share of its cosine in the word's cosines with all
/// regions, and earns the cosine that it sees on average; the whole sentence adds half of its cosine. So a photograph
/// that is of a word's colour all over beats one with a single such corner, which maxima cannot tell.
class PairColourModel : public ColourModel, public model::PairScorer {
public:
    PairColourModel()
        : ColourModel("9a12c01052c01052")
    {
    }

    model::PairScorer* pairScorer() override { return this; }

    std::unique_ptr<Photographs> prepare(std::span<const model::ImageEncoding> photographs) override
    {
        auto held = std::make_unique<Held>();
        held->photographs.assign(photographs.begin(), photographs.end());
        return held;
    }

    Matrix scores(const Photographs& photographs, std::span<const model::TextEncoding> sentences) override
    {
        Matrix matrix(photographs.size(), sentences.size());
        for (std::size_t s = 0; s < sentences.size(); ++s) {
            const auto pairs = explain(photographs, sentences[s]);
            for (std::size_t p = 0; p < pairs.size(); ++p)
                matrix(p, s) = pairs[p].score;
        }
        return matrix;
    }

    std::vector<model::PairScore> explain(const Photographs& photographs, const model::TextEncoding& sentence) override
    {
        std::vector<model::PairScore> pairs;
        for (const model::ImageEncoding& photograph : dynamic_cast<const Held&>(photographs).photographs)
            pairs.push_back(pair(photograph, sentence));
        return pairs;
    }

private:
    struct Held final : Photographs {
        std::size_t size() const override { return photographs.size(); }
        std::vector<model::ImageEncoding> photographs;
    };

    static float dot(std::span<const float> a, std::span<const float> b)
    {
        return std::inner_product(a.begin(), a.end(), b.begin(), 0.0f);
    }

    static model::PairScore pair(const model::ImageEncoding& photograph, const model::TextEncoding& sentence)
    {
        model::PairScore result;
        result.attention = align::alignmentMatrix(photograph.regions, sentence.words);
        for (std::size_t w = 0; w < sentence.words.rows; ++w) {
            float sum = 0, squares = 0;
            for (std::size_t r = 0; r < result.attention.rows; ++r) {
                sum += result.attention(r, w);
                squares += result.attention(r, w) * result.attention(r, w);
            }
            for (std::size_t r = 0; r < result.attention.rows; ++r)
                result.attention(r, w) /= sum;
            result.wordScores.push_back(squares / sum);
            result.score += result.wordScores.back();
        }
        result.rest = 0.5f * dot(photograph.global, sentence.global);
        result.score += result.rest;
        return result;
    }
};

} // namespace wordsight::test
