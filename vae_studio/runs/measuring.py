"""A saved run measured: its losses on held-out pictures, and whatever metrics are named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vae_studio.data.image_set import ImageSet
from vae_studio.data.progress import Progress, silent
from vae_studio.device import Device
from vae_studio.evaluation.metrics.catalogue import METRICS
from vae_studio.evaluation.metrics.measure import Readings, measure
from vae_studio.evaluation.metrics.subject import Subject
from vae_studio.evaluation.report import Effort, Report, evaluate
from vae_studio.runs.parts import build_parts, labels_of
from vae_studio.runs.recipe_file import read_recipe
from vae_studio.runs.run import Run, picture_store
from vae_studio.runs.store import RunFolder
from vae_studio.runs.tensors import load_model

ALL = "all"
_OF_LOSSES = 0.4  # of the time goes into the losses, when metrics follow


@dataclass(frozen=True)
class Measurement:
    """The losses, and the metrics that were asked for."""

    report: Report
    readings: Readings | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return all figures by name."""
        return self.report.to_dict() | ({} if self.readings is None else self.readings.to_dict())


def own_subject(run: Run, may_download: bool = False) -> Subject:
    """Return a run and its own pictures as what is measured."""
    parts = run.split.held_out, run.split.train
    has_samples = run.recipe.objective.has_samples
    return Subject(run.model, run.objective, run.store, run.images, *parts, has_samples, may_download)


def other_subject(folder: RunFolder, images: ImageSet, device: Device, may_download: bool = False) -> Subject:
    """Return a run and other pictures: their own test part, or all of them where there is none."""
    recipe = read_recipe(folder)
    model, objective = build_parts(recipe, images.shape, labels_of(folder))
    load_model(model, folder.read("weights"))
    store = picture_store(recipe, images, device)
    measured = np.arange(images.held_out_from or 0, len(images), dtype=np.int64)
    nothing, has_samples = measured[:0], recipe.objective.has_samples
    on_device = model.to(device.torch).eval()
    return Subject(on_device, objective, store, images, measured, nothing, has_samples, may_download)


def measure_run(
    subject: Subject, names: Sequence[str] = (), effort: Effort | None = None, progress: Progress = silent
) -> Measurement:
    """Measure losses and then the named metrics, or "all"; raises UsageError for a name that is none."""
    wanted = tuple(METRICS) if ALL in names else tuple(METRICS[name].name for name in names)
    share = _OF_LOSSES if wanted else 1.0
    report = evaluate(
        subject.model,
        subject.objective,
        subject.store,
        subject.measured,
        lambda done, text: progress(share * max(done, 0.0), text),
        effort,
    )
    if not wanted:
        return Measurement(report)
    readings = measure(subject, wanted, lambda done, text: progress(share + (1 - share) * done, text))
    return Measurement(report, readings)
