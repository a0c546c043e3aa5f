"""The process in which an embedding is made: python -m vae_studio.latent.embeddings.child KIND OPTIONS FOLDER."""

import sys
import warnings
from pathlib import Path

import numpy as np

from vae_studio.errors import StudioError
from vae_studio.latent.embeddings import EMBEDDINGS

CODES, PLACES, PROBLEM = "codes.npy", "places.npy", "problem.txt"


def main(kind: str, options: str, folder: str) -> int:
    """Read codes.npy in the folder, write places.npy or, when it cannot be, a sentence into problem.txt."""
    warnings.simplefilter("ignore")  # of the libraries, to their callers
    row, place = EMBEDDINGS[kind], Path(folder)
    try:
        mu = np.load(place / CODES, allow_pickle=False)
        places = np.asarray(row.load()(mu, row.options.model_validate_json(options)), np.float32)
    except StudioError as error:
        (place / PROBLEM).write_text(str(error), encoding="utf-8")
        return 1
    np.save(place / PLACES, places, allow_pickle=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
