"""Puts a trained network into the KPU's numbers, and computes with them as the KPU does.

A layer is a dictionary, as it stands in digits.json: centred weights (the KPU adds `weight_zero`), for every output
channel the factor `norm_mul`, for all `norm_shift`, then `norm_add`, and an activation that divides by
2^activation_shift, rounds and keeps to a byte. A byte means (byte - zero) * scale.
"""

import numpy as np

from network import max_pool, patches

WEIGHT_ZERO = 128
LARGEST_NORM_MUL = 2**23 - 1
ACTIVATION_SHIFT = 12


def kpu_layer(name, shape, outputs, side, pool, weights, factors, offsets, input_zero):
    """`weights` are whole numbers [tap, input][output]; the output byte is sum * factors + offsets."""
    channels, height, width = shape
    stride = 1 if pool == "bypass" else 2
    shift = 15
    while shift > 0 and np.abs(factors).max() * 2.0 ** (ACTIVATION_SHIFT + shift) > LARGEST_NORM_MUL:
        shift -= 1
    by_output = weights.reshape(side * side, channels, outputs).transpose(2, 1, 0)  # as the KPU reads them
    return {
        "name": name,
        "input": [channels, height, width],
        "output": [outputs, height // stride, width // stride],
        "kernel": side,
        "pool": pool,
        "input_zero": input_zero,
        "weight_zero": WEIGHT_ZERO,
        "norm_mul": [int(f) for f in np.rint(factors * 2.0 ** (ACTIVATION_SHIFT + shift))],
        "norm_add": [int(o) for o in np.rint(offsets * 2.0**ACTIVATION_SHIFT)],
        "norm_shift": shift,
        "activation_shift": ACTIVATION_SHIFT,
        "weights": [[int(w) for w in kernel.reshape(-1)] for kernel in by_output],
    }


def halving_layer(name, shape, shares):
    """Blurs and takes every other pixel of every other row; `shares` is how much each input channel counts."""
    blur = np.outer(np.outer((1, 2, 1), (1, 2, 1)).reshape(-1), shares).reshape(-1, 1)
    return kpu_layer(name, shape, 1, 3, "left_top_2_s2", blur, np.array([1 / blur.sum()]), np.zeros(1), 0)


def trained_layers(network, shape, input_scale, input_zero, calibration):
    """The network's layers, and what the bytes of the last one mean: scale and zero."""
    network.forward(calibration)
    layers = []
    for number, layer in enumerate(network.layers, 1):
        weight_scale = np.abs(layer.weights).max(0) / 127
        low = 0.0 if layer.relu else float(layer.out.min())
        scale = (float(layer.out.max()) - low) / 255
        zero = int(np.rint(-low / scale))
        layers.append(
            kpu_layer(f"trained {number}", shape, layer.outputs, layer.side, "max_2_s2" if layer.pool else "bypass",
                      np.rint(layer.weights / weight_scale).astype(int), input_scale * weight_scale / scale,
                      layer.bias / scale + zero, input_zero))
        shape, input_scale, input_zero = layers[-1]["output"], scale, zero
    return layers, input_scale, input_zero


def run_layer(layer, x):
    """One layer on bytes, exactly as the KPU computes it."""
    taps, channels = layer["kernel"] ** 2, layer["input"][0]
    weights = np.array(layer["weights"], np.int64).reshape(-1, channels, taps).transpose(2, 1, 0)
    seen = patches(x.astype(np.int64), layer["kernel"], layer["input_zero"]) - layer["input_zero"]
    # Sums stay below 2^53, so that floating point, which is faster, is exact.
    sums = (seen.astype(np.float64) @ weights.reshape(taps * channels, -1)).astype(np.int64)
    v = (sums * np.array(layer["norm_mul"]) >> layer["norm_shift"]) + np.array(layer["norm_add"])
    y = np.clip(np.rint(v / 2.0 ** layer["activation_shift"]), 0, 255).astype(np.uint8)
    if layer["pool"] == "max_2_s2":
        return max_pool(y)
    if layer["pool"] == "left_top_2_s2":
        return y[:, : y.shape[1] // 2 * 2 : 2, : y.shape[2] // 2 * 2 : 2]
    return y


def run(layers, x):
    for layer in layers:
        x = run_layer(layer, x)
    return x
