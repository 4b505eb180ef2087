#include <algorithm>

#include <QApplication>
#include <QCommandLineParser>
#include <QTemporaryDir>

#include <fmt/format.h>

#include "app/composition.h"
#include "app/display.h"
#include "app/fetching.h"
#include "app/start_page.h"
#include "core/base/error.h"
#include "core/data/utf8.h"
#include "ui/window/main_window.h"
#include "ui/window/screenshot.h"
#include "ui/window/theme.h"

namespace {

using namespace wordsight;

void printHits(const ui::SearchOutcome& found)
{
    constexpr std::size_t shown = 5;
    fmt::print("{} photographs searchable with {} ({}), {:.1f} ms\n", found.searchable, found.model, found.device,
        found.milliseconds);
    for (std::size_t i = 0; i < std::min(shown, found.hits.size()); ++i) {
        const auto& hit = found.hits[i];
        fmt::print("{:2}  {:.4f}  {}\n", hit.rank, hit.score, printable(hit.photo.path.filename().string()));
        std::string words;
        for (const auto& term : hit.terms)
            words += fmt::format("{}{} {:+.4f}", words.empty() ? "" : " · ", term.label, term.contribution);
        if (!words.empty())
            fmt::print("            {}\n", words);
    }
}

/// Waits until everything asked for is done, saves the picture, prints what was found, quits.
void takePicture(ui::MainWindow& window, const QString& file)
{
    ui::saveScreenshotWhenIdle(window, file, [&window, file](bool saved) {
        if (window.outcome())
            printHits(*window.outcome());
        fmt::print("{}: {}\n", saved ? "Screenshot" : "The screenshot could not be saved to", file.toStdString());
        QCoreApplication::exit(saved ? 0 : 3);
    });
}

int run(const QCommandLineParser& arguments, const QString& picture)
{
    QTemporaryDir session; // a run for a picture leaves the person's own session as it is
    ui::MainWindow window(
        { app::modelSource(), picture.isEmpty() ? QString() : session.filePath("session.ini"), app::fetchPlaces() });
    if (arguments.isSet("theme"))
        window.setTheme(ui::themeNamed(arguments.value("theme")));
    if (const QStringList size = arguments.value("size").split('x'); size.size() == 2)
        window.resize(size[0].toInt(), size[1].toInt());
    else if (!picture.isEmpty())
        window.resize(1360, 860); // whatever the screen
    window.show();
    const QString library = arguments.value("library");
    const std::string model = arguments.value("model").toStdString();
    if (!arguments.positionalArguments().isEmpty())
        window.openPhotographs(arguments.positionalArguments(), library, model);
    else if (!library.isEmpty())
        window.openLibrary(library, model);
    else if (picture.isEmpty())
        window.restoreSession();
    if (window.model() != model && !model.empty())
        window.useModel(model);
    if (arguments.isSet("query"))
        window.ask(arguments.value("query"));
    app::openPage(window, arguments);
    if (!picture.isEmpty())
        takePicture(window, picture);
    return QApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    if (const auto problem = wordsight::app::prepareDisplay()) {
        fmt::print(stderr, "{}\n", *problem);
        return 1;
    }
    QApplication application(argc, argv);
    QApplication::setApplicationName("wordsight");
    QApplication::setApplicationDisplayName("Wordsight");
    QApplication::setApplicationVersion(QString::fromStdString(app::version()));
    QApplication::setOrganizationName("wordsight");

    QCommandLineParser arguments;
    arguments.setApplicationDescription(
        "Search your own photographs by sentence, and see which words found them where.");
    arguments.addHelpOption();
    arguments.addVersionOption();
    arguments.addOption({ "library", "Keep what is known of the photographs in this folder.", "folder" });
    arguments.addOption({ "query", "Ask this at once.", "sentence" });
    arguments.addOption({ "model", "Index and search the library with this model from now on.", "name" });
    app::addPageOptions(arguments);
    arguments.addOption({ "size", "Size of the window, as 1024x700.", "pixels" });
    arguments.addOption({ "theme", "Look: system, light or dark.", "name" });
    arguments.addOption(
        { "screenshot", "Save a picture of the window when all is found, print the hits, and quit.", "file" });
    arguments.addPositionalArgument("folder", "Photographs to open.", "[folder]");
    arguments.process(application);

    try {
        app::configure();
        return run(arguments, arguments.value("screenshot"));
    } catch (const Error& error) {
        fmt::print(stderr, "{}\n", printable(error.what()));
        return 1;
    }
}
