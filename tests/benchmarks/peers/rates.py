"""Rates of all programs on one piece of work, in turns."""

import statistics
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.children import child
from vae_studio.errors import StudioError

PEERS = ("pythae", "keras")
_NEEDED = {"pythae": ("pythae",), "keras": ("keras", "tensorflow")}
_QUIET = {"TQDM_DISABLE": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}  # progress bars would cost the peers time
_ROUNDS = 3


class PeerError(StudioError):
    """A program to compare with is not installed."""


def rates(task: str, network: str, data: Path, peers: tuple[str, ...] = PEERS) -> dict[str, float]:
    """Return median pictures per second by program, ours under "studio"; raises PeerError when one is missing."""
    if missing := [peer for peer in peers if any(find_spec(module) is None for module in _NEEDED[peer])]:
        raise PeerError(
            f"{' and '.join(missing)} cannot be measured: pip install 'vae-studio[bench]' brings the peers."
        )
    found: dict[str, list[float]] = {name: [] for name in ("studio", *peers)}
    for _ in range(_ROUNDS):
        for name, measured in found.items():
            answer = child(f"tests.benchmarks.peers.{name}", task, network, str(data), surroundings=_QUIET)
            measured.append(float(answer["rate"]))
    return {name: statistics.median(measured) for name, measured in found.items()}
