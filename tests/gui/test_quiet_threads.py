"""Tests of how the window's threads share the processor."""

import threading

import pytest
import torch

from vae_studio.gui.workers.quiet_thread import use_one_core


def in_thread(action):
    found = []
    thread = threading.Thread(target=lambda: found.append(action()))
    thread.start()
    thread.join()
    return found[0]


@pytest.fixture
def three_threads():
    before = in_thread(torch.get_num_threads)
    in_thread(lambda: torch.set_num_threads(3))  # the default of every thread to come
    yield
    in_thread(lambda: torch.set_num_threads(before))


def test_a_decoder_on_one_core_leaves_all_of_them_to_a_training_that_begins_later(three_threads):
    def decode():
        use_one_core()
        return torch.get_num_threads()

    assert in_thread(decode) == 1
    assert in_thread(decode) == 1, "the second decoder too"
    assert in_thread(torch.get_num_threads) == 3
