"""Arguments of the command line: what each option is called, what it takes, what it says of itself."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bigmap.base import i18n
from bigmap.base.version import __version__
from bigmap.cli.counts import add_counts
from bigmap.cli.options import ROLE_OPTIONS
from bigmap.core.units.cutting_rules import UnitRules


def day(text: str) -> date:
    """Return the day an option names."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a date such as 2026-12-31") from None


def area(text: str) -> float:
    """Return the square metres an option names."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not found >= 0:
        raise argparse.ArgumentTypeError(f"{text} is not an area in m²")
    return found


def metres(text: str) -> float:
    """Return the metres an option names."""
    if not 0 <= (found := _number(text)) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a distance in metres")
    return found


def seconds(text: str) -> float:
    """Return the seconds an option names."""
    if not 0 < (found := _number(text)) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")
    return found


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0


def add_zoning(command: argparse.ArgumentParser) -> None:
    """Add the options that say how zones are built."""
    command.add_argument("--zones", type=int, metavar="K", help="number of zones")
    command.add_argument("--min-zones", type=int, metavar="K", help="smallest number of zones")
    command.add_argument("--max-zones", type=int, metavar="K", help="largest number of zones")
    command.add_argument("--max-load", type=float, metavar="W", help="largest load of a zone")
    command.add_argument("--min-load", type=float, metavar="W", help="smallest load of a zone")
    command.add_argument("--balance", metavar="FIELD[:WEIGHT],...", help="what is balanced (hh)")
    command.add_argument("--tolerance", type=float, metavar="SHARE", help="wanted largest deviation (0.03)")
    command.add_argument(
        "--also-balance",
        dest="tolerances",
        metavar="FIELD[:SHARE],...",
        help="further fields, each balanced for itself within its deviation (0.1)",
    )
    command.add_argument(
        "--compactness", type=float, metavar="X", help="weight of short borders: 1 as usual, 0 none"
    )
    command.add_argument("--keep-whole", metavar="WHAT,...", help="communities, streets: never cut")
    command.add_argument("--prefer-whole", metavar="WHAT,...", help="communities, streets: cut at a price")
    command.add_argument(
        "--lock", metavar="UNIT=ZONE", action="append", default=[], help="unit that must be in a zone (W01)"
    )
    command.add_argument(
        "--together", metavar="UNIT,UNIT,...", action="append", default=[], help="units that go together"
    )
    command.add_argument(
        "--apart", metavar="UNIT,UNIT,...", action="append", default=[], help="units that may not go together"
    )
    command.add_argument(
        "--max-extent", type=float, dest="max_extent_m", metavar="M", help="farthest a zone reaches, metres"
    )
    command.add_argument(
        "--start",
        metavar="FILE",
        help="units.geojson, or a table of present zones to change little: unit_id and zone_id, 小区名称 and"
        " 所属片区, or 片区 and 包含小区",
    )
    command.add_argument(
        "--change-price", type=float, metavar="X", help="price of load that leaves its present zone (1)"
    )
    command.add_argument(
        "--max-moved", type=float, metavar="SHARE", help="largest share of load that may move"
    )
    command.add_argument(
        "--rules", metavar="FILE.json", help="rules for zones; the other options go before it"
    )
    command.add_argument("--seed", type=int, metavar="N", help="same seed, same zones (0)")
    command.add_argument(
        "--alternatives", type=int, metavar="N", help="also write N plans that differ (alternatives.csv)"
    )
    command.add_argument(
        "--time-limit",
        type=seconds,
        metavar="S",
        help="seconds until the search for zones and bundles ends: the best found by then are kept and"
        " written; where there are none yet, the command ends with exit code 2",
    )
    command.add_argument(
        "--barrier-roads",
        default="",
        metavar="CLASS,...",
        help="classes of roads that no zone crosses, such as expressway, but where other roads lead across",
    )
    command.add_argument(
        "--flagged-crossings",
        action="store_true",
        help="only roads flagged as bridge or tunnel lead across barriers",
    )


def add_cutting(command: argparse.ArgumentParser) -> None:
    """Add the options that say how the ground is cut into units."""
    usual = UnitRules()
    command.add_argument(
        "--reach",
        type=metres,
        metavar="M",
        help=f"ground farther than this from every building is open ground, metres ({usual.reach_m:g})",
    )
    command.add_argument(
        "--road-first",
        action="store_true",
        help="ground that an estate and a road both claim goes to the road, not to the estate",
    )
    text = "bridges and underpasses of roads over excluded ground stay excluded and link nothing"
    command.add_argument("--no-bridges", action="store_true", help=text)
    command.add_argument(
        "--min-area",
        type=area,
        metavar="M2",
        help=f"smaller left-over ground goes to its neighbour, m² ({usual.min_area_m2:g})",
    )
    command.add_argument(
        "--min-width",
        type=metres,
        metavar="M",
        help=f"narrower left-over ground goes to its neighbour, metres ({usual.min_width_m:g})",
    )
    command.add_argument(
        "--slit",
        type=metres,
        metavar="M",
        help="narrower ground between two districts of the boundary is closed, wider is open ground to decide"
        f" about, metres ({usual.slit_m:g})",
    )


def add_bundling(command: argparse.ArgumentParser) -> None:
    """Add the options that say what zones cost and how they are given to operators."""
    command.add_argument(
        "--parameters",
        metavar="FILE",
        help="parameters.json for cost, income and bundles, as results hold it",
    )
    command.add_argument(
        "--band", type=float, metavar="SHARE", help="largest distance of cover ratios from the whole (0.1)"
    )
    command.add_argument(
        "--max-share", type=float, metavar="SHARE", help="warn above this share of one operator (0.6)"
    )
    command.add_argument(
        "--near", type=float, metavar="METRES", help="parts of a bundle this close count as one (300)"
    )
    command.add_argument(
        "--lock-zone",
        action="append",
        default=[],
        metavar="ZONE=OPERATOR",
        help="a zone whose operator is decided",
    )


def parser_of(runs: Mapping[str, Callable[[argparse.Namespace], int]]) -> argparse.ArgumentParser:
    """Return the parser of the command line; ``runs`` says what carries out each command."""
    parser = argparse.ArgumentParser(
        prog="bigmap",
        allow_abbrev=False,
        description="Service zones of the Big Property model (大物业): with no command, the window opens.",
        epilog="Exit codes: 0 done; 1 a defect of bigmap; 2 input or options cannot be used;"
        " 3 done, but something needs a decision.",
    )
    parser.add_argument("--version", action="version", version=f"bigmap {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    plan = _command(commands, "plan", runs["plan"], "the whole job: zones from a folder or files")
    plan.add_argument("inputs", nargs="+", metavar="INPUT", help="folder or layer files")
    plan.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="cut the ground district by district on a dask cluster (tcp://HOST:8786), or on all processors"
        " of this computer (local)",
    )
    add_cutting(plan)
    add_zoning(plan)
    add_bundling(plan)
    check = _command(commands, "check", runs["check"], "coverage of zones drawn elsewhere")
    add_cutting(check)
    check.add_argument(
        "--time-limit",
        type=seconds,
        metavar="S",
        help="seconds until the check ends with exit code 2 and nothing is written",
    )
    check.add_argument("zones_file", metavar="ZONES", help="file of zones: areas or closed lines")
    check.add_argument(
        "inputs", nargs="*", metavar="INPUT", help="folder or layer files that show the ground"
    )
    check.add_argument(
        "--repair-under",
        type=area,
        metavar="M2",
        help="repair gaps and overlaps smaller than this many m² as proposed, and write the zones",
    )
    demo = _command(commands, "demo", runs["demo"], "plan the sample street office and show it", out="out")
    demo.set_defaults(cluster=None)
    add_cutting(demo)
    add_zoning(demo)
    add_bundling(demo)
    return parser


def _command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], text: str, out: str | None = None
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text, allow_abbrev=False
    )
    command.set_defaults(run=run)
    command.add_argument(
        "--out", metavar="DIR", required=out is None, default=out, help="folder for the results"
    )
    for option, role in ROLE_OPTIONS.items():
        command.add_argument(
            option, metavar="FILE", help=f"file that holds the {role.value}, whatever its name"
        )
    command.add_argument(
        "--table",
        metavar="FILE",
        action="append",
        default=[],
        help="Excel or CSV table of estates, joined by name; may be given several times",
    )
    command.add_argument(
        "--prefer",
        choices=("layer", "table"),
        default="layer",
        help="whose figures are used where a layer and a table contradict each other (layer)",
    )
    command.add_argument(
        "--services", metavar="FILE", help="table of services that others do than the operator of the zone"
    )
    command.add_argument("--date", type=day, metavar="DATE", help="day on which contracts must run (today)")
    command.add_argument(
        "--crs", metavar="CRS", help="EPSG number, PROJ string or WKT where a layer does not tell its own"
    )
    command.add_argument(
        "--control-points", metavar="CSV", help="x,y,lon,lat or x,y,X,Y,EPSG: place layers by points"
    )
    command.add_argument(
        "--shift",
        action="append",
        default=[],
        metavar="FILE=gcj02|bd09|E,N",
        help="take a web map's shift back, or move by metres",
    )
    add_counts(command)
    command.add_argument("--lang", choices=i18n.LANGUAGES, help="language of messages and sheets")
    command.add_argument("--quiet", action="store_true", help="no progress bar")
    command.add_argument("--json", action="store_true", help="print report.json instead of sentences")
    return command
