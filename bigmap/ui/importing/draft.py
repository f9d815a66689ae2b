"""What is chosen in the import dialog so far, and what follows from it: what is used, placed and drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bigmap.base.arrays import Floats
from bigmap.core.crs.local_grid import Affine
from bigmap.core.sources.layers import Role
from bigmap.core.sources.source_options import SourceOptions, options_of
from bigmap.io.reading.layer_survey import LayerSurvey, Placement, lonlat, placement_of, surveyed_location
from bigmap.io.reading.sheet_survey import TableSurvey
from bigmap.io.spreadsheets.estate_table import Use
from bigmap.ui.widgets.layer_preview import COLOURS, Drawing


class Draft:
    """The layers of a folder with the choices for them.

    Attributes
    ----------
    surveys : sequence of LayerSurvey
    now : dict of str to SourceOptions
        Key of a survey → what is chosen for it.
    near : tuple of float or None
        (longitude, latitude) of the layers that tell their place.
    """

    def __init__(self, surveys: Sequence[LayerSurvey], choices: Mapping[str, SourceOptions]) -> None:
        self.surveys = surveys
        self.now = {s.key: options_of(choices, s.file, s.layer) for s in surveys}
        self.near = surveyed_location([s for s in surveys if not s.refusal])
        self._lines: dict[tuple[str, str, Affine], list[Floats]] = {}

    def names(self, role: Role = Role.ESTATES) -> list[str]:
        """Return the names of all features in use that have a role."""
        layers = [s for s in self.surveys if not isinstance(s, TableSurvey) and not self.skips(s)]
        fitting = [s for s in layers if role in s.roles_in(self.now[s.key])]
        return [name for s in fitting for name in s.names(self.now[s.key])]

    def others_lost(self, row: int) -> list[int]:
        """Return the other layers in use that nobody can place yet."""
        used = (i for i, s in enumerate(self.surveys) if i != row and not self.skips(s))
        return [i for i in used if self.lost(self.surveys[i])]

    def skips(self, survey: LayerSurvey) -> bool:
        """Tell whether a layer is left out, by choice or because nothing tells what it is for."""
        choice = self.now[survey.key]
        if isinstance(survey, TableSurvey):
            missed = survey.role != Role.UNKNOWN if survey.refusal else survey.use(choice) != Use.NOTHING
            return choice.skip or not missed
        return choice.skip or survey.role_in(choice) in (Role.UNKNOWN, Role.OPERATORS)

    def is_stuck(self, survey: LayerSurvey) -> bool:
        """Tell whether a layer that is used would stop the import."""
        return survey.refusal is not None or self.lost(survey)

    def lost(self, survey: LayerSurvey) -> bool:
        """Tell whether nobody can place a layer yet."""
        choice = self.now[survey.key]
        if isinstance(survey, TableSurvey) and (survey.refusal or survey.use(choice) != Use.POINTS):
            return False
        return placement_of(survey.as_layer(choice), choice, self.near) is None

    def drawings(
        self, current: LayerSurvey | None, without: LayerSurvey | None = None
    ) -> tuple[list[Drawing], list[str]]:
        """Return the layers that can be drawn, and the names of those that nobody can place yet."""
        used = [(s, self.now[s.key]) for s in self.surveys if s is not without and not self.skips(s)]
        shown = [(s, s.as_layer(choice), choice) for s, choice in used]
        placed = [(s, placement_of(layer, choice, self.near)) for s, layer, choice in shown if layer.lines]
        drawings = [
            Drawing(s.title, self._colour(s), self._turned(s, reading), s is current)
            for s, reading in placed
            if reading is not None
        ]
        return drawings, [s.title for s, reading in placed if reading is None]

    def _colour(self, survey: LayerSurvey) -> str:
        return COLOURS.get(survey.role_in(self.now[survey.key]), "#9ca3af")

    def _turned(self, survey: LayerSurvey, reading: Placement) -> list[Floats]:
        """Return the outlines of a layer in degrees; each reading of them is worked out once."""
        if isinstance(survey, TableSurvey):
            lines = survey.as_layer(self.now[survey.key]).lines
            return [lonlat(reading)(line) for line in lines]
        known = (survey.key, reading.label, reading.affine)
        if known not in self._lines:
            ends = np.cumsum([len(line) for line in survey.lines])
            self._lines[known] = np.split(lonlat(reading)(np.concatenate(survey.lines)), ends[:-1])
        return self._lines[known]
