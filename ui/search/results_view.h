#pragma once

#include <QListView>

namespace wordsight::ui {

class ResultDelegate;

/// The grid of thumbnails: as many columns as fit, every tile of one size, only what is visible is painted.
class ResultsView : public QListView {
    Q_OBJECT
public:
    explicit ResultsView(QWidget* parent = nullptr);

    static constexpr int kTileWidth = 190; ///< at first
    int tileWidth() const { return m_tileWidth; }
    void setTileWidth(int width); ///< at least; tiles widen to fill the line

Q_SIGNALS:
    void currentPhotoChanged(const QModelIndex& index);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    void fit();
    ResultDelegate* m_delegate;
    int m_tileWidth = kTileWidth;
};

} // namespace wordsight::ui
