"""Plots for papers."""

import re

import pytest

from benchmark.report import page_data, plots
from tests.report.conftest import runs_of
from tests.stored import store_run

pytest.importorskip("matplotlib", reason="plots are drawn by Matplotlib, which the extra `report` installs")


def test_a_plot_is_written_in_both_formats_with_names_and_signature(ran, tmp_path, monkeypatch):
    monkeypatch.setattr(plots, "PLOTS", {"cost": plots.PLOTS["cost"]})
    runs, gold = runs_of(ran)
    assert [path.name for path in plots.write(tmp_path / "new", runs, gold, resamples=20)] == ["cost.svg", "cost.png"]
    svg = (tmp_path / "new" / "cost.svg").read_text()
    assert "perfect" in svg
    assert runs[0].run.gold[:12] in svg
    assert (tmp_path / "new" / "cost.png").read_bytes().startswith(b"\x89PNG")


def test_bars_of_strata_are_as_long_as_their_figures(ran):
    runs, gold = runs_of(ran)
    data = page_data.collect(runs, gold, False, lambda line: None, resamples=20)
    axes = plots._pyplot().figure().add_subplot()
    assert plots._strata(data, axes)
    view = data["views"]["strata.mentions.surface"]
    told = sorted(
        100 * sum(one["t"]["g"][k::kinds]) / (sum(view["gold"]["t"][k::kinds]) + sum(one["t"]["n"][k::kinds]))
        for kinds in [len(view["types"])]
        for k in range(kinds)
        for one in view["models"]
    )
    assert sorted(bar.get_width() for bar in axes.patches) == pytest.approx(told)
    assert len(set(told)) > 1


def test_without_confidences_there_are_no_curves(home):
    store_run(home, "digits")
    runs, gold = runs_of(home)
    data = page_data.collect(runs, gold, False, lambda line: None, resamples=20)
    axes = plots._pyplot().figure().add_subplot()
    assert not plots._curves(data, axes)
    assert not plots._reliability(data, axes)


@pytest.mark.slow
def test_plots_of_hostile_names_need_no_colour_and_do_not_change(attacked, tmp_path):
    runs, gold = runs_of(attacked)
    first, again = (plots.write(tmp_path / name, runs, gold, resamples=20) for name in "ab")
    assert {path.name for path in first} == {f"{name}.{kind}" for name in plots.PLOTS for kind in plots.FORMATS}
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    for path in (path for path in first if path.suffix == ".svg"):
        svg = path.read_text()
        assert "<script" not in svg
        for colour in set(re.findall(r"#([0-9a-f]{6})\b", svg)):
            assert colour[:2] == colour[2:4] == colour[4:], f"{path.name} has the colour #{colour}"
