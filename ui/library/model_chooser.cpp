#include "ui/library/model_chooser.h"

#include <algorithm>

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/library/index_controller.h"
#include "ui/library/library_models.h"
#include "ui/library/model_row.h"

namespace wordsight::ui {

ModelChooser::ModelChooser(
    LibraryModels& models, IndexController& index, const std::string& chosen, bool getting, QWidget* parent)
    : QDialog(parent)
    , m_models(models)
    , m_index(index)
    , m_chosen(chosen)
    , m_list(new QVBoxLayout)
    , m_note(new QLabel(this))
{
    setObjectName("modelChooser");
    setWindowTitle(tr("Model of this library"));
    resize(580, 460);
    m_note->setWordWrap(true);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    auto* inside = new QWidget;
    m_list->setContentsMargins(0, 0, 0, 0);
    m_list->setSpacing(8);
    auto* filled = new QVBoxLayout(inside);
    filled->setContentsMargins(0, 0, 0, 0);
    filled->addLayout(m_list);
    filled->addStretch();
    auto* area = new QScrollArea(this);
    area->setWidget(inside);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    if (getting) {
        QPushButton* get = buttons->addButton(tr("Get a model…"), QDialogButtonBox::ActionRole);
        get->setObjectName("getModelButton");
        get->setAutoDefault(false);
        get->setToolTip(tr("Models that others publish, from the network"));
        connect(get, &QPushButton::clicked, this, &ModelChooser::getRequested);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    layout->addWidget(m_note);
    layout->addWidget(area, 1);
    layout->addWidget(buttons);

    connect(&models, &LibraryModels::changed, this, &ModelChooser::fill);
    connect(&index, &IndexController::progressed, this, [this](const Progress& progress) {
        for (ModelRow* row : m_rows)
            if (row->name() == m_index.model())
                row->showProgress(progress);
    });
    // What has become of the rows is read again, whether a run came to its end or was stopped.
    connect(&index, &IndexController::finished, &models, &LibraryModels::refresh);
    connect(&index, &IndexController::stopped, &models, &LibraryModels::refresh);
    fill();
    models.refresh();
}

void ModelChooser::fill()
{
    const std::vector<ModelChoice>& choices = m_models.choices();
    const auto same = [](const ModelChoice& choice, const ModelRow* row) { return choice.model.name == row->name(); };
    if (!m_rows.empty() && std::ranges::equal(choices, m_rows, same)) {
        for (std::size_t i = 0; i < m_rows.size(); ++i)
            m_rows[i]->setChoice(choices[i]);
        return;
    }
    qDeleteAll(m_rows);
    m_rows.clear();
    for (const ModelChoice& choice : choices) {
        auto* row = new ModelRow(choice, this);
        m_list->addWidget(row);
        m_rows.push_back(row);
        row->setChosen(choice.model.name == m_chosen);
        connect(row, &ModelRow::used, this, [this, row] { choose(row->name()); });
        connect(row, &ModelRow::indexRequested, this, [this, row] { Q_EMIT indexRequested(row->name()); });
    }
    m_note->setText(m_rows.empty()
            ? tr("No model is installed. \"wordsight-cli models list\" tells where they are looked for.")
            : tr("Every model sees photographs in its own way. A library can be indexed with several; the others "
                 "stay as they are."));
}

void ModelChooser::choose(const std::string& model)
{
    m_chosen = model;
    for (ModelRow* row : m_rows)
        row->setChosen(row->name() == model);
    Q_EMIT chosen(model);
}

} // namespace wordsight::ui
