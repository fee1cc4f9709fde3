# SPDX-License-Identifier: Apache-2.0
"""Disks and networks that fail: every system call that a client's call leads to fails in turn, a disk fills, files run
out. The sandbox never crashes and loses nothing that it acknowledged, answers in words that AWS's clients understand, says
on standard error what is wrong, and goes on when the trouble is over."""
import json
import os
import resource
import time

import pytest
from failing import MANY, Failing
from kills import Client, Task
from sandboxes import SV1, Sandbox
from wire import BUCKET, ENDED, Lost, Wire, see_task

SCENARIO = {"seed": 1, "simulator_cancellable_s": 0, "devices": {"*": {"queue_s": 1e6}}}
UNDERSTOOD = {"InternalServiceException", "ServiceUnavailable", "InternalError", "SlowDown"}
# What a disk, a process or a network does to each of them.
TROUBLES = {"open": ["EMFILE", "ENOSPC"], "read": ["EIO"], "write": ["ENOSPC", "EIO"], "sync": ["EIO"],
            "truncate": ["EIO"], "mmap": ["ENOMEM"], "link": ["EMLINK", "ENOSPC"], "unlink": ["EIO"], "close": ["EIO"],
            "accept": ["EMFILE", "ECONNABORTED"], "recv": ["ECONNRESET", "ENOMEM"], "send": ["EPIPE", "ENOMEM"]}


class Refused(Lost):
    def __init__(self, status):
        super().__init__(status)
        self.status = status


class TroubledWire(Wire):
    """An answer that says that something is wrong here leaves open what happened, as a lost connection does."""

    def check(self, method, target, answer):
        if answer.status >= 500:
            assert answer.status in (500, 503)
            said = answer.headers.get("x-amzn-ErrorType", "") + answer.body.decode()
            assert any(code in said for code in UNDERSTOOD), said
            raise Refused(answer.status)


class TroubledClient(Client):
    """A client whose calls are made one by one, by the test."""

    def attempt(self, sandbox, work):
        """The status that refused it, "lost" for a connection that went away, or None: it worked."""
        self.wire, self.touched = TroubledWire(sandbox), []
        try:
            getattr(self, work)()
        except Refused as refused:
            return refused.status
        except Lost:
            return "lost"
        finally:
            self.wire.connection.close()
        return None


@pytest.fixture
def begin(tmp_path, monkeypatch):
    running = []

    def make(*words):
        failing = Failing(tmp_path)
        (tmp_path / "scenario.json").write_text(json.dumps(SCENARIO))
        for name, value in failing.env.items():
            monkeypatch.setenv(name, value)  # for what is started from here
        running.append(Sandbox(tmp_path / "state", "--scenario", str(tmp_path / "scenario.json"), *words))
        Wire(running[0]).expect(200, "PUT", f"/{BUCKET}")
        return running[0], failing

    yield make
    for sandbox in running:
        if sandbox.process.poll() is None:
            sandbox.stop()


AT_THE_START = {"truncate", "mmap"}  # and seldom later
NEEDS = {"read": "put_large", "delete": "put_large", "delete_many": "put_large", "copy": "put_large",
         "tag_object": "put_small", "put_part": "begin_upload", "abort": "begin_upload", "repeat": "create_qpu",
         "cancel": "create_qpu", "tag_task": "create_qpu", "get": "create_sv1"}
WORKS = ["put_small", "put_large", "read", "delete", "delete_many", "copy", "tag_object", "begin_upload", "put_part",
         "complete", "abort", "bucket", "create_sv1", "create_qpu", "repeat", "get", "cancel", "tag_task"]


@pytest.mark.parametrize("call", TROUBLES)
def test_each_call_fails_in_turn(begin, call):
    """The first, second, ... of these calls fails, and then all of them, during each kind of work."""
    sandbox, failing = begin("--fsync")
    client, struck, answers = TroubledClient(1, call), 0, set()
    many = 3 if call == "accept" else MANY  # a client that is not let in waits
    for error in TROUBLES[call]:
        for work in WORKS:
            for skip, times in [(0, 1), (1, 1), (3, 1), (0, many)]:
                assert client.attempt(sandbox, NEEDS.get(work, "get")) is None
                with failing.calls(call, error, skip, times):
                    answers.add(client.attempt(sandbox, work))
                struck += failing.struck
                assert sandbox.process.poll() is None, sandbox.errors.read_text()
                client.look(sandbox)
    # What SQLite could not sync lies in its log all the same, until the next write.
    assert client.attempt(sandbox, "put_small") is None
    assert struck > 0 or call in AT_THE_START
    assert (500 in answers) == ("error" in sandbox.errors.read_text())
    sandbox.kill()
    sandbox.start()
    client.look(sandbox, everything=True)
    assert sandbox.stop() == 0


@pytest.mark.parametrize("call", ["open", "read", "write", "truncate", "mmap", "close"])
def test_a_start_that_fails_says_why_and_harms_nothing(begin, call):
    sandbox, failing = begin("--fsync")
    client, struck = TroubledClient(2, call), 0
    for skip in [*range(6), 10, 20, 40, 80]:
        for work in ("put_small", "put_large", "create_qpu"):
            assert client.attempt(sandbox, work) is None
        sandbox.kill()
        before = sandbox.errors.read_text()
        with failing.calls(call, TROUBLES[call][0], skip):
            try:
                sandbox.start()
                sandbox.kill()
            except RuntimeError:
                assert "ketch: error: " in sandbox.errors.read_text()[len(before):]
                assert sandbox.process.wait(5) > 0  # an exit status, no signal
            struck += failing.struck
        sandbox.start()
        client.look(sandbox, everything=True)
    assert struck > 0


@pytest.mark.parametrize("call, shorten", [("read", False), ("write", False), ("write", True), ("recv", False),
                                           ("send", False)])
def test_what_is_interrupted_or_cut_short_is_continued(begin, call, shorten):
    sandbox, failing = begin()
    client, struck = TroubledClient(3, call), 0
    for work in WORKS:
        for skip in range(3):
            assert client.attempt(sandbox, NEEDS.get(work, "get")) is None
            with failing.calls(call, "EINTR", skip, 100 if shorten else 1, shorten):
                assert client.attempt(sandbox, work) is None, f"{work}, with call {skip}: {sandbox.errors.read_text()}"
            struck += failing.struck
    client.look(sandbox, everything=True)
    assert struck > 0


def test_a_full_disk_refuses_what_is_new_and_the_rest_goes_on(begin):
    """Files may not grow any more: the database's log, that is."""
    sandbox, _ = begin()
    client, wire = TroubledClient(4, "full"), Wire(sandbox)
    for work in ["put_large", "create_qpu", "create_sv1", *["put_small"] * 100]:
        assert client.attempt(sandbox, work) is None
    sandbox.scenario(SCENARIO, simulator_cancellable_s=0.3)
    long = Task("long", SV1, 20000, {})
    client.tasks.append(long)
    client.wire = wire
    client.create_again(long)
    files = {file.name for file in (sandbox.state / "objects").iterdir()}
    full = (sandbox.state / "sandbox.db-wal").stat().st_size
    resource.prlimit(sandbox.process.pid, resource.RLIMIT_FSIZE, (full, resource.RLIM_INFINITY))
    for work in ("create_qpu", "create_sv1", "put_small", "begin_upload", "cancel", "tag_task", "delete", "bucket"):
        assert client.attempt(sandbox, work) == 500, work
        if work.startswith("create"):
            client.tasks.pop()  # looking would ask for it again
        else:
            client.look(sandbox, everything=True)
    time.sleep(1)  # the long task wants to write its results meanwhile, again and again
    assert see_task(wire, long) not in ENDED
    assert len({file.name for file in (sandbox.state / "objects").iterdir()} - files) <= 1
    told = sandbox.errors.read_text()
    assert "full" in told or "File too large" in told or "I/O error" in told, told
    resource.prlimit(sandbox.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    sandbox.wait(long.arn, "COMPLETED")
    for work in WORKS:
        assert client.attempt(sandbox, work) is None
    sandbox.kill()
    sandbox.start()
    client.look(sandbox, everything=True)


def test_when_files_run_out_open_connections_go_on_and_new_ones_wait(begin):
    sandbox, _ = begin()
    client = TroubledClient(5, "files")
    for work in ("put_large", "create_qpu"):
        assert client.attempt(sandbox, work) is None
    client.wire = wire = TroubledWire(sandbox)
    client.get()
    pid, whole = sandbox.process.pid, resource.prlimit(sandbox.process.pid, resource.RLIMIT_NOFILE)
    for _ in range(5):  # what ended a moment ago may still give files back
        files = [int(name) for name in os.listdir(f"/proc/{pid}/fd")]
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (min(set(range(max(files) + 2)) - set(files)), whole[1]))
        time.sleep(0.2)
    client.get()
    client.put_small()
    with pytest.raises(Refused):
        wire.call("GET", f"/{BUCKET}/{next(key for key, slot in client.objects.items() if slot.state.size > 65536)}")
    assert "Too many open files" in sandbox.errors.read_text()
    late = Wire(sandbox)
    late.connection.timeout = 0.5
    with pytest.raises(Lost):
        late.call("GET", f"/{BUCKET}")
    client.get()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, whole)
    wire.connection.close()  # the first that ends makes room for those that wait
    assert client.attempt(sandbox, "put_large") is None
    client.look(sandbox, everything=True)
