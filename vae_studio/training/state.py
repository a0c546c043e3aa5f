"""Everything that training needs to go on from the very batch where it stopped."""

import json
from dataclasses import asdict, dataclass, field

import torch
from torch import Tensor

from vae_studio.errors import RunError
from vae_studio.models.vae import VAE
from vae_studio.training.clipping import GradientClip
from vae_studio.training.optimiser import build_optimiser, memory_of, weights_of
from vae_studio.training.options import TrainingOptions


@dataclass
class Position:
    """How far the training is."""

    epoch: int = 0  # complete epochs
    pictures: int = 0  # seen in the current epoch
    step: int = 0
    leg_start: int = 0  # the step at which the current schedule began: 0, or where epochs were added after the end
    legs: int = 0  # how often epochs were added after the end
    seconds: float = 0.0
    sums: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])  # loss, reconstruction, kl times pictures


class TrainingState:
    """Model, optimiser, noise and position."""

    def __init__(self, model: VAE, options: TrainingOptions) -> None:
        self.model = model
        self.optimiser = build_optimiser(model, options)
        device = next(model.parameters()).device
        self.clip = GradientClip(options.clipping, device)
        self.noise = torch.Generator(device)
        self.noise.manual_seed(options.seed)
        self.position = Position()

    def set_learning_rate(self, rate: float) -> None:
        """Set the rate of the next step; on CUDA it is a number on the device, which recorded steps read.

        What learns at a pace of its own keeps it.
        """
        for group in self.optimiser.param_groups:
            if group.get("own_pace"):
                continue
            if isinstance(group["lr"], Tensor):
                group["lr"].fill_(rate)
            else:
                group["lr"] = rate

    def halve_own_paces(self) -> None:
        """Halve the rates of what learns at a pace of its own, for the rest of this training."""
        for group in self.optimiser.param_groups:
            if group.get("own_pace"):
                group["lr"] = group["lr"] * 0.5  # a recorded step is recorded anew after a set-back

    def to_tensors(self) -> dict[str, Tensor]:
        """Return copies of the optimiser's tensors and the state of the noise, on the CPU."""
        tensors = {"noise": self.noise.get_state(), "usual_gradient": self.clip.usual}
        for index, moments in self.optimiser.state_dict()["state"].items():
            for name, value in moments.items():
                tensors[f"optimiser.{index}.{name}"] = value
        return {name: tensor.detach().cpu().clone().contiguous() for name, tensor in tensors.items()}

    def position_json(self) -> str:
        """Return the position as JSON; its floats come back exactly."""
        return json.dumps(asdict(self.position))

    def restore(self, tensors: dict[str, Tensor], position: str) -> None:
        """Take over what `to_tensors` and `position_json` gave; raises RunError when they belong to another network."""
        try:
            moments: dict[int, dict[str, Tensor]] = {}
            for key, tensor in tensors.items():
                if key.startswith("optimiser."):
                    _, index, name = key.split(".")
                    moments.setdefault(int(index), {})[name] = tensor
            self._check(moments)
            at = _position(position)
            self.noise.set_state(tensors["noise"])
            if "usual_gradient" in tensors:  # runs of before gradients were shortened have none
                self.clip.usual.copy_(tensors["usual_gradient"])
            state = self.optimiser.state_dict()
            state["state"] = self._laid_out(moments)
            self.optimiser.load_state_dict(state)
            self.position = at
        except (KeyError, IndexError, ValueError, TypeError, RuntimeError) as error:
            raise RunError(
                "The run's training state does not fit its network; open the run to look at it, or train anew."
            ) from error

    def _check(self, moments: dict[int, dict[str, Tensor]]) -> None:
        """Raise ValueError or IndexError for the memory of another optimiser; what never learned has none."""
        weights, names = weights_of(self.optimiser), memory_of(self.optimiser)
        for index, values in moments.items():
            shape = weights[index].shape
            fitting = all(
                value.numel() == 1 if name == "step" else value.shape == shape for name, value in values.items()
            )
            if set(values) != names[index] or not fitting:
                raise ValueError("another optimiser, or another shape of weights")

    def _laid_out(self, moments: dict[int, dict[str, Tensor]]) -> dict[int, dict[str, Tensor]]:
        """Return the moments in the memory order of their weights: fused optimisers walk both side by side."""
        weights = weights_of(self.optimiser)
        return {
            index: {
                name: value if name == "step" else torch.empty_like(weights[index]).copy_(value)
                for name, value in values.items()
            }
            for index, values in moments.items()
        }


def _position(text: str) -> Position:
    position = Position(**json.loads(text))
    counts = (position.epoch, position.pictures, position.step, position.leg_start, position.legs)
    if not all(isinstance(count, int) and count >= 0 for count in counts) or len(position.sums) != 3:
        raise ValueError("not a place in a training")
    return position
