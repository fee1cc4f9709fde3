# SPDX-License-Identifier: Apache-2.0
"""Colour and progress are for terminals only; Ctrl-C and SIGTERM cancel."""
import json
import signal
import subprocess
import time

import pytest
from conftest import PROGRAM, long_program
from terminal import on_terminal


def test_a_terminal_gets_colour_and_its_own_width(folder):
    status, text = on_terminal([PROGRAM, "run", "bell.qasm"], folder, columns=60)
    assert status == 0 and "\033[36m" in text
    bars = [line for line in text.splitlines() if "█" in line]
    assert len(bars) == 2
    assert all(len(line.replace("\033[36m", "").replace("\033[0m", "")) < 60 for line in bars)


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_colour_can_be_forbidden(folder, env):
    status, text = on_terminal([PROGRAM, "run", "bell.qasm"], folder, env=env)
    assert status == 0 and "\033" not in text
    status, text = on_terminal([PROGRAM, "check", "broken.qasm"], folder, env=env)
    assert status == 2 and "\033" not in text


def test_an_empty_no_color_forbids_nothing(folder):
    assert "\033[" in on_terminal([PROGRAM, "run", "bell.qasm"], folder, env={"NO_COLOR": ""})[1]


def test_errors_are_red_on_a_terminal_and_plain_elsewhere(folder, ketch):
    status, text = on_terminal([PROGRAM, "check", "broken.qasm"], folder)
    assert status == 2 and "\033[1;31m" in text
    assert "\033" not in ketch("check", "broken.qasm").err
    assert "\033[1;31merror:" in on_terminal([PROGRAM, "run", "missing.qasm"], folder)[1]


def test_a_file_gets_no_colour_even_from_a_terminal(folder):
    status, text = on_terminal([PROGRAM, "run", "-o", "out.txt", "bell.qasm"], folder)
    assert status == 0 and text == ""
    assert "\033" not in (folder / "out.txt").read_text()


def test_long_work_shows_a_bar_and_ctrl_c_cancels_it(folder):
    (folder / "long.qasm").write_text(long_program())
    status, text = on_terminal([PROGRAM, "run", "long.qasm"], folder, interrupt_when=lambda text: "simulating" in text)
    assert status == 6, text
    assert "░" in text and "%" in text
    assert text.rstrip().endswith("cancelled") or "cancelled" in text.splitlines()[-1]
    assert "\r\033[K" in text  # the bar is taken away


def test_short_work_shows_no_bar(folder):
    assert "simulating" not in on_terminal([PROGRAM, "run", "bell.qasm"], folder)[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_a_signal_cancels_quietly_without_a_terminal(folder, number, form):
    (folder / "long.qasm").write_text(long_program())
    (folder / "out.txt").write_text("old")
    run = subprocess.Popen([PROGRAM, "run", "-o", "out.txt", *form, "long.qasm"], cwd=folder, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1.5)
    run.send_signal(number)
    out, err = run.communicate(timeout=30)
    assert run.returncode == 6
    if form:
        assert json.loads(out)["error"]["code"] == "cancelled" and err == ""
    else:
        assert out == "" and err.startswith("ketch: error: ") and "cancelled" in err
    assert "simulating" not in err
    assert (folder / "out.txt").read_text() == "old"
    assert not [path.name for path in folder.iterdir() if path.name.endswith(".tmp")]


