"""VAE Studio as a peer of its peers: `python -m tests.benchmarks.peers.studio train|encode dense|conv DATA`."""

import time
from pathlib import Path
from typing import Any

from tests.benchmarks.children import answer
from tests.benchmarks.mnist import open_mnist
from tests.benchmarks.peers.work import BATCH, PICTURES, recipe_of
from vae_studio.device import choose_device
from vae_studio.runs.run import Run


def measure(task: str, network: str, data: Path) -> dict[str, Any]:
    """Return pictures per second of the command line's own way."""
    run = Run(recipe_of(network), open_mnist(data), choose_device())
    if task == "encode":
        run.encode_all()
        start = time.perf_counter()
        codes = run.encode_all()
        return {"rate": len(codes) / (time.perf_counter() - start), "precision": "float32"}
    first = PICTURES[network] // BATCH
    started: tuple[int, float] | None = None
    for _ in run.train():
        step = run.state.position.step
        if started is None and step >= first:
            started = step, time.perf_counter()
        elif started is not None and step >= started[0] + first:
            rate = (step - started[0]) * BATCH / (time.perf_counter() - started[1])
            return {"rate": rate, "precision": run.recipe.training.precision}
    raise AssertionError("a thousand epochs are more steps than that")


if __name__ == "__main__":
    answer(measure, str, str, Path)
