#!/usr/bin/env python3
"""The table of docs/architecture.md says what each folder may use. Fails when an include or a CMake link line says
otherwise, when a folder uses one that stands below it, when another folder's internals are included, and when the table
allows what nothing uses. The table is the only place to change."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
document = "docs/architecture.md"

# What the table calls a library: its targets in CMake, its headers in an #include.
libraries = {
    "fmt": (r"fmt::", r"fmt/"),
    "spdlog": (r"spdlog::", r"spdlog/"),
    "xxHash": (r"PkgConfig::XXHASH", r"xxhash"),
    "OpenSSL": (r"OpenSSL::", r"openssl/"),
    "libzip": (r"PkgConfig::LIBZIP", r"zip\.h"),
    "ICU": (r"ICU::", r"unicode/"),
    "OpenCV": (r"opencv_", r"opencv"),
    "libexif": (r"PkgConfig::EXIF", r"libexif/"),
    "libjpeg": (r"JPEG::", r"jpeglib|jerror"),
    "libpng": (r"PNG::", r"png\.h"),
    "zlib": (r"ZLIB::", r"zlib"),
    "Little CMS": (r"PkgConfig::LCMS", r"lcms2"),
    "libtiff": (r"TIFF::", r"tiff"),
    "giflib": (r"GIF::", r"gif_lib"),
    "libwebp": (r"PkgConfig::WEBP", r"webp/"),
    "OpenJPEG": (r"PkgConfig::OPENJPEG", r"openjpeg"),
    "libheif": (r"PkgConfig::HEIF", r"libheif/"),
    "libjxl": (r"PkgConfig::JXL", r"jxl/"),
    "LibRaw": (r"PkgConfig::RAW", r"libraw"),
    "JSON": (r"nlohmann_json::", r"nlohmann/"),
    "pugixml": (r"pugixml::", r"pugixml"),
    "SentencePiece": (r"\$\{SENTENCEPIECE\}", r"sentencepiece"),
    "SQLite": (r"SQLite::", r"sqlite3"),
    "Highway": (r"PkgConfig::HWY", r"hwy/"),
    "librsvg": (r"PkgConfig::RSVG", r"librsvg/|cairo|glib"),
    "LibTorch": (r"torch_", r"torch/|ATen/|c10/"),
    "CLI11": (r"CLI11::", r"CLI/"),
    "libseccomp": (r"PkgConfig::SECCOMP", r"seccomp"),
    "libcurl": (r"PkgConfig::CURL", r"curl/"),
    "Qt": (r"Qt6::", r"Q[A-Z]|Qt[A-Z]"),
}
wrong = []


def library(text, which):
    return next((name for name, patterns in libraries.items() if re.match(patterns[which], text)), None)


def names(cell):
    return [name.strip() for name in cell.split(",") if name.strip() not in ("", "-")]


def read_table():
    """folder -> (parts, libraries) in the order of the table; a part's name is its folder's last."""
    rows = {}
    for line in (root / document).read_text().splitlines():
        if match := re.match(r"\| ((?:core/|app/)?\w+) \| ([^|]*) \| ([^|]*) \| [^|]* \|$", line):
            if (root / match[1]).is_dir():
                rows[match[1]] = (names(match[2]), names(match[3]))
    return rows


def own(folder, files):
    """Without those of a folder below that has a row of its own."""
    inner = [root / other for other in table if other.startswith(folder + "/")]
    return [file for file in files if not any(other in file.parents for other in inner)]


def read_links(folder):
    """What the folder's targets link: (parts, libraries, those that whoever links them gets too)."""
    parts, used, handed_on = set(), set(), set()
    for file in own(folder, (root / folder).rglob("CMakeLists.txt")):
        text = re.sub(r"#.*", "", file.read_text())
        for call in re.findall(r"(?:wordsight_library|target_link_libraries)\(([^()]*)\)", text):
            public = True
            for word in call.split()[1:]:
                if word in ("PUBLIC", "PRIVATE", "INTERFACE"):
                    public = word != "PRIVATE"
                elif word.startswith("core_"):
                    parts.add(word.removeprefix("core_"))
                elif name := library(word, 0):
                    used.add(name)
                    handed_on |= {name} if public else set()
                elif "::" in word and word != "Threads::Threads":
                    wrong.append(f"{folder}/CMakeLists.txt links {word}, which tests/structure/layers.py has no name for")
    return parts, used, handed_on


def read_includes(folder):
    """(file, line, part, library, whether internal) of every #include that leaves the folder."""
    for file in own(folder, sorted((root / folder).rglob("*"))):
        if file.suffix not in (".h", ".cpp", ".cu", ".in"):
            continue
        for line in re.findall(r'^#include .*', file.read_text(), re.MULTILINE):
            place = file.relative_to(root)
            if match := re.match(r'#include "(?:core/(\w+)|(ui|app/fetch|app))/(internal|architectures|importers)?', line):
                part = match[1] or match[2]
                if part != folder.removeprefix("core/"):
                    yield place, line, part, None, bool(match[3])
            elif match := re.match(r"#include <([^>]+)>", line):
                if name := library(match[1], 1):
                    yield place, line, None, name, False


table = read_table()
links = {folder: read_links(folder) for folder in table}
folder_of = {folder.removeprefix("core/"): folder for folder in table}
for folder in sorted(p.relative_to(root).as_posix() for p in (root / "core").iterdir() if p.is_dir()):
    if folder not in table:
        wrong.append(f"{folder} has no row in the table")

above, everywhere, unused = [], set(), []
for folder, (parts, allowed) in table.items():
    for part in parts:
        if part not in above:
            wrong.append(f"{folder} may use {part}, which does not stand above it in the table")
    above.append(folder.removeprefix("core/"))
    linked_parts, linked, _ = links[folder]
    inherited = set().union(*(links[folder_of[p]][2] for p in parts if p in folder_of))
    # ui and app get the parts of core through core_engine.
    compared = [(set(allowed), linked)] + ([(set(parts), linked_parts)] if folder.startswith("core/") else [])
    for said, found in compared:
        wrong += [f"{folder}: the table says {name}, its CMakeLists.txt does not link it" for name in sorted(said - found)]
        wrong += [f"{folder}: its CMakeLists.txt links {name}, the table does not say so" for name in sorted(found - said)]
    seen = set()
    for place, line, part, name, internal in read_includes(folder):
        seen.add(part or name)
        if part and part not in parts:
            wrong.append(f"{place}: {line}: {folder} may not use {part}")
        if name and name not in allowed and name not in inherited:
            wrong.append(f"{place}: {line}: {folder} may not use {name}")
        if internal:
            wrong.append(f"{place}: {line}: internal to {part}")
    everywhere |= seen
    unused += [(folder, name) for name in parts + allowed if name not in seen]

# What a target hands on to whoever links it may be used there alone.
wrong += [f"{folder}: the table allows {name}, which nothing includes" for folder, name in unused
          if name not in links[folder][2] or name not in everywhere]

if not table or wrong:
    print(f"These do not fit the table of {document}:", *(wrong or ["it was not found"]), sep="\n  ")
    sys.exit(1)
print(f"{len(table)} folders hold what the table says.")
