"""A decoder that draws without a network, and films made with it."""

from pathlib import Path

import numpy as np
import pytest

from vae_studio.export.film import make_film
from vae_studio.export.side_file import Film
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Codes
from vae_studio.latent.timing import Timing

NAMES = {
    "gif": "a.gif",
    "apng": "a.apng",
    "webp": "a.webp",
    "mp4": "a.mp4",
    "frames": "a",
    "sheet": "a.png",
    "sprites": "a.png",
}

WRITABLE = [name for name in NAMES if name != "mp4"]

needs_av = pytest.param("mp4", marks=pytest.mark.skipif("not __import__('importlib.util').util.find_spec('av')"))
STOPS = ((-1.0, 0.5), (0.25, -0.75), (1.0, 1.0))


class Drawing:
    """Draws a ramp whose brightness and tilt are the code, and remembers the most codes it was given at a time."""

    def __init__(self, side=8, channels=1):
        self.side, self.channels, self.most, self.drawn = side, channels, 0, 0

    def decode(self, z):
        self.most, self.drawn = max(self.most, len(z)), self.drawn + len(z)
        rows, columns = np.mgrid[0 : self.side, 0 : self.side] / self.side
        grey = 128 + 60 * z[:, :1, None] * rows + 60 * z[:, 1:2, None] * columns
        tint = np.linspace(1, 0.6, self.channels)
        return np.clip(np.round(grey[..., None] * tint), 0, 255).astype(np.uint8)

    def decode_floats(self, z):
        return self.decode(z) / np.float32(255)

    def decode_mean(self, z):
        raise AssertionError("only geodesics need this")


def film(**values):
    """A short film through three stops."""
    usual = {"run": "run", "stops": STOPS, "timing": Timing(frames=12, fps=20), "size": 16}
    return Film(**{**usual, **values})


def cloud(count=300):
    """Codes around the origin, in two groups."""
    mu = np.random.default_rng(0).normal(size=(count, 2)).astype(np.float32)
    labels = (mu[:, 0] > 0).astype(np.int64)
    return Cloud(Codes(mu, np.zeros_like(mu)), np.arange(count), labels, ("left", "right"), count)


def wanted_frames(chosen, channels=1):
    """Return the pictures a film without overlay shows, [F, H, W, C], drawn another way."""
    curve = chosen.code_path().curve()
    t = chosen.timing.moments(len(chosen.stops), chosen.keys, chosen.fps)
    from vae_studio.export.resizing import resize

    return resize(Drawing(channels=channels).decode(curve(t)), chosen.size, chosen.resampling)


def made(folder: Path, name: str, chosen=None, channels=1, **more):
    """Make a film in a folder and return its path."""
    return make_film(folder / name, chosen or film(), Drawing(channels=channels), cloud(), **more)


def contents(path):
    """Return the bytes of a file, or of all files in a folder by name."""
    return {one.name: one.read_bytes() for one in path.iterdir()} if path.is_dir() else path.read_bytes()
