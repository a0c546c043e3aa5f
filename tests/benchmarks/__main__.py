"""Benchmarks on the command line: python -m tests.benchmarks [NAME ...] [--json FILE] [--data DIR]."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.catalogue import BENCHMARKS
from vae_studio.errors import StudioError
from vae_studio.files import write_bytes

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"  # beside the checkout


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benchmarks, or all; return 1 when one cannot be run or misses what is promised."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; choose of {', '.join(BENCHMARKS)}")
    figures = []
    failed = False
    for name in options.names or BENCHMARKS:
        try:
            for figure in BENCHMARKS[name].measure(options.data):
                figures.append(figure)
                sys.stdout.write(figure.line() + "\n")
                sys.stdout.flush()
        except StudioError as error:
            sys.stderr.write(f"{name}: {error}\n")
            failed = True
    if options.json is not None:
        write_bytes(options.json, json.dumps([figure.to_dict() for figure in figures], indent=1).encode())
    return int(failed or any(figure.reached is False for figure in figures))


def _parser() -> argparse.ArgumentParser:
    listed = "\n".join(f"  {benchmark.name:<20} {benchmark.summary}" for benchmark in BENCHMARKS.values())
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Print one line per figure: name, value, unit, the peer's value, ratio.",
        epilog=f"benchmarks:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="all when none is named")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    parser.add_argument("--data", type=Path, metavar="DIR", default=_DATA, help="folder of data sets (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
