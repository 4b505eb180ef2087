// A library's database of any bytes, beside a whole vector file: read, and written to.
#include "core/base/error.h"
#include "core/store/library.h"
#include "tests/fuzz/scratch_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace wordsight;
    using store::Library;
    const store::VectorLayout layout { 2, { { 0, 0, 1, 1 } }, false, "feedfeedfeedfeed" };
    const auto folder = fuzz::scratch() / "library";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder / "vectors");
    std::filesystem::create_directories(folder / "thumbs");
    Matrix regions(1, 2);
    {
        auto file = store::VectorFile::open(folder / "vectors/feedfeedfeedfeed.vec", layout, 0);
        for (int i = 0; i < 3; ++i)
            file.append(regions, {});
    }
    fuzz::written("library/library.db", data, size);
    for (const auto mode : { Library::Mode::ReadOnly, Library::Mode::ReadWrite })
        try {
            auto library = Library::open(folder, mode);
            const auto rows = library.rows(layout.fingerprint);
            for (const std::size_t row : rows.rows)
                rows.vectors.row(row);
            library.photos();
            library.rejected();
            library.models();
            if (mode == Library::Mode::ReadWrite) {
                store::NewEncoding encoding { library.putPhoto({ {}, "/a.jpg", 1, 1, "aa", 1, 1, "" }), regions, {},
                    {} };
                library.addEncodings("model", layout, std::span(&encoding, 1));
            }
        } catch (const Error&) {
        }
    return 0;
}
