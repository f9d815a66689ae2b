"""How the numbers of one layer are meant: as its file tells, as the user tells, or as they fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyproj import CRS

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.problem_kinds import georeferencing as kinds
from bigmap.base.problems import ProblemLog
from bigmap.core import crs as crs_rules
from bigmap.core.crs.local_grid import AS_IT_IS, Affine
from bigmap.io.formats.raw_layer import RawLayer
from bigmap.io.georeferencing.control_points import ControlPoints


@dataclass(frozen=True)
class GivenPlacement:
    """What the user said about coordinates.

    Attributes
    ----------
    crs : pyproj.CRS or None
        System of the layers that do not tell theirs.
    shifts : mapping of str to str
        File name → 'gcj02' or 'bd09', of layers whose shift shall be taken back.
    points : ControlPoints or None
        Points in the numbers of the layers that do not tell their system, and where they lie.
    near : tuple of float or None
        (longitude, latitude) of the project's city, for folders in which no layer tells its place.
    """

    crs: CRS | None = None
    shifts: Mapping[str, str] = field(default_factory=dict)
    points: ControlPoints | None = None
    near: crs_rules.LonLat | None = None


@dataclass(frozen=True)
class CrsReading:
    """How the numbers of a layer are meant."""

    crs: CRS
    affine: Affine = AS_IT_IS
    note: Text | None = None

    def place(self, box: crs_rules.Bounds) -> crs_rules.LonLat:
        """Return the middle of a box in degrees."""
        x, y = self.affine.points(crs_rules.middle(box))
        return crs_rules.to_lonlat(self.crs, (float(x), float(y)))


def as_told(raw: RawLayer, box: crs_rules.Bounds, log: ProblemLog) -> CrsReading | None:
    """Return the system that the file claims, None where it claims none or its coordinates contradict it."""
    if raw.crs is None:
        return None
    if crs_rules.contradicts(raw.crs, box):
        log.add(kinds.CrsContradicts(crs=crs_rules.name_of(raw.crs)), file=raw.file.name)
        return None
    return CrsReading(raw.crs)


def guessed(
    raw: RawLayer, box: crs_rules.Bounds, told: GivenPlacement, near: crs_rules.LonLat | None, log: ProblemLog
) -> CrsReading | None:
    """Return what the user or the coordinates tell, None where neither is sure."""
    if told.points is not None and told.points.cover(box):
        return fitted(raw.file.name, told.points, log)
    if told.crs is not None and not crs_rules.contradicts(told.crs, box):
        name = crs_rules.name_of(told.crs)
        return CrsReading(told.crs, note=Text("coordinate system {crs}, as told", {"crs": name}))
    best = next(iter(crs_rules.guess_crs(box, near, raw.crs or told.crs, raw.file.stem)), None)
    if best is None or best.confidence < crs_rules.SURE:
        return None
    guessed_as = kinds.CrsGuessed
    if best.affine.scale < 0.5:
        guessed_as = kinds.MillimetresGuessed
    elif best.swapped:
        guessed_as = kinds.SwappedAxesGuessed
    # The last three are for a planner who confirms the guess by one click.
    found = guessed_as(
        crs=best.label,
        sure=best.confidence,
        code=best.code,
        swapped=best.swapped,
        scale=best.affine.scale,
    )
    log.add(found, file=raw.file.name)
    said = {"crs": best.label, "rule": best.rule, "sure": best.confidence}
    return CrsReading(
        best.crs, best.affine, Text("coordinate system {crs} (rule {rule}, {sure:.0%} sure)", said)
    )


def fitted(
    file: str,
    points: ControlPoints,
    log: ProblemLog,
    said: type[kinds.ControlPointsUsed] = kinds.ControlPointsUsed,
) -> CrsReading:
    """Return the reading that control points give, with what is left at each of them."""
    fit = points.fit()
    found = said(
        n=len(fit.residuals),
        turn=fit.affine.turn,
        scale=fit.affine.scale,
        rms=fit.rms,
        residuals=", ".join(f"{r:.2f}" for r in fit.residuals),
    )
    log.add(found, file=file)
    name = crs_rules.name_of(points.crs)
    return CrsReading(
        points.crs, fit.affine, Text("coordinate system {crs}, by control points", {"crs": name})
    )


def cannot_place(raw: RawLayer, box: crs_rules.Bounds, near: crs_rules.LonLat | None) -> UserError:
    """Return the refusal: the file, its numbers, up to three readings of them, the ways out."""
    found = crs_rules.guess_crs(box, near, raw.crs, raw.file.stem)[:3]
    values = {
        "file": raw.file.name,
        "x": box[0],
        "y": box[1],
        "fits": "; ".join(_described(candidate, box) for candidate in found),
        "crs": "" if raw.crs is None else crs_rules.name_of(raw.crs),
    }
    return UserError(_REFUSALS[raw.crs is not None, _kind(found)], **values)


def _kind(found: Sequence[crs_rules.CrsCandidate]) -> str:
    return (
        "none" if not found else "local" if found[0].rule == "R8" and not found[0].crs.to_epsg() else "some"
    )


_REFUSALS = {
    (True, "some"): "{file} says {crs}, but its coordinates (x {x:.0f}, y {y:.0f}) cannot be that."
    " Most likely: {fits}. Correct its .prj, or name its system with --crs.",
    (
        True,
        "local",
    ): "{file} says {crs}, but its coordinates (x {x:.0f}, y {y:.0f}) cannot be that; they look like"
    " a city's own grid. Give its parameters with --crs, or two and more points with --control-points.",
    (
        True,
        "none",
    ): "{file} says {crs}, but its coordinates (x {x:.0f}, y {y:.0f}) cannot be that: correct its .prj,"
    " or name its system with --crs EPSG:n.",
    (False, "some"): "{file} does not tell its coordinate system, and x {x:.0f}, y {y:.0f} fit several."
    " Most likely: {fits}. Add its .prj, or name its system with --crs.",
    (
        False,
        "local",
    ): "{file} does not tell its coordinate system; x {x:.0f}, y {y:.0f} look like a city's own grid,"
    " such as {fits}. Give its parameters with --crs, or two and more points with --control-points.",
    (
        False,
        "none",
    ): "{file} does not tell its coordinate system, and x {x:.0f}, y {y:.0f} fit none known here:"
    " add its .prj, name its system with --crs, or give points with --control-points.",
}
"""(a label that cannot be, what the numbers fit) → the refusal with its ways out."""


def _described(candidate: crs_rules.CrsCandidate, box: crs_rules.Bounds) -> str:
    """Return a candidate with the place where it puts the layer."""
    lon, lat = CrsReading(candidate.crs, candidate.affine).place(box)
    return f"{candidate.code} ({lon:.2f}°, {lat:.2f}°)"
