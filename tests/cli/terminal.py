# SPDX-License-Identifier: Apache-2.0
"""A terminal for the program to believe in: runs it on a pseudo-terminal and gives back what it wrote there."""
import fcntl
import os
import pty
import select
import struct
import termios
import time


def on_terminal(argv, cwd, columns=80, env=None, interrupt_when=None, timeout=60):
    """Returns (exit status, what was written). interrupt_when(text) true: Ctrl-C is typed, once."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", **(env or {})}
        if "NO_COLOR" not in (env or {}):
            environment.pop("NO_COLOR", None)
        # The size is set by the child itself, before it becomes the program.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.execve(argv[0], argv, environment)
    written, end = b"", time.monotonic() + timeout
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                block = os.read(terminal, 65536)
            except OSError:  # the other end is closed
                break
            if not block:
                break
            written += block
        if interrupt_when is not None and interrupt_when(written.decode("utf-8", "replace")):
            os.write(terminal, b"\x03")
            interrupt_when = None
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), written.decode("utf-8").replace("\r\n", "\n")
