"""Every kind of source by the one door, and what is said when there is none."""

import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.test_idx import idx_bytes
from vae_studio.data.catalogue import SOURCES, open_source
from vae_studio.data.mnist_family import RELATIVES
from vae_studio.data.options import DataOptions
from vae_studio.data.torchvision_sets import _KNOWN
from vae_studio.errors import CancelledError, DataError, UsageError

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def opened(source: object, **options: object):
    return open_source(DataOptions(source=str(source), **options))


def test_every_row_can_be_opened_by_something() -> None:
    assert set(SOURCES) == {"digits", "faces", "shapes", *RELATIVES, *_KNOWN}
    for row in SOURCES.values():
        assert callable(row.load())
        assert row.summary.endswith(".")


def test_digits() -> None:
    images = opened("digits")
    assert images.pictures.shape == (1797, 8, 8, 1)
    assert np.unique(images.pictures).tolist() == [round(level * 255 / 16) for level in range(17)]
    assert images.label_of(0) == "0"
    assert len(opened("digits", limit=100, size=16, channels="colour")) == 100


@pytest.mark.parametrize("name", ["faces", "shapes"])
def test_drawn_sets_draw_as_many_as_the_limit(name: str) -> None:
    few, more = opened(name, limit=5), opened(name, limit=9)
    np.testing.assert_array_equal(few.pictures, more.pictures[:5])
    assert opened(name, limit=5, size=32, channels="grey").shape == (32, 32, 1)


@pytest.mark.skipif(not SHARED.is_dir(), reason="MNIST does not lie beside the checkout")
def test_mnist_needs_no_torch() -> None:
    code = (
        "import sys; from vae_studio.data.catalogue import open_source;"
        "from vae_studio.data.options import DataOptions;"
        f"s = open_source(DataOptions(source='mnist', root={str(SHARED)!r}));"
        "assert s.pictures.shape == (70000, 28, 28, 1) and s.held_out_from == 60000;"
        "assert s.labels[:5].tolist() == [5, 0, 4, 1, 9] and s.labels[60000:60005].tolist() == [7, 2, 1, 0, 4];"
        "assert 33 < s.pictures[:60000].mean() < 34;"
        "assert not {'torch', 'torchvision', 'sklearn', 'scipy', 'PySide6'} & set(sys.modules), 'heavy import'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_files(tmp_path) -> None:
    pictures = np.arange(2 * 16, dtype=np.uint8).reshape(2, 4, 4)
    np.save(tmp_path / "a.npy", pictures)
    np.savez(tmp_path / "a.npz", images=pictures)
    (tmp_path / "a-idx3-ubyte").write_bytes(idx_bytes(pictures))
    (tmp_path / "renamed").write_bytes(idx_bytes(pictures))
    for name in ("a.npy", "a.npz", "a-idx3-ubyte", "renamed"):
        np.testing.assert_array_equal(opened(tmp_path / name).pictures[..., 0], pictures)
        assert len(opened(tmp_path / name, limit=1)) == 1
    (tmp_path / "pictures").mkdir()
    Image.fromarray(pictures[0]).save(tmp_path / "pictures" / "1.png")
    assert opened(tmp_path / "pictures").name == "pictures"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("minst", "did you mean 'mnist'"),
        ("MNIST", "did you mean 'mnist'"),
        ("qqqq", "called 'qqqq'"),
        ("./nowhere", "no file or folder"),
        ("nowhere.npz", "no file or folder"),
        ("a\0b", "called"),
        ("x" * 9000, "called 'x"),
    ],
)
def test_sources_that_are_not_there(source: str, words: str) -> None:
    with pytest.raises(DataError, match=words) as error:
        opened(source)
    assert len(str(error.value)) < 500


def test_files_that_are_no_pictures(tmp_path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    (tmp_path / "a.png").write_text("hello")
    with pytest.raises(DataError, match="is not a file of pictures"):
        opened(tmp_path / "a.txt")
    with pytest.raises(DataError, match="a single picture"):
        opened(tmp_path / "a.png")
    with pytest.raises(UsageError, match="Say where"):
        opened(" ")


def mnist_files(raw: Path, relative) -> None:
    raw.mkdir(parents=True)
    for count, (pictures, labels) in ((3, relative.train), (2, relative.test)):
        values = np.arange(count * 28 * 28, dtype=np.int64).reshape(count, 28, 28).astype(np.uint8)
        (raw / pictures).write_bytes(idx_bytes(values))
        many = np.arange(count * 8, dtype=np.int32).reshape(count, 8) // 8
        (raw / labels).write_bytes(idx_bytes(many if "idx2" in labels else many[:, 0].astype(np.uint8)))


@pytest.mark.parametrize("name", list(RELATIVES))
def test_relatives_of_mnist_are_read_directly(tmp_path, name: str) -> None:
    mnist_files(tmp_path / RELATIVES[name].folder / "raw", RELATIVES[name])
    images = opened(name, root=str(tmp_path))
    assert (len(images), images.held_out_from) == (5, 3)
    assert images.labels.tolist() == [0, 1, 2, 0, 1]
    first = images.pictures[0, :, :, 0]
    assert (first.T if name == "emnist" else first)[0, :5].tolist() == [0, 1, 2, 3, 4]


class FakeSet:
    """Stands for a torchvision class: nothing on the disk, a download that the test decides about."""

    error: Exception | None = None

    def __init__(self, root: str, download: bool, **arguments: object) -> None:
        self.train = arguments.get("train", arguments.get("split") == "train")
        if not download:
            raise RuntimeError("Dataset not found.")
        sys.stderr.write("  0%|      | 0/100")  # as its progress bar does
        if self.error:
            raise self.error
        self.prepare(Path(root))

    def prepare(self, root: Path) -> None:
        raise NotImplementedError


@pytest.fixture
def torchvision(monkeypatch):
    module = types.SimpleNamespace()
    monkeypatch.setattr("vae_studio.data.torchvision_sets.importlib.import_module", lambda _name: module)
    return module


def test_downloaded_relatives_come_whole_or_not_at_all(tmp_path, torchvision) -> None:
    class MNIST(FakeSet):
        def prepare(self, root: Path) -> None:
            if self.train:
                mnist_files(root / "MNIST" / "raw", RELATIVES["mnist"])

    torchvision.MNIST = MNIST

    def stop(_fraction: float, sentence: str) -> None:
        if sentence.startswith("Downloading"):
            raise CancelledError("Stopped.")

    with pytest.raises(CancelledError):
        open_source(DataOptions(source="mnist", root=str(tmp_path)), stop)
    assert not list(tmp_path.iterdir())
    MNIST.error = OSError("no route to host")
    with pytest.raises(DataError, match=r"mnist is not in .* and could not be downloaded \(no network\?\)"):
        opened("mnist", root=str(tmp_path))
    assert not list(tmp_path.iterdir())
    MNIST.error = None
    assert len(opened("mnist", root=str(tmp_path))) == 5
    assert [path.name for path in tmp_path.iterdir()] == ["MNIST"]


def test_sets_that_torchvision_holds_as_arrays(tmp_path, torchvision) -> None:
    class CIFAR10(FakeSet):
        classes = ("cat", "dog")

        def prepare(self, root: Path) -> None:
            self.data = np.full((3 if self.train else 2, 32, 32, 3), (9, 8, 7), np.uint8)
            self.targets = [0] * (len(self.data) - 1) + [1]

    class SVHN(FakeSet):
        def prepare(self, root: Path) -> None:
            self.data = np.full((2, 3, 32, 32), 5, np.uint8)
            self.data[:, 0] = 6
            self.labels = np.array([7, 8])

    torchvision.CIFAR10, torchvision.SVHN = CIFAR10, SVHN
    images = opened("cifar10", root=str(tmp_path))
    assert (images.pictures.shape, images.held_out_from) == ((5, 32, 32, 3), 3)
    assert [images.label_of(i) for i in range(5)] == ["cat", "cat", "dog", "cat", "dog"]
    images = opened("svhn", root=str(tmp_path), size=16)
    assert images.pictures[0, 0, 0].tolist() == [6, 5, 5]
    assert images.label_of(3) == "8"


def test_sets_of_single_pictures_are_made_small_at_once(tmp_path, torchvision) -> None:
    class CelebA(FakeSet):
        attr_names = ("Bald", "Smiling", "")

        def prepare(self, root: Path) -> None:
            self.count = 6 if self.train else 4

        def __len__(self) -> int:
            return self.count

        def __getitem__(self, index: int):
            return Image.new("RGB", (178, 218), (index, 9, 9)), np.array([0, index % 2])

    torchvision.CelebA = CelebA
    images = opened("celeba", root=str(tmp_path))
    assert (images.pictures.shape, images.held_out_from) == ((10, 64, 64, 3), 6)
    assert images.factors["Smiling"].tolist() == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]
    assert images.label_of(1) == "smiling"
    images = opened("celeba", root=str(tmp_path), limit=5, size=8)
    assert images.pictures[:, 0, 0, 0].tolist() == [0, 2, 4, 0, 2]
    assert images.held_out_from == 3


def test_sets_that_cannot_be_had(tmp_path, torchvision) -> None:
    torchvision.Omniglot = type("Omniglot", (FakeSet,), {"error": RuntimeError("File not found or corrupted.")})
    with pytest.raises(DataError, match="omniglot is not in"):
        opened("omniglot", root=str(tmp_path))
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="mnist is not in"):
        opened("mnist", root=str(tmp_path / "file"))
