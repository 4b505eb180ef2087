#include "ui/shared/session.h"

#include "ui/shared/paths.h"

namespace wordsight::ui {

namespace {

constexpr int kMostRecent = 8;

/// A path holds what parts groups in the name of a setting, so it goes in as hexadecimal digits.
QString modelKey(const std::filesystem::path& library)
{
    return "models/" + toQString(library).toUtf8().toHex();
}

QString fileOr(const QString& iniFile)
{
    return iniFile.isEmpty()
        ? QSettings(QSettings::IniFormat, QSettings::UserScope, "Wordsight", "Wordsight").fileName()
        : iniFile;
}

} // namespace

Session::Session(const QString& iniFile)
    : m_settings(fileOr(iniFile), QSettings::IniFormat)
{
}

std::filesystem::path Session::library() const
{
    return toPath(m_settings.value("library").toString());
}

void Session::setLibrary(const std::filesystem::path& folder)
{
    m_settings.setValue("library", toQString(folder));
}

std::string Session::model(const std::filesystem::path& library) const
{
    return m_settings.value(modelKey(library)).toString().toStdString();
}

void Session::setModel(const std::filesystem::path& library, const std::string& model)
{
    m_settings.setValue(modelKey(library), QString::fromStdString(model));
}

QString Session::sentence() const
{
    return m_settings.value("query/sentence").toString();
}

std::vector<TermWeight> Session::weights() const
{
    const QStringList labels = m_settings.value("query/labels").toStringList();
    const QStringList values = m_settings.value("query/weights").toStringList();
    std::vector<TermWeight> weights;
    for (qsizetype i = 0; i < std::min(labels.size(), values.size()); ++i)
        weights.push_back({ labels[i].toStdString(), values[i].toFloat() });
    return weights;
}

void Session::setQuery(const QString& sentence, const std::vector<TermWeight>& weights)
{
    QStringList labels;
    QStringList values;
    for (const TermWeight& term : weights) {
        labels << QString::fromStdString(term.label);
        values << QString::number(term.weight);
    }
    m_settings.setValue("query/sentence", sentence);
    m_settings.setValue("query/labels", labels);
    m_settings.setValue("query/weights", values);
}

QString Session::selectedPhoto() const
{
    return m_settings.value("selected").toString();
}

void Session::setSelectedPhoto(const QString& path)
{
    m_settings.setValue("selected", path);
}

QVariant Session::layout(const QString& name) const
{
    return m_settings.value("layout/" + name);
}

void Session::setLayout(const QString& name, const QVariant& value)
{
    m_settings.setValue("layout/" + name, value);
}

QList<Session::Recent> Session::recent() const
{
    const QStringList libraries = m_settings.value("recent/libraries").toStringList();
    const QStringList titles = m_settings.value("recent/titles").toStringList();
    QList<Recent> recent;
    for (qsizetype i = 0; i < std::min(libraries.size(), titles.size()); ++i)
        recent.append({ libraries[i], titles[i] });
    return recent;
}

void Session::addRecent(const std::filesystem::path& library, const QString& title)
{
    QList<Recent> list = recent();
    const QString path = toQString(library);
    list.removeIf([&](const Recent& known) { return known.library == path; });
    list.prepend({ path, title });
    list.resize(std::min<qsizetype>(list.size(), kMostRecent));
    setRecent(list);
}

void Session::forgetRecent(const QString& library)
{
    QList<Recent> list = recent();
    list.removeIf([&](const Recent& known) { return known.library == library; });
    setRecent(list);
}

void Session::setRecent(const QList<Recent>& recent)
{
    QStringList libraries;
    QStringList titles;
    for (const Recent& one : recent) {
        libraries << one.library;
        titles << one.title;
    }
    m_settings.setValue("recent/libraries", libraries);
    m_settings.setValue("recent/titles", titles);
}

} // namespace wordsight::ui
