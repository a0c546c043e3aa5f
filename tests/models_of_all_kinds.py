"""A small recipe of every objective and of every kind of code, for tests that go through all of them."""

from vae_studio.objectives.catalogue import OBJECTIVES
from vae_studio.runs.recipe import Recipe

_USUAL = {
    "data.source": "digits",
    "data.limit": 90,
    "network.kind": "dense",
    "network.widths": [16],
    "network.latent_dim": 4,
    "training.epochs": 2,
    "training.batch_size": 16,
}
_BOOK = {"objective.entries": 8, "objective.places": 2, "objective.hidden": 8}
_MEMORISER = {
    "data.limit": 4,
    "data.held_out": 0.0,
    "network.kind": "memoriser",
    "network.widths": [16],
    "objective.kind": "autoencoder",
}
ALL_KINDS = {
    **{name: {"objective.kind": name} | (_BOOK if name == "vq-vae" else {}) for name in OBJECTIVES},
    "vq-grid": {"objective.kind": "vq-vae", "network.kind": "grid", "objective.entries": 8, "objective.hidden": 8},
    "plane": {"network.latent_dim": 2},
    "line": {"network.latent_dim": 1},
    "sphere": {"prior.kind": "sphere"},
    "vampprior": {"prior.kind": "vampprior", "prior.components": 5},
    "conditional": {"network.condition": "label"},
    "constant": {**_MEMORISER, "network.codes": "constant"},
    "one-picture": {**_MEMORISER, "network.codes": "constant", "data.limit": 1, "network.pictures": 1},
    "one-hot": {**_MEMORISER, "network.codes": "one-hot"},
    "real-codes": {**_MEMORISER, "network.codes": "real"},
}


def recipe_of(name):
    """Return the recipe of a kind."""
    usual = dict(_USUAL)
    if ALL_KINDS[name].get("network.kind") == "grid":
        del usual["network.widths"]
    if ALL_KINDS[name].get("network.codes") in ("constant", "one-hot"):
        del usual["network.latent_dim"]
    return Recipe().with_values(usual | ALL_KINDS[name])
