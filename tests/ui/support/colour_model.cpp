#include "tests/ui/support/colour_model.h"

#include <algorithm>
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

constexpr std::size_t kMostWords = 100;
constexpr std::array kNames { "colours", "swapped", "whole", "features" };
constexpr std::array kFingerprints { "c0105c0105c01050", "c0105c0105c01051", "c0105c0105c01052", "c0105c0105c01053" };

std::vector<Box> grid(int side)
{
    std::vector<Box> boxes;
    const float length = 1.0f / static_cast<float>(side);
    for (int row = 0; row < side; ++row)
        for (int column = 0; column < side; ++column)
            boxes.push_back({ static_cast<float>(column) * length, static_cast<float>(row) * length, length, length });
    return boxes;
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

ColourModel::ColourModel(std::shared_ptr<ModelProbe> probe, Kind kind)
    : m_probe(std::move(probe))
    , m_kind(kind)
{
    ++m_probe->opened;
    const auto number = static_cast<std::size_t>(kind);
    m_info.name = kNames[number];
    m_info.architecture = "test";
    m_info.fingerprint = kFingerprints[number];
    m_info.dimension = 4;
    if (kind == Kind::Whole)
        m_info.regions = model::RegionKind::None;
    else
        m_info.boxes = grid(kind == Kind::Swapped ? 3 : 2);
    m_info.globalWeight = 0.5f;
    if (kind == Kind::Features)
        m_info.featureDimension = 4;
    else
        m_info.photographs = { .side = 32 };
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
        encoding.truncated = encoding.texts.size() > kMostWords;
        encoding.texts.resize(std::min(encoding.texts.size(), kMostWords));
        encoding.spans.resize(encoding.texts.size());
        encoding.otherLanguage = std::ranges::find(encoding.texts, "rot") != encoding.texts.end();
        encoding.words = Matrix(encoding.texts.size(), 4);
        Colour sum { 0, 0, 0, 0.01f };
        for (std::size_t w = 0; w < encoding.texts.size(); ++w) {
            Colour colour = meaning(encoding.texts[w]);
            if (m_kind == Kind::Swapped)
                std::swap(colour[0], colour[2]);
            std::ranges::copy(normalised(colour), encoding.words.row(w).begin());
            for (std::size_t c = 0; c < 4; ++c)
                sum[c] += colour[c];
        }
        encoding.weights.assign(encoding.texts.size(), 1.0f);
        encoding.global = normalised(sum);
        if (m_kind == Kind::Whole) {
            encoding.words = Matrix(0, 4);
            encoding.texts.clear();
            encoding.spans.clear();
            encoding.weights.clear();
        }
        encodings.push_back(std::move(encoding));
    }
    return encodings;
}

engine::ModelSource colourModels(std::shared_ptr<ModelProbe> probe)
{
    const auto open = [probe](const std::string& name) -> std::unique_ptr<model::ImageTextModel> {
        const auto known = std::ranges::find(kNames, name.empty() ? kNames[0] : name);
        if (known == kNames.end())
            throw Error(ErrorKind::ModelMismatch, "There is no model \"" + name + "\".");
        return std::make_unique<ColourModel>(probe, static_cast<ColourModel::Kind>(known - kNames.begin()));
    };
    const auto installed = [] {
        std::vector<engine::InstalledModel> models;
        for (std::size_t i = 0; i < kNames.size(); ++i) {
            engine::InstalledModel model;
            model.name = kNames[i];
            model.architecture = "test";
            model.fingerprint = kFingerprints[i];
            model.takesPhotographs = static_cast<ColourModel::Kind>(i) != ColourModel::Kind::Features;
            models.push_back(std::move(model));
        }
        return models;
    };
    return { open, installed, kNames[0] };
}

} // namespace wordsight::ui::test
