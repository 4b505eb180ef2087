#include <algorithm>

#include <spdlog/spdlog.h>

#include "core/model/architectures/network_model.h"
#include "core/model/architectures/word_encoding.h"
#include "core/nn/formats/tensor_values.h"
#include "core/nn/teran2021/teran2021.h"
#include "core/text/tokenizer.h"

namespace wordsight::model {

using namespace nn;
namespace {

constexpr std::size_t kLongSentencesPerBatch = 64;

/// A word piece that takes part in the score.
struct Piece {
    std::int64_t position; ///< in the sequence
    std::string text;
    TextSpan span;
};

/// The part of a word that a piece stands for, where the pieces spell the word; else the whole word.
TextSpan spanOf(const text::Tokens& tokens, const text::Word& word, std::size_t piece)
{
    std::size_t begin = 0, end = 0, all = 0;
    for (std::size_t p = word.firstPiece; p < word.firstPiece + word.pieceCount; ++p) {
        const auto length
            = tokens.pieces[p].size() - (p > word.firstPiece && tokens.pieces[p].starts_with("##") ? 2 : 0);
        begin = p == piece ? all : begin;
        all += length;
        end = p == piece ? all : end;
    }
    if (word.pieceCount == 1 || all != word.span.end - word.span.begin)
        return word.span;
    return { word.span.begin + begin, word.span.begin + end };
}

Teran2021Options teran2021Options(const VerifiedModel& model)
{
    return optionsOf<Teran2021Options>(model, [&](const Teran2021Options&, const std::string& file) {
        refuseIf(model.config.otherFiles.empty(), file, "no vocabulary is named");
    });
}

class Teran2021Model final : public NetworkModel<Teran2021> {
public:
    Teran2021Model(const VerifiedModel& model, torch::Device device)
        : NetworkModel(model, teran2021Options(model), device)
        , m_tokenizer(model.folder / model.config.otherFiles.at(0).path,
              static_cast<std::size_t>(std::min(m_network->options().bert.positions, kTextSlots2021)))
    {
        m_info.regions = RegionKind::PerPhotograph;
        m_info.featureDimension = static_cast<std::size_t>(m_network->options().featureDimension);
    }

    std::vector<ImageEncoding> encodeFeatures(std::span<const RegionFeatures> images) override
    {
        for (const auto& image : images)
            check(image);
        return encodingsOf<ImageEncoding>(
            images, kImagesPerBatch, [&](auto batch, auto& encodings) { encode(batch, encodings); });
    }

    std::vector<TextEncoding> encodeTexts(std::span<const std::string> sentences) override
    {
        return encodingsOf<TextEncoding>(
            sentences, kLongSentencesPerBatch, [&](auto batch, auto& encodings) { encode(batch, encodings); });
    }

    void padAsPublished(ImageEncoding& image) const override
    {
        if (published())
            padRows(image.regions, kImageSlots2021 - 1);
    }

    /// A zero word changes what each region's best word is, and the mean; nothing else.
    void padAsPublished(TextEncoding& text, align::Pooling pooling) const override
    {
        using enum align::Pooling;
        const std::size_t words = kTextSlots2021 - kSpecialPieces2021;
        if (published() && pooling == Mean)
            padRows(text.words, words);
        else if (published() && (pooling == MwSr || pooling == Symmetric))
            padRows(text.words, std::min(words, text.words.rows + 1));
        text.weights.resize(text.words.rows, pooling == Mean ? 1.0f : 0.0f);
    }

private:
    bool published() const { return m_network->options().compat == Compatibility::Teran2021; }

    static void padRows(Matrix& vectors, std::size_t rows)
    {
        vectors.rows = std::max(vectors.rows, rows);
        vectors.data.resize(vectors.rows * vectors.cols);
    }

    void check(const RegionFeatures& image)
    {
        if (image.features.cols != *m_info.featureDimension || image.features.rows == 0)
            throw Error(ErrorKind::ModelMismatch,
                fmt::format("The model {} takes regions of {} numbers; here are {} regions of {}.", m_info.name,
                    *m_info.featureDimension, image.features.rows, image.features.cols));
        if (!image.boxes.empty() && image.boxes.size() != image.features.rows)
            throw Error(ErrorKind::ModelMismatch,
                fmt::format("There are {} regions and {} boxes.", image.features.rows, image.boxes.size()));
        if (image.boxes.empty() && m_network->options().boxes != BoxEncoding::None
            && !std::exchange(m_missesBoxes, true))
            spdlog::warn(
                "The model {} looks at the boxes of regions, and these features come without: its scores suffer.",
                m_info.name);
    }

    void encode(std::span<const RegionFeatures> images, std::vector<ImageEncoding>& encodings)
    {
        std::int64_t slots = 0;
        for (const auto& image : images)
            slots = std::max(slots, static_cast<std::int64_t>(image.features.rows) + 1);
        const auto count = static_cast<std::int64_t>(images.size());
        const auto features = torch::zeros({ count, slots, m_network->options().featureDimension });
        const auto corners = torch::zeros({ count, slots, 4 });
        const auto lengths = torch::zeros({ count }, torch::kInt64);
        for (std::int64_t i = 0; i < count; ++i) {
            const auto& image = images[static_cast<std::size_t>(i)];
            const auto end = static_cast<std::int64_t>(image.features.rows) + 1;
            features[i].slice(0, 1, end).copy_(tensorOf(image.features));
            lengths[i] = end;
            if (image.boxes.empty())
                continue;
            const auto boxes = tensorOf(image.boxes); // x, y, w, h
            corners[i].slice(0, 1, end).copy_(
                torch::cat({ boxes.slice(1, 0, 2), boxes.slice(1, 0, 2) + boxes.slice(1, 2) }, 1));
        }
        const auto output = m_network->encodeImages(features.to(m_device), corners.to(m_device), lengths.to(m_device));
        const auto sets = output.set.to(torch::kCPU), globals = output.global.to(torch::kCPU);
        for (std::int64_t i = 0; i < count; ++i) {
            const auto& image = images[static_cast<std::size_t>(i)];
            encodings.push_back(
                { matrixOf(sets[i].slice(0, 1, lengths[i].item<std::int64_t>())), vectorOf(globals[i]), image.boxes });
        }
    }

    /// The pieces that take part: as the authors have it all but the last, unless it is the only one (they have no
    /// score then); else all but punctuation.
    std::vector<Piece> piecesOf(const text::Tokens& tokens) const
    {
        std::vector<Piece> pieces;
        for (const auto& word : tokens.words)
            for (std::size_t p = word.firstPiece; p < word.firstPiece + word.pieceCount; ++p)
                if (published() || !word.punctuation)
                    pieces.push_back({ static_cast<std::int64_t>(p),
                        word.pieceCount == 1 ? word.text : tokens.pieces[p], spanOf(tokens, word, p) });
        if (published() && pieces.size() > 1)
            pieces.pop_back();
        return pieces;
    }

    void encode(std::span<const std::string> sentences, std::vector<TextEncoding>& encodings)
    {
        std::vector<text::Tokens> tokens;
        std::size_t longest = 0;
        for (const auto& sentence : sentences) {
            tokens.push_back(m_tokenizer.tokenize(sentence));
            longest = std::max(longest, tokens.back().ids.size());
        }
        const auto count = static_cast<std::int64_t>(sentences.size());
        auto ids = torch::full({ count, static_cast<std::int64_t>(longest) }, m_tokenizer.paddingId(), torch::kInt64);
        auto lengths = torch::zeros({ count }, torch::kInt64);
        for (std::int64_t i = 0; i < count; ++i) {
            const auto& row = tokens[static_cast<std::size_t>(i)].ids;
            std::ranges::copy(row, ids.data_ptr<std::int64_t>() + i * static_cast<std::int64_t>(longest));
            lengths[i] = static_cast<std::int64_t>(row.size());
        }
        const auto output = m_network->encodeTexts(ids.to(m_device), lengths.to(m_device));
        const auto sets = output.set.to(torch::kCPU), globals = output.global.to(torch::kCPU);
        for (std::int64_t i = 0; i < count; ++i)
            encodings.push_back(encodingOf(tokens[static_cast<std::size_t>(i)], sets[i], globals[i]));
    }

    TextEncoding encodingOf(const text::Tokens& tokens, const torch::Tensor& set, const torch::Tensor& global) const
    {
        TextEncoding encoding;
        std::vector<std::int64_t> positions;
        for (auto& piece : piecesOf(tokens)) {
            positions.push_back(piece.position);
            encoding.texts.push_back(std::move(piece.text));
            encoding.spans.push_back(piece.span);
        }
        for (const auto& word : tokens.words)
            if (word.unknown)
                encoding.unknown.push_back(word.text);
        encoding.words = matrixOf(set.index_select(0, torch::tensor(positions, torch::kInt64)));
        encoding.weights.assign(positions.size(), 1.0f);
        encoding.global = vectorOf(global);
        encoding.truncated = tokens.truncated;
        encoding.otherLanguage = isOfAnotherLanguage(tokens);
        return encoding;
    }

    text::WordPieceTokenizer m_tokenizer;
    bool m_missesBoxes = false; ///< said once
};

} // namespace

std::unique_ptr<ImageTextModel> openTeran2021(const VerifiedModel& model, DeviceChoice choice)
{
    return std::make_unique<Teran2021Model>(model, computeDevice(choice));
}

} // namespace wordsight::model
