#!/usr/bin/env python3
"""What the published ways to draw regions from a frozen CLIP give for the small models of golden_clip.py, by their
definitions, for tests/parity/clip_test.cpp.

    venv/bin/python scripts/golden_clip_regions.py tests/data/parity      (the venv of golden_clip.py)

clip_regions.npz: <model>_<recipe>_<image> [patches, D]. The last block computes, with h = layer_norm1(x), per head,
s = 1/sqrt(width of a head), and without residual and MLP:
    clearclip   softmax(s q q^T) v                          (Lan et al., ECCV 2024)
    naclip      softmax(s k k^T + G) v, G[i,j] = exp(-|p_i - p_j|^2 / (2 * 5^2)) for patches, 0 for the class token
                                                            (Hajimiri et al., WACV 2025)
then the output projection, post_layernorm and the way into the joint space (SigLIP: the pooling head on one patch).
"""
import sys
from pathlib import Path

import numpy as np
import torch
from transformers import CLIPModel, SiglipModel


def regions(model, pixels, recipe, siglip):
    vision = model.vision_model
    x = vision.embeddings(pixels)
    if not siglip:
        x = vision.pre_layrnorm(x)
    for layer in vision.encoder.layers[:-1]:
        x = layer(x, None)
    last = vision.encoder.layers[-1]
    attention = last.self_attn
    h = last.layer_norm1(x)
    heads, width = attention.num_heads, h.shape[-1]
    split = lambda y: y.view(1, -1, heads, width // heads).transpose(1, 2)
    a = split((attention.q_proj if recipe == "clearclip" else attention.k_proj)(h))
    logits = a @ a.transpose(-1, -2) / (width // heads) ** 0.5
    if recipe == "naclip":
        cls = 0 if siglip else 1
        grid = int(round((x.shape[1] - cls) ** 0.5))
        place = torch.stack(torch.meshgrid(torch.arange(grid), torch.arange(grid), indexing="ij"), -1).view(-1, 2).double()
        logits[..., cls:, cls:] += torch.exp(-((place[:, None] - place[None]) ** 2).sum(-1) / (2 * 5.0**2))
    mixed = (logits.softmax(-1) @ split(attention.v_proj(h))).transpose(1, 2).reshape(x.shape)
    states = vision.post_layernorm(attention.out_proj(mixed))
    if siglip:
        return vision.head(states[0][:, None]).view(states.shape[1], -1)
    return model.visual_projection(states[0, 1:])


if __name__ == "__main__":
    folder, arrays = Path(sys.argv[1]), {}
    with torch.no_grad():
        for name, kind in (("clip_tiny", CLIPModel), ("clip_tiny_gelu", CLIPModel), ("siglip_tiny", SiglipModel)):
            model = kind.from_pretrained(folder / name, dtype=torch.float64).eval()
            pixels = np.load(folder / f"{name}.npz")
            for recipe in ("clearclip", "naclip"):
                for i in range(2):
                    values = torch.tensor(pixels[f"pixel_values_{i}"]).double()[None]
                    arrays[f"{name}_{recipe}_{i}"] = regions(model, values, recipe, kind is SiglipModel).float().numpy()
    np.savez_compressed(folder / "clip_regions.npz", **arrays)
