"""Recipes written out as plain PyTorch: the scripts run alone and learn what the program learns."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.small import CPU, pictures
from vae_studio.data.digits import load_digits
from vae_studio.errors import UsageError
from vae_studio.export.script import losses, networks
from vae_studio.models.catalogue import NETWORKS
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.run import Run
from vae_studio.runs.script import _WRITTEN, save_script, script_for

SMALL = {"training.epochs": 2, "training.batch_size": 64, "training.precision": "float32"}
NETWORKS_TRIED = [
    {"network.kind": "dense", "network.widths": [64, 32], "network.inputs": "-1..1", "data.held_out": 0},
    {"network.kind": "residual", "network.width": 64, "training.optimiser": "muon"},
    {"network.kind": "residual", "network.width": 64, "network.layers": 2},
    {"network.kind": "conv", "network.channels": [8, 16]},
]
KINDS = [
    *({"network.kind": kind} for kind in NETWORKS if kind not in ("memoriser", "grid")),
    {"network.kind": "dense", "network.inputs": "-1..1", "data.held_out": 0},
    *({"likelihood.kind": kind} for kind in ("gaussian", "laplace", "sigma-gaussian")),
    *({"objective.kind": kind} for kind in ("beta-vae", "capacity", "iwae", "autoencoder", "denoising")),
    *({"likelihood.greys": greys} for greys in ("static", "dynamic")),
    {"objective.annealing": "cyclical", "objective.free_bits": 0.5, "training.clipping": 0},
    {"objective.annealing": "constant", "training.optimiser": "adam", "training.schedule": "constant"},
    {"objective.kind": "denoising", "objective.corruption": "masking"},
    {"training.optimiser": "muon"},
]


def started(path):
    """Run a script in a process that cannot find this program; return the last line it prints."""
    code = f"import runpy, sys; runpy.run_path({str(path)!r}); assert 'vae_studio' not in sys.modules"
    environment = {"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        capture_output=True, text=True, env=environment, cwd=path.parent, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("network", NETWORKS_TRIED, ids=lambda network: network["network.kind"])
def test_a_script_reaches_the_figure_of_the_program(tmp_path, network):
    images, recipe = load_digits(), Recipe().with_values(SMALL | network)
    save_script(tmp_path / "train.py", recipe, images)
    told = re.fullmatch(
        r"epoch 2: held out ([\d.]+) = reconstruction ([\d.]+) \+ KL ([\d.]+)", started(tmp_path / "train.py")
    )
    run = Run(recipe, images, CPU)
    for _ in run.train():
        pass
    held_out = run.history.last("held_out")
    _, nats = run.history.curve("held_out", "total")
    assert nats[1] < nats[0]  # something was learned
    for shown, figure in zip(told.groups(), (held_out.total, held_out.reconstruction, held_out.kl), strict=True):
        assert float(shown) == pytest.approx(figure, abs=0.5)


def test_every_script_is_python_that_a_linter_likes(tmp_path):
    images = pictures(40, 10, 10, channels=3)
    for number, kind in enumerate(KINDS):
        text = script_for(Recipe().with_values(SMALL | kind), images).text
        assert 80 < len(text.splitlines()) < 190 and "vae_studio" not in text
        (tmp_path / f"script_{number}.py").write_text(text, encoding="utf-8")
    ruff = [str(Path(sys.executable).with_name("ruff"))]
    for words in (["check", "--select", "E,F,B,I,SIM"], ["format", "--check"]):
        done = subprocess.run(
            [*ruff, *words, "--isolated", "--line-length", "120", str(tmp_path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


def test_pictures_of_a_set_that_torchvision_has_are_not_written(tmp_path):
    recipe = Recipe().with_values(
        {"data.source": "mnist", "data.root": 'a "strange" \\ place', "network.kind": "dense"}
    )
    assert save_script(tmp_path / "train.py", recipe, pictures(40)) == [tmp_path / "train.py"]
    text = (tmp_path / "train.py").read_text(encoding="utf-8")
    assert "datasets.MNIST" in text and "np.load" not in text
    compile(text, "train.py", "exec")
    smaller = recipe.with_values({"data.size": 10})
    assert len(save_script(tmp_path / "train.py", smaller, pictures(40))) == 2


@pytest.mark.parametrize("values", [{"prior.kind": "vampprior"}, {"network.condition": "label"}])
def test_a_model_that_is_more_than_its_script_is_refused(values):
    ((key, value),) = values.items()
    with pytest.raises(UsageError, match=f"{key.partition('.')[0]}.*{value}"):
        script_for(Recipe().with_values({**SMALL, **values}), pictures(40))


def test_every_value_of_a_recipe_is_written_or_known_not_to_be():
    """A value that is new has to be thought of: written, or listed here as one that is refused when it is set."""
    refused = {"condition", "start"}
    for section, values in Recipe():
        catalogue = {"network": NETWORKS, "likelihood": LIKELIHOODS, "objective": OBJECTIVES}.get(section)
        writers = {**networks._WRITERS, **losses._LIKELIHOODS, **losses._OBJECTIVES}
        kinds = [type(values)] if catalogue is None else [catalogue[k].options for k in catalogue if k in writers]
        for options in kinds if section in _WRITTEN else []:
            assert set(options.model_fields) - _WRITTEN[section] <= refused, options


@pytest.mark.parametrize(("section", "catalogue"), [("objective", OBJECTIVES), ("likelihood", LIKELIHOODS)])
def test_what_is_too_long_for_a_script_is_said_in_a_sentence(section, catalogue):
    written = 0
    for kind in catalogue:
        recipe = Recipe().with_values({f"{section}.kind": kind, "training.batch_size": 16})
        try:
            script_for(recipe, pictures(40))
            written += 1
        except UsageError as error:
            assert kind in str(error) and "one can be written for" in str(error)
    assert 4 <= written < len(catalogue)


def test_a_memoriser_is_no_network_for_a_script():
    recipe = Recipe().with_values({"network.kind": "memoriser", "objective.kind": "autoencoder", "data.held_out": 0})
    with pytest.raises(UsageError, match="The network memoriser is too long for a short script"):
        script_for(recipe, pictures(4))
