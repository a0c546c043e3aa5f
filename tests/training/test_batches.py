"""The order of an epoch: every picture once, mixed, and blocks only where memory asks for them."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.small import assert_same, pictures, recipe, training, weights
from vae_studio.training.batches import Blocks, PictureStore, epoch_order
from vae_studio.training.loop import train

CPU = torch.device("cpu")


@given(st.integers(1, 300), st.integers(1, 40), st.integers(1, 9), st.integers(0, 5), st.integers(0, 5))
def test_every_picture_comes_once_whatever_the_blocks(count, size, mixed, seed, epoch):
    indices = np.arange(count) * 3
    order = epoch_order(indices, seed, epoch, Blocks(size, mixed))
    assert np.array_equal(np.sort(order.numpy()), indices)
    assert torch.equal(order, epoch_order(indices, seed, epoch, Blocks(size, mixed)))


def test_blocks_are_mixed_and_few_are_open_at_a_time():
    indices = np.arange(100_000)
    blocks = Blocks(size=100, mixed=50)
    order = epoch_order(indices, 0, 0, blocks).numpy()
    window = order[20_000:20_128]  # a batch
    assert len(np.unique(window // 100)) > 30, "a batch is drawn from many places"
    for start in range(0, 100_000, 5000):
        assert len(np.unique(order[start : start + 5000] // 100)) <= 4 * blocks.mixed
    other = epoch_order(indices, 0, 1, blocks).numpy()
    assert (order == other).mean() < 0.01
    assert abs(np.corrcoef(order, np.arange(100_000))[0, 1]) < 0.05


def test_only_what_is_not_comfortable_comes_in_blocks():
    some = pictures(20).pictures
    assert PictureStore(some, CPU).blocks is None
    assert PictureStore(some, CPU, some.nbytes).blocks is None
    blocks = PictureStore(some, CPU, some.nbytes - 1).blocks
    assert blocks is not None and blocks.size == (1 << 20) // some[0].nbytes and blocks.mixed == 256


def test_a_training_in_blocks_resumes_exactly():
    made = recipe()
    ends = []
    for stop in (None, 3):
        parts = training(made)
        parts.store.blocks = Blocks(4, 2)
        if stop:
            list(train(*parts.parts, should_stop=lambda parts=parts: parts.state.position.step >= 3))
        list(train(*parts.parts))
        ends.append(weights(parts.state.model))
    assert_same(*ends)
