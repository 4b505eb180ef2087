#include "ui/shared/path_field.h"

#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include "ui/shared/icons.h"
#include "ui/shared/paths.h"

namespace wordsight::ui {

PathField::PathField(const QString& name, const QString& label, const QString& note, Kind kind, QWidget* parent)
    : QWidget(parent)
    , m_field(new QLineEdit)
{
    m_field->setObjectName(name);
    m_field->setAccessibleName(label);
    m_field->setToolTip(note);
    m_field->setTextMargins(3, 0, 3, 0);
    m_field->setPlaceholderText(kind == Kind::Folder ? tr("folder") : tr("file"));
    auto* caption = new QLabel(label);
    caption->setForegroundRole(QPalette::PlaceholderText);
    caption->setBuddy(m_field);
    auto* choose = new QToolButton;
    choose->setObjectName("choose-" + name);
    choose->setIcon(lineIcon("folder"));
    choose->setAccessibleName(tr("Choose: %1").arg(label));
    choose->setToolTip(note);
    connect(choose, &QToolButton::clicked, this, [this, label, kind] {
        auto* dialog = new QFileDialog(this, label, m_field->text());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(kind == Kind::Folder ? QFileDialog::Directory : QFileDialog::ExistingFile);
        connect(dialog, &QFileDialog::fileSelected, m_field, &QLineEdit::setText);
        dialog->open();
    });
    connect(m_field, &QLineEdit::textChanged, this, &PathField::changed);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(4);
    grid->addWidget(caption, 0, 0, 1, 2);
    grid->addWidget(m_field, 1, 0);
    grid->addWidget(choose, 1, 1);
}

std::filesystem::path PathField::path() const
{
    return toPath(m_field->text().trimmed());
}

void PathField::setPath(const std::filesystem::path& path)
{
    m_field->setText(toQString(path));
}

} // namespace wordsight::ui
