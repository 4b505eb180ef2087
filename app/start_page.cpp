#include "app/start_page.h"

#include <algorithm>

#include <QCommandLineParser>

#include "app/composition.h"
#include "core/engine/model_catalog.h"
#include "ui/compare/compare_page.h"
#include "ui/evaluate/evaluation_page.h"
#include "ui/modality/modality_page.h"
#include "ui/shared/paths.h"
#include "ui/window/main_window.h"

namespace wordsight::app {

namespace {

/// `against` is a pooling, an installed model, or else a sentence for the right side.
void compare(ui::MainWindow& window, const std::string& against)
{
    window.pages().showPage(ui::PageKind::Compare);
    ui::ComparePage& page = window.pages().compare();
    if (against.empty())
        return;
    const auto models = engine::installedModels(modelsFolders());
    if (const auto pooling = align::poolingNamed(against)) {
        page.choosePoolings(align::Pooling::MrSw, *pooling);
    } else if (std::ranges::find(models, against, &engine::InstalledModel::name) != models.end()) {
        page.chooseModels(window.model(), against);
    } else {
        page.compareBy(ui::CompareBy::Sentences);
        page.ask(ui::Side::Right, QString::fromStdString(against));
    }
}

void evaluate(ui::MainWindow& window, const QCommandLineParser& arguments)
{
    window.pages().showPage(ui::PageKind::Evaluate);
    if (!arguments.isSet("dataset"))
        return;
    ui::EvaluationTask task;
    task.input.dataset = ui::toPath(arguments.value("dataset"));
    task.input.images = ui::toPath(arguments.value("images"));
    task.input.split = arguments.value("split").toStdString();
    task.boxes.entities = ui::toPath(arguments.value("entities"));
    task.grounding = arguments.isSet("entities");
    const QString shown = arguments.value("show");
    const auto tab = shown == "curves" ? ui::EvaluationPage::Curves
        : shown == "failures"          ? ui::EvaluationPage::Failures
                                       : ui::EvaluationPage::Figures;
    window.pages().evaluation().measure(task, { window.model() }, tab);
}

void showModality(ui::MainWindow& window, const QCommandLineParser& arguments)
{
    window.pages().showPage(ui::PageKind::Modality);
    if (!arguments.isSet("dataset"))
        return;
    engine::EvaluationInput input;
    input.dataset = ui::toPath(arguments.value("dataset"));
    input.images = ui::toPath(arguments.value("images"));
    input.split = arguments.value("split").toStdString();
    const std::string right = arguments.value("against").toStdString();
    window.pages().modality().show(input, window.model(), right.empty() ? window.model() : right);
}

} // namespace

void addPageOptions(QCommandLineParser& arguments)
{
    arguments.addOption({ "page", "Start on a page: search, compare, evaluate or modality.", "name", "search" });
    arguments.addOption(
        { "against", "Compare: a pooling, a model, or a sentence for the right side. Modality: a model.", "what" });
    arguments.addOption({ "dataset", "Evaluate, modality: captions, as a Karpathy JSON.", "file" });
    arguments.addOption({ "images", "Evaluate, modality: the photographs that it names.", "folder" });
    arguments.addOption({ "entities", "Evaluate: boxed phrases in the layout of Flickr30k Entities.", "folder" });
    arguments.addOption({ "split", "Evaluate, modality: which split.", "name", "val" });
    arguments.addOption({ "show", "Evaluate: figures, curves or failures at the end.", "what", "figures" });
}

void openPage(ui::MainWindow& window, const QCommandLineParser& arguments)
{
    const QString page = arguments.value("page");
    if (page == "compare")
        compare(window, arguments.value("against").toStdString());
    else if (page == "evaluate")
        evaluate(window, arguments);
    else if (page == "modality")
        showModality(window, arguments);
}

} // namespace wordsight::app
