"""Training and encoding rates of the same networks beside pythae and Keras, and as a share of the machine's peak."""

from collections.abc import Iterator
from pathlib import Path

import torch

from tests.benchmarks.figure import Figure
from tests.benchmarks.mnist import open_mnist
from tests.benchmarks.peak import matrix_rate
from tests.benchmarks.peers.rates import rates
from tests.benchmarks.peers.work import networks

_REACH = {"dense": 2.2, "conv": 1.5}  # times the better peer
_SHARE = 0.45  # of the measured matrix rate
_BACKWARD = 3  # a step costs about three times the forward pass


def measure(data: Path) -> Iterator[Figure]:
    """Measure each program on each network, batch 128, in turns."""
    open_mnist(data)
    for network, reach in _REACH.items():
        found = rates("train", network, data)
        ours, best = found.pop("studio"), max(found.values())
        for peer, rate in found.items():
            yield Figure(f"training_rates.{network}.{peer}", rate, "pictures/s")
        yield Figure(f"training_rates.{network}", ours, "pictures/s", best, ours >= reach * best)
        if network == "conv":
            flops = ours * _BACKWARD * forward_flops(network) / 1e9
            peak = max(matrix_rate(torch.float32), matrix_rate(torch.bfloat16)) / 1e9
            yield Figure("training_rates.conv.flops", flops, "GFLOP/s", peak, flops >= _SHARE * peak)


def forward_flops(network: str) -> float:
    """Return the floating-point operations of one picture's way through encoder and decoder, as torch counts them."""
    from torch.utils.flop_counter import FlopCounterMode

    encoder, decoder = networks(network)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        mu, _ = encoder(torch.zeros(1, 1, 28, 28)).chunk(2, dim=1)
        decoder(mu)
    return float(counter.get_total_flops())
