# SPDX-License-Identifier: Apache-2.0
"""Help, manual pages and completions, which all come from one table."""
import re
import shutil
import subprocess

import pytest
from conftest import PROGRAM

COMMANDS = ["run", "resume", "check", "fmt", "draw", "devices", "tasks", "jobs", "result", "cancel", "doctor", "config",
            "config import", "sandbox", "sandbox bill", "debug", "debug sign", "version", "completion", "help"]


def test_help_lists_the_commands(ketch):
    for words in (["--help"], ["-h"], ["help"]):
        done = ketch(*words)
        assert done.status == 0 and done.err == ""
        assert re.findall(r"^  (\w+(?: \w+)?)  ", done.out, re.M) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(ketch, command):
    done = ketch(*command.split(), "--help")
    assert done.status == 0 and done.err == ""
    assert done.out.startswith(f"usage: ketch {command} [OPTION]...")
    assert done.out == ketch("help", *command.split()).out == ketch(*command.split(), "-h").out
    assert "exit status:" in done.out


@pytest.mark.parametrize("words", [[], *(command.split() for command in COMMANDS)], ids=str)
def test_every_command_has_a_manual_page(ketch, words):
    page = ketch("help", "--man", *words).out
    assert page.count(".TH ") == 1 and ".SH SYNOPSIS" in page and ".SH EXIT STATUS" in page
    if shutil.which("man"):
        done = subprocess.run(["man", "--warnings", "-l", "-"], input=page, capture_output=True, text=True, check=False)
        assert done.stderr == ""


def test_a_manual_page_keeps_the_quotes_of_an_example(ketch):
    assert r"eval \(dq$(ketch sandbox &)\(dq" in ketch("help", "--man", "sandbox").out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_parses(ketch, folder, shell):
    script = ketch("completion", shell).out
    assert all(word in script for command in COMMANDS for word in command.split())
    if shutil.which(shell):
        (folder / "script").write_text(script)
        assert subprocess.run([shell, "-n", folder / "script"], check=False).returncode == 0


def complete(folder, line):
    """What bash offers at the end of the line."""
    script = """
        compopt() { :; }
        source <("$1" completion bash)
        COMP_LINE=$2 COMP_POINT=${#2}; _ketch; printf '%s\\n' "${COMPREPLY[@]}"
    """
    done = subprocess.run(["bash", "-c", script, "bash", PROGRAM, line], cwd=folder, capture_output=True, text=True,
                          check=False)
    assert done.stderr == ""
    return set(done.stdout.splitlines()) - {""}


@pytest.mark.parametrize("line, offered", [
    ("ketch r", {"result", "resume", "run"}),
    ("ketch ", {*(command for command in COMMANDS if " " not in command), "--help", "--version"}),
    ("ketch run --sh", {"--shots"}),
    ("ketch run --device lo", {"local", "local:sv", "local:dm"}),
    ("ketch run --device local:", {"sv", "dm"}),
    ("ketch run --device=local:s", {"sv"}),
    ("ketch run bell.qasm -d local:d", {"dm"}),
    ("ketch run --format=b", {"braket"}),
    ("ketch run --format ", {"text", "json", "braket"}),
    ("ketch run --limit stat", {"statements="}),
    ("ketch run be", {"bell.qasm"}),
    ("ketch run tw", {"two words.qasm"}),
    ("ketch run -o be", {"bell.qasm"}),
    ("ketch run --shots ", set()),
    ("ketch completion ", {"bash", "zsh", "fish"}),
    ("ketch help dr", {"draw"}),
    ("ketch sandbox ", {"bill"}),
    ("ketch sandbox --qu", {"--quotas"}),
    ("ketch sandbox --quotas ", {"aws"}),
    ("ketch sandbox --scenario be", {"bell.qasm"}),
    ("ketch sandbox bill --e", {"--endpoint"}),
    ("ketch sandbox bill --qu", set()),
    ("ketch debug ", {"sign"}),
    ("ketch debug sign --mode ", {"header", "query"}),
    ("ketch sandbox --no-auth -- bell.q", {"bell.qasm"}),
    ("ketch devices local:s", {"sv"}),
    ("ketch doctor --region eu-n", {"eu-north-1"}),
    ("ketch nothing x", set()),
])
def test_bash_completes(folder, line, offered):
    (folder / "two words.qasm").write_text("")
    assert complete(folder, line) == offered
