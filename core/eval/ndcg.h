#pragma once

#include <cstddef>
#include <vector>

#include "core/data/matrix_view.h"
#include "core/eval/retrieval.h"

namespace wordsight::eval {

/// 0 to 1, each way.
struct Ndcg {
    double i2t = 0;
    double t2i = 0;
};

/// Of every query.
struct NdcgOfQueries {
    std::vector<double> images;
    std::vector<double> captions;
};

/// Normalised discounted cumulative gain of the first `depth` (Järvelin & Kekäläinen 2002), with graded relevance as in
/// Messina et al. 2021, section 4.2: Σ (2^rel − 1) / log2(rank from 0 + 2), divided by the same sum of the best order
/// there is; 0 where nothing is relevant.
/// scores [images × captions]; relevance [captions × images]. Among equal scores the least relevant comes first under
/// Worst, the most relevant under Best.
NdcgOfQueries ndcgOfQueries(MatrixView scores, MatrixView relevance, Ties ties = Ties::Worst, std::size_t depth = 25);

/// The means, as in their code: from image to text over the queries that are not 0, from text to image over all.
Ndcg mean(const NdcgOfQueries& values);

} // namespace wordsight::eval
