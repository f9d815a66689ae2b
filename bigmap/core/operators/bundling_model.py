"""The bundling problem as plain arrays, and what an assignment costs."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from bigmap.base.arrays import Floats, Ints
from bigmap.base.errors import UserError
from bigmap.core.geometry.adjacency import Graph
from bigmap.core.operators.bundling_rules import BundleRules

_BAND_PRICE = 10.0  # a cover ratio outside its band, against one off the mean
_SHARE_PRICE = 2.0
_UNSERVED = 100.0


@dataclass(frozen=True)
class Model:
    """A bundling problem of n zones and k operators; group k stands for nobody.

    Attributes
    ----------
    demand : ndarray, shape (n,)
        Households, what capacities are counted in.
    load, surplus, cost : ndarray, shape (n,)
        Load that is shared out; income less what the mean cover ratio would bring; cost; yuan a year.
    room, target : ndarray, shape (k,)
        Households each operator may take (inf for no limit), and load it should take.
    away : ndarray, shape (n, k + 1)
        Price of a zone with each operator: distance to the ground it serves; with nobody.
    fixed : ndarray of int, shape (n,)
        Operator a zone is locked to, -1 for none.
    start, near : ndarray of int
        Zones near each zone, in compressed rows.
    edge, touching : ndarray of int
        Zones that touch each zone, likewise.
    prices : ndarray, shape (7,)
        Of load, cover, band, share, parts; the band; of pieces that are near but do not touch.
    most : float
        Load above which an operator's share costs.
    cover : float
        Cover ratio of the whole.
    """

    demand: Floats
    load: Floats
    surplus: Floats
    cost: Floats
    room: Floats
    target: Floats
    away: Floats
    fixed: Ints
    start: Ints
    near: Ints
    edge: Ints
    touching: Ints
    prices: Floats
    most: float
    cover: float

    @property
    def n(self) -> int:
        """Number of zones."""
        return len(self.demand)

    @property
    def k(self) -> int:
        """Number of operators."""
        return len(self.room)


def model_of(
    zones: gpd.GeoDataFrame,
    graph: Graph,
    operators: pd.DataFrame,
    rules: BundleRules,
    distance_km: Floats | None = None,
) -> Model:
    """Return the problem of giving zones to operators (see `bundle_operators`).

    Raises
    ------
    UserError
        For a lock on a zone or an operator that is not there, and locks beyond a capacity.
    """
    demand = zones["hh"].to_numpy(float)
    load = demand if demand.sum() > 0 else _column(zones, "load")
    capacity = operators["capacity"].to_numpy(float)
    room = np.where(np.isnan(capacity), np.inf, capacity)
    if rules.share_is_hard:
        room = np.minimum(room, rules.max_share * demand.sum())
    fair = load.sum() / max(1, len(room))
    weight = np.where(np.isnan(capacity) | (demand.sum() == 0), fair, np.maximum(capacity, 1.0))
    cost, income = _column(zones, "cost_y"), _column(zones, "income_y")
    cover = income.sum() / cost.sum() if cost.sum() > 0 else 0.0
    fixed = _fixed(zones, operators, rules, demand, room)
    start, near = _near(zones, graph, rules.near_m)
    edge, touching = _near(zones, graph, 0.0)
    return Model(
        demand=demand,
        load=load,
        surplus=income - cover * cost,
        cost=cost,
        room=room,
        target=load.sum() * weight / max(weight.sum(), 1e-12),
        away=_away(load, distance_km, len(room), rules),
        fixed=fixed,
        start=start,
        near=near,
        edge=edge,
        touching=touching,
        prices=_prices(load, cost, rules, apart=len(near) > len(touching)),
        most=rules.max_share * load.sum(),
        cover=cover,
    )


def score(model: Model, owner: Ints) -> float:
    """Return what an assignment costs: lower is better.

    Parameters
    ----------
    model : Model
    owner : ndarray of int, shape (n,)
        Operator of each zone, -1 for nobody.
    """
    served, k = owner >= 0, model.k
    group = np.where(served, owner, k)
    load = np.bincount(owner[served], model.load[served], k)
    off = np.abs(np.bincount(owner[served], model.surplus[served], k))
    cost = np.bincount(owner[served], model.cost[served], k)
    p_load, p_cover, p_band, p_share, p_pieces, band, p_touch = model.prices
    return float(
        model.away[np.arange(model.n), group].sum()
        + p_load * np.abs(load - model.target).sum()
        + p_cover * off.sum()
        + p_band * np.maximum(0.0, off - band * cost).sum()
        + p_share * np.maximum(0.0, load - model.most).sum()
        + p_pieces * np.maximum(0, parts(model, owner) - 1).sum()
        + p_touch * np.maximum(0, _parts(model.edge, model.touching, model.k, owner) - 1).sum()
    )


def parts(model: Model, owner: Ints) -> Ints:
    """Return in how many parts each operator's zones lie, shape (k,); near ones count as one part."""
    return _parts(model.start, model.near, model.k, owner)


def _parts(start: Ints, near: Ints, k: int, owner: Ints) -> Ints:
    n = len(owner)
    a = np.repeat(np.arange(n), np.diff(start))
    same = owner[a] == owner[near]
    links = coo_array((np.ones(same.sum()), (a[same], near[same])), shape=(n, n))
    part = connected_components(links, directed=False)[1]
    held = owner[np.unique(part, return_index=True)[1]]
    return np.bincount(held[held >= 0], minlength=k).astype(np.int64)


def _column(zones: gpd.GeoDataFrame, name: str) -> Floats:
    return zones[name].to_numpy(float) if name in zones else np.zeros(len(zones))


def _prices(load: Floats, cost: Floats, rules: BundleRules, *, apart: bool) -> Floats:
    a_load, a_cost = 1 / max(load.sum(), 1e-12), 1 / cost.sum() if cost.sum() > 0 else 0.0
    return np.array(
        [
            rules.load_weight * a_load,
            rules.cover_weight * a_cost,
            _BAND_PRICE * a_cost,
            _SHARE_PRICE * a_load,
            rules.pieces_weight,
            rules.band,
            rules.touch_weight if apart else 0.0,  # where near is to touch, that is one price
        ]
    )


def _away(load: Floats, distance_km: Floats | None, k: int, rules: BundleRules) -> Floats:
    """Return the price of each zone with each operator; a newcomer is at the mean distance."""
    share = load / max(load.sum(), 1e-12)
    away = np.zeros((len(load), k + 1))
    away[:, k] = _UNSERVED * (share + 1 / max(1, len(load)))
    if distance_km is not None and np.isfinite(distance_km).any():
        known = np.isfinite(distance_km)
        mean = np.where(known, distance_km, 0.0).sum(axis=1) / np.maximum(1, known.sum(axis=1))
        filled = np.where(known, distance_km, mean[:, None])
        away[:, :k] = rules.distance_weight * share[:, None] * filled
    return away


def _near(zones: gpd.GeoDataFrame, graph: Graph, near_m: float) -> tuple[Ints, Ints]:
    a, b = graph.left, graph.right
    shapes = zones.geometry.to_numpy()
    if near_m > 0 and not any(shape is None for shape in shapes):
        left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=near_m)
        a = np.concatenate([a, left[left < right]])
        b = np.concatenate([b, right[left < right]])
    rows, cols = np.concatenate([a, b]), np.concatenate([b, a])
    links = coo_array((np.ones(len(rows)), (rows, cols)), shape=(graph.n, graph.n)).tocsr()
    links.sum_duplicates()
    return links.indptr.astype(np.int64), links.indices.astype(np.int64)


def _fixed(
    zones: gpd.GeoDataFrame, operators: pd.DataFrame, rules: BundleRules, demand: Floats, room: Floats
) -> Ints:
    fixed = np.full(len(zones), -1, dtype=np.int64)
    ids = {str(code): i for i, code in enumerate(operators["operator_id"])}
    rows = {str(code): i for i, code in enumerate(zones["zone_id"])}
    for zone, operator in rules.locks.items():
        if zone not in rows:
            raise UserError("Zone {zone} is locked to an operator, but there is no such zone", zone=zone)
        if operator not in ids:
            raise UserError(
                "Zone {zone} is locked to {operator}, but there is no such operator; use one of {known}",
                zone=zone,
                operator=operator,
                known=", ".join(ids),
            )
        fixed[rows[zone]] = ids[operator]
    used = np.bincount(fixed[fixed >= 0], demand[fixed >= 0], len(room))
    for i in np.flatnonzero(used > room):
        raise UserError(
            "The zones locked to {operator} have {hh:,.0f} households, {over:,.0f} above its limit of"
            " {room:,.0f}: raise the limit or unlock a zone",
            operator=operators["name"].iloc[i],
            hh=float(used[i]),
            over=float(used[i] - room[i]),
            room=float(room[i]),
        )
    return fixed
