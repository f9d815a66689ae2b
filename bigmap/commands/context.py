"""What commands work with: the session, and a user who can be asked and told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.progress import Progress
from bigmap.core.coverage.gap import Gap
from bigmap.core.operators.bundling_rules import BundleRules
from bigmap.core.operators.parameters import Parameters
from bigmap.core.planning.plan import Plan
from bigmap.core.planning.swap import Swap
from bigmap.core.sources.source_options import SourceOptions
from bigmap.core.zoning.alternatives import Alternative
from bigmap.core.zoning.rules import ZoningRules
from bigmap.io.reading.layer_survey import LayerSurvey
from bigmap.mapview.basemap import Basemap
from bigmap.mapview.messages import Message
from bigmap.session.document import Document
from bigmap.session.session import Session

T = TypeVar("T")
List = Literal["gaps", "problems"]


class UserPort(Protocol):
    """The user behind the window; in tests one who answers at once. No answer means: changed my mind."""

    def ask_folder(self, title: Text) -> Path | None:
        """Ask for a folder that is there."""

    def ask_files(self, title: Text) -> list[Path]:
        """Ask for one or more layers."""

    def ask_file(self, title: Text) -> Path | None:
        """Ask for one layer."""

    def ask_save(self, title: Text, name: str) -> Path | None:
        """Ask where to write a file, proposing ``name``."""

    def ask_rules(self, plan: Plan) -> ZoningRules | None:
        """Ask how zones shall be built."""

    def ask_parameters(self, parameters: Parameters) -> Parameters | None:
        """Ask what cost and income shall be reckoned with."""

    def ask_bundle(self, plan: Plan) -> BundleRules | None:
        """Ask how zones shall be given to operators."""

    def ask_swap(self, plan: Plan, swap: Swap) -> bool:
        """Show a proposed swap and ask whether to make it."""

    def ask_candidate(self, plan: Plan, candidates: Sequence[Alternative]) -> Alternative | None:
        """Ask which of several sets of zones shall be used."""

    def ask_choices(
        self, surveys: Sequence[LayerSurvey], choices: Mapping[str, SourceOptions]
    ) -> dict[str, SourceOptions] | None:
        """Ask how layers shall be read, proposing ``choices``."""

    def ask_area(self, gaps: Sequence[Gap]) -> float | None:
        """Ask under how many m² gaps and overlaps shall be repaired."""

    def ask_text(self, title: Text, value: str) -> str | None:
        """Ask for a line of text, proposing ``value``."""

    def ask_number(self, title: Text, value: int, low: int, high: int) -> int | None:
        """Ask for a whole number between two, proposing ``value``."""

    def ask_colour(self, title: Text, value: str) -> str | None:
        """Ask for a colour ('#rrggbb'), proposing ``value``."""

    def ask_one(self, title: Text, names: Sequence[str], at: int) -> int | None:
        """Ask for one of several, proposing the one ``at``; return where it stands."""

    def ask_here(self, names: Sequence[str], able: Sequence[bool]) -> int | None:
        """Ask for one of several with a small menu at the mouse; those not ``able`` cannot be taken."""

    def hint(self, *texts: Text) -> None:
        """Tell in passing what a gesture met with; nobody has to answer. Without texts the last one goes."""

    def ask_unsaved(self, text: Text) -> Literal["export", "discard"] | None:
        """Tell what is not exported and would be lost, and ask what to do; None to do nothing at all."""

    def offer(self, text: Text, action: Text) -> bool:
        """Tell why something cannot be done, and ask whether to take a way out."""

    def run(
        self,
        title: Text,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        *,
        droppable: bool = True,
    ) -> None:
        """Do ``work`` off the UI thread, then ``done`` with its result on it.

        A stop drops work that is ``droppable`` in the middle of a step; what writes or paints comes to its
        next step first.
        """

    def cancel(self) -> None:
        """Stop the work under way."""

    def tell(self, text: Text) -> None:
        """Tell that something was done."""

    def refuse(self, text: Text) -> None:
        """Tell why something cannot be done."""

    def ask_picture(self, title: Text) -> Path | None:
        """Ask for a file of map tiles, or a picture that knows its place."""

    def put_under(
        self, basemap: Basemap | None, pictures: Callable[[int, int, int], bytes | None] | None
    ) -> None:
        """Put a picture under the plan, or take it away; ``pictures`` gives the tiles of a file."""

    def renew_base(self, document: Document) -> None:
        """Bend the picture anew for a document that may lie elsewhere."""

    def ask_place(self, document: Document) -> None:
        """Ask for a place in the document and show it."""

    def send(self, message: Message) -> None:
        """Give the map an order."""

    def preview(self, plan: Plan) -> None:
        """Show the printed sheet."""

    def print_sheet(self, plan: Plan) -> None:
        """Print the sheet on a printer of the user's choice."""

    def write_pdf(self, plan: Plan, path: Path) -> None:
        """Write the sheet as PDF; from any thread."""

    def step(self, through: List, by: int) -> None:
        """Show the next (1) or the previous (-1) place on a list."""

    def show_palette(self) -> None:
        """Let the user find a command by its name, and do it."""

    def show_keys(self) -> None:
        """Show the keys of all commands."""

    def about(self) -> None:
        """Tell what program this is."""

    def quit(self) -> None:
        """Close the window."""


@dataclass
class Context:
    """Where a command finds everything it may touch."""

    session: Session
    ui: UserPort

    @property
    def document(self) -> Document:
        """The open document; a `UserError` says how to open one where there is none."""
        if self.session.document is None:
            raise UserError("Nothing is open yet: open a folder of layers first.")
        return self.session.document

    def keep(self, store: Callable[[], None]) -> None:
        """Store what the user chose for the next time; say in the status bar where that is not possible."""
        try:
            store()
        except UserError as error:
            self.ui.hint(Text("This holds now, but not the next time."), error.text)
