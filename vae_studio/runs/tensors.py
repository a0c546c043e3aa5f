"""Tensors to and from safetensors bytes, with broken files refused in one sentence."""

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from vae_studio.errors import RunError


def model_bytes(model: nn.Module, half: bool = False) -> bytes:
    """Return a model's weights; `half` stores float16, a quarter of a percent off and half the size."""
    state = model.state_dict()
    if half:
        weights = {name: _half(value.detach()).cpu().contiguous() for name, value in state.items()}
    else:
        weights = {name: value.detach().to("cpu", torch.float32).contiguous() for name, value in state.items()}
    return safetensors.torch.save(weights)


def _half(value: Tensor) -> Tensor:
    """Return a weight in float16, or coarser in bfloat16 where it is too large for that."""
    half = value.to(torch.float16)
    return half if bool(torch.isfinite(half).all()) else value.to(torch.bfloat16)


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
