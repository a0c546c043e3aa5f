"""Small pictures, networks and trainings for tests."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from vae_studio.data.image_set import ImageSet
from vae_studio.data.split import Split, split
from vae_studio.device import Device
from vae_studio.models.vae import build_vae
from vae_studio.objectives.objective import Objective, attach, build_objective
from vae_studio.runs.recipe import Recipe
from vae_studio.training.batches import PictureStore
from vae_studio.training.options import TrainingOptions
from vae_studio.training.state import TrainingState

CPU = Device("cpu", "CPU, test", bfloat16=False)


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def pictures(count=37, height=8, width=8, channels=1, seed=0, name="small"):
    """Blobs that differ in brightness and place, so that a network has something to learn."""
    noise = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width]
    centres = noise.uniform(0, min(height, width), (count, 2, 1, 1))
    distance = (rows - centres[:, 0]) ** 2 + (columns - centres[:, 1]) ** 2
    grey = 255 * np.exp(-distance / 8)
    colours = noise.uniform(0.3, 1, (count, 1, 1, channels))
    labels = (centres[:, 0, 0, 0] > height / 2).astype(np.int64)
    return ImageSet(name, (grey[..., None] * colours).astype(np.uint8), labels, ("top", "bottom"))


def recipe(**values):
    """A recipe that trains in a blink; names with two underscores stand for dots."""
    usual = {"network.kind": "dense", "network.widths": [16], "training.epochs": 2, "training.batch_size": 8}
    given = {name.replace("__", "."): value for name, value in values.items()}
    if given.get("network.kind", "dense") != "dense":
        del usual["network.widths"]
    return Recipe().with_values(usual | given)


@dataclass
class Training:
    """The parts of a training, freshly made."""

    state: TrainingState
    objective: Objective
    store: PictureStore
    split: Split
    options: TrainingOptions

    @property
    def parts(self):
        return self.state, self.objective, self.store, self.split, self.options


def training(chosen=None, images=None, device=CPU):
    """Put a training together as a run does."""
    chosen, images = chosen or recipe(), images or pictures()
    model = build_vae(chosen.network, images.shape, seed=3).to(memory_format=torch.channels_last)
    objective = build_objective(chosen.objective, chosen.likelihood)
    attach(model, objective)
    model = model.to(device.torch)
    model.in_bfloat16 = chosen.training.precision == "bfloat16"
    return Training(
        TrainingState(model, chosen.training),
        objective,
        PictureStore(images.pictures, device.torch, pixels=chosen.likelihood.pixels()),
        split(images, 0.2, seed=0),
        chosen.training,
    )


def weights(model):
    """Return copies of all weights by name."""
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def assert_same(first, second):
    """Fail unless two dictionaries of tensors agree bit by bit."""
    assert first.keys() == second.keys()
    different = [name for name in first if not torch.equal(first[name], second[name])]
    assert not different, f"not the same bit by bit: {different}"
