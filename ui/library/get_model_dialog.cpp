#include "ui/library/get_model_dialog.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/shared/error_text.h"
#include "ui/shared/progress_text.h"

namespace wordsight::ui {

namespace {

QString dot()
{
    return QString::fromUtf8(" · ");
}

QLabel* label(const QString& text, bool quiet, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    if (quiet)
        label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QString sizeText(double bytes)
{
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat);
}

} // namespace

GetModelDialog::GetModelDialog(engine::FetchPlaces places, QWidget* parent)
    : QDialog(parent)
    , m_places(std::move(places))
    , m_repository(new QLineEdit(this))
    , m_message(label({}, false, this))
    , m_bar(new QProgressBar(this))
    , m_stop(new QPushButton(tr("Stop"), this))
    , m_ask(m_pool)
    , m_get(m_pool)
{
    setObjectName("getModel");
    setWindowTitle(tr("Get a model"));
    resize(640, 620);
    auto* inside = new QWidget;
    auto* rows = new QVBoxLayout(inside);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(8);
    auto* area = new QScrollArea(this);
    area->setWidget(inside);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &GetModelDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    layout->addWidget(label(tr("Models that others publish, trained on billions of photographs. Nothing is fetched "
                               "before you say so, and nothing is sent: your photographs stay on this computer."),
        true, this));
    layout->addWidget(area, 1);
    layout->addWidget(otherRepository());
    layout->addWidget(progress());
    layout->addWidget(buttons);
    list(rows);
    rows->addStretch();
    // Return in the field means the field alone.
    for (QPushButton* button : findChildren<QPushButton*>())
        button->setAutoDefault(false);

    m_ask.done = [this](const engine::RepositoryOffer& offer) { question(offer); };
    m_ask.failed = [this](const Error& error) { showFailure(error); };
    m_get.done = [this](const engine::GotModel& model) {
        showEnd(
            tr("%1 is installed. Close this and index the library with it.").arg(QString::fromStdString(model.name)));
        Q_EMIT got(model.name);
    };
    m_get.failed = [this](const Error& error) { showFailure(error); };
    m_get.progressed = [this](const Progress& progress) {
        m_bar->setRange(0, static_cast<int>(progress.total));
        m_bar->setValue(static_cast<int>(progress.done));
        m_message->setText(progressText(progress));
    };
}

void GetModelDialog::list(QVBoxLayout* rows)
{
    try {
        m_curated = engine::readCuratedModels(m_places.list);
        for (const engine::CuratedModel& model : m_curated)
            rows->addWidget(row(model));
    } catch (const Error& error) {
        showEnd(errorText(error));
    }
}

QWidget* GetModelDialog::row(const engine::CuratedModel& model)
{
    const QString name = QString::fromStdString(model.name);
    const QLocale locale;
    auto* row = new QFrame(this);
    row->setObjectName("offer-" + name);
    auto* title = label(name, false, row);
    QFont bold = title->font();
    bold.setWeight(QFont::DemiBold);
    title->setFont(bold);
    auto* get = new QPushButton(tr("Get…"), row);
    get->setObjectName("get-" + name);
    get->setAccessibleName(tr("Get %1").arg(name));
    get->setToolTip(QString::fromStdString(model.repository));
    connect(get, &QPushButton::clicked, this,
        [this, repository = QString::fromStdString(model.repository)] { ask(repository); });
    m_buttons.push_back(get);
    auto* size = label(sizeText(static_cast<double>(model.megabytes) * 1e6), true, row);
    size->setWordWrap(false);
    auto* figures = label(tr("Reads: %1").arg(QString::fromStdString(model.languages)) + dot()
            + tr("%1 regions").arg(model.regions) + dot()
            + tr("finds the photograph of a sentence in %1 % of COCO").arg(locale.toString(model.textToImage, 'f', 1)),
        true, row);
    figures->setToolTip(tr("R@1 on COCO as published, sentence to photograph %1 %, photograph to sentence %2 % (%3)")
                            .arg(locale.toString(model.textToImage, 'f', 1), locale.toString(model.imageToText, 'f', 1),
                                QString::fromStdString(model.figuresFrom)));
    auto* grid = new QGridLayout(row);
    grid->setContentsMargins(14, 8, 14, 8);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(0, 1);
    grid->addWidget(title, 0, 0);
    grid->addWidget(size, 0, 1, Qt::AlignRight);
    grid->addWidget(label(QString::fromStdString(model.goodAt), false, row), 1, 0);
    grid->addWidget(get, 1, 1, 2, 1, Qt::AlignRight | Qt::AlignVCenter);
    grid->addWidget(figures, 2, 0);
    grid->addWidget(label(QString::fromStdString(model.licence), true, row), 3, 0);
    return row;
}

QWidget* GetModelDialog::otherRepository()
{
    auto* box = new QWidget(this);
    m_repository->setObjectName("repository");
    m_repository->setPlaceholderText(tr("OWNER/NAME of another one, with a CLIP or SigLIP"));
    m_repository->setAccessibleName(tr("Another repository"));
    auto* get = new QPushButton(tr("Get…"), box);
    get->setObjectName("getOther");
    get->setAccessibleName(tr("Get the other repository"));
    m_buttons.push_back(get);
    const auto begin = [this] {
        if (!m_repository->text().trimmed().isEmpty() && !isBusy())
            ask(m_repository->text().trimmed());
    };
    connect(get, &QPushButton::clicked, this, begin);
    connect(m_repository, &QLineEdit::returnPressed, this, begin);
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(14, 0, 14, 0);
    layout->addWidget(m_repository, 1);
    layout->addWidget(get);
    return box;
}

QWidget* GetModelDialog::progress()
{
    auto* box = new QWidget(this);
    m_message->setObjectName("fetchMessage");
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_bar->setObjectName("fetchProgress");
    m_bar->setAccessibleName(tr("Progress of fetching"));
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(6);
    m_bar->hide();
    m_stop->setObjectName("stopFetching");
    m_stop->setToolTip(tr("What has come is kept; getting it again goes on"));
    m_stop->hide();
    connect(m_stop, &QPushButton::clicked, this, [this] {
        m_ask.cancel();
        m_get.cancel();
    });
    auto* layout = new QGridLayout(box);
    layout->setContentsMargins(14, 0, 14, 0);
    layout->setColumnStretch(0, 1);
    layout->addWidget(m_message, 0, 0);
    layout->addWidget(m_stop, 0, 1, 2, 1);
    layout->addWidget(m_bar, 1, 0);
    return box;
}

void GetModelDialog::ask(const QString& repository)
{
    const engine::GetRequest request { repository.toStdString(), engine::nameFor(repository.toStdString(), m_curated) };
    try {
        engine::checkNewName(m_places, request);
    } catch (const Error& error) {
        return showFailure(error);
    }
    showBusy(tr("Asking about %1").arg(repository));
    m_ask.start([places = m_places, request](
                    const JobControl& job) { return engine::askForOffer(places, request.repository, job); });
}

void GetModelDialog::question(const engine::RepositoryOffer& offer)
{
    showEnd({});
    if (m_closing)
        return QDialog::reject();
    const QString licence = offer.licence.empty() ? tr("its makers name none") : QString::fromStdString(offer.licence);
    auto* box = new QMessageBox(QMessageBox::Question, tr("Get a model"),
        tr("Fetch %1?").arg(QString::fromStdString(offer.repository)), QMessageBox::NoButton, this);
    box->setObjectName("fetchQuestion");
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(tr("From: %1\nSize: %2\nLicence: %3")
                                .arg(QString::fromStdString(offer.from + "/" + offer.repository),
                                    sizeText(static_cast<double>(offer.bytes)), licence));
    QPushButton* yes = box->addButton(tr("Fetch"), QMessageBox::AcceptRole);
    box->addButton(QMessageBox::Cancel);
    connect(yes, &QPushButton::clicked, this, [this, repository = offer.repository] { get(repository); });
    box->open();
}

void GetModelDialog::get(const std::string& repository)
{
    showBusy(tr("Fetching %1").arg(QString::fromStdString(repository)));
    const engine::GetRequest request { repository, engine::nameFor(repository, m_curated) };
    m_get.start([places = m_places, request](const JobControl& job) { return engine::getModel(places, request, job); });
}

void GetModelDialog::reject()
{
    if (!isBusy())
        return QDialog::reject();
    m_closing = true; // as soon as what runs has stopped
    m_message->setText(tr("Stopping"));
    m_ask.cancel();
    m_get.cancel();
}

void GetModelDialog::showBusy(const QString& text)
{
    m_message->setText(text);
    m_bar->setRange(0, 0);
    m_bar->show();
    m_stop->show();
    for (QPushButton* button : m_buttons)
        button->setEnabled(false);
}

void GetModelDialog::showEnd(const QString& text)
{
    m_message->setText(text);
    m_bar->hide();
    m_stop->hide();
    for (QPushButton* button : m_buttons)
        button->setEnabled(true);
}

void GetModelDialog::showFailure(const Error& error)
{
    showEnd(error.kind() == ErrorKind::Cancelled ? tr("Stopped. What has come is kept; getting it again goes on.")
                                                 : errorText(error));
    if (m_closing)
        QDialog::reject();
}

} // namespace wordsight::ui
