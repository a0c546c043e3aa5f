"""The threads of torch's that run parts of programs."""

from functools import lru_cache

import torch
from torch import Tensor

from vae_studio.device import new_threads_on_one_core

_TRIES = 100_000  # looks around for the other threads: some seconds
_ENOUGH = 1 << 18  # numbers that a thread would share out to several cores
_TINY = 1e-20  # whose square is too small for a whole float
_TEXT = """
def arrive(places: Tensor, place: int, x: Tensor) -> Tensor:
    places[place].fill_(1)
    for _ in range({tries}):
        if bool(places.all()):
            break
    return x * x
def start(places: Tensor, x: Tensor) -> List[Tensor]:
    arriving = [torch.jit._fork(arrive, places, place, x) for place in range({threads})]
    return [torch.jit._wait(one) for one in arriving]
"""


def start_workers() -> None:
    """Start the threads, once; each computes on one core.

    Raises RuntimeError where they take numbers below 1e-38 otherwise than this thread (see `without_denormals`): what
    they compute would not be what it computes.
    """
    if _started() != _flushes(torch.full((1,), _TINY).square()):
        raise RuntimeError("torch's threads do not compute with tiny numbers as this one does")


@lru_cache
def _started() -> bool:
    """Start the threads; tell whether they flush tiny numbers, as on Linux they inherit it from who starts them.

    A thread asks how many cores it may use when it first computes, so each of them has to: they wait for each other.
    """
    torch._C._jit_set_profiling_mode(False)  # or torch takes sums out of products, which rounds differently
    threads = torch.get_num_interop_threads()
    unit = torch.jit.CompilationUnit(_TEXT.format(tries=_TRIES, threads=threads))
    with new_threads_on_one_core():
        found = unit.start(torch.zeros(threads), torch.full((_ENOUGH,), _TINY))
    return all(_flushes(one) for one in found)


def _flushes(squares: Tensor) -> bool:
    return not squares.view(torch.int32).any()
