# SPDX-License-Identifier: Apache-2.0
"""A program that holds keys leaves no core: not when it crashes, not when the shell allows one."""
import os
import pathlib
import resource
import signal
import subprocess

KETCH = os.environ["KETCH"]


def unlimited_core():
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)


def killed(argv, folder):
    """Starts it, waits for it to say or do something, ends it as a failed assertion would (a sanitizer would take SIGSEGV for
    its own); its wait status and what it left."""
    process = subprocess.Popen(argv, cwd=folder, preexec_fn=unlimited_core, stdout=subprocess.PIPE, stdin=subprocess.PIPE)
    os.read(process.stdout.fileno(), 1)
    limits = pathlib.Path(f"/proc/{process.pid}/limits").read_text()
    os.kill(process.pid, signal.SIGABRT)
    status = os.waitpid(process.pid, 0)[1]
    process.returncode = -signal.SIGABRT
    return status, [line for line in limits.splitlines() if "core file" in line][0].split()[4]


def test_a_crash_leaves_no_core(tmp_path):
    status, soft = killed([KETCH, "sandbox", "--listen", "127.0.0.1:0", "--state", str(tmp_path / "s")], tmp_path)
    assert os.WIFSIGNALED(status) and not os.WCOREDUMP(status)
    assert soft == "0"
    assert not list(tmp_path.glob("core*"))


def test_another_program_would_have_been_allowed_one(tmp_path):
    """What the test above rests on: the limit was not zero before."""
    soft = killed(["sh", "-c", "echo; read x"], tmp_path)[1]
    assert soft != "0" or resource.getrlimit(resource.RLIMIT_CORE)[1] == 0


def test_a_command_of_the_sandbox_may_raise_its_own_limit(tmp_path):
    done = subprocess.run([KETCH, "sandbox", "--listen", "127.0.0.1:0", "--state", str(tmp_path / "s"), "--", "sh", "-c",
                           "ulimit -Sc unlimited && ulimit -Sc"], preexec_fn=unlimited_core, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.strip() != "0"
