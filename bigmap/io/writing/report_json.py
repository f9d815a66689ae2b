"""report.json: what was read, what came out, what it proves and what it cost."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS

from bigmap.base.amounts import AtLeast, Exact, amount, known_sum
from bigmap.base.arrays import Ints
from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Outlet, Unlisted
from bigmap.base.problem_kinds import KINDS
from bigmap.base.problem_kinds.cleaning import BOUNDARY_ENCLOSED, BOUNDARY_GAP, FiguresAcross
from bigmap.base.problem_kinds.planning import CAPACITY
from bigmap.base.problems import Problem, ProblemLog
from bigmap.base.version import __version__
from bigmap.core.coverage.proof import Coverage, Share, Walled
from bigmap.core.planning.decisions import at_stake, decisions
from bigmap.core.planning.plan import Plan
from bigmap.core.sources.layers import Layer
from bigmap.core.units import unknown

STAGES = ("read", "clean", "units", "adjacency", "zones", "coverage", "bundling", "write")
_FIGURES = (
    ("operated", "operated_land", "_m2"),
    ("hh", "households_by_wall", ""),
    ("gfa_m2", "floor_area", "_m2"),
    ("sweep_m2", "road_surface", "_m2"),
)
"""Figure of the proof → its name in the report, and the unit."""
_MONEY = ("staff_n", "cost_y", "income_y", "balance_y", "cover_ratio")
_OUTSIDE = {"hh": "households", "gfa_m2": "floor_area_m2"}
"""Figure of a feature across the boundary → its name in the report."""
_AMOUNTS = {"hh": Text("{n} households"), "gfa_m2": Text("{n} m² of floor area")}
_NOTHING_M2 = 0.01
"""Ground smaller than this is rounding, m²."""


def build_report(plan: Plan, peak_mb: float, lang: str | None = None) -> dict[str, Any]:
    """Return the report of a plan as JSON values.

    Parameters
    ----------
    plan : Plan
    peak_mb : float
        Most memory the process has used, MB.
    lang : str, optional
        Language of the sentences in ``report_notes`` and ``guessed``; the one in use by default.

    Returns
    -------
    dict
        Areas in m², lengths in metres, shares from 0 to 1, times in seconds; an unknown number is None.
    """
    units = plan.units
    report = {
        "bigmap": __version__,
        "inputs": [input_values(layer, lang) for layer in plan.sources.layers],
        "crs": crs_name(plan.sources.crs),
        "boundary_m2": units.boundary_m2,
        "excluded_m2": units.excluded_m2,
        "bridges": {"n": units.bridges, "m2": units.bridges_m2},
        "across_boundary": across_values(plan.problems),
        "units": len(units),
        "units_m2": units.units_m2,
        **coverage_values(plan.coverage, lang),
        "zones": _zones(plan),
        "spread": _spread(plan),
        "operators": _operators(plan),
        "gaps": len(plan.coverage.gaps),
        "problems": plan.problems.counts(),
        "timings_s": {stage: round(plan.timings.get(stage, 0.0), 3) for stage in STAGES},
        "peak_mb": round(peak_mb, 1),
        "doubts": [str(text.render(lang)) for text in doubts(plan.coverage, plan.problems)],
        "notes": [note.render(lang) for note in report_notes(plan)],
    }
    return to_json_value(report)


def coverage_values(proof: Coverage, lang: str | None = None) -> dict[str, Any]:
    """Return the figures of a coverage proof under the names of the report.

    A share that cannot be told is None, with its ``reason``; ``untold`` counts what gives no figure.
    """
    say = _Teller(proof, lang)
    figures = {n: say.walled(proof.figures[k], unit, k) for k, n, unit in _FIGURES if k in proof.figures}
    return {
        "uncovered_m2": proof.uncovered_m2,
        "overlap_m2": proof.overlap_m2,
        "coverage": {
            "land": say.share(proof.land, "_m2"),
            "inside_walls": say.share(proof.inside, "_m2"),
            "outside_walls": say.share(proof.outside, "_m2"),
            "households": say.share(proof.households, "", "hh") | say.untold("hh"),
            **figures,
            "services": {name: say.walled(found, "_units") for name, found in proof.services.items()},
        },
    }


@dataclass(frozen=True)
class _Teller:
    """Writes the shares of a proof."""

    proof: Coverage
    lang: str | None

    def share(self, share: Share, unit: str, name: str = "") -> dict[str, Any]:
        found = {"value": share.value, f"covered{unit}": share.covered, f"of{unit}": share.of}
        if not share.lacks:
            return found
        lacks = "services" if share.lacks == "operators" and not self.proof.silent else share.lacks
        lines = unknown.reason(lacks, self.proof.untold.get(name, []))
        return found | {"reason": "; ".join(line.render(self.lang) for line in lines)}

    def walled(self, figure: Walled, unit: str, name: str = "") -> dict[str, Any]:
        parts = {"inside_walls": figure.inside, "outside_walls": figure.outside}
        sides = {side: self.share(share, unit, name) for side, share in parts.items()}
        return {**self.share(figure.all, unit, name), **sides, **self.untold(name)}

    def untold(self, name: str) -> dict[str, Any]:
        held = self.proof.untold.get(name, [])
        return {"untold": {g.group: {"n": g.n, "of": g.of} for g in held}} if held else {}


def doubts(proof: Coverage, problems: ProblemLog) -> list[Text]:
    """Return what the figures leave open, a sentence each: what nobody told, and what was not read."""
    text = Text("No operators are named, so it is not told who is served.")
    found = [text] if proof.silent else []
    told = [problem for problem in problems if Outlet.FIGURES in problem.kind.told]
    files = [_with_file(problem) for problem in sorted(told, key=lambda p: p.file != "")]
    return found + files + _across(problems)


def _across(problems: ProblemLog) -> list[Text]:
    """Return what is told of features across the boundary and in no figure, as one sentence."""
    outside = _outside(problems)
    told = [
        Text(text.template, {"n": amount(outside[name])}) for name, text in _AMOUNTS.items() if outside[name]
    ]
    if not told:
        return []
    what = told[0] if len(told) == 1 else Text("{a} and {b}", {"a": told[0], "b": told[1]})
    text = (
        "Features across the boundary count by their part inside: {what} of theirs lie outside and are in no"
        " figure."
    )
    return [Text(text, {"what": what})]


def across_values(problems: ProblemLog) -> dict[str, Any]:
    """Return what of features across the boundary lies outside; None where nobody tells it.

    ``lower_bounds`` names the figures that some of the features do not tell.
    """
    outside = _outside(problems)
    across = [p.what for p in problems if issubclass(p.shown, FiguresAcross)]
    return {
        "n": sum(what.n if isinstance(what, Unlisted) else 1 for what in across),
        **{to: outside[name] for name, to in _OUTSIDE.items()},
        "lower_bounds": [to for name, to in _OUTSIDE.items() if isinstance(outside[name], AtLeast)],
    }


def _outside(problems: ProblemLog) -> dict[str, float | None]:
    across = [p for p in problems if issubclass(p.shown, FiguresAcross)]
    return {name: known_sum(at_stake(p, name) for p in across) for name in _AMOUNTS}


def report_notes(plan: Plan) -> list[Text]:
    """Return what the planner has to decide, a sentence each; empty where all is settled."""
    each = [kind for kind in KINDS.values() if kind.decision]
    found = [*decisions(plan.problems, plan.units, told=each), *_left_out(plan)]
    return [*found, *_boundary_notes(plan), *_ground_notes(plan), *_zone_notes(plan)]


def _left_out(plan: Plan) -> Iterator[Text]:
    """Yield what lies far from the boundary and was left out, and what the bundles leave undone."""
    of_boundary = (BOUNDARY_GAP, BOUNDARY_ENCLOSED)
    for problem in plan.problems:
        if problem.kind.decision and problem.kind not in of_boundary:
            yield _with_file(problem)


def _with_file(problem: Problem) -> Text:
    """Return the sentence of a problem with the file that is to blame before it."""
    if not problem.file:
        return problem.text
    return Text("{file}: {text}", {"file": problem.file, "text": problem.text})


def _boundary_notes(plan: Plan) -> Iterator[Text]:
    """Yield the ground between the features of the boundary, in one sentence, and what they enclose."""
    gaps = [dict(problem.text.values) for problem in plan.problems if problem.kind is BOUNDARY_GAP]
    if gaps:
        text = (
            "{n} places between the features of the boundary, {m2:,.1f} m² in all, belong to none of them "
            "and count as open ground: decide whose they are (problems.csv)"
        )
        n = sum(gap.get("n", 1) for gap in gaps)
        yield Text(text, {"n": n, "m2": sum(gap["m2"] for gap in gaps)})
    for problem in plan.problems:
        if problem.kind is BOUNDARY_ENCLOSED:
            yield _with_file(problem)


def _pieces_note(plan: Plan, row: int, ground: Ints) -> Text:
    """Return that a zone is in pieces, and how many of them nothing could link to the rest."""
    zone, mine = plan.zones.iloc[row], plan.zone_of_unit == row
    values = {"zone": zone["zone_id"], "n": zone["pieces"]}
    part = np.unique(ground[mine], return_inverse=True)[1]
    area = np.sort(np.bincount(part, plan.units.frame["site_m2"].to_numpy(float)[mine]))
    if len(area) < 2:
        return Text("Zone {zone} is in {n} pieces.", values)
    text = (
        "Zone {zone} is in {n} pieces; {k} of them ({m2:,.0f} m² in all) are cut off, as islands without a"
        " bridge or ground behind a barrier."
    )
    return Text(text, {**values, "k": len(area) - 1, "m2": Exact(area[:-1].sum())})


def crs_name(crs: CRS | None) -> str | None:
    """Return 'EPSG:n', or WKT where there is no such number."""
    if crs is None:
        return None
    epsg = crs.to_epsg()
    return f"EPSG:{epsg}" if epsg else str(crs.to_wkt())


def peak_memory_mb() -> float:
    """Return the most memory this process has used so far, MB; 0 where the system does not tell."""
    status = Path("/proc/self/status")  # exact, while ru_maxrss counts the parent before exec as well
    if status.is_file():
        line = next(s for s in status.read_text().splitlines() if s.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    if sys.platform == "win32":
        return _peak_windows_mb()
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024


def _peak_windows_mb() -> float:
    import ctypes

    api = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]
    api.GetCurrentProcess.restype = ctypes.c_void_p
    # PROCESS_MEMORY_COUNTERS: two 32-bit numbers, then eight of the size of a pointer, the first the peak.
    counters = (ctypes.c_size_t * 10)()
    query = api.K32GetProcessMemoryInfo
    query.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong)
    if not query(api.GetCurrentProcess(), counters, ctypes.sizeof(counters)):
        return 0.0
    return float(counters[8 // ctypes.sizeof(ctypes.c_size_t)]) / 2**20


def _ground_notes(plan: Plan) -> Iterator[Text]:
    proof = plan.coverage
    if proof.uncovered_m2 >= _NOTHING_M2:
        yield Text("{area:,.2f} m² of ground lie in no zone.", {"area": Exact(proof.uncovered_m2)})
    if proof.overlap_m2 >= _NOTHING_M2:
        yield Text("{area:,.2f} m² of ground lie in two zones.", {"area": Exact(proof.overlap_m2)})


def _zone_notes(plan: Plan) -> Iterator[Text]:
    ground = plan.graph.components()
    for row in np.flatnonzero(plan.zones["pieces"] > 1).tolist():
        yield _pieces_note(plan, row, ground)
    free = plan.zones.loc[plan.zones["oper"].isna(), "zone_id"]
    explained = any(problem.kind is CAPACITY for problem in plan.problems)
    if len(free) and len(plan.operators) and not explained:
        yield Text("These zones have no operator: {zones}.", {"zones": ", ".join(free)})


def input_values(layer: Layer, lang: str | None = None) -> dict[str, Any]:
    """Return what the report says of one layer that was read."""
    return {
        "file": layer.file.name,
        "role": str(layer.role),
        "features": layer.features,
        "encoding": layer.encoding,
        "crs": crs_name(layer.frame.crs),
        "guessed": [text.render(lang) for text in layer.guessed],
    }


def _zones(plan: Plan) -> list[dict[str, Any]]:
    names = {"oper": "operator_id", "hh": "households"}
    columns = ["zone_id", "oper", "units", "pieces", "load", "hh", "site_m2", "compact", *_MONEY]
    return _records(plan.zones, columns, names)


def _operators(plan: Plan) -> list[dict[str, Any]]:
    columns = [
        "operator_id",
        "name",
        "capacity",
        "zones",
        "load",
        "hh",
        "site_m2",
        "pieces",
        "share",
        *_MONEY,
    ]
    return _records(plan.operators, columns, {"hh": "households"})


def _records(table: pd.DataFrame, columns: list[str], names: dict[str, str]) -> list[dict[str, Any]]:
    """Return a row each, None for households that nobody tells, with the number of units that do not."""
    households = [None if hh != hh else round(hh) for hh in unknown.of_groups(table, "hh").tolist()]
    known = table.assign(hh=pd.Series(households, table.index, dtype=object))
    own = [*columns, *(name for name in ("hh_untold",) if name in table)]
    return list(known[own].rename(columns=names | {"hh_untold": "households_untold"}).to_dict("records"))


def _spread(plan: Plan) -> dict[str, Any]:
    """Return how far the largest and the smallest load lie from the mean, as ratios to it."""
    load = plan.zones["load"]
    mean = float(load.mean()) if len(load) else 0.0
    field = plan.units.load_field
    return {
        "field": "households" if field == "hh" else field,
        "max_over_mean": float(load.max()) / mean if mean else None,
        "min_over_mean": float(load.min()) / mean if mean else None,
    }


def to_json_value(value: Any) -> Any:
    """Return plain JSON values; what is no number becomes None."""
    if isinstance(value, dict):
        return {key: to_json_value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [to_json_value(inner) for inner in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
