"""What the user is told when something fails: what he can mend, and what is a defect of bigmap."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bigmap.base.errors import UserError
from bigmap.base.i18n import Text
from bigmap.base.log import log_file
from bigmap.base.shortage import shortage
from bigmap.commands.context import Context

log = logging.getLogger(__name__)


class Defects:
    """Does things for a user who is told what fails.

    Parameters
    ----------
    context : Context
        Its session keeps what fails from being done by halves (`bigmap.session.transaction`).
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def attempt(self, act: Callable[[], object], refuse: Callable[[Text], None] | None = None) -> None:
        """Do something; tell what the user can mend (by ``refuse``), and what is a defect.

        All exceptions count, also panics of libraries: one that leaves a slot of Qt may end the process.
        """
        session = self._context.session
        before = session.document
        try:
            act()
        except UserError as error:
            (refuse or self._context.ui.refuse)(error.text)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - a defect: logged and told
            self.confess(error, unchanged=session.document is before)

    def confess(self, error: BaseException, *, unchanged: bool) -> None:
        """Log a defect with its traceback, and tell where, and whether the plan is surely as it was.

        A full disk or too little memory is none: the sentence says so.
        """
        if said := shortage(error):
            self._context.ui.refuse(said)
            return
        log.error("a defect of bigmap", exc_info=error)
        file = {"file": str(log_file())}
        if unchanged:
            self._context.ui.refuse(
                Text("This is a defect of bigmap; nothing was changed. The details are in {file}.", file)
            )
        else:
            self._context.ui.refuse(Text("This is a defect of bigmap. The details are in {file}.", file))
