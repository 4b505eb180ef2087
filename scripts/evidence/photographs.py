"""What the evidence of core/nn/evidence sees of a photograph, in Python: probabilities of classes and colours by region.
It must stay what Evidence and image::ColourGrid compute."""
import cv2
import numpy as np
import torch
import torch.nn.functional as F

SIDE, GRID, CELL = 288, 9, 8
STAGES = [(1, 3, 1, 1, 16), (3, 3, 2, 6, 24), (3, 5, 2, 6, 48), (4, 3, 2, 6, 88), (4, 5, 1, 6, 120), (5, 5, 2, 6, 208),
          (1, 3, 1, 6, 352)]   # blocks, kernel, stride, expansion, channels
MEAN, DEVIATION = np.float32([123.675, 116.28, 103.53]), np.float32([58.395, 57.12, 57.375])


class Classifier:
    """EfficientNet-Lite2 as it was trained (core/nn/backbones/efficientnet_lite.h)"""
    def __init__(self, checkpoint):
        self.tensors = torch.load(checkpoint, map_location="cpu")
        self.rows, self.bias = self.tensors["_fc.weight"].float(), self.tensors["_fc.bias"].float()
        self.stem, self.head = self._unit("_conv_stem", "_bn0"), self._unit("_conv_head", "_bn1")
        self.blocks, channels = [], 32
        for count, kernel, stride, expansion, out in STAGES:
            for b in range(count):
                at = f"_blocks.{len(self.blocks)}."
                self.blocks.append((kernel, stride if b == 0 else 1, b > 0 or (stride == 1 and channels == out),
                                    self._unit(at + "_expand_conv", at + "_bn0") if expansion > 1 else None,
                                    self._unit(at + "_depthwise_conv", at + "_bn1"),
                                    self._unit(at + "_project_conv", at + "_bn2")))
                channels = out

    def _unit(self, convolution, norm):
        t = lambda name: self.tensors[f"{norm}.{name}"].double()
        scale = t("weight") / (t("running_var") + 1e-3).sqrt()
        weight = self.tensors[convolution + ".weight"].double() * scale.view(-1, 1, 1, 1)
        return (weight.float().contiguous(memory_format=torch.channels_last),
                (t("bias") - t("running_mean") * scale).float())

    @staticmethod
    def _convolve(x, unit, kernel=1, stride=1, groups=1, relu6=True):
        half = (kernel - 1) // 2
        if stride == 2:
            x, half = F.pad(x, (half - 1, half, half - 1, half)), 0
        y = F.conv2d(x, *unit, stride, half, 1, groups)
        return y.clamp_(0, 6) if relu6 else y

    @torch.inference_mode()
    def features(self, photographs):
        """RGB squares of SIDE → [B, GRID², 1280]"""
        x = torch.from_numpy((np.stack(photographs).astype(np.float32) - MEAN) / DEVIATION).permute(0, 3, 1, 2)
        x = self._convolve(x.contiguous(memory_format=torch.channels_last), self.stem, 3, 2)
        for kernel, stride, residual, expand, depthwise, project in self.blocks:
            y = self._convolve(x, expand) if expand else x
            y = self._convolve(self._convolve(y, depthwise, kernel, stride, y.shape[1]), project, relu6=False)
            x = x + y if residual else y
        return self._convolve(x, self.head).permute(0, 2, 3, 1).flatten(1, 2)

    @torch.inference_mode()
    def probabilities(self, features):
        """[B, R, 1280] → [B, R, 1000] of half the region and half the whole photograph"""
        return F.softmax(F.linear(0.5 * features + 0.5 * features.mean(1, keepdim=True), self.rows, self.bias), -1)


def read(file, side=SIDE):
    image = cv2.cvtColor(cv2.imread(str(file), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    shrinks = side < image.shape[0] or side < image.shape[1]
    return image if image.shape[:2] == (side, side) else cv2.resize(
        image, (side, side), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)


def lab(rgb):
    return cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def foreground(pixels):
    """1 where a pixel of [H, W, 3] in Lab is not of the one colour that most of the border has"""
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    background = np.median(border, 0)
    if (np.linalg.norm(border - background, axis=1) < 8).mean() < 0.6:
        return np.ones(pixels.shape[:2], np.float32)
    kept = (np.linalg.norm(pixels - background, axis=2) >= 8).astype(np.float32)
    return kept if kept.mean() >= 0.03 else np.ones_like(kept)


class Colours:
    def __init__(self, centres):
        bins = np.stack(np.meshgrid(*[np.arange(32) * 8 + 4] * 3, indexing="ij"), -1).reshape(-1, 1, 3)
        d = ((lab(bins).reshape(-1, 1, 3) - centres[None]) ** 2).sum(2)
        soft = np.exp((d.min(1, keepdims=True) - d) / (2 * 8.0 ** 2))
        self.shares = (soft / soft.sum(1, keepdims=True)).astype(np.float32)

    def roots(self, photograph):
        """an RGB photograph → √ of the colours of half each cell and half the whole, [GRID², centres]"""
        small = cv2.resize(photograph, (GRID * CELL, GRID * CELL), interpolation=cv2.INTER_AREA)
        kept = foreground(lab(small))[..., None]
        bins = (small >> 3).astype(np.int64) @ np.int64([1024, 32, 1])
        cells = lambda x: x.reshape(GRID, CELL, GRID, CELL, -1).mean((1, 3)).reshape(GRID * GRID, -1)
        shares, coverage = cells(self.shares[bins] * kept), cells(kept)
        whole = shares.sum(0) / max(coverage.sum(), 1e-3)
        return np.sqrt(0.5 * shares + 0.5 * whole)
