#include "ui/evaluate/evaluation_tables.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>

#include <QCoreApplication>
#include <QLocale>

#include "core/engine/evaluation/report_export.h"
#include "ui/shared/number_text.h"

namespace wordsight::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Evaluation", text);
}

QStringList recalls(const eval::Recalls& recalls)
{
    return { numberText(recalls.r1, 1), numberText(recalls.r5, 1), numberText(recalls.r10, 1),
        numberText(recalls.medr, 0) };
}

/// Those with the most phrases first.
std::vector<std::string> phraseTypes(const std::vector<EvaluationOutcome>& outcomes)
{
    std::map<std::string, std::size_t> counts;
    for (const EvaluationOutcome& outcome : outcomes)
        if (outcome.grounding)
            for (const auto& [type, phrases] : outcome.grounding->pointing.phrasesByType)
                counts[type] = std::max(counts[type], phrases);
    std::vector<std::string> types;
    for (const auto& [type, phrases] : counts)
        types.push_back(type);
    std::ranges::stable_sort(types, std::greater(), [&counts](const std::string& type) { return counts[type]; });
    return types;
}

/// The figures alone, as the command line writes them; `strip` takes out what is no figure.
template <class Report>
void takeAlong(FigureTable& table, const std::vector<EvaluationOutcome>& outcomes,
    std::optional<Report> EvaluationOutcome::*part, void (*strip)(Report&))
{
    std::vector<Report> reports;
    for (const EvaluationOutcome& outcome : outcomes)
        if (outcome.*part) {
            reports.push_back(*(outcome.*part));
            reports.back().model = outcome.model;
            strip(reports.back());
        }
    if (reports.empty())
        return;
    table.markdown = QString::fromStdString(
        engine::exportReports(std::span<const Report>(reports), engine::ReportFormat::Markdown));
    table.csv
        = QString::fromStdString(engine::exportReports(std::span<const Report>(reports), engine::ReportFormat::Csv));
}

} // namespace

FigureTable retrievalTable(const std::vector<EvaluationOutcome>& outcomes)
{
    const bool hasNdcg = std::ranges::any_of(
        outcomes, [](const EvaluationOutcome& outcome) { return outcome.retrieval && outcome.retrieval->ndcg; });
    FigureTable table;
    table.headings = { tr("Model"), tr("image → text R@1"), "R@5", "R@10", "Med r", tr("text → image R@1"), "R@5",
        "R@10", "Med r", "rsum" };
    if (hasNdcg)
        table.headings << "NDCG i→t"
                       << "NDCG t→i";
    for (const EvaluationOutcome& outcome : outcomes) {
        if (!outcome.retrieval)
            continue;
        const engine::RetrievalReport& report = *outcome.retrieval;
        QStringList row { QString::fromStdString(outcome.model) };
        row << recalls(report.result.i2t) << recalls(report.result.t2i) << numberText(report.result.rsum(), 1);
        if (hasNdcg)
            row << (report.ndcg ? numberText(report.ndcg->i2t, 3) : QString())
                << (report.ndcg ? numberText(report.ndcg->t2i, 3) : QString());
        table.rows << row;
        const QLocale locale;
        table.title
            = tr("Retrieval: %1 photographs, %2 sentences")
                  .arg(locale.toString(qulonglong(report.images)), locale.toString(qulonglong(report.captions)));
        if (report.folds > 1)
            table.title += tr(", mean of %1 folds").arg(report.folds);
    }
    takeAlong<engine::RetrievalReport>(
        table, outcomes, &EvaluationOutcome::retrieval, [](engine::RetrievalReport& report) {
            report.imageToText.failures.clear();
            report.textToImage.failures.clear();
        });
    return table;
}

FigureTable groundingTable(const std::vector<EvaluationOutcome>& outcomes)
{
    const std::vector<std::string> types = phraseTypes(outcomes);
    FigureTable table;
    table.headings = { tr("Model"), tr("Pointing"), tr("Middle"), tr("Random") };
    for (const std::string& type : types)
        table.headings << QString::fromStdString(type);
    for (const EvaluationOutcome& outcome : outcomes) {
        if (!outcome.grounding)
            continue;
        const eval::PointingResult& result = outcome.grounding->pointing;
        QStringList row { QString::fromStdString(outcome.model), numberText(result.pointing, 1),
            numberText(result.baselineCenter, 1), numberText(result.baselineRandom, 1) };
        for (const std::string& type : types) {
            const auto known = result.byType.find(type);
            row << (known == result.byType.end() ? QString() : numberText(known->second, 1));
        }
        table.rows << row;
        table.title = tr("Grounding: peaks inside the box of %1 phrases, in percent")
                          .arg(QLocale().toString(qulonglong(result.phrases)));
    }
    takeAlong<engine::GroundingReport>(
        table, outcomes, &EvaluationOutcome::grounding, [](engine::GroundingReport& report) { report.misses.clear(); });
    return table;
}

} // namespace wordsight::ui
