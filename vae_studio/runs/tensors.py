"""Tensors to and from safetensors bytes, with broken files refused in one sentence."""

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from vae_studio.errors import RunError


def model_bytes(model: nn.Module, half: bool = False) -> bytes:
    """Return a model's weights; `half` stores float16, a quarter of a percent off and half the size."""
    dtype = torch.float16 if half else torch.float32
    weights = {name: value.detach().to("cpu", dtype).contiguous() for name, value in model.state_dict().items()}
    return safetensors.torch.save(weights)


def load_model(model: nn.Module, content: bytes) -> None:
    """Put saved weights into a model; raises RunError when they belong to another network."""
    try:
        model.load_state_dict(read_tensors(content))
    except RuntimeError as error:
        raise RunError(
            "The run's weights do not fit the network in its recipe; restore the folder from a copy."
        ) from error


def read_tensors(content: bytes) -> dict[str, Tensor]:
    """Return named tensors; raises RunError when the bytes are not safetensors."""
    try:
        return safetensors.torch.load(content)
    except (safetensors.SafetensorError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise RunError("A file of the run is not in the safetensors format; restore the folder from a copy.") from error
