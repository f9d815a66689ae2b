"""What is pointed at, in map, tables and lists alike: picked in one, shown in the others."""

from __future__ import annotations

from bigmap.base.problems import Problem
from bigmap.commands.context import Context
from bigmap.commands.viewing import view
from bigmap.mapview.messages import Go, Picked, Select
from bigmap.ui.map.known_rows import names_known_rows
from bigmap.ui.map.map_widget import MapWidget
from bigmap.ui.panels.side_panels import ResultsPanel, SourcesPanel


class SelectionSync:
    """Keeps the picks of map, tables and lists the same.

    Parameters
    ----------
    context : Context
        Its session holds what is picked.
    shown : MapWidget
    sources : SourcesPanel
    results : ResultsPanel
    """

    def __init__(
        self, context: Context, shown: MapWidget, sources: SourcesPanel, results: ResultsPanel
    ) -> None:
        self._context, self._session, self._map, self._results = context, context.session, shown, results
        self._session.selection_changed.connect(self.show)
        shown.picked.connect(self._picked)
        results.chosen.connect(self._chosen_in_table)
        sources.problems.problem_chosen.connect(self._problem_chosen)

    def show(self) -> None:
        """Show what is picked in the attributes and tables."""
        document, pick = self._session.document, self._session.selection
        if document is not None:
            self._results.show_pick(document, pick)
        if pick is None:
            self._map.send(Select("unit", [], fly=False))

    def highlight(self, *, fly: bool) -> None:
        """Highlight what is picked on the map, and go there if ``fly``."""
        document, pick = self._session.document, self._session.selection
        if document is None or pick is None:
            return
        gap = self._results.gaps.row_at(pick.row) if pick.layer == "gap" else None
        if gap is not None and gap.members is not None:
            self._map.send(Select("unit", gap.members.tolist(), fly=fly))
        elif gap is not None and gap.zone_rows:
            self._map.send(Select("zone", list(gap.zone_rows), fly=fly))
        elif pick.layer == "operator":
            self._map.send(Select("zone", document.zones_of_operator(pick.row), fly=fly))
        else:
            self._map.send(Select(pick.layer, [pick.row], fly=fly))

    def _picked(self, found: Picked) -> None:
        if not names_known_rows(found, self._session):
            return
        view.picked(self._context, found.unit, found.zone, found.gap)
        self.highlight(fly=False)

    def _chosen_in_table(self, pick: object) -> None:
        self._session.select(pick)  # type: ignore[arg-type] # a Pick or None
        self.highlight(fly=True)

    def _problem_chosen(self, problem: Problem) -> None:
        self._results.show_problem(problem)
        if problem.place is not None:
            self._map.send(Go(*(float(v) for v in problem.place)))
