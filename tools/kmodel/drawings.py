"""Draws digits as a camera sees them: written by hand on paper or a board, askew, unevenly lit, among other things.

Everything comes from the random generator that is passed in. Pictures are arrays of red, green and blue from 0 to 1,
[height][width][3]; coordinates are in picture heights.
"""

import numpy as np

CLASSES = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "nothing")
NOTHING = 10

# Strokes as points of a curve, in a box from 0 to 1 with y downwards. A point that stands twice is a corner.
SHAPES = {
    "0": (
        ((0.5, 0), (0.12, 0.2), (0.03, 0.6), (0.3, 0.97), (0.7, 0.95), (0.97, 0.55), (0.85, 0.15), (0.5, 0)),
        ((0.6, 0.02), (0.2, 0.1), (0.02, 0.5), (0.2, 0.92), (0.6, 0.98), (0.95, 0.65), (0.95, 0.25), (0.55, 0.0),
         (0.4, 0.06)),
    ),
    "1": (
        ((0.5, 0), (0.5, 0.5), (0.5, 1)),
        ((0.2, 0.28), (0.4, 0.15), (0.58, 0), (0.58, 0), (0.57, 0.5), (0.56, 1)),
        (((0.2, 0.25), (0.5, 0), (0.5, 0), (0.5, 1)), ((0.15, 1), (0.85, 1))),
    ),
    "2": (
        ((0.06, 0.24), (0.25, 0.04), (0.6, 0.01), (0.9, 0.22), (0.75, 0.5), (0.4, 0.78), (0.04, 1), (0.04, 1),
         (0.98, 0.98)),
        ((0.1, 0.18), (0.45, 0), (0.85, 0.15), (0.8, 0.45), (0.45, 0.8), (0.18, 0.96), (0.1, 0.82), (0.3, 0.78),
         (0.6, 0.95), (0.97, 0.92)),
        ((0.05, 0.1), (0.5, 0.0), (0.92, 0.2), (0.8, 0.48), (0.1, 0.95), (0.1, 0.95), (0.5, 0.93), (0.95, 1)),
    ),
    "3": (
        ((0.08, 0.12), (0.45, 0), (0.88, 0.14), (0.8, 0.38), (0.4, 0.48), (0.4, 0.48), (0.85, 0.58), (0.95, 0.8),
         (0.55, 1), (0.04, 0.9)),
        ((0.06, 0.02), (0.9, 0.02), (0.9, 0.02), (0.4, 0.42), (0.4, 0.42), (0.85, 0.52), (0.95, 0.78), (0.55, 1),
         (0.04, 0.9)),
        ((0.1, 0.15), (0.4, 0), (0.82, 0.1), (0.82, 0.35), (0.5, 0.47), (0.88, 0.56), (0.96, 0.82), (0.5, 1),
         (0.03, 0.85)),
    ),
    "4": (
        (((0.3, 0), (0.2, 0.3), (0.04, 0.6), (0.04, 0.6), (0.97, 0.6)), ((0.72, 0.25), (0.7, 0.6), (0.68, 1))),
        ((0.74, 1), (0.74, 0), (0.74, 0), (0.02, 0.68), (0.02, 0.68), (1, 0.68)),
        (((0.1, 0.02), (0.08, 0.5), (0.08, 0.5), (0.9, 0.48)), ((0.78, 0), (0.76, 0.5), (0.74, 1))),
    ),
    "5": (
        ((0.88, 0.01), (0.2, 0.01), (0.2, 0.01), (0.13, 0.46), (0.13, 0.46), (0.55, 0.37), (0.94, 0.62), (0.8, 0.92),
         (0.4, 1), (0.04, 0.9)),
        (((0.2, 0.03), (0.15, 0.42), (0.5, 0.36), (0.93, 0.55), (0.85, 0.88), (0.45, 1), (0.04, 0.9)), ((0.2, 0.03),
         (0.92, 0))),
    ),
    "6": (
        ((0.78, 0.02), (0.4, 0.2), (0.1, 0.55), (0.12, 0.85), (0.45, 1), (0.85, 0.88), (0.88, 0.62), (0.55, 0.48),
         (0.15, 0.65)),
        ((0.55, 0), (0.2, 0.35), (0.05, 0.7), (0.3, 0.98), (0.75, 0.97), (0.95, 0.75), (0.7, 0.55), (0.3, 0.6),
         (0.08, 0.78)),
        ((0.9, 0.12), (0.55, 0), (0.2, 0.2), (0.06, 0.6), (0.25, 0.95), (0.7, 0.98), (0.92, 0.72), (0.65, 0.5),
         (0.3, 0.55), (0.1, 0.7)),
    ),
    "7": (
        ((0.04, 0.03), (0.95, 0.02), (0.95, 0.02), (0.6, 0.5), (0.38, 1)),
        (((0.04, 0.03), (0.95, 0.02), (0.95, 0.02), (0.6, 0.5), (0.38, 1)), ((0.3, 0.5), (0.85, 0.48))),
        ((0.03, 0.2), (0.04, 0.02), (0.04, 0.02), (0.95, 0.02), (0.95, 0.02), (0.5, 0.55), (0.42, 1)),
    ),
    "8": (
        ((0.5, 0.47), (0.15, 0.3), (0.2, 0.06), (0.55, 0), (0.85, 0.12), (0.8, 0.34), (0.5, 0.47), (0.1, 0.68),
         (0.12, 0.92), (0.5, 1), (0.9, 0.9), (0.9, 0.66), (0.5, 0.47)),
        ((0.85, 0.14), (0.5, 0), (0.15, 0.12), (0.2, 0.36), (0.75, 0.58), (0.92, 0.82), (0.5, 1), (0.08, 0.84),
         (0.25, 0.58), (0.7, 0.38), (0.88, 0.14)),
        (((0.5, 0), (0.15, 0.22), (0.5, 0.46), (0.85, 0.22), (0.5, 0)), ((0.5, 0.46), (0.05, 0.73), (0.5, 1),
         (0.95, 0.73), (0.5, 0.46))),
    ),
    "9": (
        ((0.85, 0.3), (0.55, 0.5), (0.15, 0.42), (0.12, 0.14), (0.5, 0), (0.85, 0.14), (0.87, 0.4), (0.82, 0.75),
         (0.78, 1)),
        ((0.88, 0.22), (0.6, 0), (0.15, 0.1), (0.1, 0.4), (0.5, 0.5), (0.85, 0.3), (0.88, 0.22), (0.92, 0.5),
         (0.75, 0.9), (0.4, 1), (0.1, 0.92)),
        ((0.86, 0.05), (0.45, 0), (0.1, 0.22), (0.3, 0.48), (0.7, 0.42), (0.88, 0.05), (0.88, 0.05), (0.86, 0.5),
         (0.8, 1)),
    ),
}

# What may be written on paper and is no digit.
OTHER_SHAPES = (
    (((0, 1), (0.5, 0), (0.5, 0), (1, 1)), ((0.2, 0.65), (0.8, 0.65))),
    (((0.1, 0), (0.1, 1)), ((0.1, 0), (0.9, 0)), ((0.1, 0.5), (0.75, 0.5)), ((0.1, 1), (0.9, 1))),
    (((0.1, 0), (0.1, 1)), ((0.9, 0), (0.9, 1)), ((0.1, 0.5), (0.9, 0.5))),
    (((0.1, 0), (0.1, 1)), ((0.85, 0), (0.1, 0.55), (0.1, 0.55), (0.9, 1))),
    (((0, 1), (0.1, 0), (0.1, 0), (0.5, 0.7), (0.5, 0.7), (0.9, 0), (0.9, 0), (1, 1)),),
    (((0, 0), (0.25, 1), (0.25, 1), (0.5, 0.3), (0.5, 0.3), (0.75, 1), (0.75, 1), (1, 0)),),
    (((0, 0), (1, 1)), ((1, 0), (0, 1))),
    (((0.5, 0), (0.5, 1)), ((0, 0.5), (1, 0.5))),
    (((0.5, 0.05), (1, 0.95), (1, 0.95), (0, 0.95), (0, 0.95), (0.5, 0.05)),),
    (((0.5, 0.3), (0.25, 0), (0, 0.3), (0.5, 1), (0.5, 1), (1, 0.3), (0.75, 0), (0.5, 0.3)),),
    (((0.5, 0), (0.8, 1), (0.8, 1), (0, 0.38), (0, 0.38), (1, 0.38), (1, 0.38), (0.2, 1), (0.2, 1), (0.5, 0)),),
    (((0, 0), (0, 1)), ((0.33, 0), (0.33, 1)), ((0.66, 0), (0.66, 1)), ((1, 0), (1, 1))),
    (((0, 0.3), (1, 0.3)), ((0, 0.7), (1, 0.7)), ((0.3, 0), (0.3, 1)), ((0.7, 0), (0.7, 1))),
    (((0.5, 0), (0.15, 0.2), (0.5, 0.35), (0.85, 0.2), (0.5, 0)), ((0.5, 0.35), (0.5, 0.7)), ((0, 0.5), (1, 0.5)),
     ((0.1, 1), (0.5, 0.7), (0.5, 0.7), (0.9, 1))),
    (((0, 0.5), (0.12, 0.3), (0.25, 0.5), (0.38, 0.7), (0.5, 0.5), (0.62, 0.3), (0.75, 0.5), (0.88, 0.7), (1, 0.5)),),
)

CURVE_STEPS = 5  # straight pieces between two points of a stroke


def strokes_of(shape):
    """A shape's strokes as arrays of points; a shape of one stroke may stand without the outer brackets."""
    return [np.array(s, np.float32) for s in (shape if isinstance(shape[0][0], tuple) else (shape,))]


def smooth(points):
    """A Catmull-Rom curve through the points, as more points."""
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    a, b, c, d = (padded[i : len(padded) - 3 + i, None] for i in range(4))
    t = (np.arange(CURVE_STEPS, dtype=np.float32) / CURVE_STEPS)[None, :, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])


def by_hand(rng, shape, centre, height):
    """The shape's strokes as a hand would write them around a place, so high."""
    turn = np.clip(rng.normal(0, 0.12), -0.3, 0.3)
    shear = rng.normal(0, 0.15)
    width = rng.uniform(0.45, 0.8)
    wave = rng.uniform(0, 0.06, 2)
    phase = rng.uniform(0, 2 * np.pi, 2)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    strokes = []
    for points in strokes_of(shape):
        wobbly = points + rng.normal(0, 0.025, points.shape)
        repeated = np.concatenate([[False], (points[1:] == points[:-1]).all(1)])
        wobbly[repeated] = wobbly[np.flatnonzero(repeated) - 1]
        p = smooth(wobbly) - 0.5
        p = p + wave * np.sin(2 * np.pi * p[:, ::-1] + phase)
        p = p * (width, 1)
        p[:, 0] += shear * p[:, 1]
        strokes.append((p @ rotation.T * height + centre).astype(np.float32))
    return strokes


def pixels(width, height):
    """Coordinates of every pixel's centre."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return (x + 0.5) / height, (y + 0.5) / height


def ink(strokes, radius, softness, width, height):
    """How much of each pixel the pen has covered."""
    x, y = pixels(width, height)
    nearest = np.full((height, width), np.inf, np.float32)
    reach = radius + 2 * softness
    for points in strokes:
        low, high = (points.min(0) - reach) * height, (points.max(0) + reach) * height
        x0, y0 = np.clip(low.astype(int), 0, (width, height))
        x1, y1 = np.clip(high.astype(int) + 1, 0, (width, height))
        px, py = x[y0:y1, x0:x1, None], y[y0:y1, x0:x1, None]
        a, along = points[:-1], np.diff(points, axis=0)
        square = np.maximum((along**2).sum(1), 1e-9)
        t = np.clip(((px - a[:, 0]) * along[:, 0] + (py - a[:, 1]) * along[:, 1]) / square, 0, 1)
        away = ((px - a[:, 0] - t * along[:, 0]) ** 2 + (py - a[:, 1] - t * along[:, 1]) ** 2).min(2)
        nearest[y0:y1, x0:x1] = np.minimum(nearest[y0:y1, x0:x1], away)
    return np.clip(0.5 + (radius - np.sqrt(nearest)) / (2 * softness), 0, 1)


def inside(corners, softness, width, height):
    """How much of each pixel lies in a convex polygon whose corners go clockwise."""
    x, y = pixels(width, height)
    cover = np.ones((height, width), np.float32)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0)):
        length = np.hypot(bx - ax, by - ay)
        cover *= np.clip(0.5 + ((x - ax) * (ay - by) + (y - ay) * (bx - ax)) / length / (2 * softness), 0, 1)
    return cover


def over(picture, colour, cover):
    return picture + (np.asarray(colour, np.float32) - picture) * cover[:, :, None]


def random_rectangle(rng, centre, width, height):
    turn = rng.normal(0, 0.15)
    corners = np.array([(-width, -height), (width, -height), (width, height), (-width, height)]) / 2
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return corners @ rotation.T * rng.uniform(0.92, 1.08, (4, 1)) + centre


def colour_near(rng, brightness, tint=0.12):
    return np.clip(brightness + rng.normal(0, tint, 3) * rng.uniform(0, 1), 0, 1)


def clutter(rng, picture, softness):
    """Things that lie about."""
    height, width = picture.shape[:2]
    for _ in range(rng.integers(0, 6)):
        centre = rng.uniform((0, 0), (width / height, 1))
        corners = random_rectangle(rng, centre, *rng.uniform(0.05, 0.7, 2))
        picture = over(picture, colour_near(rng, rng.uniform(0, 1), 0.2), inside(corners, softness, width, height))
    for _ in range(rng.integers(0, 4)):
        points = smooth(rng.uniform((-0.2, -0.2), (1.5, 1.2), (rng.integers(2, 5), 2)).astype(np.float32))
        cover = ink([points], rng.uniform(0.01, 0.06), softness, width, height)
        picture = over(picture, colour_near(rng, rng.uniform(0, 1), 0.2), cover)
    return picture


def lit(rng, picture):
    """Under a lamp that stands somewhere, through a lens and a sensor of some quality."""
    height, width = picture.shape[:2]
    x, y = pixels(width, height)
    lamp = rng.uniform((-0.3, -0.3), (1.6, 1.3))
    fall = rng.uniform(0, 0.45) * np.hypot(x - lamp[0], y - lamp[1])
    light = rng.uniform(0.75, 1.15) * (1 - np.clip(fall, 0, 0.6))
    picture = picture * light[:, :, None] * rng.uniform(0.94, 1.06, 3) + rng.uniform(0, 0.08)
    return np.clip(picture + rng.normal(0, rng.uniform(0, 0.02), picture.shape), 0, 1).astype(np.float32)


def ruled(rng, picture, colour, softness):
    """Lines or squares on paper."""
    height, width = picture.shape[:2]
    pitch, start = rng.uniform(0.08, 0.2), rng.uniform(0, 0.2)
    lines = [np.array([(-0.1, y), (1.5, y)], np.float32) for y in np.arange(start, 1, pitch)]
    if rng.random() < 0.5:
        lines += [np.array([(x, -0.1), (x, 1.1)], np.float32) for x in np.arange(start, 1.34, pitch)]
    return over(picture, colour, ink(lines, 0.002, softness, width, height) * rng.uniform(0.1, 0.45))


def scribble(rng, centre):
    """Strokes that are no digit."""
    kind = rng.random()
    if kind < 0.65:
        return by_hand(rng, OTHER_SHAPES[rng.integers(len(OTHER_SHAPES))], centre, rng.uniform(0.3, 0.8))
    points = [rng.normal(0, 0.25, (rng.integers(2, 6), 2)) + centre for _ in range(rng.integers(3, 7))]
    return [smooth(p.astype(np.float32)) for p in points]


def draw(rng, digit, width, height):
    """A picture of a digit, or of none where `digit` is NOTHING."""
    softness = rng.uniform(0.5, 1.6) / 120 + 0.25 / height
    aspect = width / height
    picture = np.tile(colour_near(rng, rng.uniform(0.05, 0.95)).astype(np.float32), (height, width, 1))
    if rng.random() < 0.6:
        picture = clutter(rng, picture, softness)

    # A sheet, or a board; it may fill the picture.
    size = rng.uniform(0.4, 0.85)  # of the digit
    centre = np.array([aspect / 2, 0.5]) + rng.normal(0, 0.05, 2) + rng.uniform(-1, 1, 2) * (
        max(0, aspect / 2 - 0.62 * size) * 0.6, max(0, 0.5 - 0.62 * size) * 0.7)
    dark = rng.random() < 0.25
    sheet = colour_near(rng, rng.uniform(0.05, 0.35) if dark else rng.uniform(0.6, 1))
    if rng.random() < 0.5:
        cover = np.ones((height, width), np.float32)
    else:
        margin = rng.uniform(1.35, 2.2, 2) * size
        corners = random_rectangle(rng, centre + rng.normal(0, 0.02, 2), *margin)
        if rng.random() < 0.5:  # its shadow
            shadow = inside(corners + rng.uniform(0, 0.05, 2), 4 * softness, width, height)
            picture = over(picture, picture.min() * 0.4, shadow * 0.6)
        cover = inside(corners, softness, width, height)
    surface = np.tile(sheet.astype(np.float32), (height, width, 1))
    far = sheet.mean() + (1 if dark else -1) * rng.uniform(0.35, 0.95)
    pen = np.clip(colour_near(rng, np.clip(far, 0, 1), 0.25), 0, 1)
    if (pen @ (0.3, 0.59, 0.11) > sheet @ (0.3, 0.59, 0.11)) != dark or abs(pen.mean() - sheet.mean()) < 0.3:
        pen = np.full(3, np.clip(far, 0, 1))
    if rng.random() < 0.25:
        surface = ruled(rng, surface, colour_near(rng, 0.5), softness)
    if digit != NOTHING:
        strokes = by_hand(rng, SHAPES[CLASSES[digit]][rng.integers(len(SHAPES[CLASSES[digit]]))], centre, size)
    else:
        strokes = scribble(rng, centre) if rng.random() < 0.55 else []
    if strokes:
        radius = max(size * rng.uniform(0.025, 0.085), 0.012)
        surface = over(surface, pen, ink(strokes, radius, softness, width, height))
    if digit == NOTHING and not strokes and rng.random() < 0.6:
        surface = clutter(rng, surface, softness)
    return lit(rng, picture + (surface - picture) * cover[:, :, None])
