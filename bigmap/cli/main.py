"""The command line: the whole job unattended, the check of drawn zones, the demo, the window."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bigmap.base import console, i18n, settings
from bigmap.base.amounts import Exact
from bigmap.base.atomic_write import full_disk
from bigmap.base.errors import Cancelled, UserError
from bigmap.base.i18n import Text, tr
from bigmap.base.log import log_file, write_log
from bigmap.base.paths import sample_shapes
from bigmap.base.progress import Progress
from bigmap.base.terminal import Bar, end_process
from bigmap.base.version import __version__
from bigmap.cli import options as options_of
from bigmap.cli.counts import add_counts, tell_choices
from bigmap.core.sources.layers import Role

if TYPE_CHECKING:
    from bigmap.core.coverage.repair import RepairProposal
    from bigmap.core.planning.plan import Plan

DONE, DEFECT, UNUSABLE, DECISION = 0, 1, 2, 3
"""Exit codes: done; defect of bigmap; input or options unusable; done, but something needs a decision."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    if argv is None:
        console.open_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] not in (*_COMMANDS, "-h", "--help", "--version"):
        return _window(arguments)
    options = _parser().parse_args(arguments)
    if argv is None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop leaves nothing half-written
    i18n.use(options.lang or settings.language())
    write_log()
    if said := settings.repair_settings():
        _complain(str(said))
    code = _run(options)
    return end_process(code) if argv is None else code


def _run(options: argparse.Namespace) -> int:
    try:
        return int(options.run(options))
    except UserError as error:
        _complain(str(error))
        return UNUSABLE
    except (Cancelled, KeyboardInterrupt):
        _complain(tr("stopped; nothing was written"))
        return UNUSABLE
    except (SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic of a library is no Exception
        if said := full_disk(error):
            _complain(str(said))
            return UNUSABLE
        logging.getLogger("bigmap").exception("defect")
        _complain(tr("a defect of bigmap; the details are in {file}", file=log_file()))
        return DEFECT


def _complain(sentence: str) -> None:
    print(f"bigmap: {sentence}", file=sys.stderr)


# --- the commands ------------------------------------------------------------------------------


def _window(arguments: list[str]) -> int:
    from bigmap import app

    i18n.use(settings.language())
    mistyped = next((a for a in arguments[:1] if not a.startswith("-") and not Path(a).exists()), None)
    if mistyped:
        names = ", ".join(_COMMANDS)
        said = tr("{word} is neither a command ({commands}) nor a file", word=mistyped, commands=names)
    elif app.has_display():
        return app.main(arguments)
    else:
        said = tr("there is no display to open a window on; bigmap plan FOLDER --out DIR works without")
    _complain(said)
    return UNUSABLE


def _plan(options: argparse.Namespace) -> int:
    made = _make_plan([Path(i) for i in options.inputs], options)
    _say_result(made, Path(options.out), options)
    return _code(made)


def _make_plan(inputs: list[Path], options: argparse.Namespace) -> Plan:
    """Read, plan and write the results; nothing is written before all of it has succeeded."""
    with Bar(quiet=options.quiet, limit_s=options.time_limit) as progress:
        from bigmap.core.planning import pipeline
        from bigmap.io.reading.folder import read_folder
        from bigmap.io.writing.results_folder import check_writable, write_results

        rules, crs = options_of.rules(options), options_of.crs_of(options)
        parameters, bundle_rules = options_of.economy(options)
        check_writable(Path(options.out))

        def work(bar: Progress) -> tuple[Plan, dict[str, Callable[[Plan, Path], None]]]:
            layers = read_folder(
                inputs,
                options_of.overrides(options),
                crs,
                bar.part(0.0, 0.1),
                tables=[Path(file) for file in options.table],
                tables_lead=options.prefer == "table",
                **options_of.places(options),
            )
            tell_choices(layers, options)
            made = pipeline.plan(
                layers,
                rules,
                bar.part(0.1, 0.85),
                crs=options_of.metric(crs),
                unit_rules=options_of.unit_rules(options),
                barriers=options_of.barriers(options),
                parameters=parameters,
                bundle_rules=bundle_rules,
                present=partial(options_of.present_zones, options),
                executor=executor,
            )
            return made, _alternatives(made, options, bar.part(0.85, 1.0))

        with options_of.executor(options) as executor:
            made, extra = progress.part(0.0, 0.75).watched(work)
        extra = _extra_files() | extra
        write_results(made, Path(options.out), progress.part(0.75, 1.0), i18n.current(), extra)
    return made


def _check(options: argparse.Namespace) -> int:
    from bigmap.core.coverage.gap import GapKind
    from bigmap.core.coverage.proof import check_coverage
    from bigmap.core.coverage.repair import all_under, repair_zones
    from bigmap.core.planning import pipeline
    from bigmap.io.reading.folder import read_folder
    from bigmap.io.writing.check_results import write_check

    crs = options_of.crs_of(options)
    overrides = {**options_of.overrides(options), Role.ZONES: Path(options.zones_file)}

    def work(bar: Progress) -> tuple[tuple[Any, ...], Sequence[RepairProposal] | None]:
        inputs = [Path(options.zones_file), *map(Path, options.inputs)]
        layers = read_folder(inputs, overrides, crs, bar.part(0.0, 0.2), **options_of.places(options))
        tell_choices(layers, options)
        told = options_of.metric(crs), options_of.unit_rules(options)
        sources, units, problems = pipeline.ground(layers, bar.part(0.2, 0.7), *told)
        zones = pipeline.drawn(layers, sources, problems)
        bar.step(0.7, Text("Measuring the coverage"))
        proof, repaired = check_coverage(zones, sources, units), None
        if options.repair_under is not None:
            repaired = all_under(proof.gaps, options.repair_under)
            zones = repair_zones(zones, proof.gaps, repaired)
            proof = check_coverage(zones, sources, units)
        return (zones, proof, sources, units, problems), repaired

    with Bar(quiet=options.quiet) as progress:
        (zones, proof, sources, units, problems), repaired = progress.part(0.0, 0.8).watched(work)
        report = write_check(
            zones, proof, sources, units, problems, Path(options.out), progress.part(0.8, 1.0), repaired
        )
    _say_check(report, options)
    open_ = report["decisions"] or any(gap.kind != GapKind.SLIVER for gap in proof.gaps)
    return DECISION if open_ else DONE


def _demo(options: argparse.Namespace) -> int:
    from bigmap import app

    out = Path(options.out)
    made = _make_plan([sample_shapes()], options)
    _say_result(made, out, options)
    if app.has_display():
        return app.open_window(made)
    picture = out / "window.png"
    app.picture_of_window(made, picture, i18n.current())
    print(tr("There is no display, so the window was drawn into {file}", file=picture))
    return DONE


def _code(made: Plan) -> int:
    from bigmap.io.writing.report_json import report_notes

    return DECISION if report_notes(made) else DONE


def _alternatives(
    made: Plan, options: argparse.Namespace, progress: Progress
) -> dict[str, Callable[[Plan, Path], None]]:
    """Return the files of the alternatives that were asked for."""
    if not options.alternatives:
        return {}
    from bigmap.core.zoning.alternatives import alternatives
    from bigmap.io.writing.alternatives_csv import write_alternatives, write_zones_of

    present = made.zone_of_unit if made.rules.start else None
    found = alternatives(made.units, made.graph, made.rules, options.alternatives, present, progress)
    return {
        "alternatives.csv": lambda _, path: write_alternatives(found, path),
        "alternatives_units.csv": lambda plan, path: write_zones_of(plan.units, found, path),
    }


def _extra_files() -> dict[str, Callable[[Plan, Path], None]]:
    """Return the files that need Qt or folium, which `bigmap.io` may not know."""

    def pdf(made: Plan, path: Path) -> None:
        from bigmap.ui.printing.sheet import write_pdf

        write_pdf(made, path)

    def html(made: Plan, path: Path) -> None:
        from bigmap.mapview.html_export import write_map_html

        write_map_html(made, path)

    return {"coverage.pdf": pdf, "map.html": html}


# --- what is said ------------------------------------------------------------------------------


def _say_result(made: Plan, out: Path, options: argparse.Namespace) -> None:
    from bigmap.core.zoning.load import FIELDS
    from bigmap.io.writing.report_json import doubts, report_notes

    if options.json:
        console.print_json(json.loads((out / "report.json").read_text(encoding="utf-8")))
        return
    proof, counts = made.coverage, made.problems.counts()
    print(
        tr(
            "{zones} zones from {units} units; coverage {land:.4%} of {of:,.0f} m²,"
            " inside walls {inside:.4%}, outside {outside:.4%};"
            " uncovered {bare:,.2f} m², twice covered {twice:,.2f} m²",
            zones=len(made.zones),
            units=len(made.units),
            land=Exact(proof.land.value),
            of=proof.land.of,
            inside=Exact(proof.inside.value),
            outside=Exact(proof.outside.value),
            bare=Exact(proof.uncovered_m2),
            twice=Exact(proof.overlap_m2),
        )
    )
    print(tr("{mended} problems mended, {doubt} to look at, {error} not usable (problems.csv)", **counts))
    loads = made.zones["load"] / made.zones["load"].mean()
    print(
        tr(
            "{field}: the heaviest zone has {most:.1%} of the mean, the lightest {least:.1%}",
            field=FIELDS.get(made.units.load_field, made.units.load_field),
            most=Exact(loads.max()),
            least=Exact(loads.min()),
        )
    )
    said = [problem.text for problem in made.problems if problem.code in _WORTH_SAYING]
    for line in (*said, *doubts(made.coverage, made.problems)):
        print(f"? {line}")
    for note in report_notes(made):
        print(f"! {note}")
    print(tr("Results are in {folder}", folder=out.resolve()))


def _say_check(report: dict[str, Any], options: argparse.Namespace) -> None:
    if options.json:
        console.print_json(report)
        return
    print(
        tr(
            "{zones} zones checked; coverage {land:.4%}; {gaps} places to look at: uncovered {bare:,.2f} m²,"
            " twice covered {twice:,.2f} m² (gaps.geojson)",
            zones=len(report["zones"]),
            land=Exact(report["coverage"]["land"]["value"]),
            gaps=report["gaps"],
            bare=Exact(report["uncovered_m2"]),
            twice=Exact(report["overlap_m2"]),
        )
    )
    for sign, lines in (("?", report["doubts"] + report["notes"]), ("!", report["decisions"])):
        print(*(f"{sign} {line}\n" for line in lines), sep="", end="")
    if "repaired" in report:
        print(tr("{n} places were repaired (zones.geojson)", n=len(report["repaired"])))
    print(tr("Results are in {folder}", folder=Path(options.out).resolve()))


# --- the options -------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bigmap",
        allow_abbrev=False,
        description="Service zones of the Big Property model (大物业): with no command, the window opens.",
        epilog="Exit codes: 0 done; 1 a defect of bigmap; 2 input or options cannot be used;"
        " 3 done, but something needs a decision.",
    )
    parser.add_argument("--version", action="version", version=f"bigmap {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    plan = _command(commands, "plan", _plan, "the whole job: zones from a folder or files")
    plan.add_argument("inputs", nargs="+", metavar="INPUT", help="folder or layer files")
    plan.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="cut the ground district by district on a dask cluster (tcp://HOST:8786), or on all processors"
        " of this computer (local)",
    )
    options_of.add_cutting(plan)
    options_of.add_zoning(plan)
    options_of.add_bundling(plan)
    check = _command(commands, "check", _check, "coverage of zones drawn elsewhere")
    options_of.add_cutting(check)
    check.add_argument("zones_file", metavar="ZONES", help="layer of zones")
    check.add_argument(
        "inputs", nargs="*", metavar="INPUT", help="folder or layer files that show the ground"
    )
    check.add_argument(
        "--repair-under",
        type=options_of.area,
        metavar="M2",
        help="repair gaps and overlaps smaller than this many m² as proposed, and write the zones",
    )
    demo = _command(commands, "demo", _demo, "plan the sample street office and show it", out="out")
    demo.set_defaults(cluster=None)
    options_of.add_cutting(demo)
    options_of.add_zoning(demo)
    options_of.add_bundling(demo)
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
    for option, role in options_of.ROLE_OPTIONS.items():
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
    command.add_argument(
        "--date", type=options_of.day, metavar="DATE", help="day on which contracts must run (today)"
    )
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


_COMMANDS = ("plan", "check", "demo")
_WORTH_SAYING = ("boundary_proposed", "no_load", "ground_in_pieces", "community_in_pieces", "uneven")
