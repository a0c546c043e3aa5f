"""The threads of torch's that run parts of programs."""

from functools import lru_cache

import torch

from vae_studio.device import new_threads_on_one_core

_TRIES = 100_000  # looks around for the other threads: some seconds
_ENOUGH = 1 << 18  # numbers that a thread would share out to several cores
_TEXT = """
def arrive(places: Tensor, place: int, x: Tensor) -> Tensor:
    places[place].fill_(1)
    for _ in range({tries}):
        if bool(places.all()):
            break
    return torch.exp(x)
def start(places: Tensor, x: Tensor) -> List[Tensor]:
    arriving = [torch.jit._fork(arrive, places, place, x) for place in range({threads})]
    return [torch.jit._wait(one) for one in arriving]
"""


@lru_cache
def start_workers() -> None:
    """Start the threads, once; each computes on one core.

    A thread asks how many cores it may use when it first computes, so each of them has to: they wait for each other.
    """
    threads = torch.get_num_interop_threads()
    unit = torch.jit.CompilationUnit(_TEXT.format(tries=_TRIES, threads=threads))
    with new_threads_on_one_core():
        unit.start(torch.zeros(threads), torch.ones(_ENOUGH))
