#pragma once

#include <cmath>
#include <sstream>

#include "core/image/transform.h"
#include "core/model/image_text_model.h"
#include "core/text/function_words.h"

namespace wordsight::test {

/// A small honest encoder for tests of everything around a model: a region is the mean colour of its cell (2 × 2),
/// a word is the colour it names ("red", "green", "blue"), other words are grey. Deterministic and fast.
class ColourModel : public model::ImageTextModel {
public:
    explicit ColourModel(std::string fingerprint = "c01052c01052c010")
    {
        m_info.name = "colours";
        m_info.architecture = "test";
        m_info.fingerprint = std::move(fingerprint);
        m_info.dimension = 3;
        m_info.boxes = { { 0, 0, .5f, .5f }, { .5f, 0, .5f, .5f }, { 0, .5f, .5f, .5f }, { .5f, .5f, .5f, .5f } };
        m_info.globalWeight = 0.5f;
        m_info.photographs = { .side = 32 };
    }

    /// The same for colours that another program measured: region features are (red, green, blue).
    static ColourModel ofFeatures()
    {
        ColourModel model("f0f0f0f0f0f0f0f0");
        model.m_info.name = "colour features";
        model.m_info.regions = model::RegionKind::PerPhotograph;
        model.m_info.boxes.clear();
        model.m_info.photographs.reset();
        model.m_info.featureDimension = 3;
        model.m_info.globalWeight = 0;
        return model;
    }

    const model::ModelInfo& info() const override { return m_info; }
    std::string device() const override { return "CPU"; }

    std::vector<model::ImageEncoding> encodeImages(std::span<const image::Image> images) override
    {
        std::vector<model::ImageEncoding> out;
        for (const image::Image& image : images) {
            const image::Image cells = image::stretch(image, 2, 2);
            model::ImageEncoding encoding { Matrix(4, 3), std::vector<float>(3) };
            for (std::size_t i = 0; i < 12; ++i) {
                encoding.regions.data[i] = static_cast<float>(cells.rgb[i]) + 1;
                encoding.global[i % 3] += encoding.regions.data[i];
            }
            for (std::size_t r = 0; r < 4; ++r)
                normalise(encoding.regions.row(r));
            normalise(encoding.global);
            out.push_back(std::move(encoding));
        }
        return out;
    }

    std::vector<model::ImageEncoding> encodeFeatures(std::span<const RegionFeatures> photographs) override
    {
        if (!m_info.featureDimension)
            return ImageTextModel::encodeFeatures(photographs);
        std::vector<model::ImageEncoding> out;
        for (const RegionFeatures& photograph : photographs) {
            out.push_back({ photograph.features, {}, photograph.boxes });
            for (std::size_t r = 0; r < photograph.features.rows; ++r)
                normalise(out.back().regions.row(r));
        }
        return out;
    }

    std::vector<model::TextEncoding> encodeTexts(std::span<const std::string> sentences) override
    {
        std::vector<model::TextEncoding> out;
        for (const std::string& sentence : sentences)
            out.push_back(encodeText(sentence));
        return out;
    }

private:
    static void normalise(std::span<float> vector)
    {
        float sum = 0;
        for (const float v : vector)
            sum += v * v;
        for (float& v : vector)
            v /= std::sqrt(sum);
    }

    static std::vector<float> colour(const std::string& word)
    {
        std::vector<float> vector
            = { word == "red" ? 1.f : .1f, word == "green" ? 1.f : .1f, word == "blue" ? 1.f : .1f };
        normalise(vector);
        return vector;
    }

    static model::TextEncoding encodeText(const std::string& sentence)
    {
        model::TextEncoding out;
        out.global.assign(3, 1e-3f);
        std::istringstream stream(sentence);
        std::vector<float> words;
        for (std::string word; stream >> word;) {
            const std::size_t begin
                = out.spans.empty() ? sentence.find(word) : sentence.find(word, out.spans.back().end);
            out.texts.push_back(word);
            out.spans.push_back({ begin, begin + word.size() });
            out.weights.push_back(1);
            out.functionWords.push_back(text::isFunctionWord(word));
            for (std::size_t d = 0; d < 3; ++d) {
                words.push_back(colour(word)[d]);
                out.global[d] += words.back();
            }
        }
        out.words.rows = out.texts.size();
        out.words.cols = 3;
        out.words.data = std::move(words);
        normalise(out.global);
        return out;
    }

    model::ModelInfo m_info;
};

} // namespace wordsight::test
