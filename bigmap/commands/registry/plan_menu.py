"""Menu Plan: what is computed of the whole plan."""

from __future__ import annotations

from functools import partial

from bigmap.commands.planning import gaps, operators, zoning
from bigmap.commands.registry.command import OWN, PLAN, Command, Menu
from bigmap.commands.viewing import view

_MENU = Menu.PLAN
_CHECKING = ("idle", "checking")
_GIVING = (*OWN, "operators")
_KEPT, _SWAPS = "Scenario&s", "S&waps"
_SCENARIOS = (*OWN, "scenarios")
_SWAP_OPERATORS, _SWAP_ZONES = (partial(operators.swap, of=of) for of in ("operators", "zones"))

PLANNING = (
    Command("build", "&Build zones…", zoning.build, _MENU, 0, "Ctrl+B", "zones", "Build zones", PLAN),
    Command("compare", "Compare &alternatives…", zoning.compare, _MENU, 0, "Ctrl+Shift+B", when=PLAN),
    Command(
        "keep_scenario",
        "&Keep as a scenario…",
        zoning.keep_scenario,
        _MENU,
        0,
        "Ctrl+Shift+S",
        when=OWN,
        within=_KEPT,
    ),
    Command(
        "take_scenario",
        "Go on with a scenari&o…",
        zoning.take_scenario,
        _MENU,
        0,
        when=_SCENARIOS,
        within=_KEPT,
    ),
    Command("check", "&Check zones…", zoning.check, _MENU, 0, "Ctrl+K", "check", "Check zones", PLAN),
    Command("end_check", "Back to the &plan's own zones", zoning.end_check, _MENU, 0, when=_CHECKING),
    Command(
        "repair_under",
        "&Repair small gaps…",
        gaps.repair_under,
        _MENU,
        0,
        "Ctrl+Shift+K",
        when=(*PLAN, "mendable"),
    ),
    Command("save_checked", "&Save the checked zones…", gaps.save_checked, _MENU, 0, when=_CHECKING),
    Command("parameters", "&Parameters of cost and income…", operators.parameters, _MENU, 1, when=OWN),
    Command("bundle", "Give zones to &operators…", operators.bundle, _MENU, 1, when=_GIVING),
    Command(
        "swap_operators",
        "S&uggest a swap between operators…",
        _SWAP_OPERATORS,
        _MENU,
        1,
        "Ctrl+U",
        when=_GIVING,
        within=_SWAPS,
    ),
    Command("swap_zones", "Suggest a swap between &zones…", _SWAP_ZONES, _MENU, 1, when=OWN, within=_SWAPS),
    Command("cancel", "&Stop the work under way", view.cancel, _MENU, 2, "Ctrl+Shift+Esc", when=("busy",)),
)
