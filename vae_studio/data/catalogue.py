"""Where pictures come from: what can be chosen by name, and how any source is opened."""

import difflib
from collections.abc import Callable
from pathlib import Path

from vae_studio.catalogue import Catalogue, Row
from vae_studio.data.fit import prepared
from vae_studio.data.image_set import ImageSet
from vae_studio.data.options import DataOptions
from vae_studio.data.progress import Progress, silent
from vae_studio.errors import DataError, UsageError

_BUILT_IN = "vae_studio.data.catalogue:"
_BY_NAME = "vae_studio.data.torchvision_sets:open_torchvision"
_ARRAY_SUFFIXES = (".npy", ".npz")


def _downloaded(name: str, title: str, summary: str) -> Row:
    return Row(name, title, summary, _BY_NAME)


SOURCES = Catalogue(
    "picture set",
    Row("digits", "Digits", "1,797 handwritten digits, 8x8 grey; included.", f"{_BUILT_IN}open_digits"),
    Row(
        "faces",
        "Drawn faces",
        "4,000 drawn faces, 64x64 colour, made to be morphed; included.",
        f"{_BUILT_IN}open_faces",
    ),
    Row(
        "shapes",
        "Drawn shapes",
        "6,000 squares, ellipses and hearts, 64x64 grey, with known factors; included.",
        f"{_BUILT_IN}open_shapes",
    ),
    _downloaded("mnist", "MNIST", "70,000 handwritten digits, 28x28 grey; 11 MB to download."),
    _downloaded("fashion-mnist", "Fashion-MNIST", "70,000 pieces of clothing, 28x28 grey; 30 MB to download."),
    _downloaded("kmnist", "Kuzushiji-MNIST", "70,000 cursive Japanese characters, 28x28 grey; 21 MB to download."),
    _downloaded("emnist", "EMNIST balanced", "131,600 handwritten letters and digits, 28x28 grey; 560 MB to download."),
    _downloaded(
        "qmnist", "QMNIST", "120,000 handwritten digits, MNIST with a longer test part, 28x28 grey; 20 MB to download."
    ),
    _downloaded("usps", "USPS", "9,298 digits from envelopes, 16x16 grey; 8 MB to download."),
    _downloaded("svhn", "Street View House Numbers", "99,289 photographed digits, 32x32 colour; 250 MB to download."),
    _downloaded("cifar10", "CIFAR-10", "60,000 photographs of ten kinds of things, 32x32 colour; 170 MB to download."),
    _downloaded(
        "cifar100", "CIFAR-100", "60,000 photographs of a hundred kinds of things, 32x32 colour; 170 MB to download."
    ),
    _downloaded("stl10", "STL-10", "13,000 photographs of ten kinds of things, 96x96 colour; 2.6 GB to download."),
    _downloaded("celeba", "CelebA", "Photographs of celebrities with forty attributes, colour; 1.4 GB to download."),
    _downloaded("omniglot", "Omniglot", "32,460 characters of fifty alphabets, 105x105 grey; 15 MB to download."),
    _downloaded("semeion", "Semeion", "1,593 handwritten digits, 16x16 black and white; 3 MB to download."),
    _downloaded("flowers102", "Flowers", "Photographs of 102 kinds of flowers, colour; 340 MB to download."),
    _downloaded("food101", "Food", "101,000 photographs of 101 dishes, colour; 5 GB to download."),
    _downloaded("gtsrb", "Traffic signs", "German traffic signs of 43 kinds, colour; 300 MB to download."),
    _downloaded("pets", "Cats and dogs", "7,349 photographs of 37 breeds, colour; 800 MB to download."),
    _downloaded("textures", "Describable textures", "Photographs of 47 kinds of textures, colour; 600 MB to download."),
    _downloaded("aircraft", "Aircraft", "10,000 photographs of aircraft, colour; 2.7 GB to download."),
    _downloaded(
        "eurosat", "EuroSAT", "27,000 satellite pictures of ten kinds of land, 64x64 colour; 90 MB to download."
    ),
    _downloaded(
        "imagenette", "Imagenette", "13,394 photographs of ten easy kinds of things, colour; 100 MB to download."
    ),
)


def open_source(options: DataOptions, progress: Progress = silent) -> ImageSet:
    """Open what `options.source` names: a set, a folder, or an .npz, .npy or IDX file; bring it to size and colours.

    A name of the catalogue goes before a folder of the same name ("./digits" is always the folder). `progress` is told
    how far things are and may raise CancelledError. Raises DataError when there is no such source or it is no good.
    """
    opener, whole = _opener(options, progress)
    try:
        images = opener()
    except MemoryError as error:
        raise DataError(f"{options.source} does not fit into memory; set a limit or a smaller size.") from error
    return prepared(images, options if whole else options.model_copy(update={"limit": 0}), progress)


def _opener(options: DataOptions, progress: Progress) -> tuple[Callable[[], ImageSet], bool]:
    """Return what opens the source, and whether it gives the whole set, still to be limited."""
    source = options.source.strip()
    if not source:
        raise UsageError(f"Say where the pictures are: {', '.join(SOURCES)}, a folder or a file.")
    if source in SOURCES:
        row = SOURCES[source]
        if row.target == _BY_NAME:
            # Sets read picture by picture are limited while they are read; there the limit finds nothing more to do.
            return lambda: row.load()(source, options, progress), True
        return lambda: row.load()(options, progress), False
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            return lambda: _folder(path, options, progress), False
        if path.is_file():
            return lambda: _file(path), True
    except (OSError, ValueError):  # a name that no disk can hold: too long, or with a zero byte
        pass
    raise DataError(_nothing_there(source))


def open_digits(options: DataOptions, progress: Progress) -> ImageSet:
    """Return the digits that come with scikit-learn, limited as the options say."""
    from vae_studio.data.digits import load_digits
    from vae_studio.data.fit import limited

    progress(-1, "Reading digits.")
    return limited(load_digits(), options.limit)


def open_faces(options: DataOptions, progress: Progress) -> ImageSet:
    """Draw faces: as many as the limit says, else the usual number."""
    from vae_studio.data.faces import draw_faces

    return draw_faces(options.limit, progress=progress) if options.limit else draw_faces(progress=progress)


def open_shapes(options: DataOptions, progress: Progress) -> ImageSet:
    """Draw shapes: as many as the limit says, else the usual number."""
    from vae_studio.data.shapes import draw_shapes

    return draw_shapes(options.limit, progress=progress) if options.limit else draw_shapes(progress=progress)


def _folder(path: Path, options: DataOptions, progress: Progress) -> ImageSet:
    from vae_studio.data.folder import open_folder

    return open_folder(path, options, progress)


def _file(path: Path) -> ImageSet:
    from vae_studio.data.arrays import open_arrays
    from vae_studio.data.idx import looks_like_idx, open_idx
    from vae_studio.data.picture_file import SUFFIXES

    if path.suffix.lower() in _ARRAY_SUFFIXES:
        return open_arrays(path)
    if path.suffix.lower() in SUFFIXES:
        raise DataError(f"{path} is a single picture; give the folder that it lies in.")
    if looks_like_idx(path) or "ubyte" in path.name:
        return open_idx(path)
    raise DataError(f"{path} is not a file of pictures that can be read; give an npz, npy or IDX file, or a folder.")


def _nothing_there(source: str) -> str:
    shown = source if len(source) <= 200 else f"{source[:200]}..."
    if any(mark in source for mark in "/\\~") or Path(source).suffix:
        return f"There is no file or folder {shown!r}; check the path."
    near = difflib.get_close_matches(source.lower(), SOURCES, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "`vae-studio data` lists the sets that can be had by name."
    return f"There is no picture set, file or folder called {shown!r}; {hint}"
