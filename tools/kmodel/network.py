"""A small convolutional network in NumPy, and its training. Maps are [picture][row][column][channel]."""

import numpy as np


def patches(x, side, pad):
    """What each output pixel of a convolution sees, tap by tap: [..., side * side * channels]."""
    if side == 1:
        return x
    height, width = x.shape[1:3]
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=pad)
    return np.concatenate([padded[:, i : i + height, j : j + width] for i in range(3) for j in range(3)], axis=3)


def max_pool(x):
    """2x2; an odd last row or column is left out, as the KPU does."""
    n, height, width, channels = x.shape
    cut = x[:, : height // 2 * 2, : width // 2 * 2].reshape(n, height // 2, 2, width // 2, 2, channels)
    return cut.max((2, 4))


class Convolution:
    """Same size, then max(0, x) and 2x2 maxima where wanted."""

    def __init__(self, rng, inputs, outputs, side, relu, pool):
        fan_in = side * side * inputs
        self.weights = rng.normal(0, np.sqrt(2 / fan_in), (fan_in, outputs)).astype(np.float32)  # [tap, input][output]
        self.bias = np.zeros(outputs, np.float32)
        self.inputs, self.outputs, self.side, self.relu, self.pool = inputs, outputs, side, relu, pool

    def forward(self, x):
        self.seen = patches(x, self.side, 0)
        full = self.seen @ self.weights + self.bias
        if self.relu:
            np.maximum(full, 0, out=full)
        self.full = full
        self.out = max_pool(full) if self.pool else full
        return self.out

    def backward(self, d_out):
        """Leaves gradients behind and returns the input's."""
        d = d_out
        if self.pool:
            height, width = d.shape[1] * 2, d.shape[2] * 2
            spread = np.repeat(np.repeat(self.out, 2, 1), 2, 2) == self.full[:, :height, :width]
            d = np.zeros_like(self.full)
            d[:, :height, :width] = np.repeat(np.repeat(d_out, 2, 1), 2, 2) * spread
        if self.relu:
            d = d * (self.full > 0)
        flat = d.reshape(-1, self.outputs)
        self.gradients = [self.seen.reshape(len(flat), -1).T @ flat, flat.sum(0)]
        seen = (flat @ self.weights.T).reshape(*d.shape[:3], -1)
        if self.side == 1:
            return seen
        n, height, width, _ = seen.shape
        d_in = np.zeros((n, height + 2, width + 2, self.inputs), np.float32)
        for tap in range(9):
            i, j = divmod(tap, 3)
            d_in[:, i : i + height, j : j + width] += seen[..., tap * self.inputs : (tap + 1) * self.inputs]
        return d_in[:, 1:-1, 1:-1]

    @property
    def parameters(self):
        return [self.weights, self.bias]


class Network:
    """Convolutions, then the mean over all places: one number for each class."""

    def __init__(self, rng, layers):
        self.layers = [Convolution(rng, **layer) for layer in layers]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x.mean((1, 2))

    def backward(self, d_classes):
        places = self.layers[-1].out.shape[1:3]
        d = np.broadcast_to(d_classes[:, None, None] / np.float32(np.prod(places)), self.layers[-1].out.shape)
        for layer in reversed(self.layers):
            d = layer.backward(d)


def probabilities(classes):
    e = np.exp(classes - classes.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


class Adam:
    def __init__(self, network):
        self.network = network
        self.moments = [[(np.zeros_like(p), np.zeros_like(p)) for p in layer.parameters] for layer in network.layers]
        self.steps = 0

    def step(self, rate, decay):
        self.steps += 1
        for layer, moments in zip(self.network.layers, self.moments):
            for p, g, (mean, square) in zip(layer.parameters, layer.gradients, moments):
                mean += 0.1 * (g - mean)
                square += 0.01 * (g * g - square)
                m, s = mean / (1 - 0.9**self.steps), square / (1 - 0.99**self.steps)
                p -= rate * (m / (np.sqrt(s) + 1e-8) + decay * p)


def train(rng, network, pictures, labels, vary, epochs, rate, batch=64, tell=print):
    """`vary` makes other pictures of the same out of a batch."""
    adam = Adam(network)
    steps = epochs * (len(pictures) // batch)
    for epoch in range(epochs):
        order = rng.permutation(len(pictures))
        losses, right = [], []
        for i in range(0, len(order) - batch + 1, batch):
            chosen = order[i : i + batch]
            p = probabilities(network.forward(vary(rng, pictures[chosen])))
            wanted = np.eye(p.shape[1], dtype=np.float32)[labels[chosen]]
            losses.append(-np.log(np.maximum((p * wanted).sum(1), 1e-9)).mean())
            right.append((p.argmax(1) == labels[chosen]).mean())
            network.backward((p - wanted) / len(chosen))
            adam.step(rate * 0.5 * (1 + np.cos(np.pi * adam.steps / steps)), 1e-3)
        tell(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {100 * np.mean(right):.1f} % right")
