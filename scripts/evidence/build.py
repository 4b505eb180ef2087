#!/usr/bin/env python3
"""Gives a TERAN model folder its evidence (core/nn/evidence): class codes, colour codes and the table of words.

    apt-get download wordnet-base && dpkg -x wordnet-base_*.deb wordnet
    python3 -m venv venv && venv/bin/pip install torch==2.11.0 safetensors numpy opencv-python-headless
    venv/bin/python scripts/evidence/build.py --wordnet wordnet/usr/share/wordnet --weights .deps/site \
        --data ../shared/data --model models/default

Nothing is learnt by gradient through a network; all is fitted to what photographs show:
    class_codes      [1000, C]   so that √p · codes keeps apart what WordNet's nouns mean (a distillation of the
                                 classifier's log-probabilities, on made-up probabilities and photographs of nouns200)
    colour_centres   [64, 3]     k-means of pixels in Lab
    colour_codes     [64, K]     a softmax over the 16 colours of products, as a factor of rank K
    word_rows        [rows, C+K+1] a vector a set of classes, a colour, and a label of products and groceries that is
                                 no word of ImageNet's (what tells its photographs from the others: a linear
                                 discriminant), as long as it is to count; last its baseline: what it earns in the
                                 best region of an average photograph of Flickr8k's train split
    class_words.tsv              word or compound, tab, row
Of nouns200 three photographs a class are used, of products and groceries two thirds; the rest measures. --all uses
all. --cache keeps what the image network makes of photographs (1 GB; 4 minutes on a free core).
WordNet 3.0 is free for any use with its notice (Copyright 2006 by Princeton University): models/default/MODEL_CARD.md.
"""
import argparse
import collections
import hashlib
import json
import re
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

from photographs import Classifier, Colours, lab, read
from wordnet import WordNet

COLOUR_WORDS = {   # words for the colours that products have, beside their own names
    "grey": ["gray"], "navy blue": ["navy"], "purple": ["violet", "lilac", "lavender"], "maroon": ["burgundy"],
    "beige": ["tan", "cream-colored", "khaki"], "gold": ["golden"], "silver": ["silvery"],
    "pink": ["magenta"], "red": ["crimson", "scarlet"], "blue": ["bluish"], "green": ["greenish"],
}


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("wordnet", "weights", "data", "model"):
        parser.add_argument("--" + name, type=Path, required=True)
    parser.add_argument("--classes", type=int, default=48)
    parser.add_argument("--colours", type=int, default=11)
    parser.add_argument("--rare", type=float, default=0.4, help="length of a row of a word that training seldom met")
    parser.add_argument("--known", type=float, default=0, help="of one that it met often")
    parser.add_argument("--often", type=int, default=50, help="captions")
    parser.add_argument("--colour", type=float, default=0.5, help="length of a colour's row, in deviations over products")
    parser.add_argument("--label", type=float, default=0, help="length of a label's row, in deviations over its kind")
    parser.add_argument("--known-label", type=float, default=0)
    parser.add_argument("--cache", type=Path, default=Path("evidence-cache"))
    parser.add_argument("--all", action="store_true")
    return parser.parse_args()


def class_codes(sets, classifier, real, dimensions, steps=600):
    """sets of classes, p [N, 1000] of photographs → codes [1000, C], a unit vector a set [S, C]"""
    torch.manual_seed(0)
    members = torch.zeros(len(sets), 1000)
    for i, classes in enumerate(sets):
        members[i, list(classes)] = 1
    rows = F.normalize(classifier.rows - classifier.rows.mean(0), dim=1)
    alike = rows @ rows.T

    def made_up(count):   # one class or two, as sure as a classifier may be, with what is alike as second guesses
        logits = lambda: alike[torch.randint(1000, (count,))] * torch.empty(count, 1).uniform_(6, 22)
        second = (torch.rand(count, 1) < 0.3) * logits() * torch.rand(count, 1)
        return F.softmax(logits() + torch.randn(count, 1000) * torch.empty(count, 1).uniform_(0.5, 1.5) + second, 1)

    codes = torch.nn.Parameter(torch.randn(1000, dimensions) / dimensions ** 0.5)
    vectors = torch.nn.Parameter(F.normalize(members / members.sum(1, keepdim=True).sqrt() @ codes.detach(), dim=1))
    scale = torch.nn.Parameter(torch.tensor(2.5))
    optimiser = torch.optim.Adam([codes, vectors, scale], lr=6e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 6e-3, steps)
    for _ in range(steps):
        p = torch.cat([real[torch.randint(len(real), (256,))], made_up(512)])
        wanted = (p @ members.T).clamp_min(1e-5).log()
        found = p.sqrt() @ codes @ F.normalize(vectors, dim=1).T * scale.exp()
        apart = lambda dim: F.kl_div(F.log_softmax(found, dim), F.log_softmax(wanted, dim), log_target=True,
                                     reduction="sum") / found.shape[1 - dim]
        loss = apart(0) + 0.3 * apart(1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return codes.detach(), F.normalize(vectors.detach(), dim=1)


def vector_of(classes, sets, vectors):
    """a set's own vector, or for a set that no synset has the sum of the largest that make it up"""
    if classes in sets:
        return vectors[sets[classes]]
    parts = [s for s in sets if s <= classes]
    parts = [s for s in parts if not any(s < other for other in parts)]
    return F.normalize(vectors[[sets[s] for s in parts]].sum(0), dim=0)


def colour_codes(roots, labels, dimensions, steps=300):
    """√ of colours [N, 64] of photographs and their colours' names → codes [64, K], a row a name"""
    names = sorted(set(labels))
    wanted = torch.tensor([names.index(label) for label in labels])
    torch.manual_seed(0)
    parameters = [torch.nn.Parameter(0.3 * torch.randn(64, dimensions)),
                  torch.nn.Parameter(0.3 * torch.randn(len(names), dimensions)),
                  torch.nn.Parameter(torch.zeros(len(names)))]
    codes, rows, bias = parameters
    optimiser = torch.optim.AdamW(parameters, lr=2e-2, weight_decay=1e-2)
    for _ in range(steps):
        loss = F.cross_entropy(roots @ codes @ rows.T * 3 + bias, wanted, label_smoothing=0.05)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    product = (codes @ rows.T).detach()
    left, values, right = torch.linalg.svd(product - product.mean(1, keepdim=True), full_matrices=False)
    root = values[:dimensions].sqrt()
    codes, rows = left[:, :dimensions] * root, right[:dimensions].T * root
    return codes, dict(zip(names, rows / (roots @ codes @ rows.T).std()))


def misleads(row, regions, has, least=8, enough=0.75):
    """Whether a word's row is a poor guess at which photographs' captions have it: evidence [N, R, D] of photographs,
    and of each whether a caption of it has the word. "pool" is a table of billiards to WordNet, and water to Flickr."""
    if has.sum() < least:
        return False   # too few to tell
    found = (regions @ row).amax(1)
    above = (found[has][:, None] > found[~has][None]).float().mean()
    return above.item() < enough


def label_rows(seen, labels, ridge=0.05, least=4):
    """what regions see on average [N, D] and the photographs' labels → by label what tells it from the others [D]"""
    of = collections.defaultdict(list)
    for i, label in enumerate(labels):
        of[label].append(i)
    within = torch.cat([seen[ix] - seen[ix].mean(0) for ix in of.values() if len(ix) > 1])
    spread = within.T @ within / len(within)
    spread += ridge * spread.diagonal().mean() * torch.eye(len(spread))
    rows = {label: torch.linalg.solve(spread, seen[ix].mean(0) - seen.mean(0)) for label, ix in of.items() if len(ix) >= least}
    return {label: row / (seen @ row).std() for label, row in rows.items()}


def main():
    o = options()
    names = (Path(__file__).parents[2] / "models/imagenet_classes.txt").read_text().splitlines()
    wordnet = WordNet(o.wordnet, names)
    classifier = Classifier(next(o.weights.glob("efficientnet_lite2*/models/*.pth")))
    train = [i for i in json.loads((o.data / "flickr8k/dataset_flickr8k.json").read_text())["images"] if i["split"] == "train"]
    flickr = [i["filename"] for i in train]
    labels, files = {}, {"flickr": [o.data / "flickr8k/images" / name for name in flickr[::4]]}
    third = torch.rand(1533, generator=torch.Generator().manual_seed(0))   # of products that are left out
    for kind, use in (("nouns200", lambda i: i % 5 < 3), ("products", lambda i: third[i] < 2 / 3), ("groceries", lambda i: i % 12 < 8)):
        items = json.loads((o.data / "breadth" / kind / "labels.json").read_text())
        items = [x for i, x in enumerate(items) if o.all or use(i)]
        labels[kind] = items
        files[kind] = [o.data / "breadth" / kind / "images" / x["filename"] for x in items]

    def features(kind):   # [N, 81, 1280], kept
        kept = o.cache / f"{kind}-{len(files[kind])}.npy"
        if not kept.exists():
            o.cache.mkdir(parents=True, exist_ok=True)
            np.save(kept, np.concatenate([classifier.features([read(f)]).half().numpy() for f in files[kind]]))
        return np.load(kept, mmap_mode="r")

    def probabilities(kind):
        for photograph in features(kind):
            yield classifier.probabilities(torch.from_numpy(photograph.astype(np.float32))[None])[0]

    sets = {s: i for i, s in enumerate(wordnet.class_sets())}
    codes, vectors = class_codes(list(sets), classifier, torch.cat([p[::20] for p in probabilities("nouns200")]), o.classes)

    some = [f for kind in ("products", "nouns200", "flickr") for f in files[kind][::4]]
    pixels = np.concatenate([lab(read(f, 72)).reshape(-1, 3)[::17] for f in some]).astype(np.float32)
    cv2.setRNGSeed(0)
    centres = cv2.kmeans(pixels, 64, None, (3, 30, 0.1), 1, cv2.KMEANS_PP_CENTERS)[2]
    palette = Colours(centres)
    tinted = {kind: torch.stack([torch.from_numpy(palette.roots(read(f))).float() for f in files[kind]])
              for kind in ("products", "groceries", "flickr")}   # [N, 81, 64]
    roots = {kind: tinted[kind].mean(1) for kind in ("products", "groceries")}
    hues, hue_rows = colour_codes(roots["products"], [x["colour"] for x in labels["products"]], o.colours)

    def seen(kind):   # what the evidence of a photograph's regions is on average
        return torch.cat([torch.stack([(p.sqrt() @ codes).mean(0) for p in probabilities(kind)]), roots[kind] @ hues], 1)

    captions = lambda photograph: [" ".join(re.findall(r"\w+", c["raw"].lower())) for c in photograph["sentences"]]
    met = collections.Counter(w for photograph in train for c in captions(photograph) for w in c.split())
    said = [f" {' | '.join(captions(photograph))} " for photograph in train[::4]]
    shown = torch.stack([p.sqrt() @ codes for p in probabilities("flickr")])
    tints = tinted["flickr"] @ hues
    poor = []
    often = lambda word: min(met[w] for w in re.findall(r"\w+", word)) >= o.often
    rows, row_of, table = [], {}, {}

    def add(word, key, length, row):
        if length == 0:
            return
        if (key, length) not in row_of:
            row_of[key, length] = len(rows)
            row = length * row
            usual = (shown @ row[:o.classes] + tints @ row[o.classes:]).amax(1).mean()
            rows.append(torch.cat([row, usual.view(1)]))
        table[word] = row_of[key, length]

    vocabulary = wordnet.vocabulary()
    for word, classes in vocabulary.items():
        if misleads(vector_of(classes, sets, vectors), shown, torch.tensor([f" {word} " in s for s in said])):
            poor.append(word)
            continue
        add(word, classes, o.known if often(word) else o.rare,
            torch.cat([vector_of(classes, sets, vectors), torch.zeros(o.colours)]))
    for kind, dimensions in (("products", o.classes), ("groceries", o.classes + o.colours)):
        found = label_rows(seen(kind)[:, :dimensions], [x["noun"] for x in labels[kind]])
        for label, row in found.items():   # what WordNet knows, it knows of more photographs than these
            if not (kind == "groceries" and label in vocabulary):
                add(label, label, o.known_label if often(label) else o.label, F.pad(row, (0, o.classes + o.colours - dimensions)))
    for name, row in hue_rows.items():
        for word in [name, *COLOUR_WORDS.get(name, [])]:
            add(word, name, o.colour, F.pad(row, (o.classes, 0)))

    file = o.model / "model.safetensors"
    tensors = {k: v for k, v in load_file(file).items() if not k.startswith("evidence.")}
    tensors |= {"evidence." + k: v.half().contiguous() for k, v in dict(
        class_codes=codes, colour_centres=torch.from_numpy(centres), colour_codes=hues, word_rows=torch.stack(rows)).items()}
    save_file(tensors, file)
    words = o.model / "class_words.tsv"
    words.write_text("".join(f"{word}\t{row}\n" for word, row in sorted(table.items())))
    config = json.loads((o.model / "config.json").read_text())
    hash_of = lambda f: hashlib.sha256(f.read_bytes()).hexdigest()
    config["network"] |= {"evidence": {"classes": o.classes, "colours": o.colours}, "quietFunctionWords": True}
    config["files"] = [{"file": words.name, "sha256": hash_of(words)}]
    config["weightsSha256"] = hash_of(file)
    (o.model / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    print(f"{len(table)} words, {len(rows)} rows; left out for what captions mean by them:", *poor)


if __name__ == "__main__":
    main()
