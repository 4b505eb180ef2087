#include "core/train/shared/training_data.h"

#include <algorithm>
#include <numeric>
#include <random>

#include "core/base/error.h"
#include "core/nn/formats/tensor_values.h"
#include "core/nn/shared/padded_regions.h"
#include "core/train/shared/views.h"

namespace wordsight::train {

namespace {

std::vector<std::int64_t> shuffled(std::int64_t count, std::initializer_list<std::int64_t> seed)
{
    std::vector<std::uint32_t> parts;
    for (const auto value : seed)
        parts.insert(parts.end(), { std::uint32_t(value), std::uint32_t(std::uint64_t(value) >> 32) });
    std::seed_seq sequence(parts.begin(), parts.end());
    std::minstd_rand random(sequence);
    std::vector<std::int64_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);
    return order;
}

bool contains(std::span<const Box> boxes, float x, float y)
{
    return std::ranges::any_of(
        boxes, [&](const Box& b) { return x >= b.x && x <= b.x + b.w && y >= b.y && y <= b.y + b.h; });
}

std::vector<dataset::CaptionedImage> firstOf(std::vector<dataset::CaptionedImage> images, std::int64_t limit)
{
    if (limit > 0 && limit < std::int64_t(images.size()))
        images.resize(limit);
    return images;
}

} // namespace

std::vector<std::int64_t> wordsWithin(std::span<const TextSpan> words, const TextSpan& phrase)
{
    std::vector<std::int64_t> within;
    for (std::size_t w = 0; w < words.size(); ++w)
        if (words[w].begin >= phrase.begin && words[w].end <= phrase.end)
            within.push_back(std::int64_t(w));
    return within;
}

std::vector<float> coverageOf(std::span<const Box> regions, std::span<const Box> boxes)
{
    constexpr int points = 8;
    std::vector<float> covered;
    for (const auto& region : regions) {
        int hits = 0;
        for (int y = 0; y < points; ++y)
            for (int x = 0; x < points; ++x)
                hits += contains(boxes, region.x + region.w * (float(x) + 0.5f) / points,
                    region.y + region.h * (float(y) + 0.5f) / points);
        covered.push_back(float(hits) / (points * points));
    }
    return covered;
}

std::vector<float> groundingTarget(std::span<const Box> regions, std::span<const Box> boxes, Coverage rule)
{
    auto target = coverageOf(regions, boxes);
    if (rule == Coverage::Centre) {
        std::vector<float> centres;
        for (const auto& region : regions)
            centres.push_back(contains(boxes, region.x + region.w / 2, region.y + region.h / 2) ? 1.0f : 0.0f);
        if (std::ranges::max(centres) > 0)
            return centres;
    }
    const float best = std::ranges::max(target);
    if (best > 0) {
        for (auto& value : target)
            value /= best;
        return target;
    }
    // Boxes that fall between all points of the raster: the region that holds the middle of the first.
    const float x = boxes.front().x + boxes.front().w / 2, y = boxes.front().y + boxes.front().h / 2;
    for (std::size_t r = 0; r < regions.size(); ++r)
        target[r] = contains(std::span(&regions[r], 1), x, y) ? 1.0f : 0.0f;
    return target;
}

DataRequest dataRequest(const RunOptions& run, const ScheduleOptions& schedule, const model::WeightsFolder& weights,
    FeatureRequest features)
{
    const DataOptions& located = run.located;
    features.features = run.features;
    features.weights = weights;
    features.views = located.views;
    features.images = located.images;
    features.cache = located.cache;
    if (!located.features.empty() && !features.source)
        throw Error(
            ErrorKind::Usage, "data.features: this system trains on photographs, not on features found elsewhere.");
    if (located.views < 1)
        throw Error(ErrorKind::Usage, "data.views must be at least 1, the photographs as they are.");
    DataRequest request;
    request.data = located;
    request.features = std::move(features);
    request.seed = run.seed;
    request.batch = schedule.batch;
    request.captionsPerImage = schedule.captionsPerImage;
    return request;
}

TrainingData::TrainingData(const DataRequest& request, torch::Device device, const JobControl& job)
    : m_request(request)
    , m_device(device)
{
    const auto all = request.data.dataset.empty() && request.features.source
        ? request.features.source->captioned()
        : dataset::readKarpathy(request.data.dataset);
    m_images = firstOf(dataset::ofSplit(all, request.data.trainSplit), request.data.trainLimit);
    m_trainImages = std::int64_t(m_images.size());
    std::ranges::move(firstOf(dataset::ofSplit(all, request.data.validationSplit), request.data.validationLimit),
        std::back_inserter(m_images));
    m_firstCaption.push_back(0);
    for (const auto& image : m_images)
        m_firstCaption.push_back(m_firstCaption.back() + std::int64_t(image.captions.size()));
    m_features = request.features.source ? precomputedFeatures(request.features, m_images, device, job)
        : request.frozen                 ? cachedFeatures(request.features, m_images, device, job)
                                         : tunedFeatures(request.features, m_images, device, job);

    m_boxes = nn::regionBoxes(nn::tensorOf(m_features->boxes())).to(device);
    m_phrases.resize(m_firstCaption.back());
    if (!request.data.entities.empty())
        readPhrases();
}

void TrainingData::readPhrases()
{
    for (std::size_t i = 0; i < m_images.size(); ++i)
        for (auto& boxed : dataset::readEntities(m_request.data.entities, m_images[i])) {
            Phrase phrase;
            phrase.caption = m_firstCaption[i] + std::int64_t(boxed.caption);
            phrase.words = wordsWithin(m_features->wordSpans(phrase.caption), boxed.span);
            if (phrase.words.empty())
                continue;
            phrase.type = boxed.type;
            phrase.boxes = std::move(boxed.boxes);
            m_phrases[phrase.caption].push_back(std::move(phrase));
        }
}

std::int64_t TrainingData::stepsPerEpoch() const
{
    return std::max<std::int64_t>(1, m_trainImages / m_request.batch);
}

BatchPlan TrainingData::plan(std::int64_t step) const
{
    const auto epoch = step / stepsPerEpoch(), position = step % stepsPerEpoch();
    const auto batch = std::min(m_request.batch, m_trainImages);
    const auto order = shuffled(m_trainImages, { m_request.seed, epoch });
    BatchPlan plan;
    plan.epoch = epoch;
    plan.images.assign(order.begin() + position * batch, order.begin() + (position + 1) * batch);
    for (std::size_t row = 0; row < plan.images.size(); ++row) {
        const auto image = plan.images[row];
        const auto [first, last] = captions(image);
        for (std::int64_t k = 0; k < m_request.captionsPerImage && first < last; ++k) {
            const auto turn = epoch * m_request.captionsPerImage + k;
            const auto turns = shuffled(last - first, { m_request.seed, -1, image, turn / (last - first) });
            plan.captions.push_back(first + turns[turn % (last - first)]);
            plan.owner.push_back(std::int64_t(row));
        }
        plan.views.push_back(m_request.data.views > 1
                ? shuffled(m_request.data.views, { m_request.seed, -2, image, epoch }).front()
                : 0);
    }
    return plan;
}

Batch TrainingData::load(const BatchPlan& plan)
{
    Batch batch;
    batch.epoch = plan.epoch;
    batch.regions = m_features->regions(plan.images, plan.views);
    const auto own = m_features->perPhotoRegions(plan.images);
    batch.boxes = own.boxes.defined() ? own.boxes : m_boxes;
    batch.mask = own.mask;
    batch.texts = m_features->texts(plan.captions);
    batch.owner = torch::tensor(plan.owner).to(m_device);
    batch.phrases = grounding(plan, batch.texts.mask.size(1));
    return batch;
}

GroundingBatch TrainingData::grounding(const BatchPlan& plan, std::int64_t longest) const
{
    std::vector<std::int64_t> image, text;
    std::vector<float> words, coverage;
    for (std::size_t t = 0; t < plan.captions.size(); ++t) {
        const auto row = plan.owner[t];
        const auto view = viewOf(plan.images[row], plan.views[row]);
        for (const auto& phrase : m_phrases[plan.captions[t]]) {
            const auto boxes = seen(view, phrase.boxes);
            if (boxes.empty() || m_features->boxes().empty())
                continue;
            image.push_back(row);
            text.push_back(std::int64_t(t));
            const auto begin = words.size();
            words.resize(begin + longest, 0.0f);
            for (const auto w : phrase.words)
                words[begin + w] = 1.0f / float(phrase.words.size());
            const auto target = groundingTarget(m_features->boxes(), boxes, m_request.coverage);
            coverage.insert(coverage.end(), target.begin(), target.end());
        }
    }
    const auto count = std::int64_t(image.size());
    return { torch::tensor(image, torch::kLong).to(m_device), torch::tensor(text, torch::kLong).to(m_device),
        torch::tensor(words).view({ count, longest }).to(m_device),
        torch::tensor(coverage).view({ count, m_boxes.size(0) }).to(m_device) };
}

} // namespace wordsight::train
