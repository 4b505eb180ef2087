#!/usr/bin/python3
"""Makes tests/data/formats/icc_* and exif_*: pictures whose colours are meant by a profile, and all orientations of
JPEG, PNG and WebP; and puts into references.tsv what Pillow sees in them (its Little CMS, perceptual, to sRGB).

Needs Debian's python3-pil; nothing of it is needed to build or test Wordsight. The profiles are made here, byte by byte.
"""
import io
import pathlib
import struct

from PIL import Image, ImageCms, ImageOps

from golden_images import OUT, source

D50 = (0.9642, 1.0, 0.8249)
# Columns are red, green and blue, adapted to D50.
ADOBE = [(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)]
P3 = [(0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)]


def s15(value):
    return struct.pack(">i", round(value * 65536))


def xyz(values):
    return b"XYZ \0\0\0\0" + b"".join(map(s15, values))


def gamma(value):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256)) + b"\0\0"


def text(value):
    return b"text\0\0\0\0" + value.encode() + b"\0"


def description(value):
    return b"desc\0\0\0\0" + struct.pack(">I", len(value) + 1) + value.encode() + b"\0" + b"\0" * (4 + 4 + 2 + 1 + 67)


def profile(space, tags, connection=b"XYZ ", kind=b"mntr"):
    tags = {b"desc": description("Wordsight test"), b"cprt": text("CC0"), b"wtpt": xyz(D50), **tags}
    at, table, data = 128 + 4 + 12 * len(tags), b"", b""
    for name, value in tags.items():
        value += b"\0" * (-len(value) % 4)
        table += name + struct.pack(">II", at + len(data), len(value))
        data += value
    header = struct.pack(">I4sI4s4s4s", at + len(data), b"\0\0\0\0", 0x02400000, kind, space, connection)
    header += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 24 + struct.pack(">I", 0)
    header += b"".join(map(s15, D50))
    return header + b"\0" * (128 - len(header)) + struct.pack(">I", len(tags)) + table + data


def rgb_profile(primaries, exponent):
    tags = {name: xyz(column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries)}
    return profile(b"RGB ", {**tags, **{name: gamma(exponent) for name in (b"rTRC", b"gTRC", b"bTRC")}})


def lab(values):
    f = [v ** (1 / 3) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in values]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def cmyk_profile():
    """Inks that lie on each other; what each lets through of X, Y and Z, relative to white."""
    through = [(0.15, 0.25, 0.75), (0.35, 0.18, 0.25), (0.75, 0.80, 0.10), (0.03, 0.03, 0.03)]
    points, table = 7, b""
    for number in range(points ** 4):
        inks = [number // points ** (3 - i) % points / (points - 1) for i in range(4)]
        light = [1.0, 1.0, 1.0]
        for ink, colour in zip(inks, through):
            light = [v * (1 - ink + ink * part) for v, part in zip(light, colour)]
        lightness, a, b = lab(light)
        table += bytes(max(0, min(255, round(v))) for v in (lightness * 2.55, a + 128, b + 128))
    same = bytes(range(256))
    matrix = b"".join(s15(float(i % 4 == 0)) for i in range(9))
    lut = b"mft1\0\0\0\0" + bytes((4, 3, points, 0)) + matrix + same * 4 + table + same * 3
    return profile(b"CMYK", {b"A2B0": lut}, b"Lab ", b"prtr")


def tiff16(picture, icc):
    """Sixteen bits, which Pillow writes for grey alone."""
    samples, (width, height) = len(picture.getbands()), picture.size
    values = b"".join(struct.pack("<H", v * 257) for v in picture.tobytes())
    bits = struct.pack(f"<{samples}H", *[16] * samples)
    data = {"values": values, "bits": bits, "icc": icc}
    place, at = {}, 8
    for name, part in data.items():
        place[name] = at
        at += len(part) + len(part) % 2
    kind = 2 if samples == 3 else 5
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, samples, place["bits"]), (259, 3, 1, 1),
            (262, 3, 1, kind), (273, 4, 1, place["values"]), (277, 3, 1, samples), (278, 4, 1, height),
            (279, 4, 1, len(values)), (34675, 7, len(icc), place["icc"])]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + b"\0\0\0\0"
    return b"II*\0" + struct.pack("<I", at) + b"".join(p + b"\0" * (len(p) % 2) for p in data.values()) + directory


def means(image):
    (width, height), cells = image.size, b""
    for row in range(6):
        for column in range(8):
            cell = image.crop((column * width // 8, row * height // 6, (column + 1) * width // 8,
                               (row + 1) * height // 6)).tobytes()
            cells += bytes(round(sum(cell[c::3]) / (len(cell) // 3)) for c in range(3))
    return cells.hex()


def shown(image, icc):
    image = ImageOps.exif_transpose(image)
    if icc:
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        image = ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(icc)), srgb, 0, "RGB")
    return image.convert("RGB")


def make():
    picture, references = source(), {}
    adobe, p3, cmyk = rgb_profile(ADOBE, 2.199), rgb_profile(P3, 2.2), cmyk_profile()
    turned = rgb_profile([P3[2], P3[0], P3[1]], 1.8)
    grey = profile(b"GRAY", {b"kTRC": gamma(1.0)})
    inks = picture.convert("CMYK")
    inks = Image.merge("CMYK", [*inks.split()[:3], Image.linear_gradient("L").resize((64, 48)).point(lambda v: v // 2)])
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    def save(name, image, icc, **options):
        image.save(OUT / name, icc_profile=icc, **options)
        with Image.open(OUT / name) as saved:
            references[name] = shown(saved, icc)

    save("icc_adobe.jpg", picture, adobe, quality=92)
    save("icc_p3.jpg", picture, p3, quality=92, progressive=True)
    save("icc_srgb.jpg", picture, srgb, quality=92)
    save("icc_turned.jpg", picture, turned, quality=92)
    save("icc_grey.jpg", picture.convert("L"), grey, quality=92)
    save("icc_cmyk.jpg", inks, cmyk, quality=95)
    save("icc_adobe.png", picture, adobe)
    save("icc_turned.png", picture, turned)
    save("icc_grey.png", picture.convert("L"), grey)
    save("icc_palette.png", picture.quantize(64), b"")
    save("icc_adobe.tif", picture, adobe, compression="tiff_lzw")
    save("icc_turned.tif", picture, turned, compression="tiff_adobe_deflate")
    save("icc_grey.tif", picture.convert("L"), grey)
    save("icc_cmyk.tif", inks, cmyk)
    save("icc_adobe.webp", picture, adobe, lossless=True)
    save("icc_turned.webp", picture, turned, quality=95)
    for name, image, icc in (("icc_rgb16.tif", picture, turned), ("icc_cmyk16.tif", inks, cmyk)):
        (OUT / name).write_bytes(tiff16(image, icc))
        references[name] = shown(image, icc)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        for suffix, options in (("jpg", {"quality": 92}), ("png", {}), ("webp", {"lossless": True})):
            name = f"exif_{orientation}.{suffix}"
            picture.save(OUT / name, exif=exif, **options)
            with Image.open(OUT / name) as saved:
                references[name] = shown(saved, b"")

    lines = (OUT / "references.tsv").read_text().splitlines(keepends=True)
    lines = [line for line in lines if not line.startswith(("formats/icc_", "formats/exif_"))]
    for name, image in references.items():
        lines.append("\t".join([f"formats/{name}", *map(str, image.size), means(image)]) + "\n")
    (OUT / "references.tsv").write_text("".join(sorted(lines)))


if __name__ == "__main__":
    make()
