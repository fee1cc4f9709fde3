# SPDX-License-Identifier: Apache-2.0
"""System calls that fail to order in a sandbox's process: the other end of tests/fault/fail_calls.c."""
import contextlib
import errno
import mmap
import pathlib
import struct

from sandboxes import PROGRAM

LIBRARY = pathlib.Path(PROGRAM).parent / "tests/fault/libfail_calls.so"
# The order is that of the library.
CALLS = ["open", "read", "write", "sync", "truncate", "mmap", "link", "unlink", "close", "accept", "recv", "send"]
HEAD = struct.Struct("=6i")  # call, error, skip, times, struck, shorten
MANY = 2**30


class Failing:
    """A plan, and the environment that makes a process follow it."""

    def __init__(self, folder):
        assert LIBRARY.exists(), f"no library {LIBRARY}: build fail_calls"
        self.path = pathlib.Path(folder) / "failing"
        self.path.write_bytes(bytes(HEAD.size + 4 * len(CALLS)))
        with self.path.open("r+b") as file:
            self.plan = mmap.mmap(file.fileno(), 0)
        self.env = {"LD_PRELOAD": str(LIBRARY), "KETCH_FAIL_CALLS": str(self.path)}
        self.end()

    @contextlib.contextmanager
    def calls(self, name, error, skip=0, times=MANY, shorten=False):
        """While the body of `with` runs, these calls fail with errno `error`, a name."""
        HEAD.pack_into(self.plan, 0, -1, 0, 0, 0, 0, 0)
        HEAD.pack_into(self.plan, 0, CALLS.index(name), getattr(errno, error), skip, times, 0, shorten)
        try:
            yield
        finally:
            self.end()

    def end(self):
        self.plan[:4] = struct.pack("=i", -1)

    @property
    def struck(self):
        """How many calls have failed since `with` began."""
        return HEAD.unpack_from(self.plan)[4]

    def counts(self):
        """How often each was called so far."""
        return dict(zip(CALLS, struct.unpack_from(f"={len(CALLS)}i", self.plan, HEAD.size)))
