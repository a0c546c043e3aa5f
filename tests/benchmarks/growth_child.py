"""One training of some steps, some evaluation and all codes, and what they cost; a program of its own."""

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.memory import resident
from vae_studio.data.catalogue import open_source
from vae_studio.data.options import DataOptions
from vae_studio.device import choose_device
from vae_studio.runs.presets import preset
from vae_studio.runs.run import Run
from vae_studio.training.batches import PictureStore
from vae_studio.training.held_out import held_out_losses


def main() -> None:
    """Open the file, train for some seconds, evaluate and encode; print rates and the most memory."""
    told = json.loads(sys.argv[1])
    device = choose_device("cpu")
    before = resident()
    with _Watch() as watch:
        start = time.perf_counter()
        images = open_source(DataOptions(source=told["path"]))
        opened = time.perf_counter() - start
        if told.get("in_memory"):
            images = type(images)("copy", np.array(images.pictures))
        values = {"network.kind": "dense", "latent_dim": told["latent_dim"], "epochs": 10_000}
        run = Run(preset("dense").recipe.with_values(values), images, device)
        if told.get("blocks"):
            run.store = PictureStore(images.pictures, device.torch, comfortable=0)
        rate, cpu_rate = _rates(run, told["seconds"])
        trained = watch.most
        codes = held_out = 0.0
        if told.get("encode"):
            start = time.perf_counter()
            held_out_losses(run.model, run.objective, run.store, run.split.held_out)
            held_out = time.perf_counter() - start
            start = time.perf_counter()
            run.encode_all()
            codes = len(images) / (time.perf_counter() - start)
    answer = {
        "opened": opened,
        "rate": rate,
        "cpu_rate": cpu_rate,
        "held_out": held_out,
        "codes": codes,
        "bytes": images.pictures.nbytes,
    }
    sys.stdout.write(json.dumps(answer | {"trained": trained - before, "most": watch.most - before}) + "\n")


def _rates(run: Run, seconds: float) -> tuple[float, float]:
    """Return pictures a second of the wall clock and of the processor, after a third of the time to warm up."""
    start = time.perf_counter()
    begun = spent = seen = 0.0
    position = run.state.position

    def over() -> bool:
        nonlocal begun, spent, seen
        now = time.perf_counter()
        if not begun and now - start > seconds / 3:
            begun, spent, seen = now, time.process_time(), position.step
        return now - start > seconds

    for _ in run.train(over):
        pass
    pictures = (position.step - seen) * run.recipe.training.batch_size
    return pictures / (time.perf_counter() - begun), pictures / (time.process_time() - spent)


class _Watch(threading.Thread):
    """Looks at the memory a hundred times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self._over = threading.Event()

    def __enter__(self) -> "_Watch":
        self.start()
        return self

    def __exit__(self, *_fault: Any) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(0.01):
            self.most = max(self.most, resident())


if __name__ == "__main__":
    if not Path("/proc/self/status").exists():
        raise SystemExit("Linux only.")
    main()
