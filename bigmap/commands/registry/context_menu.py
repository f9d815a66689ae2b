"""What can be done to what was clicked with the right button: ids of commands."""

from __future__ import annotations

_CHOSEN = (
    ("new_zone", "give_chosen", "erase_chosen"),
    ("merge", "lock", "unlock", "lock_chosen", "unlock_chosen"),
    ("grow", "shrink", "invert", "choose_nothing"),
)
_PICKED = (
    ("pipette", "choose_zones", "choose_name", "choose_community"),
    ("split", "hand_pocket", "remove_zone"),
    ("rename", "renumber", "recolour", "to_operator"),
    ("lock", "unlock", "lock_chosen", "unlock_chosen"),
)
_NOTHING = (("fit", "go_to"), ("unlock_all", "lock_all"))


def context_commands(facts: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """Return the commands for what is chosen, else for what is picked, else for the whole plan, in groups."""
    if "own_zones" not in facts:
        return _NOTHING[:1]
    if "chosen" in facts:
        return _CHOSEN
    if not facts & {"unit_picked", "zone_picked"}:
        return _NOTHING
    done = {"lock" if "zone_locked" in facts else "unlock"}  # already, or not yet
    done.add("lock_chosen" if "unit_locked" in facts else "unlock_chosen")
    return tuple(tuple(name for name in group if name not in done) for group in _PICKED)
