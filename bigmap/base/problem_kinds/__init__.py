"""The registry of problem kinds: each is written once, in the module of those who report it.

In: nothing. Out: the classes of findings, `FINDINGS` and `KINDS`.
Called by: whoever reports a problem (its module, as ``kinds``), whoever lists all kinds.
"""

from bigmap.base.problem_kind import Finding, ProblemKind
from bigmap.base.problem_kinds import (
    cleaning,
    data_models,
    drawn_zones,
    fields,
    formats,
    georeferencing,
    linework,
    planning,
    road_tables,
    sources,
    tables,
    units,
)

FINDINGS: tuple[type[Finding], ...] = tuple(
    found
    for module in (
        formats,
        sources,
        data_models,
        georeferencing,
        fields,
        tables,
        road_tables,
        cleaning,
        linework,
        drawn_zones,
        units,
        planning,
    )
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Finding) and found.__module__ == module.__name__
    if found.template
)
"""Each sentence that a problem can say."""

KINDS: dict[str, ProblemKind] = {found.kind.code: found.kind for found in FINDINGS}
"""Code → kind."""
