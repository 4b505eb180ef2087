#include "ui/inspector/export_actions.h"

#include <array>
#include <utility>

#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QMessageBox>
#include <QStandardPaths>

#include "core/engine/alignment_export.h"
#include "core/image/decode.h"
#include "ui/inspector/photo_view.h"
#include "ui/shared/desktop.h"
#include "ui/shared/error_text.h"
#include "ui/shared/icons.h"
#include "ui/shared/paths.h"
#include "ui/shared/saved_note.h"

namespace wordsight::ui {

ExportActions::ExportActions(QThreadPool& pool, const InspectionState& state, PhotoView& photo, QWidget* parent)
    : QObject(parent)
    , m_state(state)
    , m_photo(photo)
    , m_window(parent)
    , m_menu(new QMenu(parent))
    , m_task(pool)
{
    m_menu->setObjectName("exportMenu");
    const std::array<std::pair<const char*, const char*>, 5> formats { { { "png", QT_TR_NOOP("Heatmaps as &PNG…") },
        { "svg", QT_TR_NOOP("Heatmaps as &SVG…") }, { "csv", QT_TR_NOOP("Matrix as &CSV…") },
        { "json", QT_TR_NOOP("Everything as &JSON…") }, { "npz", QT_TR_NOOP("Arrays for NumPy (&NPZ)…") } } };
    for (const auto& [format, text] : formats) {
        QAction* action = m_menu->addAction(tr(text), this, [this, format = QString(format)] { chooseFile(format); });
        action->setObjectName(QString("export-") + format);
        m_exports.append(action);
    }
    m_menu->addSeparator();
    m_copy = m_menu->addAction(lineIcon("copy"), tr("Copy &picture"), this, &ExportActions::copyPicture);
    m_copy->setObjectName("copyPicture");
    m_menu->addSeparator();
    m_menu->addAction(lineIcon("open"), tr("&Open in viewer"), this,
        [this] { openWithDesktop(m_state.subject().path, boxOver(m_window)); });
    m_menu->addAction(lineIcon("reveal"), tr("Show in &file manager"), this,
        [this] { revealInFileManager(m_state.subject().path, boxOver(m_window)); });
    connect(m_menu, &QMenu::aboutToShow, this, &ExportActions::enable);

    m_task.done = [this](const QString& file) {
        Q_EMIT notice(tr("Written: %1").arg(QDir::toNativeSeparators(file)));
        SavedNote::show(*m_window->window(), file);
    };
    m_task.failed = [this](const Error& error) {
        if (error.kind() == ErrorKind::Cancelled)
            return;
        auto* box = new QMessageBox(
            QMessageBox::Warning, tr("Nothing was exported"), errorText(error), QMessageBox::Ok, m_window);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
    };
}

void ExportActions::enable()
{
    for (QAction* action : m_exports)
        action->setEnabled(m_state.regionCount() > 0 && m_photo.hasPhotograph());
    m_copy->setEnabled(m_photo.hasPhotograph());
}

void ExportActions::chooseFile(const QString& format)
{
    auto* dialog = new QFileDialog(m_window, tr("Export as %1").arg(format.toUpper()),
        QStandardPaths::writableLocation(QStandardPaths::PicturesLocation),
        QString("%1 (*.%2)").arg(format.toUpper(), format));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(format);
    dialog->selectFile(QFileInfo(m_state.subject().path).completeBaseName() + '.' + format);
    connect(dialog, &QFileDialog::fileSelected, this, &ExportActions::exportTo);
    dialog->open();
}

void ExportActions::exportTo(const QString& file)
{
    m_task.start([subject = m_state.subject(), style = m_state.style(), file](const JobControl&) {
        const engine::AnswerScale& scale = subject.scale;
        engine::exportAlignment(subject.alignment, image::decodeFile(toPath(subject.path)),
            subject.sentence.toStdString(), toPath(file),
            { style, scale.heat, std::max(-scale.leastPart, scale.mostPart) });
        return file;
    });
}

void ExportActions::copyPicture()
{
    QGuiApplication::clipboard()->setImage(m_photo.picture());
    Q_EMIT notice(tr("The picture is on the clipboard."));
}

} // namespace wordsight::ui
