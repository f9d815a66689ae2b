"""What is remembered survives full disks and other windows; what is damaged is set aside and said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base import i18n, settings
from bigmap.base.errors import UserError
from bigmap.base.lock import locked
from bigmap.commands.documents import defaults
from bigmap.core.operators.bundling_rules import BundleRules
from bigmap.core.operators.parameters import Parameters
from bigmap.core.sources.source_options import from_json
from bigmap.session import import_memory, places
from bigmap.session.import_memory import Source
from bigmap.session.tool import ToolState
from tests.helpers.disks import files_end_at, needs_limits

NESTED = b"[" * 100_000
GOOD = {"tianditu_key": "a1", "language": "en", "parameters": {"wage": 90_000.0}}
DAMAGED = {
    "empty": b"",
    "nested": NESTED,
    "nested in a key": b'{"language": ' + NESTED,
    "deep but closed": b'{"later": ' + b"[" * 400 + b"]" * 400 + b"}",
    "cut short": json.dumps(GOOD).encode()[:-9],
    "not UTF-8": json.dumps({"folder": "街道"}, ensure_ascii=False).encode("gbk"),
    "a list": b"[1, 2]",
    "a word": b'"language"',
    "zeros": bytes(4096),
}
WRONG = {
    "language": 3,
    "theme": ["dark"],
    "geometry": "keine",
    "folder": {"a": 1},
    "edit_rule": [[]],
    "instead": ["hh"],
    "tianditu_key": 5,
    "repair_under_m2": "many",
    "parameters": [],
    "bundle": "x",
    "bookmarks": 7,
    "columns": {"zones": ["wide"]},
    "columns_hidden": {"zones": 3},
}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("profile") / "bigmap"
    monkeypatch.setattr(settings, "settings_file", lambda: folder / "settings.json")
    monkeypatch.setattr(import_memory, "settings_file", lambda: folder / "settings.json")


def put(content, file=None):
    path = file or settings.settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def names(path):
    return sorted(p.name for p in path.parent.iterdir())


def use_everything():
    """Ask for all that is remembered, as the window does when it starts and is used."""
    assert settings.language() in i18n.LANGUAGES
    assert settings.theme() in ("light", "dark", "system")
    ToolState.remembered()
    defaults.remembered()
    defaults.usual_rules()
    held = settings.load()
    assert float(held.get("repair_under_m2", 1)) >= 0
    for group in ("bookmarks", "columns", "columns_hidden"):
        assert all(isinstance(v, list) for v in held.get(group, {}).values())
    sources = [Source("a.shp", ("名称",))]
    for values in import_memory.recall_options(Path("here"), sources).values():
        from_json(values)


# --- damaged files ---


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_set_aside_with_a_sentence(content):
    path = put(content)
    use_everything()
    said = settings.repair_settings()
    assert "settings.json.damaged" in said.render("en")
    assert str(path) in said.render("zh")
    assert names(path) == ["settings.json.damaged"]
    assert (path.parent / "settings.json.damaged").read_bytes() == content
    assert settings.repair_settings() is None
    settings.keep(theme="dark")
    assert settings.theme() == "dark"


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_file_damaged_while_the_program_runs_is_set_aside_before_it_is_written(content):
    path = put(content)
    settings.remember(theme="dark")
    assert settings.load() == {"theme": "dark"}
    assert (path.parent / "settings.json.damaged").read_bytes() == content


def test_nothing_set_aside_before_is_overwritten():
    for content in (b"{1", b"{2", b"{3"):
        path = put(content)
        assert settings.repair_settings() is not None
    assert [p.read_bytes() for p in sorted(path.parent.iterdir())] == [b"{1", b"{2", b"{3"]


def test_a_folder_a_pipe_or_a_huge_file_in_its_place():
    path = settings.settings_file()
    path.mkdir(parents=True)
    (path / "a.txt").write_text("mine", encoding="utf-8")
    use_everything()
    assert "damaged" in str(settings.repair_settings())
    assert (path.parent / "settings.json.damaged" / "a.txt").is_file()
    if hasattr(os, "mkfifo"):
        os.mkfifo(path)
        use_everything()
        assert settings.repair_settings() is not None
    with path.open("wb") as file:
        file.truncate(1 << 30)
    use_everything()
    assert settings.repair_settings() is not None
    assert not path.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read anything")
def test_a_file_that_cannot_be_read():
    path = put(GOOD)
    path.chmod(0)
    use_everything()
    assert settings.repair_settings() is not None
    assert names(path) == ["settings.json.damaged"]


def test_a_mark_of_byte_order_is_no_damage():
    put(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert settings.repair_settings() is None
    assert settings.language() == "en"


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_type_costs_that_key_only(name):
    path = put({**GOOD, name: WRONG[name]})
    use_everything()
    good = {k: v for k, v in GOOD.items() if k != name}
    assert good.items() <= settings.load().items()
    said = str(settings.repair_settings())
    assert name in said
    assert all(other not in said for other in good)
    assert names(path) == ["settings.json", "settings.json.damaged"]
    assert good.items() <= json.loads(path.read_bytes()).items()
    assert settings.repair_settings() is None


def test_one_wrong_value_of_a_group_costs_that_value_only():
    put(
        {
            "columns": {"a": [3, 4], "b": [1e400]},
            "parameters": {"wage": 90_000, "none": 1},
            "bundle": {"band": -1},
        }
    )
    assert settings.load()["columns"] == {"a": [3, 4]}
    parameters, rules = defaults.remembered()
    assert (parameters, rules) == (Parameters(wage=90_000.0), BundleRules())
    put({"bundle": {"band": 0.2, "seed": "x", "touch_weight": 10**400, "locks": {}}})
    assert defaults.remembered()[1] == BundleRules(band=0.2)


def test_what_a_later_version_wrote_stays():
    path = put({**GOOD, "later": {"a": [1]}})
    settings.remember(theme="dark")
    assert json.loads(path.read_bytes()) == {**GOOD, "later": {"a": [1]}, "theme": "dark"}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
numbers = ("wage", "band", "touch_weight", "seed", "locks", "share_is_hard")
groups = st.dictionaries(st.sampled_from(["zones", "街道 EPSG:4548", *numbers]), anything, max_size=3)
some_settings = st.dictionaries(st.sampled_from([*WRONG, "later"]), anything | groups, max_size=6)
entries = st.fixed_dictionaries(
    {"folder": st.just("here"), "key": st.just("a.shp"), "fields": st.just(["名称"])},
    optional={
        "choice": st.dictionaries(
            st.sampled_from(["role", "encoding", "fields", "control", "head", "left_out", "joined", "skip"]),
            anything,
            max_size=4,
        )
    },
)


@given(st.binary() | st.one_of(anything, some_settings).map(lambda v: json.dumps(v).encode()))
def test_any_content_of_the_settings_file_will_do(content):
    path = put(content)
    use_everything()
    before = settings.load()
    said = settings.repair_settings()
    assert settings.load() == before or before != before
    assert settings.repair_settings() is None
    if said is not None:
        assert said.render("zh") != said.render("en")
    settings.keep(theme="light")
    settings.remember_in("columns", "zones", [1, 2])
    assert settings.theme() == "light"
    for file in path.parent.iterdir():
        file.unlink()


@given(st.binary() | st.lists(entries | anything, max_size=3).map(lambda v: json.dumps(v).encode()))
def test_any_content_of_the_choices_file_will_do(content):
    path = put(content, import_memory.choices_file())
    use_everything()
    import_memory.repair_import_memory()
    assert import_memory.repair_import_memory() is None
    import_memory.remember_options(Path("here"), [(Source("b.shp", ()), {"skip": True})])
    assert import_memory.recall_options(Path("here"), [Source("b.shp", ())]) == {"b.shp": {"skip": True}}
    for file in path.parent.iterdir():
        file.unlink()


# --- full disks ---


@needs_limits
def test_a_full_disk_costs_nothing_that_was_remembered():
    held = {**GOOD, "bookmarks": {"街道": [["桥", 1.0, 2.0, 15.0]] * 300}}
    path = put(held)
    mine = [(Source("a.shp", ()), {"encoding": "Big5"})]
    import_memory.remember_options(Path("here"), mine)
    before = {p.name: p.read_bytes() for p in path.parent.iterdir()}
    with files_end_at(100):
        settings.remember(theme="dark")
        with pytest.raises(UserError):
            settings.keep(theme="dark")
        with pytest.raises(UserError):
            import_memory.remember_options(Path("there"), mine)
    assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == before


def test_bookmarks_of_the_same_document_are_added_to_what_another_window_wrote(monkeypatch):
    monkeypatch.setattr(places, "_key", lambda document: document)
    places.save_place("街道", "桥", 1.0, 2.0, 15.0)
    put({"bookmarks": {"街道": [["桥", 1, 2, 15], ["塔", 3, 4, 15]], "镇": [["井", 1, 2, 3]]}})
    places.save_place("街道", "桥", 9.0, 9.0, 12.0)
    assert [s.name for s in places.bookmarks("街道")] == ["塔", "桥"]
    places.forget("街道", "塔")
    assert [(s.name, s.x) for s in places.bookmarks("街道")] == [("桥", 9.0)]
    assert [s.name for s in places.bookmarks("镇")] == ["井"]


# --- two processes ---

WRITER = """
import sys
from bigmap.base import settings
from pathlib import Path
settings.settings_file = lambda: Path(sys.argv[2])
for line in sys.stdin:
    mine = f"{sys.argv[1]} {line.strip()}"
    settings.remember(geometry="AAAA", **{mine: "x" * 2000})
    settings.remember_in("columns", mine, [1])
    settings.keep_in("bookmarks", lambda held: {"街道": [*held.get("街道", []), [mine, 1, 2, 3]]})
    print("done", flush=True)
"""
ROUNDS = 15


def test_two_processes_lose_nothing_of_each_other():
    path = put(GOOD)
    both = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, name, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        for name in "ab"
    ]
    for number in range(ROUNDS):
        for one in both:
            one.stdin.write(f"{number}\n".encode())
        for one in both:
            assert one.stdout.readline() == b"done\n"
    for one in both:
        one.communicate()
    wanted = {f"{name} {number}" for name in "ab" for number in range(ROUNDS)}
    held = settings.load()
    assert wanted <= held.keys()
    assert held["columns"].keys() == wanted
    assert {row[0] for row in held["bookmarks"]["街道"]} == wanted
    assert GOOD.items() <= held.items()
    assert names(path) == ["settings.json"]


HOLDER = """
import sys
from pathlib import Path
from bigmap.base.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_of_a_process_that_was_killed_is_free(monkeypatch):
    path = put(GOOD)
    lock = path.with_name("settings.json.lock")
    command = [sys.executable, "-c", HOLDER, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        monkeypatch.setattr("bigmap.base.lock.PATIENCE_S", 0.05)
        with pytest.raises(UserError):
            settings.keep(theme="dark")
        assert json.loads(path.read_bytes()) == GOOD
        other.kill()
    assert lock.exists()
    settings.keep(theme="dark")
    assert settings.theme() == "dark"
    assert not lock.exists()


def test_a_lock_holds_between_threads_too(tmp_path, monkeypatch):
    monkeypatch.setattr("bigmap.base.lock.PATIENCE_S", 0.05)
    with locked(tmp_path / "a.lock"), pytest.raises(TimeoutError), locked(tmp_path / "a.lock"):
        pass
    with locked(tmp_path / "a.lock"):
        assert (tmp_path / "a.lock").exists()
    assert list(tmp_path.iterdir()) == []
