"""The extras: packages that only some things need, and how to get them."""

EXTRAS = {"tables": "pyarrow", "umap": "umap-learn", "video": "av"}  # as in pyproject.toml, and what each brings


def install_hint(extra: str) -> str:
    """Return the command that installs an extra beside the program, wherever the program itself came from."""
    return f'pip install "vae-studio[{extra}]"'
