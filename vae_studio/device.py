"""The processor that trains: CUDA, MPS or CPU, chosen by running one real step on it."""

import contextlib
import ctypes
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

from vae_studio.errors import DeviceError

DeviceName = Literal["auto", "cpu", "cuda", "mps"]
DEVICE_NAMES: tuple[DeviceName, ...] = ("auto", "cpu", "cuda", "mps")
_BFLOAT16_GAIN = 1.3  # below this, bfloat16 is emulated and not worth its rounding
_THREADS = threading.Lock()  # two threads may set their cores at once
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # glibc's malloc.h


@dataclass(frozen=True)
class Device:
    """A processor that has trained one step."""

    name: str  # cpu, cuda or mps
    title: str  # what people call it
    bfloat16: bool  # whether bfloat16 is done in hardware

    @property
    def torch(self) -> torch.device:
        """The same in torch's terms."""
        return torch.device(self.name)


def choose_device(name: DeviceName = "auto") -> Device:
    """Return the wanted device, or with "auto" the fastest one that trains.

    Raises DeviceError when the wanted one does not work; "auto" always finds the CPU.
    """
    if name != "auto":
        return _tried(name)
    for candidate in ("cuda", "mps"):
        if _is_present(candidate):
            with contextlib.suppress(DeviceError):
                return _tried(candidate)
    return _tried("cpu")


@contextlib.contextmanager
def without_denormals() -> Iterator[None]:
    """Have this thread, and those it starts for computing, take numbers below 1e-38 for zero.

    Pixels that are black in every picture have no gradient; the optimiser's averages for them shrink for ever, and a
    processor computes with such numbers a hundred times slower: after some thousand steps a step took twice as long.
    """
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def use_one_core() -> None:
    """Let torch compute on one core in this thread, and on as many as before in threads that begin later.

    What torch is told in one thread it also takes as the default of every thread to come.
    """
    with _THREADS:
        usual = torch.get_num_threads()
        torch.set_num_threads(1)
        later = threading.Thread(target=torch.set_num_threads, args=(usual,))
        later.start()
        later.join()


@contextlib.contextmanager
def on_one_core() -> Iterator[None]:
    """Let torch compute on one core in this thread while the block runs."""
    usual = torch.get_num_threads()
    try:
        if usual > 1:
            use_one_core()
        yield
    finally:
        if usual > 1:
            with _THREADS:
                torch.set_num_threads(usual)


@contextlib.contextmanager
def new_threads_on_one_core() -> Iterator[None]:
    """Let torch compute on one core in threads that begin while the block runs, and in this one."""
    with _THREADS:
        usual = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(usual)


def keep_freed_memory() -> None:
    """Ask glibc to keep large freed blocks instead of returning them to the system.

    Otherwise every large activation is mapped and unmapped anew at each step, and page faults take a third of a
    convolutional step. Does nothing on other systems.
    """
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):  # musl has no mallopt
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_M_MMAP_THRESHOLD, 1 << 30)
        libc.mallopt(_M_TRIM_THRESHOLD, (1 << 31) - 1)


def give_back_freed_memory() -> None:
    """Return to the system what `keep_freed_memory` has kept; called when nothing is trained any more."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").malloc_trim(0)


def _tried(name: str) -> Device:
    if not _is_present(name):
        raise DeviceError(f"This computer has no {name.upper()} device that torch can use; choose auto or cpu.")
    try:
        with without_denormals():  # from the first step on, which starts the threads that compute
            _train_one_step(torch.device(name))
        return Device(name, _title(name), _has_bfloat16(name))
    except (RuntimeError, NotImplementedError, AssertionError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        raise DeviceError(
            f"The {name.upper()} device failed its first training step ({reason}); choose cpu or update its driver."
        ) from error


def _is_present(name: str) -> bool:
    if name == "cuda":
        return torch.cuda.is_available()
    if name == "mps":
        return torch.backends.mps.is_available()
    return name == "cpu"


def _title(name: str) -> str:
    if name == "cuda":
        return torch.cuda.get_device_name()
    if name == "mps":
        return "Apple GPU"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'' if threads == 1 else 's'}"


def _train_one_step(device: torch.device) -> None:
    """Run a convolution, a dense layer and an optimiser once, forward and backward."""
    with torch.random.fork_rng(devices=[]):  # a trial must not shift anybody's random numbers
        model = nn.Sequential(nn.Conv2d(1, 4, 3, 2, 1), nn.GELU(), nn.Flatten(), nn.Linear(64, 2)).to(device)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
    loss = model(torch.full((2, 1, 8, 8), 0.5, device=device)).square().sum()
    loss.backward()
    optimiser.step()
    if not torch.isfinite(loss).item():
        raise RuntimeError("the loss of a trial step is not a number")


def _has_bfloat16(name: str) -> bool:
    if name == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if name == "mps":
        return False
    plain = torch.ones(384, 384)
    return _seconds(plain) > _BFLOAT16_GAIN * _seconds(plain.bfloat16())


def _seconds(matrix: torch.Tensor) -> float:
    best = float("inf")
    for _ in range(6):
        start = time.perf_counter()
        torch.mm(matrix, matrix)
        best = min(best, time.perf_counter() - start)
    return best
