# SPDX-License-Identifier: Apache-2.0
"""Help, manual pages and completions, which all come from one table."""
import re
import shutil
import subprocess

import pytest
from conftest import PROGRAM

COMMANDS = ["run", "check", "fmt", "draw", "devices", "version", "completion", "help"]


def test_help_lists_the_commands(ketch):
    for words in (["--help"], ["-h"], ["help"]):
        done = ketch(*words)
        assert done.status == 0 and done.err == ""
        assert re.findall(r"^  (\w+) ", done.out, re.M) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(ketch, command):
    done = ketch(command, "--help")
    assert done.status == 0 and done.err == ""
    assert done.out.startswith(f"usage: ketch {command} [OPTION]...")
    assert done.out == ketch("help", command).out == ketch(command, "-h").out
    assert "exit status:" in done.out


@pytest.mark.parametrize("words", [[], *([command] for command in COMMANDS)], ids=str)
def test_every_command_has_a_manual_page(ketch, words):
    page = ketch("help", "--man", *words).out
    assert page.count(".TH ") == 1 and ".SH SYNOPSIS" in page and ".SH EXIT STATUS" in page
    if shutil.which("man"):
        done = subprocess.run(["man", "--warnings", "-l", "-"], input=page, capture_output=True, text=True, check=False)
        assert done.stderr == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_parses(ketch, folder, shell):
    script = ketch("completion", shell).out
    assert all(f"{command}" in script for command in COMMANDS)
    if shutil.which(shell):
        (folder / "script").write_text(script)
        assert subprocess.run([shell, "-n", folder / "script"], check=False).returncode == 0


def complete(folder, *words):
    """What bash offers for the last word."""
    script = """
        compopt() { :; }
        source <("$1" completion bash); shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ketch; printf '%s\\n' "${COMPREPLY[@]}"
    """
    done = subprocess.run(["bash", "-c", script, "bash", PROGRAM, "ketch", *words], cwd=folder, capture_output=True,
                          text=True, check=False)
    assert done.stderr == ""
    return set(done.stdout.split())


@pytest.mark.parametrize("words, offered", [
    (["r"], {"run"}),
    ([""], {*COMMANDS, "--help", "--version"}),
    (["run", "--sh"], {"--shots"}),
    (["run", "--device", "local:"], {"local:sv", "local:dm"}),
    (["run", "--format", "=", "b"], {"braket"}),
    (["run", "--format", "="], {"text", "json", "braket"}),
    (["run", "--limit", "stat"], {"statements="}),
    (["run", "be"], {"bell.qasm"}),
    (["run", "-o", "be"], {"bell.qasm"}),
    (["completion", ""], {"bash", "zsh", "fish"}),
    (["help", "dr"], {"draw"}),
    (["devices", "local:s"], {"local:sv"}),
], ids=str)
def test_bash_completes(folder, words, offered):
    assert complete(folder, *words) == offered
