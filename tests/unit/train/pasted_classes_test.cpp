#include <torch/torch.h>

#include <fstream>
#include <sstream>

#include <QtTest>

#include "core/base/error.h"
#include "core/nn/teran/teran_layers.h"
#include "core/train/shared/open_backbones.h"
#include "core/train/teran/pasted_classes.h"
#include "tests/support/weights.h"

using namespace wordsight;
using namespace wordsight::train;

namespace {

constexpr std::int64_t kHead = 1280, kFine = 480, kRegions = 81;

/// Cuts sentences at spaces; that is all that pasting asks of features.
class Words final : public FeatureSource {
public:
    torch::Tensor regions(std::span<const std::int64_t>, std::span<const std::int64_t>) override { return {}; }
    TextFeatures texts(std::span<const std::int64_t>) override { return {}; }
    std::vector<TextSpan> wordSpans(std::int64_t) const override { return {}; }
    const std::vector<Box>& boxes() const override { return m_none; }
    Described describe(std::span<const std::string> sentences) override
    {
        asked.assign(sentences.begin(), sentences.end());
        Described out;
        std::size_t longest = 1;
        for (const auto& sentence : sentences) {
            auto& spans = out.spans.emplace_back();
            for (std::size_t begin = 0; begin < sentence.size();) {
                const auto end = std::min(sentence.find(' ', begin), sentence.size());
                spans.push_back({ begin, end });
                begin = end + 1;
            }
            longest = std::max(longest, spans.size());
        }
        out.features.mask = torch::ones({ std::int64_t(sentences.size()), std::int64_t(longest) }, torch::kBool);
        return out;
    }
    std::vector<std::string> asked;

private:
    const std::vector<Box> m_none;
};

} // namespace

class PastedClassesTest : public QObject {
    Q_OBJECT

    ClassOptions m_options { WORDSIGHT_SOURCE_DIR "/models/imagenet_classes.txt", 0.3, 20 };
    nn::TeranOptions m_network;

    Batch photographs() const
    {
        Batch batch;
        const auto raw = torch::rand({ 24, kRegions, kHead + kFine });
        batch.regions
            = nn::normaliseGroups(raw, { kHead, kFine }, m_network.image.inputNorm, m_network.image.inputScale);
        return batch;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (!std::filesystem::exists(test::weights().path / model::configOfPinnedBackbones().imageBackbone.path))
            QSKIP("The weights of the backbones are not there: run scripts/deps.");
        m_network.image.inputNorm = nn::FeatureNorm::SqrtL2;
        m_network.image.inputScale = 24;
        torch::manual_seed(5);
    }

    void aClassStandsInItsRectangleAndNowhereElse()
    {
        Words words;
        const auto batch = photographs();
        const auto pasted = PastedClasses(m_options, m_network, test::weights(), torch::kCPU).paste(batch, words);
        QCOMPARE(pasted.regions.size(0), std::int64_t(20));
        const auto inside = pasted.phrases.coverage;
        const auto rows = nn::unit(classifierRows(test::weights()).clamp_min(0));
        std::vector<std::string> names;
        std::ifstream file(m_options.names);
        for (std::string line; std::getline(file, line);)
            names.push_back(line);
        int recognised = 0;
        for (std::int64_t i = 0; i < 20; ++i) {
            // The photograph below is the one that shares the cells outside, and all fine features.
            const auto fine = pasted.regions[i].narrow(1, kHead, kFine);
            std::int64_t source = -1;
            for (std::int64_t b = 0; b < 24; ++b)
                if (torch::equal(batch.regions[b].narrow(1, kHead, kFine), fine))
                    source = b;
            QVERIFY(source >= 0);
            const auto change = (pasted.regions[i] - batch.regions[source]).abs().amax(1);
            QVERIFY(torch::equal(change > 1e-3, inside[i] > 0));
            const auto norms = pasted.regions[i].narrow(1, 0, kHead).norm(2, 1);
            QVERIFY((norms - 24).abs().max().item<float>() < 1e-2);
            const auto cell = inside[i].argmax().item<std::int64_t>();
            // What was added, as the classifier would read it.
            const auto added = nn::unit(pasted.regions[i][cell].narrow(0, 0, kHead).square().unsqueeze(0))
                - nn::unit(batch.regions[source][cell].narrow(0, 0, kHead).square().unsqueeze(0));
            const auto named = torch::matmul(rows - rows.mean(0), added[0]).argmax().item<std::int64_t>();
            recognised += words.asked[std::size_t(i)].find(names[std::size_t(named)]) != std::string::npos;
        }
        QVERIFY2(recognised >= 18, qPrintable(QString::number(recognised)));
    }

    void thePhraseIsTheNameOfTheClass()
    {
        Words words;
        const auto pasted
            = PastedClasses(m_options, m_network, test::weights(), torch::kCPU).paste(photographs(), words);
        QVERIFY((pasted.phrases.words.sum(1) - 1).abs().max().item<float>() < 1e-6);
        for (std::int64_t i = 0; i < 20; ++i) {
            std::istringstream sentence(words.asked[std::size_t(i)]);
            std::vector<std::string> all;
            for (std::string word; sentence >> word;)
                all.push_back(word);
            for (std::size_t w = 0; w < all.size(); ++w)
                if (all[w] == "photo" || all[w] == "picture" || all[w] == "there" || all[w] == "outside")
                    QCOMPARE(pasted.phrases.words[i][std::int64_t(w)].item<float>(), 0.0f);
        }
    }

    void anotherNumberOfNamesIsRefused()
    {
        QTemporaryDir folder;
        ClassOptions few = m_options;
        few.names = folder.filePath("few.txt").toStdString();
        std::ofstream(few.names) << "zebra\nviolin\n";
        QVERIFY_EXCEPTION_THROWN(PastedClasses(few, m_network, test::weights(), torch::kCPU), Error);
        few.names = folder.filePath("absent.txt").toStdString();
        QVERIFY_EXCEPTION_THROWN(PastedClasses(few, m_network, test::weights(), torch::kCPU), Error);
    }
};

QTEST_GUILESS_MAIN(PastedClassesTest)
#include "pasted_classes_test.moc"
