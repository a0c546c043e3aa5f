"""The command line; nothing heavy is imported before a command needs it."""

import os
import sys
from collections.abc import Sequence

_BROKEN_PIPE = 1
_INTERRUPTED = 130  # 128 + SIGINT, as shells count


def main() -> None:
    """Run the program with the words of the command line, and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot show a letter shows a question mark instead
            stream.reconfigure(errors="replace")
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # `vae-studio data | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = _BROKEN_PIPE
    sys.exit(code)


def run(words: Sequence[str]) -> int:
    """Run one command; return its exit code after one sentence on stderr for whatever went wrong."""
    import typer

    from vae_studio.cli import faults
    from vae_studio.cli.app import app

    try:
        code = app(list(words), prog_name="vae-studio", standalone_mode=False)
    except typer.TyperException as error:
        return faults.show(faults.usage_sentence(error), error.exit_code)
    except typer.Abort:
        return faults.show("Stopped.", _INTERRUPTED)
    except Exception as error:
        if faults.wants_traceback():
            raise
        return faults.show(faults.sentence(error), faults.exit_code(error))
    if code == _INTERRUPTED:  # typer turns Ctrl-C into a code
        return faults.show("Stopped.", _INTERRUPTED)
    return code if isinstance(code, int) else 0
