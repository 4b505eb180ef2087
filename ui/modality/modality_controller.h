#pragma once

#include <array>
#include <optional>

#include <QObject>

#include "core/engine/evaluation/modality_gap.h"
#include "core/engine/library/model_source.h"
#include "ui/shared/background_task.h"
#include "ui/shared/pools.h"
#include "ui/shared/side.h"

namespace wordsight::ui {

/// Works out the clouds of two models, one after the other, in the background.
class ModalityController : public QObject {
    Q_OBJECT
public:
    ModalityController(Pools& pools, engine::ModelFactory open, QObject* parent = nullptr);

    /// Forgets what was there before.
    void start(const engine::EvaluationInput& input, const std::string& left, const std::string& right);
    void cancel();
    bool isRunning() const { return m_task.isRunning(); }

    const engine::EvaluationInput& input() const { return m_input; }
    const std::optional<engine::ModalityGap>& gap(Side side) const { return m_gaps[indexOf(side)]; }

Q_SIGNALS:
    void progressed(const QString& model, const wordsight::Progress& progress);
    void gapsChanged();
    void finished();
    void stopped(const QString& message); ///< empty where the person asked for it

private:
    void next();

    engine::ModelFactory m_openModel;
    engine::EvaluationInput m_input;
    std::array<std::string, 2> m_models;
    std::array<std::optional<engine::ModalityGap>, 2> m_gaps;
    std::size_t m_at = 0; ///< of m_models
    BackgroundTask<engine::ModalityGap> m_task;
};

} // namespace wordsight::ui
