#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

#include "core/data/matrix.h"

namespace wordsight {

/// Rows of numbers that lie elsewhere: a Matrix, a part of one, a mapped file. `Element` is float or const float.
template <class Element> struct BasicMatrixView {
    std::size_t rows = 0;
    std::size_t cols = 0;
    std::size_t stride = 0; ///< elements from one row to the next, ≥ cols
    Element* data = nullptr;

    BasicMatrixView() = default;
    BasicMatrixView(std::size_t r, std::size_t c, std::size_t s, Element* d)
        : rows(r)
        , cols(c)
        , stride(s)
        , data(d)
    {
    }
    BasicMatrixView(std::conditional_t<std::is_const_v<Element>, const Matrix, Matrix>& matrix)
        : BasicMatrixView(matrix.rows, matrix.cols, matrix.cols, matrix.data.data())
    {
    }
    operator BasicMatrixView<const Element>() const requires(!std::is_const_v<Element>)
    {
        return { rows, cols, stride, data };
    }

    std::span<Element> row(std::size_t r) const { return { data + r * stride, cols }; }
    Element& operator()(std::size_t r, std::size_t c) const { return data[r * stride + c]; }
    BasicMatrixView block(std::size_t row, std::size_t rowCount, std::size_t col, std::size_t colCount) const
    {
        return { rowCount, colCount, stride, data + row * stride + col };
    }
};

using MatrixView = BasicMatrixView<const float>;
using MatrixSpan = BasicMatrixView<float>; ///< can be written

} // namespace wordsight
