#pragma once

#include <algorithm>

#include <QHeaderView>
#include <QImage>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include "ui/inspector/inspector.h"
#include "ui/inspector/photo_view.h"
#include "ui/shared/pools.h"

namespace wordsight::ui::test {

/// A grey photograph of 4 × 3 regions against "red dog on grass": word w is met by one region (cosine 0.9 − w / 10),
/// somewhat by its neighbour to the right (0.3), nowhere else (0). "on" is muted, "grass" votes against, and the
/// sentence as a whole counts too. Usual is 0.1.
inline InspectorSubject subjectOf(const QString& path, const QString& sentence = "red dog on grass")
{
    constexpr std::size_t columns = 4, rows = 3;
    InspectorSubject subject;
    subject.path = path;
    subject.rank = 7;
    subject.sentence = sentence;
    const QStringList words = sentence.split(' ');
    align::Alignment& alignment = subject.alignment;
    alignment.matrix = Matrix(columns * rows, static_cast<std::size_t>(words.size()));
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t column = 0; column < columns; ++column)
            alignment.boxes.push_back(
                { static_cast<float>(column) / columns, static_cast<float>(row) / rows, 1.0f / columns, 1.0f / rows });
    for (int w = 0; w < words.size(); ++w) {
        alignment.matrix(static_cast<std::size_t>(5 * w) % 11, w) = 0.9f - 0.1f * static_cast<float>(w);
        alignment.matrix(static_cast<std::size_t>(5 * w) % 11 + 1, w) = 0.3f;
        alignment.words.push_back(words[w].toStdString());
        alignment.spans.push_back({});
        alignment.weights.push_back(w == 2 ? 0.0f : w == 3 ? -0.7f : 1.3f);
        alignment.baselines.push_back(0.1f);
    }
    alignment.globalScore = 0.4321f;
    alignment.globalWeight = 1.77f;
    const std::vector<float> parts = align::contributions(alignment);
    const std::vector<float> maxima = align::wordScores(alignment.matrix, alignment.pooling);
    for (int w = 0; w < words.size(); ++w)
        subject.terms.push_back(
            { alignment.words[w], search::TermKind::Word, alignment.weights[w], maxima[w], parts[w], {}, 0.1f });
    subject.terms.push_back({ {}, search::TermKind::Global, alignment.globalWeight, alignment.globalScore,
        align::globalContribution(alignment), Box { 0, 0, 1, 1 }, 0 });
    subject.score = align::score(alignment);
    return subject;
}

constexpr int kGlobalTerm = 4;

/// The region that meets a word of subjectOf() best.
inline int bestRegion(int word)
{
    return 5 * word % 11;
}

/// An inspector on the screen, with a photograph of its own.
class Inspected {
public:
    Inspected()
    {
        inspector.resize(640, 900);
        inspector.show();
    }

    QString photograph(const QString& name = "grey.png", QColor color = QColor(128, 128, 128)) const
    {
        QImage image(160, 120, QImage::Format_RGB32);
        image.fill(color);
        const QString path = folder.filePath(name);
        if (!image.save(path))
            qFatal("The photograph cannot be written.");
        return path;
    }

    void show(const InspectorSubject& subject)
    {
        inspector.setSubject(subject);
        if (!QTest::qWaitFor([this] { return !inspector.isBusy(); }, 10'000))
            qFatal("The photograph was not read.");
        QCoreApplication::processEvents();
    }
    void showGrey() { show(subjectOf(photograph())); }

    PhotoView* photo() const { return inspector.findChild<PhotoView*>("photo"); }
    QWidget* card() const { return inspector.findChild<QWidget*>("regionCard"); }
    QTableView* contributions() const { return inspector.findChild<QTableView*>("contributions"); }
    QTableView* matrix() const { return inspector.findChild<QTableView*>("matrix"); }
    QTableView* openMatrix() const
    {
        inspector.findChild<QTabWidget*>("details")->setCurrentWidget(matrix());
        QCoreApplication::processEvents();
        return matrix();
    }

    /// Where a region's middle is in the photograph's view.
    QPoint middleOf(int region) const
    {
        const auto& boxes = subjectOf({}).alignment.boxes;
        return photo()->placement().rectangle(boxes[region]).center().toPoint();
    }
    QColor colorAt(QPoint position) const { return photo()->grab().toImage().pixelColor(position); }
    /// Off the middle, where no outline and no label lies.
    QColor colorOf(int region) const { return colorAt(middleOf(region) + QPoint(10, 18)); }

    static QPoint middleOf(const QTableView* table, int row, int column)
    {
        return table->visualRect(table->model()->index(row, column)).center();
    }
    static void pointAt(const QTableView* table, int row, int column)
    {
        QTest::mouseMove(table->viewport(), middleOf(table, row, column) - QPoint(2, 0));
        QTest::mouseMove(table->viewport(), middleOf(table, row, column));
    }
    static void click(const QTableView* table, int row, int column)
    {
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, middleOf(table, row, column));
    }
    static void leave(QWidget* widget)
    {
        QEvent event(QEvent::Leave);
        QCoreApplication::sendEvent(widget, &event);
    }

    QTemporaryDir folder;
    Pools pools;
    Inspector inspector { pools.inspection };
};

} // namespace wordsight::ui::test
