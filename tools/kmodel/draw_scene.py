#!/usr/bin/python3
"""Draws what the demo's camera sees unless it is told otherwise: notes on a desk, one picture below the other.

usage: draw_scene.py OUTPUT.png
"""

import struct
import sys
import zlib

import numpy as np

from drawings import CLASSES, SHAPES, by_hand, ink, inside, over, pixels, ruled, smooth

WIDTH, HEIGHT = 320, 240
SOFTNESS = 0.6 / HEIGHT
# The digit, which of its shapes, the note's colour, the pen's, the pen's radius; is the paper squared?
NOTES = (
    (2, 0, (0.97, 0.96, 0.92), (0.10, 0.16, 0.45), 0.026, False),
    (1, 1, (0.98, 0.87, 0.35), (0.12, 0.10, 0.10), 0.028, False),
    (0, 0, (0.94, 0.96, 0.97), (0.72, 0.12, 0.14), 0.024, True),
    (7, 1, (0.97, 0.96, 0.92), (0.05, 0.38, 0.22), 0.026, False),
    (4, 0, (0.13, 0.24, 0.20), (0.93, 0.93, 0.88), 0.026, False),
    (9, 0, (0.96, 0.66, 0.70), (0.16, 0.10, 0.24), 0.028, False),
    (3, 0, (0.94, 0.96, 0.97), (0.10, 0.16, 0.45), 0.022, True),
    (8, 1, (0.66, 0.85, 0.95), (0.10, 0.10, 0.12), 0.028, False),
    (5, 0, (0.13, 0.15, 0.20), (0.98, 0.84, 0.40), 0.026, False),
    (6, 0, (0.97, 0.96, 0.92), (0.55, 0.10, 0.45), 0.028, False),
)


def desk(rng):
    """Boards with their grain."""
    picture = np.tile(np.float32((0.42, 0.28, 0.18)), (HEIGHT, WIDTH, 1))
    x, y = pixels(WIDTH, HEIGHT)
    for _ in range(24):
        points = np.stack([np.linspace(-0.1, 1.5, 5), rng.uniform(0, 1) + rng.normal(0, 0.012, 5)], 1)
        cover = ink([smooth(points.astype(np.float32))], rng.uniform(0.002, 0.008), 0.006, WIDTH, HEIGHT)
        picture = over(picture, (0.26, 0.16, 0.10), cover * rng.uniform(0.15, 0.5))
    return picture * (1.15 - 0.35 * np.hypot(x - 0.3, y + 0.1))[:, :, None]


def note(rng, picture, digit, shape, paper, pen, radius, squared):
    centre = np.array((WIDTH / HEIGHT / 2, 0.5)) + rng.uniform(-1, 1, 2) * (0.12, 0.03)
    turn = rng.normal(0, 0.1)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    corners = np.array([(-0.41, -0.43), (0.41, -0.43), (0.41, 0.43), (-0.41, 0.43)]) @ rotation.T + centre
    shadow = inside(corners + 0.025, 0.02, WIDTH, HEIGHT)
    picture = over(picture, (0.05, 0.03, 0.02), 0.55 * shadow)
    x, y = pixels(WIDTH, HEIGHT)
    surface = np.float32(paper) * (1.06 - 0.16 * np.hypot(x - 0.3, y))[:, :, None]
    if squared:
        surface = ruled(rng, surface, (0.45, 0.6, 0.8), SOFTNESS)
    strokes = by_hand(rng, SHAPES[CLASSES[digit]][shape], centre, 0.62)
    surface = over(surface, pen, ink(strokes, radius, SOFTNESS, WIDTH, HEIGHT))
    return over(picture, surface, inside(corners, SOFTNESS, WIDTH, HEIGHT))


def png(pixels_rgb):
    """The rows as differences to the one above, which suits soft light."""
    height, width, _ = pixels_rgb.shape
    above = np.concatenate([np.zeros_like(pixels_rgb[:1]), pixels_rgb[:-1]])
    rows = (pixels_rgb - above).reshape(height, width * 3)  # modulo 256
    data = np.concatenate([np.full((height, 1), 2, np.uint8), rows], 1).tobytes()

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")


def as_rgb565(picture):
    """Bytes with no more levels than the camera passes on."""
    levels = np.float32((31, 63, 31))
    return np.rint(np.rint(np.clip(picture, 0, 1) * levels) * (255 / levels)).astype(np.uint8)


def main():
    rng = np.random.default_rng(7)
    table = desk(rng)
    sheet = np.concatenate([note(rng, table, *drawing) for drawing in NOTES])
    with open(sys.argv[1], "wb") as file:
        file.write(png(as_rgb565(sheet)))


if __name__ == "__main__":
    main()
