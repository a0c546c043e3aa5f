"""Loads torch before Qt on Windows, where the other order fails."""

import torch  # noqa: F401
