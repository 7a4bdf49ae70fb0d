"""ICC profiles, made byte by byte: those of companies may not be handed on."""

import struct

import numpy as np

# chromaticities of red, green and blue, adapted to D50 (columns X, Y, Z)
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
D50 = (0.9642, 1.0, 0.8249)


def fixed(number):
    return struct.pack(">i", round(number * 65536))


def xyz(values):
    return b"XYZ " + bytes(4) + b"".join(map(fixed, values))


def curve(gamma):
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)


def description(name):
    text = name.encode("ascii") + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)


def profile(space, tags, connection=b"XYZ ", kind=b"mntr"):
    """A version 2 profile of a colour space (4 bytes), with tags by their names."""
    place = 128 + 4 + 12 * len(tags)
    table, contents = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        padded = content + bytes(-len(content) % 4)
        table += name + struct.pack(">II", place + len(contents), len(content))
        contents += padded
    size = place + len(contents)
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, kind, space, connection)
    head += bytes(12) + b"acsp" + bytes(24) + struct.pack(">I", 1) + b"".join(map(fixed, D50))
    return head.ljust(128, b"\0") + table + contents


def rgb_profile(primaries, gamma=2.2, name="an RGB space"):
    """A profile of three primaries and one exponent."""
    tags = {b"desc": description(name), b"cprt": b"text" + bytes(4) + b"none\0", b"wtpt": xyz(D50)}
    for letter, primary in zip((b"r", b"g", b"b"), primaries, strict=True):
        tags[letter + b"XYZ"] = xyz(primary)
        tags[letter + b"TRC"] = curve(gamma)
    return profile(b"RGB ", tags)


def grey_profile(gamma):
    """A profile of greys with one exponent."""
    tags = {b"desc": description("greys"), b"cprt": b"text" + bytes(4) + b"none\0", b"wtpt": xyz(D50)}
    return profile(b"GRAY", tags | {b"kTRC": curve(gamma)})


def press_profile():
    """A CMYK profile of an imaginary press: lightness falls with all inks, cyan is green, and yellow is yellow."""
    inks = np.stack(np.meshgrid(*[[0, 1]] * 4, indexing="ij"), axis=-1).reshape(-1, 4)
    lightness = 100 * (1 - inks[:, :3].mean(axis=1)) * (1 - inks[:, 3])
    a = -60.0 * inks[:, 0] * (1 - inks[:, 3])
    b = 60.0 * inks[:, 2] * (1 - inks[:, 3])
    lab = np.stack([lightness * 2.55, a + 128, b + 128], axis=1).round().clip(0, 255).astype(np.uint8)
    straight = bytes(range(256))
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0])
    table += b"".join(map(fixed, np.eye(3).ravel())) + straight * 4 + lab.tobytes() + straight * 3
    tags = {b"desc": description("a press"), b"cprt": b"text" + bytes(4) + b"none\0", b"wtpt": xyz(D50)}
    return profile(b"CMYK", tags | {b"A2B0": table, b"A2B1": table}, connection=b"Lab ", kind=b"prtr")
