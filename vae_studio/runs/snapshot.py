"""A frozen copy of a run's weights: what maps, clicks and morphs decode from, never the network in training."""

import copy
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from vae_studio.data.image_set import Labels, Pictures
from vae_studio.data.progress import Progress, silent
from vae_studio.errors import UsageError
from vae_studio.latent.book import Book
from vae_studio.latent.book_prior import BookPrior
from vae_studio.latent.codes import Codes
from vae_studio.latent.model_prior import prior_of
from vae_studio.latent.prior import POINTS, CodePrior
from vae_studio.latent.pullback import pullback
from vae_studio.models.byte_layer import of_bytes
from vae_studio.models.enlarging import merged
from vae_studio.models.memoriser import Recogniser
from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood, output_drawing
from vae_studio.plural import counted
from vae_studio.training.batches import as_tensor

_BATCH = 512  # pictures at a time: large enough to be fast, small enough to answer a cancel
_MANY = 16384  # pictures for which a quicker encoder pays: making it takes as long as encoding some thousand

_CERTAIN = -20.0  # log variance of a code that is a point, or chosen from a code book

FloatCodes = npt.NDArray[np.float32]  # [N, D]


class Snapshot:
    """Weights at one moment; arrays in, arrays out, on the CPU in float32."""

    def __init__(
        self, model: VAE, likelihood: Likelihood, shape: tuple[int, int, int], epoch: float, points: bool = False
    ) -> None:
        # Copied together: a likelihood that learns is a part of the model.
        self._model, self._likelihood = copy.deepcopy((model, likelihood))
        self._model.cpu().eval().requires_grad_(False)
        self._model.in_bfloat16 = False
        self._model.decoder = merged(self._model.decoder)
        self._model.to(memory_format=torch.channels_last)  # no layer need turn pictures round: half the time
        self.shape = shape  # H, W, C
        self.epoch = epoch
        self.points = points  # whether codes are points, because the objective teaches no posterior around them
        self.latent_dim = model.latent_dim
        self.classes = model.classes  # labels that are a condition; 0 for none
        self.label = 0  # what a conditional network decodes unless told otherwise

    def given(self, label: int) -> "Snapshot":
        """Return the same weights with another label for what has none of its own; itself where labels do not count."""
        if not self.classes or label == self.label:
            return self
        if not 0 <= label < self.classes:
            raise UsageError(f"This run has the labels 0 to {self.classes - 1}, not {label}.")
        other = copy.copy(self)
        other.label = label
        return other

    @cached_property
    def prior(self) -> CodePrior:
        """What codes are measured against and drawn from."""
        return POINTS if self.points else prior_of(self._model)

    @property
    def book(self) -> Book | None:
        """The code book whose entries codes are made of; most runs have none."""
        return self.prior.book if isinstance(self.prior, BookPrior) else None

    def decode(self, z: FloatCodes, labels: Labels | None = None) -> Pictures:
        """Return the pictures of codes z [N, D], [N, H, W, C]; raises UsageError for codes of another length.

        Here and below `labels` [N] are those of the pictures, for a conditional network; without them it is `label`.
        """
        z = np.atleast_2d(np.asarray(z, dtype=np.float32))
        if z.shape[1] != self.latent_dim:
            raise UsageError(f"A code of this run has {counted(self.latent_dim, 'number')}, not {z.shape[1]}.")
        given, pictures = self._labels(labels, len(z)), np.empty((len(z), *self.shape), np.uint8)
        with torch.inference_mode():
            for start in range(0, len(z), _BATCH):
                part = slice(start, start + _BATCH)
                pictures[part] = _bytes(self._mean(torch.from_numpy(z[part]), given[part]))
        return pictures

    def decode_floats(self, z: FloatCodes) -> npt.NDArray[np.float32]:
        """Return the expected pictures of codes z [N, D] before they are rounded to bytes, [N, H, W, C] in [0, 1]."""
        z = np.asarray(z, np.float32).reshape(-1, self.latent_dim)
        pictures = np.empty((len(z), *self.shape), np.float32)
        with torch.inference_mode():
            for start in range(0, len(z), _BATCH):
                batch = self.decode_mean(torch.from_numpy(z[start : start + _BATCH]))
                pictures[start : start + _BATCH] = batch.permute(0, 2, 3, 1).numpy()
        return pictures

    def metric(
        self, codes: FloatCodes, directions: npt.ArrayLike | None = None, progress: Progress = silent
    ) -> npt.NDArray[np.float64]:
        """Return J^T J of the decoded mean at codes [N, D], [N, D, D], or along `directions` [K, D], [N, K, K]."""
        return pullback(self.decode_mean, codes, directions, progress)

    def decode_mean(self, z: Tensor) -> Tensor:
        """Return the expected pictures of z [N, D] as [N, C, H, W] in [0, 1]; gradients reach z."""
        return self._mean(z, self._labels(None, len(z)))

    def encode(self, pictures: Pictures, progress: Progress = silent, labels: Labels | None = None) -> Codes:
        """Return the posteriors of pictures [N, H, W, C]; raises UsageError when they have another shape."""
        if pictures.shape[1:] != self.shape:
            raise UsageError(f"This run knows pictures of {_size(self.shape)}; these are {_size(pictures.shape[1:])}.")
        mu = np.empty((len(pictures), self.latent_dim), np.float32)
        log_var = np.empty_like(mu)
        given = self._labels(labels, len(pictures))
        quick = self._encoder_of_bytes if len(pictures) >= _MANY else None
        with torch.inference_mode():
            for start in range(0, len(pictures), _BATCH):
                progress(start / len(pictures), "Encoding pictures.")
                part = slice(start, start + _BATCH)
                if quick is None:
                    posterior = self._model.given(given[part]).encode(_floats(pictures[part]))
                else:
                    posterior = self._model.posterior(quick(_seen(pictures[part])))
                mu[part], log_var[part] = self._model.quantise(posterior.mu).numpy(), posterior.log_var.numpy()
        if self.book is not None or self.points:
            log_var[:] = _CERTAIN
        return Codes(mu, log_var, self.prior)

    @cached_property
    def _encoder_of_bytes(self) -> nn.Module | None:
        return of_bytes(self._model.encoder)

    @property
    def memorised(self) -> int:
        """How many pictures a memoriser knows; 0 for networks that can encode any."""
        return 0 if (recogniser := self._recogniser) is None else int(recogniser.known)

    def strangers(self, pictures: Pictures) -> int:
        """Return how many of some pictures [N, H, W, C] a memoriser does not know; 0 for other networks."""
        recogniser = self._recogniser
        if recogniser is None or pictures.shape[1:] != self.shape:
            return 0
        starts = range(0, len(pictures), _BATCH)
        rows = (_floats(pictures[start : start + _BATCH]).flatten(1) for start in starts)
        return sum(int((~recogniser.knows(part)).sum()) for part in rows)

    @property
    def _recogniser(self) -> Recogniser | None:
        if self.classes:  # told the label as well, a picture is no longer a row of pixels alone
            return None
        return next((part for part in self._model.encoder.modules() if isinstance(part, Recogniser)), None)

    def losses(
        self,
        pictures: Pictures,
        rows: npt.NDArray[np.int64],
        progress: Progress = silent,
        labels: Labels | None = None,
    ) -> npt.NDArray[np.float32]:
        """Return -log p(x|z) of some pictures at their posterior means, summed over pixels, [rows], in nats."""
        losses = np.empty(len(rows), np.float32)
        with torch.inference_mode():
            for start in range(0, len(rows), _BATCH):
                progress(start / len(rows), "Reconstructing pictures.")
                part = slice(start, start + _BATCH)
                x = _floats(pictures[rows[part]])
                model = self._model.given(self._labels(None if labels is None else labels[rows[part]], len(x)))
                output = model.decode(model.encode(x).mu)
                losses[part] = self._likelihood.negative_log_prob(output, x).numpy()
        return losses

    def losses_drawing(self, picture: npt.NDArray[Any], pictures: Pictures) -> npt.NDArray[np.float32]:
        """Return -log p(x) of pictures [N, H, W, C] were one picture [H, W, C], 0 to 255, drawn for all, [N], in nats.

        With this the losses of reconstructions can be compared: the mean picture needs no code at all.
        """
        with torch.inference_mode():
            drawn = torch.from_numpy(np.asarray(picture, np.float32) / 255).permute(2, 0, 1)[None]
            output = output_drawing(self._likelihood, drawn)
            parts = [_floats(pictures[start : start + _BATCH]) for start in range(0, len(pictures), _BATCH)]
            losses = [self._likelihood.negative_log_prob(output.expand_as(x), x).numpy() for x in parts]
        return np.concatenate(losses) if losses else np.zeros(0, np.float32)

    def reconstruct(self, pictures: Pictures, labels: Labels | None = None) -> Pictures:
        """Return what comes back of pictures [N, H, W, C] through their posterior means."""
        return self.decode(self.encode(pictures, labels=labels).mu, labels)

    def _mean(self, z: Tensor, labels: Tensor) -> Tensor:
        return self._likelihood.mean(self._model.given(labels).decode(z))

    def _labels(self, labels: Labels | None, count: int) -> Tensor:
        """Return the labels of so many pictures: their own where they are known, else the chosen one."""
        if labels is None:
            return torch.full((count,), self.label)
        return torch.from_numpy(np.clip(labels.astype(np.int64), -1, max(self.classes - 1, 0)))


def _floats(pictures: Pictures) -> Tensor:
    return _seen(pictures).float().div_(255.0)


def _seen(pictures: Pictures) -> Tensor:
    """Return pictures as networks see them, bytes [N, C, H, W]."""
    return as_tensor(pictures).permute(0, 3, 1, 2)


def _bytes(pictures: Tensor) -> Pictures:
    scaled: Pictures = (
        pictures.mul(255.0).round_().clamp_(0, 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()
    )
    return scaled


def _size(shape: tuple[int, ...]) -> str:
    height, width, channels = shape
    return f"{width} x {height} pixels in {'grey' if channels == 1 else 'colour'}"
