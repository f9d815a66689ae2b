"""From units to zones: as many as wanted, each in one piece, with balanced load."""

from __future__ import annotations

from math import ceil

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse.csgraph import breadth_first_order

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problems import ProblemLog, Severity
from bigmap.base.progress import Progress
from bigmap.core.adjacency import Graph, induced, pieces
from bigmap.core.partition import absorb
from bigmap.core.units import Units
from bigmap.core.zoning.ground import apportion
from bigmap.core.zoning.multilevel import split
from bigmap.core.zoning.recombine import recombine, split_heavy
from bigmap.core.zoning.refine import Refiner
from bigmap.core.zoning.rules import ZoningRules

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_TYPICAL_LOAD = {"hh": 3_000.0, "gfa_m2": 300_000.0}
_ROOM = 1.05  # zones are made this much more than the maximum load asks for, since none is exactly even
_TYPICAL_SITE_M2 = 1_000_000.0


def build_zones(
    units: Units,
    graph: Graph,
    rules: ZoningRules,
    problems: ProblemLog | None = None,
    progress: Progress | None = None,
) -> Ints:
    """Return the zone of each unit, 0 … k-1, numbered from west to east and north to south.

    Parameters
    ----------
    units : Units
        ``frame['load']`` is balanced (see `bigmap.core.workload.weigh`).
    graph : Graph
        Adjacency of the units.
    rules : ZoningRules
    problems : ProblemLog, optional
        Receives what needs a decision: ground in several pieces, a load that cannot be balanced.
    progress : Progress, optional

    Returns
    -------
    ndarray of int, shape (n units,)
        Every zone is connected, except that pieces of ground too small for a zone of their own
        (told in ``problems``) belong to the nearest zone.

    Raises
    ------
    UserError
        When more zones are asked for than there are units, or one unit alone exceeds the maximum load.
    """
    problems = problems if problems is not None else ProblemLog()
    progress = progress or Progress()
    _refuse_senseless(rules)
    load = units.frame["load"].to_numpy(float)
    k = _number_of_zones(units, load, rules)
    zone, notes = _solve(units, graph, load, k, rules, progress)
    if rules.max_load is not None:
        zone = split_heavy(graph, load, zone, rules.max_load, rules.seed)
    problems.items.extend(notes.items)
    return _numbered(units, zone)


def _number_of_zones(units: Units, load: Floats, rules: ZoningRules) -> int:
    n, total = len(load), float(load.sum())
    if rules.zones is not None:
        if not 1 <= rules.zones <= n:
            raise UserError(
                "{k} zones were asked for, but there are {n} units; ask for 1 to {n}", k=rules.zones, n=n
            )
        return rules.zones
    if rules.max_load is not None:
        _refuse_too_heavy(units, load, rules.max_load)
        return min(n, max(1, ceil(total * _ROOM / rules.max_load)))
    typical = _TYPICAL_LOAD.get(units.load_field)
    wanted = total / typical if typical else units.units_m2 / _TYPICAL_SITE_M2
    return min(n, max(2, min(40, round(wanted))))


def _refuse_senseless(rules: ZoningRules) -> None:
    if rules.max_load is not None and not 0 < rules.max_load < np.inf:
        raise UserError("The maximum load must be above 0, not {limit:g}", limit=rules.max_load)
    if not 0 < rules.tolerance < 1:
        raise UserError("The tolerance must lie between 0 and 1, not {share:g}", share=rules.tolerance)


def _refuse_too_heavy(units: Units, load: Floats, limit: float) -> None:
    worst = int(np.argmax(load))
    if load[worst] > limit:
        unit = units.frame.iloc[worst]
        raise UserError(
            "Unit {unit} {name} alone has a load of {load:,.0f}, above the maximum of {limit:,.0f};"
            " raise the maximum to at least {load:,.0f}",
            unit=unit["unit_id"],
            name=unit["name"],
            load=float(load[worst]),
            limit=limit,
        )


def _solve(
    units: Units, graph: Graph, load: Floats, k: int, rules: ZoningRules, progress: Progress
) -> tuple[Ints, ProblemLog]:
    """Return the zones and what has to be told about them."""
    notes = ProblemLog()
    balanced = load if load.sum() > 0 else units.frame["site_m2"].to_numpy(float)
    ground = graph.components()
    weight = np.bincount(ground, weights=balanced)
    seats = _within_size(apportion(weight.astype(float), k), np.bincount(ground))
    zone = np.full(graph.n, -1, dtype=np.int64)
    target = np.empty(int(seats.sum()))
    for piece in np.flatnonzero(seats):
        members = np.flatnonzero(ground == piece)
        first = int(seats[:piece].sum())
        part = split(
            induced(graph, members), balanced[members], int(seats[piece]), rules.tolerance, rules.seed
        )
        zone[members] = first + part
        target[first : first + seats[piece]] = max(weight[piece] / seats[piece], 1e-6 * weight.sum())
    progress.step(0.4, Text("Keeping every zone in one piece"))
    zone = _filled(_in_one_piece(units, graph, zone), graph, balanced, len(target))
    zone = _refined(graph, balanced, zone, target, rules, progress.part(0.5, 1.0))
    _join_small_ground(units, zone, ground, seats, notes)
    return zone, notes


def _refined(
    graph: Graph, load: Floats, zone: Ints, target: Floats, rules: ZoningRules, progress: Progress
) -> Ints:
    """Refine with the ground that waits for a zone parked in one of its own, which touches no other."""
    waiting = zone < 0
    parked = np.where(waiting, len(target), zone)
    aims = np.append(target, 1.0)
    refined = Refiner(graph, load, parked, aims).run(progress.part(0.0, 0.5))
    balanced = recombine(graph, load, refined, aims, rules.tolerance, rules.seed, progress.part(0.5, 0.8))
    refined = Refiner(graph, load, balanced, aims).run(progress.part(0.8, 1.0))
    return np.where(waiting, -1, refined)


def _within_size(seats: Ints, size: Ints) -> Ints:
    """Hand seats of a piece of ground with too few units to the piece with the most room."""
    seats = seats.copy()
    if seats.sum() > size.sum():
        raise ValueError(f"{seats.sum()} zones for {size.sum()} units")
    while (seats > size).any():
        seats[np.argmax(seats - size)] -= 1
        seats[np.argmax(size - seats)] += 1
    return seats


def _in_one_piece(units: Units, graph: Graph, zone: Ints) -> Ints:
    """Keep the largest piece of every zone the others go to the neighbour with the longest border."""
    piece = pieces(graph, zone)
    n = int(piece.max()) + 1
    size = np.bincount(piece, weights=units.frame["site_m2"].to_numpy(float), minlength=n)
    zone_of_piece = np.empty(n, dtype=np.int64)
    zone_of_piece[piece] = zone
    order = np.lexsort((size, zone_of_piece))
    main = np.zeros(n, dtype=bool)
    main[order[np.append(zone_of_piece[order][1:] != zone_of_piece[order][:-1], True)]] = True
    main |= zone_of_piece < 0
    return zone_of_piece[absorb(units.polygons, piece, ~main, graph)]


def _filled(zone: Ints, graph: Graph, load: Floats, k: int) -> Ints:
    """Give each empty zone a unit from the edge of the heaviest zone that has two or more."""
    zone = zone.copy()
    count = np.bincount(zone[zone >= 0], minlength=k)
    weight = np.bincount(zone[zone >= 0], weights=load[zone >= 0], minlength=k)
    for empty in np.flatnonzero(count == 0):
        donor = int(np.argmax(np.where(count > 1, weight, -1.0)))
        members = np.flatnonzero(zone == donor)
        # The last unit of a breadth-first search is a leaf of its tree: the rest hangs together without it.
        unit = members[breadth_first_order(induced(graph, members).matrix(), 0, directed=False)[0][-1]]
        zone[unit] = empty
        for z, change in ((donor, -1), (empty, 1)):
            count[z] += change
            weight[z] += change * load[unit]
    return zone


def _join_small_ground(units: Units, zone: Ints, ground: Ints, seats: Ints, notes: ProblemLog) -> None:
    """Put pieces of ground without a zone of their own into the nearest zone, in place, and say so."""
    alone = np.flatnonzero(seats == 0)
    if not len(alone):
        if len(seats) > 1:
            notes.add(
                Severity.DOUBT,
                "ground_in_pieces",
                "The ground lies in {n} separate pieces; no zone crosses between them",
                n=len(seats),
            )
        return
    zoned = np.flatnonzero(zone >= 0)
    tree = shapely.STRtree(units.polygons[zoned])
    for piece in alone:
        members = np.flatnonzero(ground == piece)
        near = tree.query_nearest(units.polygons[members], all_matches=False, return_distance=True)
        zone[members] = zone[zoned[near[0][1][np.argmin(near[1])]]]
    inner = units.polygons[np.flatnonzero(ground == alone[0])[0]].representative_point()
    notes.add(
        Severity.DOUBT,
        "ground_in_pieces",
        "The ground lies in {n} separate pieces; {m} of them ({area:,.0f} m² in all) are too small for a zone"
        " of their own and joined the nearest zone, which is therefore not in one piece",
        n=len(seats),
        m=len(alone),
        area=float(units.frame["site_m2"].to_numpy()[np.isin(ground, alone)].sum()),
        place=(inner.x, inner.y),
    )


def _numbered(units: Units, zone: Ints) -> Ints:
    """Number the zones from west to east, then north to south, by the middle of their units."""
    middle = shapely.get_coordinates(shapely.centroid(units.polygons))
    size = units.frame["site_m2"].to_numpy(float)
    total = np.bincount(zone, weights=size)
    x = np.bincount(zone, weights=size * middle[:, 0]) / total
    y = np.bincount(zone, weights=size * middle[:, 1]) / total
    rank = np.empty(len(total), dtype=np.int64)
    rank[np.lexsort((-y, np.round(x, 1)))] = np.arange(len(total))
    return rank[zone]
