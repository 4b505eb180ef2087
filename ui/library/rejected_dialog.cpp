#include "ui/library/rejected_dialog.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/library/rejected_model.h"
#include "ui/shared/desktop.h"
#include "ui/shared/error_text.h"

namespace wordsight::ui {

RejectedDialog::RejectedDialog(QThreadPool& pool, const std::filesystem::path& library, QWidget* parent)
    : QDialog(parent)
    , m_model(new RejectedModel(this))
    , m_task(pool)
{
    setWindowTitle(tr("Files left out and places offline"));
    resize(820, 420);
    auto* text = new QLabel(tr("These files could not be read; they are tried again when they change. Of folders that "
                               "could not be seen the "
                               "library keeps what it knows."),
        this);
    auto* table = new QTableView(this);
    table->setObjectName("rejected");
    table->setAccessibleName(windowTitle());
    table->setModel(m_model);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    table->horizontalHeader()->setStretchLastSection(true);
    table->setColumnWidth(RejectedModel::Name, 200);
    table->setColumnWidth(RejectedModel::Reason, 360);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton* reveal = buttons->addButton(tr("Show in file manager"), QDialogButtonBox::ActionRole);
    reveal->setEnabled(false);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    const auto revealCurrent = [this, table] {
        revealInFileManager(table->currentIndex().data(RejectedModel::PathRole).toString(), boxOver(this));
    };
    connect(reveal, &QPushButton::clicked, this, revealCurrent);
    connect(table, &QTableView::doubleClicked, this, revealCurrent);
    connect(table->selectionModel(), &QItemSelectionModel::currentChanged, reveal,
        [reveal](const QModelIndex& index) { reveal->setEnabled(index.isValid()); });

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 18, 18, 18);
    layout->setSpacing(12);
    layout->addWidget(text);
    layout->addWidget(table);
    layout->addWidget(buttons);

    m_task.done = [this](std::vector<store::Rejected> rejected) { m_model->setRejected(std::move(rejected)); };
    m_task.failed = [text](const Error& error) { text->setText(errorText(error)); };
    m_task.start([library](const JobControl&) {
        const auto opened = store::Library::open(library, store::Library::Mode::ReadOnly);
        std::vector<store::Rejected> all;
        for (const store::Unseen& place : opened.unseen())
            all.push_back(
                { place.path, 0, 0, tr("Offline: %1").arg(QString::fromStdString(place.reason)).toStdString() });
        const auto rejected = opened.rejected();
        all.insert(all.end(), rejected.begin(), rejected.end());
        return all;
    });
}

} // namespace wordsight::ui
