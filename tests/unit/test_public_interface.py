"""The public names: complete, described, and at work in the examples of the documentation."""

from __future__ import annotations

import doctest
import inspect
import re
from pathlib import Path

import geopandas as gpd
import pytest

import bigmap
from tests.helpers.plans import grid_plan

ROOT = Path(__file__).resolve().parents[2]


def test_the_examples_of_the_python_page(monkeypatch):
    monkeypatch.chdir(ROOT)
    page = (ROOT / "resources/docs/python.md").read_text(encoding="utf-8")
    examples = doctest.DocTestParser().get_doctest(page, {}, "python.md", "python.md", 0)
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    result = runner.run(examples, out=said.append)
    assert result.attempted > 20
    assert not result.failed, "".join(said)


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_example_of_the_readme_is_one_of_the_page(readme):
    page = (ROOT / "resources/docs/python.md").read_text(encoding="utf-8").splitlines()
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.S)
    lines = [line for block in blocks for line in block.splitlines() if line]
    assert lines
    assert [line for line in lines if f">>> {line}" not in page] == []


def test_every_public_name_is_told_to_type_checkers_and_on_the_page():
    source = (ROOT / "bigmap/__init__.py").read_text(encoding="utf-8")
    typed = source.split("if TYPE_CHECKING:")[1].split("keep_offline()")[0]
    for name in set(bigmap.__all__) - {"__version__"}:
        assert re.search(rf"\b{name}\b", typed), name
    page = (ROOT / "resources/docs/python.md").read_text(encoding="utf-8")
    functions = [name for name in bigmap.__all__ if inspect.isfunction(getattr(bigmap, name))]
    assert [name for name in functions if not re.search(rf"\b{name}\b", page)] == []


@pytest.mark.parametrize("name", sorted(set(bigmap.__all__) - {"__version__"}))
def test_a_public_name_has_a_docstring_with_every_argument(name):
    thing = getattr(bigmap, name)
    doc = inspect.getdoc(thing)
    assert doc
    if inspect.isfunction(thing):
        told = doc.partition("Parameters\n----------\n")[2]
        missing = [
            argument
            for argument in inspect.signature(thing).parameters
            if not re.search(rf"(^|, ){argument}(,| :|$)", told, re.M)
        ]
        assert missing == []
        assert "Returns\n-------" in doc


def test_every_result_gives_frames_in_the_project_crs():
    plan = grid_plan()
    frames = [plan.units_frame(), plan.zones_frame(), plan.operators_frame(), plan.gaps_frame()]
    frames += [plan.units.units_frame(), plan.coverage.gaps_frame()]
    for frame in frames:
        assert isinstance(frame, gpd.GeoDataFrame)
        assert frame.crs == plan.zones.crs
    assert [len(f) for f in frames[:3]] == [len(plan.units), len(plan.zones), len(plan.operators)]


def test_a_frame_is_a_copy():
    plan = grid_plan()
    for frame in (plan.units_frame(), plan.zones_frame(), plan.operators_frame(), plan.units.units_frame()):
        frame.loc[:, "name"] = "changed"
    assert not (plan.zones["name"] == "changed").any()
    assert not (plan.units.frame["name"] == "changed").any()
    assert not (plan.operators["name"] == "changed").any()


def test_a_unit_without_a_zone_has_neither_zone_nor_operator():
    plan = grid_plan()
    plan.zone_of_unit[0] = -1
    frame = plan.units_frame()
    assert frame[["zone_id", "oper"]].iloc[0].isna().all()
    assert frame["zone_id"].notna().tolist() == (plan.zone_of_unit >= 0).tolist()


def test_what_nobody_told_is_missing_not_zero():
    plan = grid_plan()
    plan.units.frame["hh"], plan.units.frame["hh_told"] = 0, False
    plan.zones["hh"], plan.zones["hh_untold"] = 0, plan.zones["hh_asked"].clip(lower=1)
    plan.zones["hh_asked"] = plan.zones["hh_untold"]
    assert plan.units.units_frame()["hh"].isna().all()
    assert plan.zones_frame()["hh"].isna().all()


def test_an_operator_without_zones_has_no_ground():
    plan = grid_plan()
    plan.zones["oper"] = None
    assert plan.operators_frame().geometry.isna().all()


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = bigmap.no_such_name
