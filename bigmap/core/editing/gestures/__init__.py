"""Gestures: what a hand on the map or in the table wants, as an edit of whole units, or why it cannot be.

Each is a plain function of the `Tally` as it stands and of what was chosen; none changes anything. What comes
back is a `Proposal`, which `kept_whole` holds against the rule that zones stay in one piece.
"""

from bigmap.core.editing.gestures.brush import bucket, erase, hand_pocket, paint, pockets
from bigmap.core.editing.gestures.contiguity import Rule, kept_whole
from bigmap.core.editing.gestures.dividing import (
    move_border,
    split_by_line,
    split_crossed,
    split_into,
    zone_crossed,
)
from bigmap.core.editing.gestures.naming import (
    give,
    lock_all,
    lock_units,
    lock_zones,
    recolour,
    rename,
    renumber,
    renumber_all,
)
from bigmap.core.editing.gestures.proposal import Proposal
from bigmap.core.editing.gestures.zones import merge_zones, new_zone, remove_zone

__all__ = [
    "Proposal",
    "Rule",
    "bucket",
    "erase",
    "give",
    "hand_pocket",
    "kept_whole",
    "lock_all",
    "lock_units",
    "lock_zones",
    "merge_zones",
    "move_border",
    "new_zone",
    "paint",
    "pockets",
    "recolour",
    "remove_zone",
    "rename",
    "renumber",
    "renumber_all",
    "split_by_line",
    "split_crossed",
    "split_into",
    "zone_crossed",
]
