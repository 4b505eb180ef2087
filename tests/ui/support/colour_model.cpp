#include "tests/ui/support/colour_model.h"

#include <array>
#include <cmath>
#include <map>

#include <QCoreApplication>
#include <QThread>

namespace wordsight::ui::test {

namespace {

using Colour = std::array<float, 4>; // red, green, blue, and a little of anything

std::vector<float> normalised(const Colour& colour)
{
    float length = 0;
    for (const float part : colour)
        length += part * part;
    length = std::sqrt(length);
    std::vector<float> vector;
    for (const float part : colour)
        vector.push_back(part / length);
    return vector;
}

Colour meanColour(const image::Image& image, const Box& box)
{
    const int left = static_cast<int>(box.x * image.width);
    const int top = static_cast<int>(box.y * image.height);
    const int right = std::max(left + 1, static_cast<int>((box.x + box.w) * image.width));
    const int bottom = std::max(top + 1, static_cast<int>((box.y + box.h) * image.height));
    Colour sum { 0, 0, 0, 0 };
    for (int y = top; y < bottom; ++y)
        for (int x = left; x < right; ++x)
            for (int c = 0; c < 3; ++c)
                sum[c] += image.rgb[(static_cast<std::size_t>(y) * image.width + x) * 3 + c];
    for (int c = 0; c < 3; ++c)
        sum[c] /= 255.0f * (right - left) * (bottom - top);
    sum[3] = 0.2f;
    return sum;
}

Colour meaning(const std::string& word)
{
    static const std::map<std::string, Colour> known { { "red", { 1, 0, 0, 0 } }, { "green", { 0, 1, 0, 0 } },
        { "blue", { 0, 0, 1, 0 } }, { "yellow", { 1, 1, 0, 0 } }, { "dark", { 0, 0, 0, 1 } } };
    const auto found = known.find(word);
    return found == known.end() ? Colour { 1, 1, 1, 0.2f } : found->second;
}

} // namespace

void ModelProbe::closeGate()
{
    std::lock_guard lock(m_mutex);
    m_closed = true;
}

void ModelProbe::openGate()
{
    std::lock_guard lock(m_mutex);
    m_closed = false;
    m_changed.notify_all();
}

void ModelProbe::pass()
{
    if (QThread::currentThread() == QCoreApplication::instance()->thread())
        qFatal("A model was used on the window's thread.");
    std::unique_lock lock(m_mutex);
    ++waiting;
    m_changed.wait(lock, [this] { return !m_closed; });
    --waiting;
}

ColourModel::ColourModel(std::shared_ptr<ModelProbe> probe) : m_probe(std::move(probe))
{
    ++m_probe->opened;
    m_info.name = "colours";
    m_info.architecture = "test";
    m_info.fingerprint = "c0105c0105c01050";
    m_info.dimension = 4;
    m_info.boxes = { { 0, 0, 0.5f, 0.5f }, { 0.5f, 0, 0.5f, 0.5f }, { 0, 0.5f, 0.5f, 0.5f }, { 0.5f, 0.5f, 0.5f, 0.5f } };
    m_info.globalWeight = 0.5f;
    m_info.pooling = "mrsw";
    m_info.inputSide = 32;
}

std::vector<model::ImageEncoding> ColourModel::encodeImages(std::span<const image::Image> images)
{
    m_probe->pass();
    std::vector<model::ImageEncoding> encodings;
    for (const image::Image& image : images) {
        ++m_probe->images;
        model::ImageEncoding encoding;
        encoding.regions = Matrix(m_info.boxes.size(), 4);
        for (std::size_t r = 0; r < m_info.boxes.size(); ++r)
            std::ranges::copy(normalised(meanColour(image, m_info.boxes[r])), encoding.regions.row(r).begin());
        encoding.global = normalised(meanColour(image, { 0, 0, 1, 1 }));
        encodings.push_back(std::move(encoding));
    }
    return encodings;
}

std::vector<model::TextEncoding> ColourModel::encodeTexts(std::span<const std::string> sentences)
{
    m_probe->pass();
    std::vector<model::TextEncoding> encodings;
    for (const std::string& sentence : sentences) {
        ++m_probe->sentences;
        model::TextEncoding encoding;
        for (std::size_t begin = 0; begin < sentence.size();) {
            const std::size_t end = std::min(sentence.find(' ', begin), sentence.size());
            if (end > begin) {
                encoding.texts.push_back(sentence.substr(begin, end - begin));
                encoding.spans.push_back({ begin, end });
            }
            begin = end + 1;
        }
        encoding.words = Matrix(encoding.texts.size(), 4);
        Colour sum { 0, 0, 0, 0.01f };
        for (std::size_t w = 0; w < encoding.texts.size(); ++w) {
            const Colour colour = meaning(encoding.texts[w]);
            std::ranges::copy(normalised(colour), encoding.words.row(w).begin());
            for (std::size_t c = 0; c < 4; ++c)
                sum[c] += colour[c];
        }
        encoding.weights.assign(encoding.texts.size(), 1.0f);
        encoding.global = normalised(sum);
        encodings.push_back(std::move(encoding));
    }
    return encodings;
}

ModelFactory colourModels(std::shared_ptr<ModelProbe> probe)
{
    return [probe] { return std::make_unique<ColourModel>(probe); };
}

} // namespace wordsight::ui::test
