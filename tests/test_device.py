"""The device that trains."""

import threading

import pytest
import torch

from vae_studio import device
from vae_studio.device import (
    DEVICE_NAMES,
    choose_device,
    keep_freed_memory,
    new_threads_on_one_core,
    on_one_core,
    use_one_core,
    without_denormals,
)
from vae_studio.errors import DeviceError


@pytest.fixture
def only_cpu(monkeypatch):
    monkeypatch.setattr(device, "_is_present", lambda name: name == "cpu")


def test_without_accelerators_auto_is_the_cpu(only_cpu):
    found = choose_device("auto")
    assert found == choose_device("cpu")
    assert found.name == "cpu"
    assert found.torch == torch.device("cpu")
    assert found.title.startswith("CPU, ")


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_one_sentence(only_cpu, name):
    with pytest.raises(DeviceError, match=f"no {name.upper()} device that torch can use; choose auto or cpu."):
        choose_device(name)


def test_a_device_that_is_there_but_fails_is_passed_over(monkeypatch):
    monkeypatch.setattr(device, "_is_present", lambda name: name in ("cuda", "cpu"))
    real = device._train_one_step

    def broken(where):
        if where.type == "cuda":
            raise RuntimeError("no kernel image is available.\nmore")
        real(where)

    monkeypatch.setattr(device, "_train_one_step", broken)
    assert choose_device("auto").name == "cpu"
    with pytest.raises(
        DeviceError, match=r"failed its first training step \(no kernel image is available\); choose cpu"
    ):
        choose_device("cuda")


def test_a_device_whose_numbers_are_none_fails(monkeypatch, only_cpu):
    monkeypatch.setattr(torch.Tensor, "square", lambda self: self * float("nan"))
    with pytest.raises(DeviceError, match="not a number"):
        choose_device("cpu")


def test_choosing_leaves_the_global_generator_alone(only_cpu):
    before = torch.random.get_rng_state()
    choose_device()
    assert torch.equal(before, torch.random.get_rng_state())


def test_freed_memory_can_be_kept_twice_and_on_any_system(monkeypatch):
    keep_freed_memory()
    keep_freed_memory()
    monkeypatch.setattr(device.sys, "platform", "win32")
    monkeypatch.setattr(device.ctypes, "CDLL", None)
    keep_freed_memory()


def test_every_name_is_one_of_those_offered():
    assert DEVICE_NAMES == ("auto", "cpu", "cuda", "mps")


def test_numbers_next_to_nothing_are_taken_for_zero():
    found = []

    def tiny() -> None:
        with without_denormals():
            found.append(bool((torch.full((1 << 20,), 1e-38) * 1e-3 == 0).all()))  # large enough for all threads
        found.append(float(torch.tensor(1e-38) * 1e-3) > 0)

    thread = threading.Thread(target=tiny)
    thread.start()
    thread.join()
    assert found == [True, True]


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


def test_a_block_on_one_core_gives_this_thread_its_cores_back_and_takes_none_from_others(three_threads):
    def work():
        with pytest.raises(ValueError), on_one_core():
            seen.append(torch.get_num_threads())
            raise ValueError
        seen.append(torch.get_num_threads())

    seen = []
    in_thread(work)
    assert seen == [1, 3]
    assert in_thread(torch.get_num_threads) == 3


def test_threads_that_begin_in_a_block_for_new_ones_have_one_core(three_threads):
    def work():
        with new_threads_on_one_core():
            inside = in_thread(torch.get_num_threads)
        return inside, torch.get_num_threads(), in_thread(torch.get_num_threads)

    assert in_thread(work) == (1, 3, 3)
