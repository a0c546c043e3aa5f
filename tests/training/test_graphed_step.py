"""Steps recorded on a CUDA device train the same, and what cannot be recorded is trained all the same."""

import pytest
import torch

from tests.small import recipe, training
from vae_studio.device import Device
from vae_studio.training.events import EpochDone
from vae_studio.training.graphed_step import GraphedStep
from vae_studio.training.loop import step_for, train

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")

CUDA = Device("cuda", "CUDA, test", bfloat16=True)
CASES = [
    {},
    {"objective__annealing": "cyclical"},
    {"objective__kind": "iwae"},
    {"objective__kind": "factor-vae"},
    {"objective__kind": "beta-tcvae"},
    {"likelihood__greys": "dynamic"},
    {"network__kind": "conv"},
    {"network__kind": "residual", "training__optimiser": "adam", "training__clipping": 0},
    {"network__kind": "residual", "network__width": 64, "training__optimiser": "muon"},
]


def curve(case, recorded, monkeypatch=None):
    parts = training(recipe(training__epochs=3, **case), device=CUDA)
    if not recorded:
        monkeypatch.setattr("vae_studio.training.loop.step_for", lambda *parts: step_for(*parts).step)
    return [event.held_out.total for event in train(*parts.parts) if isinstance(event, EpochDone)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_recorded_steps_give_the_same_curve(case, monkeypatch):
    assert curve(case, True) == pytest.approx(curve(case, False, monkeypatch), rel=1e-3)


def test_steps_are_recorded():
    parts = training(recipe(training__epochs=1), device=CUDA)
    step = step_for(parts.state, parts.objective, parts.store, parts.options)
    batch = torch.arange(8, device="cuda")
    for _ in range(50):
        step(batch, 1e-3, 0.5)
    assert isinstance(step, GraphedStep) and step.recorded
    assert step.tally[3].item() == 400


def test_what_cannot_be_recorded_is_trained_one_by_one():
    parts = training(recipe(training__epochs=1), device=CUDA)
    asked = parts.objective

    class Curious:
        likelihood, has_prior = asked.likelihood, asked.has_prior

        def __call__(self, model, x, generator, progress):
            terms = asked(model, x, generator, progress)
            assert terms.loss.item() > 0  # a look at a number, which no recording can hold
            return terms

    step = step_for(parts.state, Curious(), parts.store, parts.options)
    for _ in range(10):
        step(torch.arange(8, device="cuda"), 1e-3, 0.5)
    assert not step.recorded
    assert step.tally[3].item() == 80
    assert all(torch.isfinite(weight).all() for weight in parts.state.model.parameters())
