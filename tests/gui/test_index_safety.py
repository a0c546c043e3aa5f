"""Whatever is filtered, sorted, charted or selected: what is shown for a number is that number's picture."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from vae_studio.data.image_set import ImageSet
from vae_studio.data.progress import silent
from vae_studio.gui.chart import Chart
from vae_studio.gui.plots.point_cloud import PointCloud
from vae_studio.gui.workers.group_tasks import rows_of, write_group_codes, write_group_files, write_group_sheet
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Codes
from vae_studio.latent.embedding import Embedding
from vae_studio.latent.selection import inside_polygon
from vae_studio.runs.groups import Groups

_COUNT = 60


def codes_of(numbers):
    """Codes that give away whose they are."""
    mu = np.random.default_rng(3).standard_normal((_COUNT, 4)).astype(np.float32)
    mu[:, 3] = np.arange(_COUNT)
    return Codes(mu[numbers], np.zeros((len(numbers), 4), np.float32))


def images():
    """Pictures that give away which they are."""
    pictures = np.zeros((_COUNT, 4, 4, 3), np.uint8)
    pictures[..., 0] = np.arange(_COUNT)[:, None, None]
    return ImageSet("numbered", pictures, np.arange(_COUNT) % 3, ("a", "b", "c"))


def number_of(code):
    return round(float(code[3]))


subsets = st.lists(st.integers(0, _COUNT - 1), min_size=6, max_size=_COUNT, unique=True)
lassos = st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=3, max_size=7)


@settings(max_examples=80, deadline=None)
@given(subsets, lassos, st.sampled_from(["pca", "axes", "tsne"]), st.randoms(use_true_random=False))
def test_points_lassos_and_clicks_mean_the_picture_that_is_seen(numbers, lasso, kind, random):
    random.shuffle(numbers)
    cloud = Cloud.of(images(), codes_of(numbers), np.array(numbers))
    keep = np.array([number % 5 != 0 for number in numbers])
    cloud = cloud.only(keep) if keep.sum() >= 3 else cloud  # filtered
    cloud = cloud.only(np.argsort(cloud.codes.mu[:, 1]))  # sorted
    chart = Chart()
    chart.begin(4)
    chart.set_cloud(cloud)
    if kind == "axes":
        chart.show_axes(2, 0)
    elif kind == "tsne":
        rows = np.arange(0, len(cloud.codes), 2)
        places = np.random.default_rng(1).standard_normal((len(rows), 2)).astype(np.float32)
        chart.show_embedding(Embedding("tsne", places, rows, len(cloud.codes)), cloud)
    points = PointCloud.of(chart.xy, cloud.labels, cloud.indices)
    for row in inside_polygon(points.xy, lasso):
        number = int(points.indices[row])
        code = cloud.codes.mu[rows_of(cloud, np.array([number]))[0]]
        assert number_of(code) == number == images().picture(number)[0, 0, 0]
        assert np.allclose(chart.to_map(code[None])[0], points.xy[row], atol=1e-4)
        assert points.labels[row] == number % 3
        seen = chart.picture_at(*points.xy[row])
        assert np.allclose(chart.to_map(code_of(cloud, seen)[None])[0], points.xy[row], atol=1e-4)
        found, _ = cloud.nearest(code, 3)
        assert found[0] == number, "a picture is its own nearest"


def code_of(cloud, number):
    return cloud.codes.mu[np.flatnonzero(cloud.indices == number)[0]]


@settings(max_examples=15, deadline=None)
@given(subsets, st.sets(st.integers(0, _COUNT - 1), min_size=1), st.randoms(use_true_random=False))
def test_a_group_is_exported_as_itself(tmp_path_factory, numbers, group, random):
    place = tmp_path_factory.mktemp("export")
    random.shuffle(numbers)
    chosen = Groups().added("some", list(group))[0].pictures
    cloud = Cloud.of(images(), codes_of(numbers), np.array(numbers))
    shown = [number for number in chosen.tolist() if number in numbers]
    assert [number_of(code) for code in cloud.codes.mu[rows_of(cloud, chosen)]] == shown
    if shown:
        write_group_codes(place / "codes.npz", cloud, chosen, ())(silent)
        with np.load(place / "codes.npz") as table:
            assert table["index"].tolist() == shown
            assert [number_of(code) for code in table["mu"]] == shown
            assert table["labels"].tolist() == [number % 3 for number in shown]
    write_group_files(place / "files", images(), chosen, None)(silent)
    for number in chosen.tolist():
        with Image.open(place / "files" / f"picture-{number:06}.png") as image:
            assert np.asarray(image)[0, 0, 0] == number
    write_group_sheet(place / "sheet.png", images(), chosen)(silent)
    with Image.open(place / "sheet.png") as image:
        colours = np.asarray(image)[..., 0]
    assert set(np.unique(colours)) - {255} == set(chosen.tolist())


def test_files_are_copied_from_below_the_source_and_from_nowhere_else(tmp_path):
    source, outside = tmp_path / "source", tmp_path / "secret.png"
    source.mkdir()
    (source / "one.png").write_bytes(b"one")
    outside.write_bytes(b"secret")
    names = ("one.png", "../secret.png", *(f"gone{number}.png" for number in range(_COUNT - 2)))
    pictures = ImageSet("numbered", images().pictures, names=names)
    sentence = write_group_files(tmp_path / "out", pictures, np.array([0, 1, 2]), source)(silent)
    assert "1 own file," in sentence
    assert (tmp_path / "out" / "picture-000000 one.png").read_bytes() == b"one"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "picture-000000 one.png",
        "picture-000001.png",
        "picture-000002.png",
    ]
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(Exception, match="other files in it"):
        write_group_files(tmp_path / "full", pictures, np.array([0]), None)(silent)
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine"
