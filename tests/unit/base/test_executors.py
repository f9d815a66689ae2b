"""Districts are computed here or on a cluster, by the same functions."""

from __future__ import annotations

import sys

import pytest
import shapely

from bigmap.base.errors import UserError
from bigmap.base.executors import HERE, refuse_others, workers
from bigmap.core.units.by_district import build_by_district
from tests.helpers.towns import small_town
from tests.unit.core.units.test_by_district import quartered

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster():
    """A scheduler and one worker in this process."""
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp"
    ) as made:
        yield made.scheduler_address


def refusal(address):
    with pytest.raises(UserError) as refused, workers(address):
        pass
    return refused.value.text.template


def test_a_dask_cluster_gives_what_threads_give(cluster):
    town = quartered(small_town())
    with workers(cluster) as executor:
        units, graph = build_by_district(town, executor)
    assert shapely.coverage_is_valid(units.polygons)
    assert (units.frame["hh"].sum(), graph.n) == (163, len(units))


def test_nobody_at_the_address_is_told(monkeypatch):
    monkeypatch.setattr("bigmap.base.executors.PATIENCE_S", 0.3)
    assert refusal("tcp://127.0.0.1:9").startswith("No cluster answers")


def test_an_address_that_is_none_is_told():
    assert refusal("no such thing").startswith("No cluster answers")


def test_a_missing_dask_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "pip install" in refusal("tcp://127.0.0.1:9")


@pytest.mark.parametrize(
    ("there", "says"),
    [
        ({}, "The cluster has no workers yet"),
        ({"tcp://a": "0.1.0", "tcp://b": "0.0.9"}, "Worker {name}"),
        ({"tcp://a": "-"}, "Worker {name}"),
    ],
)
def test_workers_without_the_same_bigmap_are_refused(there, says):
    with pytest.raises(UserError) as refused:
        refuse_others(there, "0.1.0")
    assert refused.value.text.template.startswith(says)


def test_processes_of_this_computer():
    with workers(HERE) as executor:
        units, _ = build_by_district(quartered(small_town()), executor)
    assert shapely.coverage_is_valid(units.polygons)
