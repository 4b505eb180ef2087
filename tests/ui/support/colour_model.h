#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "core/engine/library/model_source.h"
#include "core/model/image_text_model.h"

namespace wordsight::ui::test {

/// What the models of one test share: counts of what was asked of them, and gates that hold them back until a test
/// lets go. A closed gate waits for it without time running on.
struct ModelProbe {
    std::atomic<int> opened = 0;
    std::atomic<int> sentences = 0;
    std::atomic<int> images = 0;

    void closeGate();
    void openGate();
    void pass(); ///< waits while the gate is closed
    std::atomic<int> waiting = 0;

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_closed = false;
};

/// Holds the models of a probe back while it lives.
class ClosedGate {
public:
    explicit ClosedGate(ModelProbe& probe)
        : m_probe(probe)
    {
        probe.closeGate();
    }
    ~ClosedGate() { open(); }
    ClosedGate(const ClosedGate&) = delete;
    ClosedGate& operator=(const ClosedGate&) = delete;
    void open() { m_probe.openGate(); }

private:
    ModelProbe& m_probe;
};

/// A small real encoder pair: the four quarters of a photograph are its regions, a region is its mean colour, and the
/// words red, green, blue, yellow, dark mean what they say. Every other word means grey, "rot" is known to be German.
/// It reads a hundred words. With a global term.
class ColourModel : public model::ImageTextModel {
public:
    enum class Kind {
        Colours,
        Swapped,  ///< takes red for blue and blue for red; nine regions
        Whole,    ///< no words: the sentence as a whole and the photograph as a whole
        Features, ///< takes no photographs
    };
    explicit ColourModel(std::shared_ptr<ModelProbe> probe, Kind kind = Kind::Colours);
    const model::ModelInfo& info() const override { return m_info; }
    std::string device() const override { return "CPU"; }
    std::vector<model::ImageEncoding> encodeImages(std::span<const image::Image> images) override;
    std::vector<model::TextEncoding> encodeTexts(std::span<const std::string> sentences) override;

private:
    std::shared_ptr<ModelProbe> m_probe;
    Kind m_kind;
    model::ModelInfo m_info;
};

/// One of each kind by name: "colours" (the standard one), "swapped", "whole" and "features".
engine::ModelSource colourModels(std::shared_ptr<ModelProbe> probe);

} // namespace wordsight::ui::test
