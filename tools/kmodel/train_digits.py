#!/usr/bin/python3
"""Trains the demo's model on drawings of its own, and writes it as the numbers that build_model makes a kmodel of.

usage: train_digits.py [--pictures N] [--epochs N] [--check N] OUTPUT.json

Needs NumPy (Debian: python3-numpy) and about ten minutes. With the same NumPy and BLAS it writes the same file every
time; the tree's was made with Debian 12's.

What the model is: three fixed layers make a grey picture of 40x30 out of the camera's 320x240; five trained layers
look at it; the mean over what is left of the picture's places says how likely each class is.
"""

import argparse
import json
import time

import numpy as np

import drawings
from network import Network, probabilities, train
from quantise import halving_layer, run, trained_layers

CAMERA = (3, 240, 320)
SHARES = (5, 10, 2)  # of red, green and blue in brightness
INPUT_ZERO = 128  # grey is nothing to the trained layers, black and white are as far from it

FIXED = [
    halving_layer("grey, half", CAMERA, SHARES),
    halving_layer("quarter", (1, 120, 160), (1,)),
    halving_layer("eighth", (1, 60, 80), (1,)),
]
TRAINED = [
    dict(inputs=1, outputs=8, side=3, relu=True, pool=True),
    dict(inputs=8, outputs=16, side=3, relu=True, pool=True),
    dict(inputs=16, outputs=32, side=3, relu=True, pool=False),  # the KPU's maps have at least 4x4 pixels
    dict(inputs=32, outputs=32, side=3, relu=True, pool=False),
    dict(inputs=32, outputs=len(drawings.CLASSES), side=3, relu=False, pool=False),
]
NOTHING_SHARE = 0.2


def random_labels(rng, count):
    return np.where(rng.random(count) < NOTHING_SHARE, drawings.NOTHING, rng.integers(0, 10, count))


def small_pictures(rng, labels):
    """As the trained layers see them, but drawn small at once: from -1 to 1, [picture][30][40][1]."""
    quarter = np.empty((len(labels), 60, 80, 1), np.uint8)
    for i, label in enumerate(labels):
        grey = drawings.draw(rng, label, 80, 60) @ np.float32(SHARES) / sum(SHARES)
        quarter[i, :, :, 0] = np.rint(grey * 255)
    seen = np.concatenate([run(FIXED[2:], quarter[i : i + 500]) for i in range(0, len(quarter), 500)])
    return (seen.astype(np.float32) - INPUT_ZERO) / 128


def camera_pictures(rng, labels):
    height, width = CAMERA[1:]
    return np.stack([np.rint(drawings.draw(rng, label, width, height) * 255).astype(np.uint8) for label in labels])


def vary(rng, x):
    """Moves pictures about and changes light and noise; some become negatives."""
    n, height, width, _ = x.shape
    padded = np.pad(x, ((0, 0), (3, 3), (3, 3), (0, 0)), mode="edge")
    top, left = rng.integers(0, 7, (2, n))
    moved = np.stack([p[t : t + height, l : l + width] for p, t, l in zip(padded, top, left)])
    contrast = rng.uniform(0.7, 1.2, (n, 1, 1, 1)) * rng.choice((1, 1, 1, 1, -1), (n, 1, 1, 1))
    moved = moved * contrast + rng.normal(0, 0.1, (n, 1, 1, 1)) + rng.normal(0, 0.02, moved.shape)
    return np.clip(moved, -1, 1).astype(np.float32)


def check(rng, layers, count):
    """How many of so many unseen camera pictures come out right, in the KPU's own numbers."""
    labels = np.arange(count) % len(drawings.CLASSES)
    right = np.zeros(len(drawings.CLASSES), int)
    for i in range(0, count, 50):
        classes = run(layers, camera_pictures(rng, labels[i : i + 50])).mean((1, 2))
        found = classes.argmax(1)
        np.add.at(right, labels[i : i + 50][found == labels[i : i + 50]], 1)
    by_class = ", ".join(f"{name} {r}/{n}" for name, r, n in zip(drawings.CLASSES, right, np.bincount(labels)))
    print(f"{right.sum()} of {count} unseen camera pictures right: {by_class}")


def as_json(model):
    """With a line for each field and each kernel, so that changes show."""
    lines = []
    for layer in model["layers"]:
        fields = ",\n  ".join(f'"{k}": {json.dumps(v)}' for k, v in layer.items() if k != "weights")
        kernels = ",\n   ".join(json.dumps(kernel, separators=(",", ":")) for kernel in layer["weights"])
        lines.append(f' {{{fields},\n  "weights": [\n   {kernels}]}}')
    head = "".join(f'"{k}": {json.dumps(v)},\n' for k, v in model.items() if k != "layers")
    return "{" + head + '"layers": [\n' + ",\n".join(lines) + "]}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output")
    parser.add_argument("--pictures", type=int, default=30000, help="to train with")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--check", type=int, default=1100, help="unseen camera pictures to try the result with")
    arguments = parser.parse_args()

    began = time.monotonic()
    rng = np.random.default_rng(210)
    labels = random_labels(rng, arguments.pictures)
    pictures = small_pictures(rng, labels)
    print(f"{len(pictures)} pictures drawn in {time.monotonic() - began:.0f} s")
    network = Network(rng, TRAINED)
    train(rng, network, pictures, labels, vary, arguments.epochs, rate=3e-3)

    calibration = vary(rng, pictures[:1000])
    trained, scale, zero = trained_layers(network, FIXED[-1]["output"], 1 / 128, INPUT_ZERO, calibration)
    model = {
        "about": "Written by train_digits.py; see quantise.py for what the numbers mean.",
        "classes": drawings.CLASSES,
        "output_scale": scale,
        "output_zero": zero,
        "layers": FIXED + trained,
    }
    with open(arguments.output, "w") as file:
        file.write(as_json(model))
    print(f"written after {time.monotonic() - began:.0f} s")
    check(np.random.default_rng(2100), model["layers"], arguments.check)


if __name__ == "__main__":
    main()
