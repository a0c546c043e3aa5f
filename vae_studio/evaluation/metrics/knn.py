"""How well the label of a picture follows from the labels of the nearest codes."""

import numpy as np

from vae_studio.data.progress import Progress
from vae_studio.evaluation.metrics.reading import Reading
from vae_studio.evaluation.metrics.subject import Subject, spread

_NEIGHBOURS = 5


def knn(subject: Subject, progress: Progress) -> list[Reading]:
    """Return the accuracy on held-out pictures, whose neighbours are pictures that were trained on.

    Of another set, where nothing was trained on, the neighbours are its other pictures.
    """
    labels = subject.labels()
    asked = spread(subject.measured)
    known = spread(subject.known) if len(subject.known) else asked
    codes = subject.codes(asked)
    progress(0.3, "")
    others = codes if known is asked else subject.codes(known)
    progress(0.6, "")
    accuracy = accuracy_of_neighbours(codes, labels[asked], others, labels[known], known is asked)
    largest = np.bincount(labels[asked]).max() / len(asked)
    note = f"{_NEIGHBOURS} nearest; the commonest label is {largest:.3f}"
    return [Reading("knn_accuracy", "Label from the nearest codes", accuracy, note)]


def accuracy_of_neighbours(
    codes: np.ndarray, labels: np.ndarray, others: np.ndarray, their_labels: np.ndarray, same: bool = False
) -> float:
    """Return the share of codes [N, D] whose label most of the nearest others [M, D] have.

    Where both are the `same` codes, none is its own neighbour. In a tie the smaller label wins.
    """
    from sklearn.neighbors import NearestNeighbors

    wanted = min(_NEIGHBOURS + same, len(others))
    rows = NearestNeighbors(n_neighbors=wanted).fit(others).kneighbors(codes, return_distance=False)
    if same:
        own = rows == np.arange(len(rows))[:, None]
        own[~own.any(axis=1), -1] = True  # pictures with the very same code push each other out
        rows = rows[~own].reshape(len(rows), wanted - 1)
    votes = np.zeros((len(codes), int(max(labels.max(), their_labels.max())) + 1))
    for column in rows.T:
        votes[np.arange(len(codes)), their_labels[column]] += 1
    return float((votes.argmax(axis=1) == labels).mean())
