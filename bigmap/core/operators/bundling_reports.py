"""What is said of bundles that cannot keep a rule: which operator, by how much, what would help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from bigmap.base.amounts import Exact
from bigmap.base.arrays import Ints
from bigmap.base.problem_kinds import planning as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core.coverage.service_matrix import ServiceMatrix
from bigmap.core.geometry.adjacency import Graph
from bigmap.core.operators.bundling_model import Model, model_of, parts
from bigmap.core.operators.bundling_rules import BundleRules


def report_bundling(
    zones: gpd.GeoDataFrame,
    operators: pd.DataFrame,
    model: Model,
    owner: Ints,
    rules: BundleRules,
    log: ProblemLog,
) -> None:
    """Say in one sentence each what the bundles leave undone."""
    _tell_unserved(zones, operators, model, owner, log)
    _tell_bands(operators, model, owner, rules, log)
    _tell_shares(operators, model, owner, rules, log)
    _tell_parts(operators, model, owner, log)


def tell_all(
    zones: gpd.GeoDataFrame, graph: Graph, operators: pd.DataFrame, rules: BundleRules, log: ProblemLog
) -> None:
    """Say the same of zones that have operators already (``zones['oper']``), by whomever given."""
    model = model_of(zones, graph, operators, replace(rules, locks={}))
    rows = {code: i for i, code in enumerate(operators["operator_id"])}
    owner = zones["oper"].map(rows).fillna(-1).to_numpy(np.int64)
    report_bundling(zones, operators, model, owner, rules, log)


def _tell_unserved(
    zones: gpd.GeoDataFrame, operators: pd.DataFrame, model: Model, owner: Ints, log: ProblemLog
) -> None:
    served = owner >= 0
    left = model.room - np.bincount(owner[served], model.demand[served], model.k)
    for zone in np.flatnonzero(~served):
        most = int(np.argmax(left))
        if model.demand[zone] <= left[most]:
            continue  # taken away by hand: the proof of coverage lists it
        found = kinds.NoRoom(
            zone=str(zones["zone_id"].iloc[zone]),
            hh=float(model.demand[zone]),
            operator=str(operators["name"].iloc[most]),
            left=float(left[most]),
            short=float(model.demand[zone] - left[most]),
        )
        log.add(found)


def _tell_bands(
    operators: pd.DataFrame, model: Model, owner: Ints, rules: BundleRules, log: ProblemLog
) -> None:
    served = owner >= 0
    cost = np.bincount(owner[served], model.cost[served], model.k)
    off = np.bincount(owner[served], model.surplus[served], model.k)
    for i in np.flatnonzero((np.abs(off) > rules.band * cost + 1e-6) & (cost > 0)):
        points = off[i] / cost[i]
        beyond = abs(off[i]) - rules.band * cost[i]
        found = (kinds.CoversMore if points > 0 else kinds.CoversLess)(
            operator=str(operators["name"].iloc[i]),
            cover=Exact(model.cover + points),
            low=float(model.cover - rules.band),
            high=float(model.cover + rules.band),
            band=float(np.ceil(abs(points) * 1000) / 1000),
            money=float(np.ceil(beyond)),
        )
        log.add(found)


def _tell_shares(
    operators: pd.DataFrame, model: Model, owner: Ints, rules: BundleRules, log: ProblemLog
) -> None:
    if model.k == 1:
        return  # who else
    served, total = owner >= 0, model.load.sum()
    load = np.bincount(owner[served], model.load[served], model.k)
    for i in np.flatnonzero(load > model.most + 1e-6):
        name, share = str(operators["name"].iloc[i]), Exact(load[i] / total)
        log.add(kinds.OperatorShare(operator=name, share=share, most=rules.max_share))


def _tell_parts(operators: pd.DataFrame, model: Model, owner: Ints, log: ProblemLog) -> None:
    for i, n in enumerate(parts(model, owner)):
        if n > 1:
            log.add(kinds.BundleParts(operator=str(operators["name"].iloc[i]), n=int(n)))


def tell_beyond(operators: Iterable[Mapping[str, Any]], log: ProblemLog) -> None:
    """Say which operators have more households than their capacity.

    Parameters
    ----------
    operators : iterable of mapping
        ``name``, ``hh``, ``capacity`` (NaN for no limit); ``gfa_m2`` and ``capacity_m2`` where known.
    log : ProblemLog
    """
    for operator in operators:
        _tell_floor_area(operator, log)
        hh, capacity = float(operator["hh"]), float(operator["capacity"])
        if hh > capacity:
            name, over = str(operator["name"]), hh - capacity
            found: kinds.OverCapacity | kinds.OverNoCapacity
            if capacity > 0:
                share = Exact(hh / capacity)
                found = kinds.OverCapacity(operator=name, hh=hh, over=over, capacity=capacity, share=share)
            else:
                found = kinds.OverNoCapacity(operator=name, hh=hh)
            log.add(found)


def tell_floor_areas(operators: pd.DataFrame, log: ProblemLog) -> None:
    """Say which operators have more floor area than they can take (``capacity_m2``, where that is told)."""
    for operator in operators.to_dict("records"):
        _tell_floor_area(operator, log)


def _tell_floor_area(operator: Mapping[Any, Any], log: ProblemLog) -> None:
    m2, capacity = float(operator.get("gfa_m2", 0.0)), float(operator.get("capacity_m2", np.nan))
    if m2 > capacity:
        name, over = str(operator["name"]), m2 - capacity
        log.add(kinds.OverFloorArea(operator=name, m2=m2, over=over, capacity=capacity))


def tell_idle(zones: pd.DataFrame, duties: ServiceMatrix, log: ProblemLog) -> None:
    """Say which zones (``zone_id oper``) name an operator that serves nobody: not in the table, or ended."""
    found = {"operator_unknown": kinds.OperatorUnknown, "contract_ended": kinds.EndedServes}
    for zone, oper, fault in zip(zones["zone_id"], zones["oper"], duties.faults(zones["oper"]), strict=True):
        if fault in found:
            log.add(found[fault](zone=str(zone), operator=str(oper)))
