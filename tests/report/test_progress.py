"""Progress of a run: live on a terminal, plain in a log."""

import io
import os
import pty
import re
import subprocess
import sys

import pytest
from rich.console import Console

from benchmark.formats.jsonl import Prediction
from benchmark.report.progress import RunProgress, duration
from tests.conftest import ROOT


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self):
        return self.now


def shown(terminal, steps, width=80):
    """What stands on standard error after some steps, each called with the progress and the clock."""
    out, clock = io.StringIO(), Clock()
    console = Console(file=out, width=width, force_terminal=terminal, color_system="standard" if terminal else None)
    with RunProgress(console, clock) as progress:
        for step in steps:
            step(progress, clock)
    return out.getvalue()


def later(seconds, *outcomes, note=None):
    def step(progress, clock):
        clock.now += seconds
        if note:
            progress.note(note)
        for outcome in outcomes:
            progress.watch([Prediction("kidal", outcome=outcome, error=None if outcome == "ok" else "why")], 4)

    return step


def begun(progress, clock):
    progress.begin("crf")
    progress.watch([Prediction("before")], 4)


STEPS = [begun, later(6, "ok", note="crf: kidal source ok 6.00 s"), later(6, "failed"), later(2, "ok")]


def test_a_log_holds_the_notes_and_a_line_now_and_then():
    assert shown(False, STEPS).splitlines() == [
        "crf: kidal source ok 6.00 s",
        "crf: 3 of 4 articles, 10.0/min, 6 s left, 1 failed",
        "crf: 4 of 4 articles, 12.9/min, 1 failed",
    ]


def test_a_log_says_what_was_done_before():
    def all_done(progress, clock):
        progress.begin("crf")
        progress.watch([Prediction(name) for name in "abcd"], 4)

    assert shown(False, [all_done]) == "crf: 4 of 4 articles, done before\n"


@pytest.mark.parametrize("width", [40, 60, 100])
def test_on_a_terminal_there_is_one_line_a_model_and_one_for_each_failure(width):
    found = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown(True, STEPS, width))
    last = found.rstrip().splitlines()[-1]
    assert last.startswith("crf")
    assert "4/4" in last
    assert "12.9/min"[: width - 35] in last
    assert len(last) <= width
    assert "crf: kidal source failed (why)" in found
    assert "kidal source ok 6.00 s" not in found.splitlines()


def test_a_log_in_colour_is_still_a_log(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with RunProgress() as progress:
        begun(progress, None)
        later(0, "ok", "ok", "failed")(progress, Clock())
    assert progress.live is None
    assert capsys.readouterr().err.startswith("crf: 4 of 4 articles, ")


def test_what_is_unavailable_is_told_once():
    found = shown(True, [begun, later(0, "unavailable", "unavailable", "unavailable")])
    assert found.count("unavailable (why)") == 1


def test_names_and_reasons_move_no_cursor():
    def hostile(progress, clock):
        progress.begin("a[red]\x1b[2J")
        progress.watch([], 1)
        progress.watch([Prediction("kidal", outcome="failed", error="\x1b]0;x\x07[bold]b")], 1)

    for terminal in (True, False):
        found = shown(terminal, [hostile])
        assert "\x1b[2J" not in found
        assert "\x1b]" not in found
        assert "a[red]" in found


@pytest.mark.parametrize(("seconds", "told"), [(0.2, "0 s"), (59, "59 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")])
def test_durations(seconds, told):
    assert duration(seconds) == told


def test_a_run_on_a_terminal_shows_bars_there_and_the_table_alone_on_standard_output(home):
    leader, follower = pty.openpty()
    words = [sys.executable, "-m", "benchmark", "run", "numbers"]
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "90"}
    with subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=follower, text=True) as run:
        os.close(follower)
        seen = b""
        try:
            while chunk := os.read(leader, 4096):
                seen += chunk
        except OSError:  # the other end is closed
            pass
        table = run.stdout.read()
    os.close(leader)
    assert run.returncode == 0
    assert b"2/2" in seen
    assert b"\x1b[" in seen
    assert b"numbers" in seen
    assert "\x1b" not in table
    assert table.splitlines()[1].startswith("   model")
