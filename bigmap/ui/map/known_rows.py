"""Whether rows that the page names are rows of what is open: it may speak of a scene that is gone."""

from __future__ import annotations

import logging

from bigmap.mapview.messages import Message, rows_named
from bigmap.session.session import Session

log = logging.getLogger(__name__)


def names_known_rows(message: Message, session: Session) -> bool:
    """Tell whether the units and zones of a message are there, and no more of them than there are."""
    document = session.document
    if document is None:
        return not any(rows for _, rows in rows_named(message))
    zones = document.built.zones if document.checked is not None else session.tally.zones
    count = {"unit": len(document.built.units), "zone": len(zones)}
    for layer, rows in rows_named(message):
        most = count.get(layer)
        if most is not None and (len(rows) > most or max(rows, default=-1) >= most):
            log.warning("the map page named %s rows that are not there (%s)", layer, message.kind)
            return False
    return True
