"""What the command says reaches any terminal, pipe or disk, or is lost quietly, never the work with it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmap.base import console
from bigmap.cli import main
from tests.helpers.plans import write_street

BIGMAP = [sys.executable, "-m", "bigmap"]
HELPS = [("--help",), ("plan", "--help"), ("check", "--help"), ("demo", "--help"), ("--version",)]
ENCODINGS = ["ascii", "cp1252", "gbk", "cp437", "utf-16"]
on_posix = pytest.mark.skipif(os.name != "posix", reason="a shell of POSIX closes and pipes the streams")


def environment(encoding=None):
    chosen = {"PYTHONIOENCODING": encoding} if encoding else {}
    return {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(Path.cwd()), **chosen}


def run(*arguments, encoding=None, profile=None, **streams):
    kinds = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    words = [*BIGMAP, *map(str, arguments)]
    return subprocess.run(
        words, check=False, env=environment(encoding) | (profile or {}), timeout=300, **kinds
    )


def run_here(*arguments, encoding):
    """Run the command as `run` does, in this process: its streams have no descriptors below them."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", streams[0])
        patch.setattr(sys, "stderr", streams[1])
        console.open_streams()
        code = main.main([*map(str, arguments)])
        sys.stdout.flush()
        sys.stderr.flush()
        told = [stream.buffer.getvalue() for stream in streams]
    return subprocess.CompletedProcess(arguments, code, *told)


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    """A folder that is planned in a second, its zones, and the exit code of its plan."""
    folder = write_street(tmp_path_factory.mktemp("town") / "街道")
    out = folder.parent / "out"
    done = run("plan", folder, "--out", out, "--zones", "2", "--quiet")
    assert done.stderr == b""
    return folder, (out / "zones.geojson").rename(out / "片区.geojson"), done.returncode


def check_arguments(street, tmp_path):
    return ["check", street[1], street[0], "--out", tmp_path / "out", "--quiet"]


@pytest.mark.parametrize(
    ("arguments", "encoding"),
    [*((arguments, "ascii") for arguments in HELPS), (HELPS[1], "cp1252"), (HELPS[1], "gbk")],
    ids=str,
)
def test_help_is_shown_in_any_encoding(arguments, encoding):
    done = run(*arguments, encoding=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "bigmap" in done.stdout.decode(encoding)


@pytest.mark.parametrize(
    ("runs", "encoding", "lang"), [(run, "ascii", "en"), (run_here, "gbk", "en"), (run_here, "cp1252", "zh")]
)
def test_results_are_told_in_any_encoding(street, tmp_path, runs, encoding, lang):
    done = runs(*check_arguments(street, tmp_path), "--lang", lang, encoding=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.decode(encoding).splitlines()) == 4  # result, who serves, households, folder
    assert (tmp_path / "out" / "report.json").is_file()
    assert lang == "zh" or " m2" in done.stdout.decode(encoding)


@pytest.mark.parametrize(("runs", "encoding"), [(run_here, "ascii"), (run, "gbk")])
def test_json_stays_the_report_in_any_encoding(street, tmp_path, runs, encoding):
    done = runs(*check_arguments(street, tmp_path), "--json", encoding=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    told = json.loads(done.stdout.decode("utf-8"))  # also what reads it as UTF-8, as JSON is, finds the same
    assert told == json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert "片区.geojson" in [layer["file"] for layer in told["inputs"]]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_sentences_about_mistakes_are_told_in_any_encoding(tmp_path, encoding):
    done = run("plan", tmp_path / "没有", "--out", tmp_path / "out", "--lang", "zh", encoding=encoding)
    assert done.returncode == 2
    assert done.stderr.decode(encoding).startswith("bigmap: ")
    assert b"Traceback" not in done.stderr


def test_a_damaged_settings_file_is_said_and_does_not_stop_the_command(tmp_path):
    profile = {"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path), "APPDATA": str(tmp_path)}
    where = "import bigmap.base.settings as s; print(s.settings_file())"
    told = subprocess.run(
        [sys.executable, "-c", where], capture_output=True, env={**os.environ, **profile}, check=True
    )
    file = Path(told.stdout.decode().strip())
    file.parent.mkdir(parents=True)
    file.write_bytes(b"[" * 100_000)
    words = ["plan", tmp_path / "none", "--out", tmp_path / "out", "--lang", "en"]
    first, second = run(*words, profile=profile), run(*words, profile=profile)
    assert (first.returncode, second.returncode) == (2, 2)
    assert b"The file cannot be used (it is not JSON)" in first.stderr
    assert b"the file as it was is settings.json.damaged" in first.stderr
    assert b"settings.json" not in second.stderr
    assert [p.name for p in file.parent.iterdir()] == ["settings.json.damaged"]


@on_posix
@pytest.mark.parametrize("arguments", HELPS[:2], ids=" ".join)
def test_help_piped_to_a_reader_that_went_away(arguments):
    done = unread(*arguments)
    assert (done.returncode, done.stderr) == (0, b"")


@on_posix
def test_results_piped_to_a_reader_that_went_away(street, tmp_path):
    done = unread(*check_arguments(street, tmp_path))
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "out" / "report.json").is_file()


@on_posix
def test_a_plan_that_nobody_reads_has_the_code_of_a_plan_that_is_read(street, tmp_path):
    done = unread("plan", street[0], "--out", tmp_path / "out", "--zones", "2", "--json")
    assert (done.returncode, done.stderr) == (street[2], b"")


@on_posix
def test_the_first_line_is_enough():
    line = f"{sys.executable} -m bigmap plan --help | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"usage: bigmap plan")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_behind_the_streams(street, tmp_path):
    with Path("/dev/full").open("wb") as disk:
        assert run("plan", "--help", stdout=disk).returncode == 0
        assert run("plan", tmp_path / "none", "--out", tmp_path, stderr=disk).returncode == 2
        assert run(*check_arguments(street, tmp_path), stdout=disk, stderr=disk).returncode == 0
    assert (tmp_path / "out" / "report.json").is_file()


@on_posix
def test_closed_streams(street, tmp_path):
    """Also none of the results may take a number that libraries print to."""
    assert in_shell(">&-", "plan", "--help").returncode == 0
    assert in_shell("2>&-", "plan", tmp_path / "none", "--out", tmp_path).returncode == 2
    assert in_shell("<&- >&- 2>&-", *check_arguments(street, tmp_path)).returncode == 0
    json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))


def in_shell(ending, *arguments):
    words = [*BIGMAP, *map(str, arguments)]
    return subprocess.run(["bash", "-c", f'"$@" {ending}', "bash", *words], capture_output=True, check=False)


@on_posix
def test_the_bar_is_drawn_on_a_terminal_of_few_characters(street, tmp_path):
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (25, 80))
    words = [*BIGMAP, *map(str, check_arguments(street, tmp_path)[:-1]), "--lang", "zh"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=theirs, env=environment("ascii")) as child:
        os.close(theirs)
        seen = b""
        while chunk := read_some(ours):
            seen += chunk
    os.close(ours)
    assert child.returncode == 0
    assert b"100% |" in seen
    assert b"Traceback" not in seen
    assert seen.isascii()


def read_some(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side is closed and all is read
        return b""


def unread(*arguments):
    """Run the command with an output whose reader is gone before it begins."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return run(*arguments, stdout=writer)
    finally:
        os.close(writer)


@given(st.text(alphabet=st.characters()), st.sampled_from([*ENCODINGS, "utf-8", "big5", "cp866", "latin-1"]))
def test_any_text_can_be_written_in_any_encoding(text, encoding):
    raw = io.BytesIO()
    stream = console._tolerant(io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding))
    print(text, file=stream, flush=True)
    told = raw.getvalue().decode(encoding)
    kept = "".join(c for c in text if can(c, encoding))
    assert all(c in told for c in kept)


def can(character, encoding):
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@on_posix
def test_a_pipe_that_does_not_block_is_waited_for():
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    told = "宗地" * 200_000
    code = f"from bigmap.base import console; console.open_streams(); print({told[:2]!r} * 200_000)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        seen = pipe.read().decode()
    assert (child.wait(), child.stderr.read()) == (0, b"")
    child.stderr.close()
    assert seen == told + "\n"
