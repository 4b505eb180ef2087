#!/usr/bin/python3
"""Makes tests/data/formats: one small picture in every format and kind, and what ImageMagick sees in each.

Needs Debian's imagemagick, python3-pil and libjxl-tools; nothing of it is needed to build or test Wordsight.
references.tsv: file, width, height, then the means of a grid of 8 × 6 cells (RGB, two hexadecimal digits each).
"""
import pathlib
import struct
import subprocess
import sys

from PIL import Image, ImageDraw

ROOT = pathlib.Path(__file__).parent.parent
OUT = ROOT / "tests/data/formats"
CASES = ROOT / "tests/data/cases/images"


def convert(*arguments):
    subprocess.run(["/usr/bin/convert", *map(str, arguments)], check=True)


def source():
    image = Image.new("RGB", (64, 48))
    for y in range(48):
        for x in range(64):
            image.putpixel((x, y), (x * 4, y * 5, (x * 3 + y * 2) % 256))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 20, 14), fill=(220, 30, 30))
    draw.ellipse((34, 20, 60, 44), fill=(30, 200, 60))
    return image


def dng(picture, orientation):
    """A sensor's values in the smallest DNG that there is: sRGB primaries, linear light, two by two filters."""
    linear = [round(65535 * ((v / 255 + 0.055) / 1.055) ** 2.4 if v > 10 else 65535 * v / 255 / 12.92) for v in range(256)]
    width, height = picture.size
    values = b"".join(struct.pack("<H", linear[picture.getpixel((x, y))[(0, 1, 1, 2)[2 * (y % 2) + x % 2]]])
                      for y in range(height) for x in range(width))
    matrix = [3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570]
    rational = b"".join(struct.pack("<ii", round(v * 10000), 10000) for v in matrix)
    tags = [(254, 4, 1, 0), (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 16), (259, 3, 1, 1),
            (262, 3, 1, 32803), (271, 2, 5, b"Test\0"), (272, 2, 5, b"Test\0"), (273, 4, 1, "values"),
            (274, 3, 1, orientation), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, len(values)),
            (33421, 3, 2, 2 | 2 << 16), (33422, 1, 4, 0 | 1 << 8 | 1 << 16 | 2 << 24), (50706, 1, 4, 1 | 4 << 8),
            (50708, 2, 5, b"Test\0"), (50717, 4, 1, 65535), (50721, 10, 9, rational),
            (50728, 5, 3, struct.pack("<IIIIII", 1, 1, 1, 1, 1, 1)), (50778, 3, 1, 21)]
    place = 8 + 2 + 12 * len(tags) + 4
    directory, more = struct.pack("<H", len(tags)), b""
    for tag, kind, count, value in tags:
        if isinstance(value, bytes):
            directory += struct.pack("<HHII", tag, kind, count, place + len(more))
            more += value + b"\0" * (-len(value) % 4)
        else:
            at = place + sum(len(v) + -len(v) % 4 for *_, v in tags if isinstance(v, bytes))
            directory += struct.pack("<HHII", tag, kind, count, at if value == "values" else value)
    return b"II*\0" + struct.pack("<I", 8) + directory + b"\0\0\0\0" + more + values


def make():
    OUT.mkdir(parents=True, exist_ok=True)
    base = OUT / "source.png"
    source().save(base)
    alpha = source().convert("RGBA")
    alpha.putalpha(Image.linear_gradient("L").resize((64, 48)))
    alpha.save(OUT / "alpha.png")
    for name, options in {
        "lzw": ["-compress", "LZW"], "zip": ["-compress", "Zip"], "packbits": ["-compress", "RLE"],
        "jpeg": ["-compress", "JPEG", "-quality", "92"], "none": ["-compress", "None"],
        "grey": ["-colorspace", "Gray"], "grey16": ["-colorspace", "Gray", "-depth", "16"], "rgb16": ["-depth", "16"],
        "palette": ["-type", "Palette", "-colors", "64"], "bilevel": ["-monochrome", "-compress", "Group4"],
        "cmyk": ["-colorspace", "CMYK"], "cmyk16": ["-colorspace", "CMYK", "-depth", "16"],
        "planar": ["-interlace", "plane"], "tiled": ["-define", "tiff:tile-geometry=32x32"],
        "white0": ["-colorspace", "Gray", "-define", "quantum:polarity=min-is-white"],
        "white0_16": ["-colorspace", "Gray", "-depth", "16", "-define", "quantum:polarity=min-is-white"],
        "float": ["-depth", "32", "-define", "quantum:format=floating-point"],
        "msb": ["-endian", "MSB"], "strips": ["-define", "tiff:rows-per-strip=5"],
    }.items():
        convert(base, *options, OUT / f"tiff_{name}.tif")
    convert(OUT / "alpha.png", "-define", "tiff:alpha=unassociated", OUT / "tiff_alpha.tif")
    convert(OUT / "alpha.png", "-define", "tiff:alpha=associated", OUT / "tiff_premultiplied.tif")
    for name, options in {
        "24": ["-type", "TrueColor", "BMP3:"], "8": ["-type", "Palette", "-colors", "200", "-compress", "None", "BMP3:"],
        "8_rle": ["-type", "Palette", "-colors", "20", "-compress", "RLE", "BMP3:"],
        "4": ["-type", "Palette", "-colors", "16", "-compress", "None", "BMP3:"],
        "1": ["-monochrome", "BMP3:"], "os2": ["-type", "TrueColor", "BMP2:"], "v4": ["-type", "TrueColor", "BMP:"],
    }.items():
        convert(base, *options[:-1], options[-1] + str(OUT / f"bmp_{name}.bmp"))
    for subtype in ("RGB565", "RGB555", "ARGB4444"):
        convert(base, "-define", f"bmp:subtype={subtype}", OUT / f"bmp_{subtype.lower()}.bmp")
    for name, options in {
        "p1.pbm": ["-monochrome", "-compress", "None"], "p4.pbm": ["-monochrome"],
        "p2.pgm": ["-colorspace", "Gray", "-compress", "None"], "p5.pgm": ["-colorspace", "Gray"],
        "p3.ppm": ["-compress", "None"], "p6.ppm": [], "p6_16.ppm": ["-depth", "16"],
    }.items():
        convert(base, *options, OUT / name)
    rgb = source().tobytes()
    (OUT / "p6_maxval100.ppm").write_bytes(b"P6\n# a comment\n64 48 # and one more\n100\n"
                                           + bytes((v * 100 + 127) // 255 for v in rgb))
    convert(base, "-quality", "85", OUT / "lossy.webp")
    convert(base, "-define", "webp:lossless=true", OUT / "lossless.webp")
    convert(OUT / "alpha.png", "-define", "webp:lossless=true", OUT / "alpha.webp")
    frames = [source(), source().rotate(180)]
    frames[0].save(OUT / "animated.webp", save_all=True, append_images=frames[1:], duration=100, lossless=True)
    frames[0].save(OUT / "animated.gif", save_all=True, append_images=frames[1:], duration=100)
    convert(base, "-interlace", "GIF", OUT / "interlaced.gif")
    convert(OUT / "alpha.png", OUT / "transparent.gif")
    convert(base, OUT / "rgb.jp2")
    convert(base, "-colorspace", "Gray", OUT / "grey.jp2")
    convert(base, OUT / "bare.j2k")
    convert(base, "-quality", "92", OUT / "baseline.jpg")
    convert(base, "-quality", "92", "-interlace", "JPEG", OUT / "progressive.jpg")
    convert(base, "-quality", "92", "-colorspace", "Gray", OUT / "grey.jpg")
    convert(base, "-quality", "92", "-colorspace", "CMYK", OUT / "cmyk.jpg")
    frames[0].save(OUT / "two.mpo", format="MPO", save_all=True, append_images=frames[1:], quality=92)
    convert(base, "-quality", "90", OUT / "picture.heic")
    convert(base, "-quality", "90", OUT / "picture.avif")
    subprocess.run(["cjxl", base, OUT / "picture.jxl", "-d", "0.5"], check=True, capture_output=True)
    subprocess.run(["cjxl", OUT / "alpha.png", OUT / "alpha.jxl", "-d", "0"], check=True, capture_output=True)
    for orientation in (1, 6):
        (OUT / f"sensor_{orientation}.dng").write_bytes(dng(source().resize((192, 144), Image.BOX), orientation))
    for turn, name in enumerate(["TopLeft", "TopRight", "BottomRight", "BottomLeft", "LeftTop", "RightTop",
                                 "RightBottom", "LeftBottom"], 1):
        convert(base, "-orient", name, OUT / f"turned_{turn}.tif")


def grid(path):
    if path.suffix == ".jxl":  # ImageMagick here does not know it
        subprocess.run(["djxl", path, "/tmp/shown.png"], check=True, capture_output=True)
        return grid(pathlib.Path("/tmp/shown.png"))
    # ImageMagick takes a channel of no stated meaning for transparency; the picture in this file is opaque.
    alpha = ["-alpha", "off"] if "unspecified" in path.name else ["-background", "white", "-alpha", "remove"]
    shown = subprocess.run(["/usr/bin/convert", f"{path}[0]", "-auto-orient", *alpha,
                            "-colorspace", "sRGB", "-depth", "8", "-strip", "ppm:-"], capture_output=True).stdout
    if not shown:
        return None
    parts, at = [], 0
    while len(parts) < 4:  # comments are possible
        end = next(i for i in range(at, len(shown)) if shown[i:i + 1].isspace())
        if shown[at:at + 1] == b"#":
            end = shown.index(b"\n", at)
        elif end > at:
            parts.append(shown[at:end])
        at = end + 1
    width, height = int(parts[1]), int(parts[2])
    image = Image.frombytes("RGB", (width, height), shown[at:])
    means = b""
    for row in range(6):
        for column in range(8):
            cell = image.crop((column * width // 8, row * height // 6, (column + 1) * width // 8, (row + 1) * height // 6))
            pixels = cell.tobytes()
            means += bytes(round(sum(pixels[c::3]) / (len(pixels) // 3)) for c in range(3))
    return width, height, means.hex()


if __name__ == "__main__":
    if "--references" not in sys.argv:
        make()
    lines = []
    for path in sorted([*OUT.glob("*.*"), *CASES.glob("*")]):
        seen = grid(path) if path.suffix != ".tsv" and not path.name.startswith(("icc_", "exif_")) else None
        if seen:
            lines.append("\t".join([str(path.relative_to(ROOT / "tests/data")), *map(str, seen)]) + "\n")
    (OUT / "references.tsv").write_text("".join(lines))  # then scripts/golden_profiles.py
