# SPDX-License-Identifier: Apache-2.0
"""Help, manual pages and completions come from one table, and the ones in the tree are up to date."""
import pathlib
import re
import shutil
import subprocess

import pytest
from conftest import PROGRAM, ROOT

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


def manual_pages():
    return {"ketch.1": []} | {f"ketch-{command}.1": [command] for command in COMMANDS}


@pytest.mark.parametrize("page", manual_pages())
def test_the_manual_page_in_the_tree_is_what_the_table_says(ketch, page):
    made = ketch("help", "--man", *manual_pages()[page]).out
    assert (ROOT / "doc/man" / page).read_text() == made, f"ketch help --man ... > doc/man/{page}"
    if shutil.which("man"):
        done = subprocess.run(["man", "--warnings", "-l", "-"], input=made, capture_output=True, text=True, check=False)
        assert done.stderr == ""


@pytest.mark.parametrize("shell, name", [("bash", "ketch.bash"), ("zsh", "_ketch"), ("fish", "ketch.fish")])
def test_the_completion_in_the_tree_is_what_the_table_says(ketch, shell, name):
    made = ketch("completion", shell).out
    assert (ROOT / "doc/completion" / name).read_text() == made, f"ketch completion {shell} > doc/completion/{name}"
    if shutil.which(shell):
        path = pathlib.Path(ROOT / "doc/completion" / name)
        assert subprocess.run([shell, "-n", path], check=False).returncode == 0


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
