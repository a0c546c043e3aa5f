"""The frame of the benchmarks, with figures that cost nothing."""

import json

import pytest

from tests.benchmarks import __main__ as frame
from tests.benchmarks.catalogue import BENCHMARKS, Benchmark
from tests.benchmarks.figure import Figure


class Given(Benchmark):
    def measure(self, data):
        yield Figure("given.speed", 300.0, "pictures/s", 200.0, True)
        yield Figure("given.nats", 150.0, "nats", 143.0, self.summary == "good")
        yield Figure("given.seconds", 2.0, "s")


@pytest.fixture
def only(monkeypatch):
    def put(summary):
        monkeypatch.setattr(frame, "BENCHMARKS", {"given": Given("given", summary)})

    return put


def test_each_figure_is_a_line_of_name_value_unit_peer_and_ratio(only, capsys, tmp_path):
    only("good")
    assert frame.main(["given", "--json", str(tmp_path / "figures.json")]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        ["given.speed", "300", "pictures/s", "200", "1.500", "reached"],
        ["given.nats", "150", "nats", "143", "1.049", "reached"],
        ["given.seconds", "2", "s", "-", "-"],
    ]
    written = json.loads((tmp_path / "figures.json").read_text())
    assert written[0] == {
        "name": "given.speed", "value": 300.0, "unit": "pictures/s", "peer": 200.0, "reached": True, "ratio": 1.5,
    }  # fmt: skip
    assert [figure["ratio"] for figure in written][2] is None


def test_a_missed_promise_is_a_failure(only, capsys):
    only("bad")
    assert frame.main([]) == 1
    assert "MISSED" in capsys.readouterr().out


@pytest.mark.parametrize("name", [name for name, benchmark in BENCHMARKS.items() if benchmark.of_mnist])
def test_missing_data_is_said(name, tmp_path, capsys):
    assert frame.main([name, "--data", str(tmp_path)]) == 1
    assert "MNIST is missing: there is no" in capsys.readouterr().err


def test_an_unknown_name_is_refused(capsys):
    with pytest.raises(SystemExit):
        frame.main(["best"])
    assert "keras_figures" in capsys.readouterr().err
