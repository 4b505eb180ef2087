#!/usr/bin/env python3
"""Makes small randomly initialised CLIP and SigLIP folders in the Hugging Face layout, and what `transformers` says of
them, for tests/parity/clip_test.cpp.

    python3 -m venv venv && venv/bin/pip install torch==2.11.0 transformers==5.23.0 sentencepiece protobuf pillow numpy
    venv/bin/python scripts/golden_clip.py tests/data/parity

Each model is a folder <name>/ {config.json, model.safetensors (clip_tiny_gelu: two shards with an index, fp16),
preprocessor_config.json, tokenizer files} and a file <name>.npz:
    sentence_i         UTF-8 bytes (u1) of every sentence of SENTENCES; ids_i its token ids, cut to the model's positions
    text_hidden_i      last_hidden_state [tokens, width]; of sentences of more than 24 tokens at the positions rows_i
    text_embeds        [sentences, D] of get_text_features
    pixels_i           RGB [side, side, 3] (u1); pixel_values_i [3, side, side] as the processor makes of it
    image_hidden_i     last_hidden_state [tokens, width]
    image_embeds       [images, D] of get_image_features
    patches_i          [patches, D] patches in the joint space, computed with the reference's own modules: CLIP: the last
                       layer attends from every patch to itself alone (MaskCLIP), then post_layernorm and projection;
                       SigLIP: the pooling head attends to one patch alone
    logits_per_image   [images, sentences]
    photo, resized_W   (clip_tiny) a photograph and what Pillow's bicubic and bilinear make of it

Networks are computed in fp64 from the weights as stored, and kept in fp32.
"""
import io
import json
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import sentencepiece
import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPModel, CLIPTokenizer, SiglipConfig, SiglipModel, SiglipTokenizer
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

SENTENCES = [
    "",
    " \t\r\n  ",
    "a black dog runs through the snow.",
    "Two children are playing football on a beach at sunset",
    "The man's t-shirt isn't red; it's blue-green, they'll say, we've I'm you'd you're!",
    "Ein Mädchen läuft über die Straße zum Café.",
    "Crème brûlée, naïve façade, e\u0301te\u0301 A\u030angstro\u0308m",
    "ДВЕ СОБАКИ бегут по снегу, İstanbul ΣΊΣΥΦΟΣ",
    "一只狗在雪地里跑 東京タワー 강아지",
    "a dog 🐕 and a family 👨‍👩‍👧 😀",
    "zero\u200bwidth soft\u00adhyphen no\u00a0break \u3000wide \u0085 next \u180e",
    "‘quoted’ “text” — dash… ¿qué? « » don’t",
    "https://example.com/a_b?c=d#e $5.99 100% 3/4 1234 ½ ² Ⅷ ٣",
    "supercalifragilisticexpialidocious",
    "<|startoftext|> literal <|endoftext|>!! ?<|endoftext|> </s> <unk> ▁under▁score",
    "  leading and trailing  ",
    "''quotes'' 'S 'tis it''s",
    "?!?!...---***",
    "THE QUICK BROWN FOX jumps " * 30,
    "नमस्ते दुनिया كلب يجري \U0001F1E9\U0001F1EA \ufb01nd 𝒜𝓁",
]
CORPUS = SENTENCES + [
    "a photo of a dog", "a cat sleeps on the grass", "people standing on a street", "children play in the water",
    "the woman is riding a horse", "two men and a girl walk through the park", "white snow on the mountains",
]


def bytes_to_unicode():
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in plain]
    return dict(zip(plain, map(chr, plain))) | {b: chr(256 + i) for i, b in enumerate(others)}


def byte_pairs(merge_count):
    """A vocabulary as CLIP's: bytes, bytes that end a word, merges, the two specials last."""
    table = bytes_to_unicode()
    words = Counter()
    for line in CORPUS:
        for word in re.findall(r"[^\W\d_]+|\d|[^\w\s]+", unicodedata.normalize("NFC", line).lower()):
            spelled = [table[b] for b in word.encode()]
            words[tuple(spelled[:-1] + [spelled[-1] + "</w>"])] += 1
    merges = []
    for _ in range(merge_count):
        pairs = Counter()
        for word, count in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += count
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        merged = Counter()
        for word, count in words.items():
            out, i = [], 0
            while i < len(word):
                joined = word[i : i + 2] == best
                out.append("".join(best) if joined else word[i])
                i += 2 if joined else 1
            merged[tuple(out)] += count
        words = merged
    pieces = [*table.values(), *(c + "</w>" for c in table.values()), *("".join(m) for m in merges)]
    return {piece: i for i, piece in enumerate([*dict.fromkeys(pieces), "<|startoftext|>", "<|endoftext|>"])}, merges


def randomise(model, seed):
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if name in ("logit_scale", "logit_bias"):
            parameter.data = torch.full_like(parameter, 2.0 if name == "logit_scale" else -1.5)
        elif "norm" in name or "layrnorm" in name:
            parameter.data = 0.1 * noise + (1 if name.endswith("weight") else 0)
        elif parameter.dim() < 2:
            parameter.data = 0.2 * noise
        elif "embedding" in name and parameter.dim() == 2:
            parameter.data = 0.5 * noise
        else:
            parameter.data = 1.2 * noise / parameter[0].numel() ** 0.5
    return model


def pictures(side):
    random = np.random.default_rng(7)
    y, x = np.mgrid[0:side, 0:side] / side
    yield np.stack([x, y, 1 - x], 2)
    yield np.stack([0.5 + 0.5 * np.sin(40 * x * y), x > y, 0.5 + 0.5 * np.cos(25 * (x + y))], 2)
    yield random.random((side, side, 3))


def save(model, folder, half_shards):
    tensors = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    if not half_shards:
        save_file(tensors, folder / "model.safetensors", {"format": "pt"})
        (folder / "model.safetensors").chmod(0o644)
        return model
    tensors = {name: tensor.half() for name, tensor in tensors.items()}
    model.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    names, index = sorted(tensors), {}
    for number, part in enumerate((names[::2], names[1::2]), 1):
        file = f"model-0000{number}-of-00002.safetensors"
        save_file({name: tensors[name] for name in part}, folder / file, {"format": "pt"})
        (folder / file).chmod(0o644)
        index |= {name: file for name in part}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}, indent=1))
    return model


def clip_patches(model, pixels):
    """MaskCLIP with the reference's own layers: in the last one, every token sees itself alone."""
    vision = model.vision_model
    states = vision.pre_layrnorm(vision.embeddings(pixels))
    for layer in vision.encoder.layers[:-1]:
        states = layer(states, None)
    itself = torch.full((states.shape[1],) * 2, -torch.inf, dtype=states.dtype).fill_diagonal_(0)
    states = vision.encoder.layers[-1](states, itself[None, None])
    return model.visual_projection(vision.post_layernorm(states[:, 1:]))


def siglip_patches(model, pixels):
    states = model.vision_model(pixels).last_hidden_state
    batch, patches, width = states.shape
    return model.vision_model.head(states.reshape(batch * patches, 1, width)).view(batch, patches, -1)


def embeds(output):
    return output if isinstance(output, torch.Tensor) else output.pooler_output


def goldens(model, tokens, processor, side, patches_of):
    arrays = {}
    model = model.double().eval()
    texts = []
    for i, (sentence, ids) in enumerate(zip(SENTENCES, tokens)):
        hidden = model.text_model(torch.tensor([ids])).last_hidden_state[0].float().numpy()
        arrays[f"sentence_{i}"] = np.frombuffer(sentence.encode(), np.uint8)
        arrays[f"ids_{i}"] = np.array(ids, np.int32)
        if len(ids) > 24:
            rows = np.linspace(0, len(ids) - 1, 6).astype(np.int32)
            arrays[f"rows_{i}"], hidden = rows, hidden[rows]
        arrays[f"text_hidden_{i}"] = hidden
        texts.append(embeds(model.get_text_features(torch.tensor([ids])))[0])
    images = []
    for i, picture in enumerate(pictures(side)):
        pixels = (picture * 255).round().astype(np.uint8)
        values = torch.tensor(np.array(processor(Image.fromarray(pixels))["pixel_values"]))
        arrays |= {f"pixels_{i}": pixels, f"pixel_values_{i}": values[0].float().numpy(),
                   f"image_hidden_{i}": model.vision_model(values.double()).last_hidden_state[0].float().numpy(),
                   f"patches_{i}": patches_of(model, values.double())[0].float().numpy()}
        images.append(values.double())
    longest = max(map(len, tokens))
    batch = torch.tensor([ids + [ids[-1]] * (longest - len(ids)) for ids in tokens])
    arrays["text_embeds"] = torch.stack(texts).float().numpy()
    arrays["image_embeds"] = embeds(model.get_image_features(torch.cat(images))).float().numpy()
    arrays["logits_per_image"] = model(input_ids=batch, pixel_values=torch.cat(images)).logits_per_image.float().numpy()
    return arrays


def write_json(file, value):
    file.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def clip(out, name, half_shards, tokenizer_json, text, vision, dimension):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary, merges = byte_pairs(150)
    last = len(vocabulary) - 1
    eos = 2 if text.pop("legacy") else last
    config = CLIPConfig(text_config=dict(vocab_size=len(vocabulary), bos_token_id=last - 1, eos_token_id=eos, projection_dim=dimension, **text),
                        vision_config=dict(projection_dim=dimension, **vision), projection_dim=dimension)
    model = save(randomise(CLIPModel(config), 11), folder, half_shards)
    config.architectures = ["CLIPModel"]
    config.save_pretrained(folder)
    tokenizer = CLIPTokenizer(vocabulary, merges)
    if tokenizer_json:
        tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    else:
        write_json(folder / "vocab.json", vocabulary)
        (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    side = vision["image_size"]
    processor = CLIPImageProcessorPil(size={"shortest_edge": side}, crop_size={"height": side, "width": side})
    write_json(folder / "preprocessor_config.json",
               {"crop_size": side, "do_center_crop": True, "do_normalize": True, "do_resize": True, "resample": 3, "size": side,
                "feature_extractor_type": "CLIPFeatureExtractor", "image_mean": list(processor.image_mean), "image_std": list(processor.image_std)})
    tokens = [tokenizer(s, truncation=True, max_length=text.get("max_position_embeddings", 77), split_special_tokens=True)["input_ids"] for s in SENTENCES]
    return goldens(model, tokens, processor, side, clip_patches)


def siglip(out, name, text, vision):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    trained = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS * 3), model_writer=trained, vocab_size=360, model_type="unigram", pad_id=0, eos_id=1, unk_id=2,
        bos_id=-1, character_coverage=0.98, hard_vocab_limit=False, normalization_rule_name="identity", minloglevel=2)
    (folder / "spiece.model").write_bytes(trained.getvalue())
    tokenizer = SiglipTokenizer(str(folder / "spiece.model"))
    config = SiglipConfig(text_config=dict(vocab_size=tokenizer.vocab_size, **text), vision_config=dict(**vision))
    model = save(randomise(SiglipModel(config), 12), folder, False)
    config.architectures = ["SiglipModel"]
    config.save_pretrained(folder)
    side = vision["image_size"]
    processor = SiglipImageProcessorPil(size={"height": side, "width": side})
    write_json(folder / "preprocessor_config.json",
               {"do_normalize": True, "do_rescale": True, "do_resize": True, "image_processor_type": "SiglipImageProcessor", "resample": 3,
                "rescale_factor": 1 / 255, "image_mean": list(processor.image_mean), "image_std": list(processor.image_std),
                "size": {"height": side, "width": side}})
    write_json(folder / "tokenizer_config.json", {"do_lower_case": True, "tokenizer_class": "SiglipTokenizer", "model_max_length": 64})
    tokens = [tokenizer(s, truncation=True, padding="max_length", max_length=64, split_special_tokens=True)["input_ids"] for s in SENTENCES]
    return goldens(model, tokens, processor, side, siglip_patches)


def resampled():
    random = np.random.default_rng(3)
    y, x = np.mgrid[0:61, 0:83]
    photo = np.clip(np.stack([x * 3, y * 4, (x ^ y) * 2], 2) + random.integers(0, 40, (61, 83, 3)), 0, 255).astype(np.uint8)
    picture, sides = Image.fromarray(photo), (24, 90)
    return {"photo": photo} | {
        f"{kind}_{side}": np.array(picture.resize((side, side), getattr(Image.Resampling, kind.upper())))
        for kind in ("bicubic", "bilinear") for side in sides}


if __name__ == "__main__":
    out = Path(sys.argv[1])
    with torch.no_grad():
        tiny = clip(out, "clip_tiny", False, False,
                    dict(hidden_size=24, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, legacy=True),
                    dict(hidden_size=36, intermediate_size=64, num_hidden_layers=3, num_attention_heads=3, image_size=32, patch_size=8), 28)
        np.savez_compressed(out / "clip_tiny.npz", **tiny, **resampled())
        gelu = clip(out, "clip_tiny_gelu", True, True,
                    dict(hidden_size=24, intermediate_size=40, num_hidden_layers=3, num_attention_heads=2, hidden_act="gelu", legacy=False,
                         layer_norm_eps=1e-6, max_position_embeddings=40),
                    dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, image_size=48, patch_size=16,
                         hidden_act="gelu"), 32)
        np.savez_compressed(out / "clip_tiny_gelu.npz", **gelu)
        lip = siglip(out, "siglip_tiny",
                     dict(hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4),
                     dict(hidden_size=24, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2, image_size=45, patch_size=14))
        np.savez_compressed(out / "siglip_tiny.npz", **lip)
