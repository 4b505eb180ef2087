#include "ui/library/index_controller.h"

#include "core/store/library.h"
#include "ui/shared/error_text.h"

namespace wordsight::ui {

namespace {

engine::IndexReport run(const std::filesystem::path& folder, std::vector<std::filesystem::path> paths,
    const ModelFactory& openModel, const std::string& name, TaskControl& control)
{
    store::Library library = store::Library::open(folder, store::Library::Mode::Create);
    for (const std::filesystem::path& path : paths)
        if (std::filesystem::is_directory(path))
            library.addRoot(path);
    if (paths.empty())
        paths = library.roots();
    const ProgressCallback report = [&control](const Progress& progress) { return control.report(progress); };
    if (paths.empty() || !report({ .stage = "Opening the model", .secondsRemaining = {} }))
        return {};
    const std::unique_ptr<model::ImageTextModel> model = openModel(name);
    return engine::index(library, paths, *model, report);
}

} // namespace

IndexController::IndexController(Pools& pools, ModelFactory openModel, QObject* parent)
    : QObject(parent)
    , m_openModel(std::move(openModel))
    , m_task(pools.index)
{
    m_task.progressed = [this](const Progress& progress) {
        Q_EMIT progressed(progress);
        if (progress.done != m_doneAtGrown && m_sinceGrown.hasExpired(2000)) {
            m_doneAtGrown = progress.done;
            m_sinceGrown.restart();
            Q_EMIT grown();
        }
    };
    m_task.done = [this](const engine::IndexReport& report) {
        Q_EMIT grown();
        if (report.stopped)
            Q_EMIT stopped({});
        else
            Q_EMIT finished(report);
    };
    m_task.failed = [this](const Error& error) {
        Q_EMIT grown();
        Q_EMIT stopped(error.kind() == ErrorKind::Cancelled ? QString() : errorText(error));
    };
}

void IndexController::start(
    const std::filesystem::path& library, std::vector<std::filesystem::path> paths, const std::string& model)
{
    m_model = model;
    m_sinceGrown.start();
    m_doneAtGrown = 0;
    m_task.start([library, paths = std::move(paths), openModel = m_openModel, model](
                     TaskControl& control) { return run(library, paths, openModel, model, control); });
    Q_EMIT started();
}

void IndexController::pause()
{
    m_task.pause();
    Q_EMIT pausedChanged(true);
}

void IndexController::resume()
{
    m_task.resume();
    Q_EMIT pausedChanged(false);
}

void IndexController::cancel()
{
    m_task.cancel();
}

} // namespace wordsight::ui
