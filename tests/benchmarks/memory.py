"""How much memory a piece of work takes, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from vae_studio.errors import StudioError

_ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 200


def in_child(module: str, told: dict[str, Any]) -> dict[str, Any]:
    """Run `python -m MODULE` with what it is told as JSON; return the JSON it prints last."""
    done = subprocess.run(
        [sys.executable, "-m", module, json.dumps(told)],
        cwd=_ROOT, capture_output=True, text=True, timeout=_SECONDS, check=False,
    )  # fmt: skip
    if done.returncode:
        raise StudioError(f"{module} failed: {done.stderr.strip().splitlines()[-1:]}.")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def resident() -> int:
    """Return the bytes of memory that are this process's own (mapped files are not)."""
    return _status("RssAnon")


def peak() -> int:
    """Return the most bytes that were ever resident, mapped files included."""
    return _status("VmHWM")


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) << 10
    raise StudioError("The memory of a process can be read on Linux only.")
