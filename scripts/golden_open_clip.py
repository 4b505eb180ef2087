#!/usr/bin/env python3
"""Makes small randomly initialised models as SigLIP 2 and OpenCLIP's container have them, and what `transformers`,
`open_clip` and `timm` say of them, for tests/parity/clip_test.cpp.

    python3 -m venv venv && venv/bin/pip install torch==2.11.0 torchvision transformers==5.23.0 open_clip_torch==3.3.0 \
        timm==1.0.31 sentencepiece protobuf pillow numpy
    venv/bin/python scripts/golden_open_clip.py tests/data/parity

    siglip2_tiny             Hugging Face layout with Gemma's tokenizer (tokenizer.json) and processor_config.json alone
    open_clip_tiny           open_clip_config.json, open_clip_model.safetensors; quick GELU; CLIP's tokenizer
    open_clip_siglip2_tiny   the same container with timm's vision tower, text below "text.", Gemma's tokenizer

The arrays are those of golden_clip.py; patches_i is there for the Hugging Face layout alone.
"""
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import open_clip
import timm
import torch
from golden_clip import CORPUS, SENTENCES, byte_pairs, goldens, pictures, randomise, save, siglip_patches, write_json
from PIL import Image
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import CLIPTokenizer, PreTrainedTokenizerFast, SiglipConfig, SiglipModel
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>"]
ADDED = ["\n\n", "\t\t", "<table>", "▁▁", "▁▁▁"]  # not special, as the runs and tags of Gemma's file


def gemma_tokenizer():
    spaces = normalizers.Replace(" ", "▁")
    trained = Tokenizer(models.BPE())
    trained.normalizer = spaces
    trained.train_from_iterator([s.lower() for s in CORPUS], trainers.BpeTrainer(vocab_size=420, limit_alphabet=70, show_progress=False))
    learnt = json.loads(trained.to_str())["model"]
    pieces = [*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256)), *learnt["vocab"]]
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.BPE(vocabulary, [tuple(pair) for pair in learnt["merges"]], unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = spaces
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    tokenizer.add_tokens([AddedToken(token, special=False, normalized=False) for token in ADDED])
    tokenizer.post_processor = processors.TemplateProcessing("$A <eos>", None, [("<eos>", vocabulary["<eos>"])])
    return tokenizer


def wrapped(tokenizer):
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>", bos_token="<bos>", unk_token="<unk>",
                                   padding_side="right", model_max_length=64)


def siglip2(out, name):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = gemma_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    side = 48
    config = SiglipConfig(
        text_config=dict(vocab_size=tokenizer.get_vocab_size(), hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
                         pad_token_id=0, eos_token_id=1, bos_token_id=2),
        vision_config=dict(hidden_size=24, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2, image_size=side, patch_size=16))
    model = save(randomise(SiglipModel(config), 21), folder, False)
    config.architectures = ["SiglipModel"]
    config.save_pretrained(folder)
    processor = SiglipImageProcessorPil(size={"height": side, "width": side}, resample=2)
    write_json(folder / "processor_config.json",
               {"image_processor": {"do_normalize": True, "do_rescale": True, "do_resize": True, "image_processor_type": "SiglipImageProcessor",
                                    "resample": 2, "rescale_factor": 1 / 255, "image_mean": list(processor.image_mean),
                                    "image_std": list(processor.image_std), "size": {"height": side, "width": side}},
                "processor_class": "Siglip2Processor"})
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "GemmaTokenizer", "add_bos_token": False, "add_eos_token": True, "model_max_length": 64})
    fast = wrapped(tokenizer)
    # Lower case, as SigLIP 2 was trained (its published tokenizer forgets it).
    tokens = [fast(s.lower(), truncation=True, padding="max_length", max_length=64, split_special_tokens=True)["input_ids"] for s in SENTENCES]
    return goldens(model, tokens, processor, side, siglip_patches)


def container(folder, model, config, mean, std, interpolation):
    tensors = {key: tensor.contiguous() for key, tensor in model.state_dict().items()}
    save_file(tensors, folder / "open_clip_model.safetensors", {"format": "pt"})
    (folder / "open_clip_model.safetensors").chmod(0o644)
    write_json(folder / "open_clip_config.json",
               {"model_cfg": config, "preprocess_cfg": {"mean": mean, "std": std, "interpolation": interpolation, "resize_mode": "squash"}})


def shaken(model, seed):
    """randomise() by the names that OpenCLIP has: norms are "ln_" there."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if name in ("logit_scale", "logit_bias"):
            parameter.data = torch.full_like(parameter, 2.0 if name == "logit_scale" else -1.5)
        elif "ln_" in name or "norm" in name:
            parameter.data = 0.1 * noise + (1 if name.endswith("weight") else 0)
        elif parameter.dim() < 2:
            parameter.data = 0.2 * noise
        else:
            parameter.data = 0.5 * noise if "embedding" in name or "pos_embed" in name else 1.2 * noise / parameter[0].numel() ** 0.5
    return model


def open_goldens(model, tokens, side, mean, std, resample, text_states, image_states):
    model, arrays = model.double().eval(), {}
    texts, images = [], []
    for i, (sentence, ids) in enumerate(zip(SENTENCES, tokens)):
        hidden = text_states(torch.tensor([ids]))[0].float().numpy()
        arrays |= {f"sentence_{i}": np.frombuffer(sentence.encode(), np.uint8), f"ids_{i}": np.array(ids, np.int32)}
        if len(ids) > 24:
            rows = np.linspace(0, len(ids) - 1, 6).astype(np.int32)
            arrays[f"rows_{i}"], hidden = rows, hidden[rows]
        arrays[f"text_hidden_{i}"] = hidden
    longest = model.context_length if hasattr(model, "context_length") else model.text.context_length
    batch = torch.tensor([ids + [0] * (longest - len(ids)) for ids in tokens])
    texts = model.encode_text(batch)
    for i, picture in enumerate(pictures(side)):
        pixels = (picture * 255).round().astype(np.uint8)
        values = torch.tensor((pixels / 255.0 - np.array(mean)) / np.array(std)).permute(2, 0, 1)[None]
        arrays |= {f"pixels_{i}": pixels, f"pixel_values_{i}": values[0].float().numpy(), f"image_hidden_{i}": image_states(values)[0].float().numpy()}
        images.append(model.encode_image(values))
    images = torch.cat(images)
    arrays["text_embeds"], arrays["image_embeds"] = texts.float().numpy(), images.float().numpy()
    unit = lambda x: x / x.norm(dim=-1, keepdim=True)
    logits = model.logit_scale.exp() * unit(images) @ unit(texts).T
    arrays["logits_per_image"] = (logits + (0 if model.logit_bias is None else model.logit_bias)).float().numpy()
    return arrays


def text_states_of(tower, ids):
    states = tower.token_embedding(ids) + tower.positional_embedding[: ids.shape[1]]
    mask = tower.attn_mask[: ids.shape[1], : ids.shape[1]] if tower.attn_mask is not None else None
    return tower.ln_final(tower.transformer(states, attn_mask=mask))


def open_clip_plain(out, name):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary, merges = byte_pairs(150)
    side, mean, std = 32, [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
    config = dict(embed_dim=28, quick_gelu=True, vision_cfg=dict(image_size=side, layers=3, width=36, head_width=12, patch_size=8, mlp_ratio=2.0),
                  text_cfg=dict(context_length=77, vocab_size=len(vocabulary), width=24, heads=4, layers=2))
    model = shaken(open_clip.CLIP(**config), 31)
    container(folder, model, config, mean, std, "bicubic")
    write_json(folder / "vocab.json", vocabulary)
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    tokenizer = CLIPTokenizer(vocabulary, merges)
    tokens = [tokenizer(s, truncation=True, max_length=77, split_special_tokens=True)["input_ids"] for s in SENTENCES]
    states = []
    model.visual.transformer.register_forward_hook(lambda module, args, output: states.append(output))

    def image_states(values):
        model.visual(values)
        return states[-1]

    return open_goldens(model, tokens, side, mean, std, 3, lambda ids: text_states_of(model, ids), image_states)


def open_clip_siglip2(out, name):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = gemma_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    wrapped(tokenizer).save_pretrained(folder / "hf")
    side = 48
    # A tower of the published name, but small: the name tells the number of heads alone.
    full = timm.models.vision_transformer.vit_base_patch16_siglip_256
    small = lambda pretrained=False, **more: full(pretrained, **({"embed_dim": 24, "depth": 2, "img_size": side} | more))
    timm.models._registry._model_entrypoints["vit_base_patch16_siglip_256"] = small
    config = json.loads((Path(open_clip.__file__).parent / "model_configs/ViT-B-16-SigLIP2-256.json").read_text())
    config["embed_dim"] = 24
    config["vision_cfg"]["image_size"] = side
    config["text_cfg"] |= dict(vocab_size=tokenizer.get_vocab_size(), width=24, heads=4, layers=2)
    del config["custom_text"]
    model = shaken(open_clip.CustomTextCLIP(**config), 32)
    container(folder, model, config | {"custom_text": True}, [0.5] * 3, [0.5] * 3, "bicubic")
    clean = open_clip.tokenizer.HFTokenizer(str(folder / "hf"), context_length=64, clean="canonicalize")
    clean.clean_fn = open_clip.tokenizer.canonicalize_text  # without ftfy's repair of broken text, which it begins with
    shutil.rmtree(folder / "hf")
    tokens = [clean(s)[0].tolist() for s in SENTENCES]
    return open_goldens(model, tokens, side, [0.5] * 3, [0.5] * 3, 3, lambda ids: text_states_of(model.text, ids), model.visual.trunk.forward_features)


if __name__ == "__main__":
    out = Path(sys.argv[1])
    with torch.no_grad():
        for make, name in ((siglip2, "siglip2_tiny"), (open_clip_plain, "open_clip_tiny"), (open_clip_siglip2, "open_clip_siglip2_tiny")):
            np.savez_compressed(out / f"{name}.npz", **make(out, name))
