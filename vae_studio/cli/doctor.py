"""The command that looks the computer over: doctor."""

import os
import platform
from dataclasses import asdict, dataclass
from typing import Any

from vae_studio.cli.arguments import JsonOption
from vae_studio.extras import EXTRAS, install_hint

_PACKAGES = (
    "torch", "torchvision", "numpy", "scikit-learn", "scipy", "pillow", "safetensors", "PySide6-Essentials",
    "pyqtgraph", "superqt",
)  # fmt: skip


@dataclass(frozen=True)
class Examined:
    """What one processor did when it was asked to train a step."""

    name: str
    works: bool
    title: str = ""
    bfloat16: bool = False
    reason: str = ""


def doctor(as_json: JsonOption = False) -> None:
    """Look over what the program needs.

    Packages, processors (each trains one step), display, system libraries and folders.
    """
    from vae_studio.cli.output import print_json

    found = examine()
    if as_json:
        print_json(found)
    else:
        _show(found)


def examine() -> dict[str, Any]:
    """Return everything there is to know, as it goes into JSON."""
    from vae_studio import __version__
    from vae_studio.cli.libraries import missing_packages
    from vae_studio.cli.window import has_display
    from vae_studio.data.torchvision_sets import default_root
    from vae_studio.runs.home import runs_home

    devices = _devices()
    usable = {device.name for device in devices if device.works}
    return {
        "program": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "extras": {extra: _version(package) for extra, package in EXTRAS.items()},
        "devices": [asdict(device) for device in devices],
        "device": next((name for name in ("cuda", "mps", "cpu") if name in usable), None),
        "display": has_display(),
        "missing_libraries": missing_packages(),
        "folders": {"runs": str(runs_home()), "data": str(default_root())},
    }


def _devices() -> list[Examined]:
    from vae_studio.device import DEVICE_NAMES, choose_device
    from vae_studio.errors import DeviceError

    examined = []
    for name in DEVICE_NAMES:
        if name == "auto":
            continue
        try:
            device = choose_device(name)
            examined.append(Examined(name, True, device.title, device.bfloat16))
        except DeviceError as error:
            examined.append(Examined(name, False, reason=str(error)))
    return examined


def _version(package: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _show(found: dict[str, Any]) -> None:
    from vae_studio.cli.output import print_lines, print_table

    print_table(
        [
            ("VAE Studio", found["program"]),
            ("Python", f"{found['python']} on {found['system']}, {found['cores']} cores"),
            *((name, version or "missing") for name, version in found["packages"].items()),
        ]
    )
    print_lines(["", "Processors"])
    print_table([(device["name"], _device_line(device, found["device"])) for device in found["devices"]], "  ")
    print_lines(["", "Window"])
    print_table(
        [("display", "yes" if found["display"] else "none; the commands work without one"), _libraries(found)], "  "
    )
    print_lines(["", "Folders"])
    print_table(list(found["folders"].items()), "  ")
    print_lines(["", "Extras"])
    print_table(
        [(extra, version or f"missing; {install_hint(extra)}") for extra, version in found["extras"].items()],
        "  ",
    )


def _device_line(device: dict[str, Any], chosen: str | None) -> str:
    if not device["works"]:
        return f"{str(device['reason']).partition(';')[0].rstrip('.')}."  # what to do instead is no news here
    words = [f"{device['title']}: trained a step", "bfloat16 in hardware" if device["bfloat16"] else "no fast bfloat16"]
    return ", ".join([*words, "taken by auto"] if device["name"] == chosen else words)


def _libraries(found: dict[str, Any]) -> tuple[str, str]:
    missing = found["missing_libraries"]
    return "libraries", f"missing; sudo apt install {' '.join(missing)}" if missing else "complete"
