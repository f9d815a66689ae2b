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
from bigmap.base.problems import ProblemLog, Severity
from bigmap.core.coverage.service_matrix import ServiceMatrix
from bigmap.core.geometry.adjacency import Graph
from bigmap.core.operators.bundling_model import Model, model_of, parts
from bigmap.core.operators.bundling_rules import BundleRules

IDLE = ("operator_unknown", "ended_serves")
CODES = ("capacity", "over_capacity", "cover_band", "operator_share", "bundle_parts", "contract_ended", *IDLE)
"""Problems that new bundles bring anew."""


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
        log.add(
            Severity.ERROR,
            "capacity",
            "No operator has room for zone {zone} with {hh:,.0f} households: {operator} has the most left,"
            " {left:,.0f}; raise a capacity by {short:,.0f} or make more and smaller zones",
            zone=str(zones["zone_id"].iloc[zone]),
            hh=float(model.demand[zone]),
            operator=str(operators["name"].iloc[most]),
            left=float(left[most]),
            short=float(model.demand[zone] - left[most]),
        )


def _tell_bands(
    operators: pd.DataFrame, model: Model, owner: Ints, rules: BundleRules, log: ProblemLog
) -> None:
    served = owner >= 0
    cost = np.bincount(owner[served], model.cost[served], model.k)
    off = np.bincount(owner[served], model.surplus[served], model.k)
    for i in np.flatnonzero((np.abs(off) > rules.band * cost + 1e-6) & (cost > 0)):
        points = off[i] / cost[i]
        beyond = abs(off[i]) - rules.band * cost[i]
        text = (
            "{operator} covers {cover:.1%} of its cost, more than {high:.1%}: a band of {band:.1%} would"
            " hold, or zones that cost {money:,.0f} yuan a year more than they bring"
            if points > 0
            else "{operator} covers {cover:.1%} of its cost, less than {low:.1%}: a band of {band:.1%} would"
            " hold, or {money:,.0f} yuan a year more income"
        )
        log.add(
            Severity.DOUBT,
            "cover_band",
            text,
            operator=str(operators["name"].iloc[i]),
            cover=Exact(model.cover + points),
            low=float(model.cover - rules.band),
            high=float(model.cover + rules.band),
            band=float(np.ceil(abs(points) * 1000) / 1000),
            money=float(np.ceil(beyond)),
        )


def _tell_shares(
    operators: pd.DataFrame, model: Model, owner: Ints, rules: BundleRules, log: ProblemLog
) -> None:
    if model.k == 1:
        return  # who else
    served, total = owner >= 0, model.load.sum()
    load = np.bincount(owner[served], model.load[served], model.k)
    for i in np.flatnonzero(load > model.most + 1e-6):
        log.add(
            Severity.DOUBT,
            "operator_share",
            "{operator} has {share:.1%} of the whole, more than the {most:.0%} that one operator should have",
            operator=str(operators["name"].iloc[i]),
            share=Exact(load[i] / total),
            most=rules.max_share,
        )


def _tell_parts(operators: pd.DataFrame, model: Model, owner: Ints, log: ProblemLog) -> None:
    for i, n in enumerate(parts(model, owner)):
        if n > 1:
            log.add(
                Severity.DOUBT,
                "bundle_parts",
                "The zones of {operator} lie in {n} parts that are not near each other",
                operator=str(operators["name"].iloc[i]),
                n=int(n),
            )


def tell_beyond(operators: Iterable[Mapping[str, Any]], log: ProblemLog) -> None:
    """Say which operators have more households than their capacity.

    Parameters
    ----------
    operators : iterable of mapping
        ``name``, ``hh``, ``capacity`` (NaN for no limit).
    log : ProblemLog
    """
    for operator in operators:
        hh, capacity = float(operator["hh"]), float(operator["capacity"])
        text = (
            "{operator} has {hh:,.0f} households, {over:,.0f} more than its capacity of {capacity:,.0f}"
            " ({share:.1%}): take zones from it, or enter a larger capacity"
            if capacity > 0
            else "{operator} has {hh:,.0f} households, but its capacity is 0: take zones from it, or enter a"
            " larger capacity"
        )
        if hh > capacity:
            log.add(
                Severity.ERROR,
                "over_capacity",
                text,
                operator=str(operator["name"]),
                hh=hh,
                over=hh - capacity,
                capacity=capacity,
                share=Exact(hh / capacity if capacity else np.inf),
            )


def tell_idle(zones: pd.DataFrame, duties: ServiceMatrix, log: ProblemLog) -> None:
    """Say which zones (``zone_id oper``) name an operator that serves nobody: not in the table, or ended."""
    texts = {
        "operator_unknown": "Zone {zone} names {operator}, which is not in the table of operators: nobody is"
        " served there; put the name right, or add a line to the table",
        "contract_ended": "Zone {zone} belongs to {operator}, whose contract has run out: nobody is served"
        " there; give it to another one, or enter a later end of the contract",
    }
    for zone, oper, fault in zip(zones["zone_id"], zones["oper"], duties.faults(zones["oper"]), strict=True):
        if fault in texts:
            code = "ended_serves" if fault == "contract_ended" else fault
            log.add(Severity.ERROR, code, texts[fault], zone=str(zone), operator=str(oper))
