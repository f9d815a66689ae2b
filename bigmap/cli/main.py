"""The command line: the whole job unattended, the check of drawn zones, the demo, the window."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bigmap.base import console, i18n, settings, temp_folders
from bigmap.base.amounts import Exact
from bigmap.base.i18n import Text, tr
from bigmap.base.interrupts import end_now, interrupts
from bigmap.base.log import write_log
from bigmap.base.paths import sample_shapes
from bigmap.base.problem_kind import Outlet
from bigmap.base.progress import Progress
from bigmap.base.terminal import Bar, end_process
from bigmap.cli import options as options_of
from bigmap.cli.arguments import parser_of
from bigmap.cli.counts import tell_choices
from bigmap.cli.ending import DECISION, DEFECT, DONE, UNUSABLE, complain, run
from bigmap.cli.given_paths import check_paths
from bigmap.cli.start_table import present_zones, tell_present
from bigmap.core.sources.layers import Role

__all__ = ["DECISION", "DEFECT", "DONE", "UNUSABLE", "main"]

if TYPE_CHECKING:
    from bigmap import Check, Plan


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] not in (*_COMMANDS, "-h", "--help", "--version"):
        return _window(arguments)
    options = parser_of(_COMMANDS).parse_args(arguments)
    interrupts.written, interrupts.late = None, False
    i18n.use(options.lang or settings.language())
    write_log()
    if said := settings.repair_settings():
        complain(str(said))
    temp_folders.sweep()
    code = run(options)
    return end_process(code) if argv is None else code


# --- the commands ------------------------------------------------------------------------------


def _window(arguments: list[str]) -> int:
    from bigmap import app

    i18n.use(settings.language())
    mistyped = next((a for a in arguments[:1] if not a.startswith("-") and not os.path.lexists(a)), None)
    if mistyped is not None:
        names = ", ".join(_COMMANDS)
        said = tr("{word} is neither a command ({commands}) nor a file", word=mistyped, commands=names)
    elif app.has_display():
        return app.main(arguments)
    else:
        said = tr("there is no display to open a window on; bigmap plan FOLDER --out DIR works without")
    complain(said)
    return UNUSABLE


def _plan(options: argparse.Namespace) -> int:
    made = _make_plan([Path(i) for i in options.inputs], options)
    _say_result(made, Path(options.out), options)
    return _code(made)


def _make_plan(inputs: list[Path], options: argparse.Namespace) -> Plan:
    """Read, plan and write the results; nothing is written before all of it has succeeded."""
    check_paths(options)
    bar = Bar(quiet=options.quiet, limit_s=options.time_limit)
    with bar as progress:
        from bigmap import plan, read_folder, write_results
        from bigmap.io.writing.results_folder import check_writable

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
            tell_present(layers, options)
            made = plan(
                layers,
                rules,
                bar.part(0.1, 0.85),
                crs=options_of.metric(crs),
                unit_rules=options_of.unit_rules(options),
                barriers=options_of.barriers(options),
                parameters=parameters,
                bundle_rules=bundle_rules,
                present=partial(present_zones, options),
                executor=executor,
            )
            return made, _alternatives(made, options, bar.part(0.85, 1.0))

        with options_of.executor(options) as executor:
            made, extra = progress.part(0.0, 0.75).watched(work)
        extra = _extra_files() | extra
        write_results(made, Path(options.out), progress.part(0.75, 1.0), i18n.current(), extra)
    if bar.cut_short:
        text = "the time limit of {limit:g} s ended the search; zones and bundles are the best found by then"
        complain(tr(text, limit=options.time_limit))
    return made


def _check(options: argparse.Namespace) -> int:
    from bigmap import check, read_folder, write_check
    from bigmap.core.coverage.gaps import asks_for_decision
    from bigmap.io.writing.results_folder import check_writable

    check_paths(options)
    check_writable(Path(options.out))
    crs = options_of.crs_of(options)
    overrides = {**options_of.overrides(options), Role.ZONES: Path(options.zones_file)}

    def work(bar: Progress) -> Check:
        inputs = [Path(options.zones_file), *map(Path, options.inputs)]
        layers = read_folder(inputs, overrides, crs, bar.part(0.0, 0.2), **options_of.places(options))
        tell_choices(layers, options)
        return check(
            layers,
            bar.part(0.2, 1.0),
            crs=options_of.metric(crs),
            unit_rules=options_of.unit_rules(options),
            repair_under=options.repair_under,
        )

    late = (
        "The time limit of {limit:g} s was over before the check was done, so nothing was written;"
        " allow more time"
    )
    with Bar(quiet=options.quiet, limit_s=options.time_limit, late=late) as progress:
        checked = progress.part(0.0, 0.8).watched(work)
        report = write_check(checked, Path(options.out), progress.part(0.8, 1.0))
    _say_check(report, options)
    is_open = report["decisions"] or any(asks_for_decision(gap) for gap in checked.coverage.gaps)
    return DECISION if is_open else DONE


def _demo(options: argparse.Namespace) -> int:
    from bigmap import app

    out = Path(options.out)
    made = _make_plan([sample_shapes()], options)
    _say_result(made, out, options)
    if interrupts.late:
        return _code(made)
    if app.has_display():
        return app.open_window(made)
    picture, code = out / "window.png", _code(made)
    interrupts.install(lambda: end_now(Text("stopped; the results are complete"), code))
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
    from bigmap import alternatives
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
    said = [problem.text for problem in made.problems if Outlet.SCREEN in problem.kind.told]
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


_COMMANDS = {"plan": _plan, "check": _check, "demo": _demo}
