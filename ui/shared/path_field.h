#pragma once

#include <filesystem>

#include <QWidget>

class QLineEdit;

namespace wordsight::ui {

/// A path to type or to choose, under its label.
class PathField : public QWidget {
    Q_OBJECT
public:
    enum class Kind { File, Folder };
    PathField(const QString& name, const QString& label, const QString& note, Kind kind, QWidget* parent = nullptr);

    std::filesystem::path path() const;
    void setPath(const std::filesystem::path& path);

Q_SIGNALS:
    void changed();

private:
    QLineEdit* m_field;
};

} // namespace wordsight::ui
