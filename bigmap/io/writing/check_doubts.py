"""What a check of drawn zones says beside its figures: what was mended, left out, or is not listed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bigmap.base.i18n import Text
from bigmap.base.problem_kind import Outlet
from bigmap.base.problems import Problem, ProblemLog
from bigmap.core.coverage.gap import GapCause, GapKind
from bigmap.core.coverage.gaps import GAP_MIN_M2, GAP_MIN_WIDTH_M, is_sliver
from bigmap.core.coverage.proof import Coverage

_LINES = 10
"""Features or zones that are named one by one."""


def check_doubts(proof: Coverage, problems: ProblemLog, files: Collection[str]) -> list[Text]:
    """Return a sentence for each thing about the drawn zones in files that their figures do not tell."""
    found = [_of_feature(p) for p in problems if Outlet.ZONES in p.kind.told and p.file in files]
    left = len(found) - _LINES
    more = [Text("{n} more findings about the zones are in problems.csv.", {"n": left})] if left > 0 else []
    return [*found[:_LINES], *more, *_outside(proof), *_rounding(proof)]


def _of_feature(problem: Problem) -> Text:
    values = {"file": problem.file, "n": problem.feature, "name": problem.name, "text": problem.text}
    if problem.feature is None:
        return Text("{file}: {text}", values)
    if problem.name:
        return Text("{file}, feature {n} ({name}): {text}", values)
    return Text("{file}, feature {n}: {text}", values)


def _outside(proof: Coverage) -> Iterator[Text]:
    """Yield the zones that have ground beyond the boundary, the largest first; slivers in one line."""
    places = [gap for gap in proof.gaps if gap.kind == GapKind.OUTSIDE]
    small = [gap for gap in places if is_sliver(gap.area_m2, gap.width_m or 0.0)]
    zones = {gap.zones[0]: gap.cause for gap in places if gap not in small}
    largest = sorted(zones, key=lambda zone: -proof.outside_m2[zone])
    for zone in largest[:_LINES]:
        values = {"zone": zone, "m2": proof.outside_m2[zone]}
        if zones[zone] == GapCause.APART_FROM_BOUNDARY:
            yield Text("Zone {zone} ({m2:,.0f} m²) lies wholly outside the boundary.", values)
        else:
            yield Text("Zone {zone} reaches beyond the boundary: {m2:,.0f} m² lie outside.", values)
    if rest := largest[_LINES:]:
        text = "{n} more zones have {m2:,.0f} m² beyond the boundary (gaps.geojson)."
        yield Text(text, {"n": len(rest), "m2": sum(proof.outside_m2[zone] for zone in rest)})
    if small:
        text = (
            "{n} places beyond the boundary are under {least:g} m² or {width:g} m wide ({m2:,.1f} m² in all)."
        )
        area = sum(gap.area_m2 for gap in small)
        yield Text(text, {"n": len(small), "least": GAP_MIN_M2, "width": GAP_MIN_WIDTH_M, "m2": area})


def _rounding(proof: Coverage) -> Iterator[Text]:
    if proof.rounding.n:
        text = (
            "{n} slivers ({m2:,.2f} m² in all) are no wider than the rounding of coordinates to {m:.2g} m "
            "makes them; they are not listed."
        )
        slivers = proof.rounding
        yield Text(text, {"n": slivers.n, "m2": slivers.area_m2, "m": slivers.resolution_m})
