"""The command line called inside the test's own process."""

import contextlib
import io
from dataclasses import dataclass

from vae_studio.cli import run


@dataclass
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str


def call(*words):
    """Run one command with its words."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(word) for word in words])
    return Result(code, out.getvalue(), err.getvalue())
