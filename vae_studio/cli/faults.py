"""What went wrong, as one sentence on stderr."""

import os
import re
from typing import Any

import typer

from vae_studio.errors import StudioError

TRACEBACK_VARIABLE = "VAE_STUDIO_TRACEBACK"
_TAKES_PICTURE_NUMBERS = ("--z", "--from", "--to", "--via")


def show(text: str, code: int) -> int:
    """Write one line on stderr and return the exit code."""
    typer.echo(f"vae-studio: {' '.join(text.split())}", err=True)
    return code


def wants_traceback() -> bool:
    """Tell whether the user asked for tracebacks in place of sentences."""
    return bool(os.environ.get(TRACEBACK_VARIABLE))


def exit_code(error: Exception) -> int:
    """Return the exit code for an error that ended a command."""
    return error.exit_code if isinstance(error, StudioError) else 1


def sentence(error: Exception) -> str:
    """Return what a user should read about an error that ended a command."""
    if isinstance(error, StudioError):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for this; take fewer or smaller pictures."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'A file'} cannot be used: {error.strerror}."
    if isinstance(error, ModuleNotFoundError):
        return f"The Python package {error.name} is missing; install it with: pip install {error.name}"
    kind, told = type(error).__name__, (str(error).strip().splitlines() or [""])[0].rstrip(".")
    what = f"{kind}: {told}" if told else kind
    return f"This should not have happened ({what}); set {TRACEBACK_VARIABLE}=1 to see where, and please report it."


def usage_sentence(error: Any) -> str:
    """Return what a user should read about words on the command line that make no sense."""
    text = re.sub(
        r"Input should be (a valid )?", lambda m: "it must be " + ("a " if m[1] else ""), error.format_message()
    )
    text = re.sub(r", unable to parse.*", "", text.replace("Value error, ", "")).strip().rstrip(".")
    text = re.sub(r"\ba (?=[aeiou])", "an ", text)
    missing = re.fullmatch(r"Option '(--?\w+)' requires an argument", text)
    if missing and missing[1] in _TAKES_PICTURE_NUMBERS:
        return f"{text}; a picture number needs quotes, as in {missing[1]} '#12', or the shell takes it for a comment."
    context = getattr(error, "ctx", None)
    asked = f"; see {context.command_path} --help" if context is not None else ""
    return f"{text}{asked}." if not text.endswith("?") else text
