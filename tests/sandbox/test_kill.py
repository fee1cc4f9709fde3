# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any moment under load: what was acknowledged is there after the restart, what was not is there whole or
not at all, and nothing is left lying about. kills.py has the load. KETCH_SANDBOX_KILLS: how many (`make soak`: 1,000);
KETCH_SANDBOX_SEED repeats the choices of an earlier run, as far as time lets it."""
import json
import os
import random
import re
import sqlite3
import subprocess
import time
from urllib.parse import quote

import pytest
from kills import BotoClient, Client
from sandboxes import PROGRAM, SV1, Sandbox
from wire import BUCKET, ENDED, QPU, Wire, see_task

KILLS = int(os.environ.get("KETCH_SANDBOX_KILLS", "5"))
SEED = int(os.environ.get("KETCH_SANDBOX_SEED") or random.randrange(2**32))
KILLS_A_LIFE, CLIENTS = 50, 10
RESTART_MOST_S = 5  # on a machine that does much else; the usual is a hundredth
SCENARIO = {"seed": 1, "simulator_cancellable_s": 0, "devices": {"*": {"queue_s": 1e6}}}


class Life:
    """A state folder, the clients that use it, and its sandbox, which is killed and started again."""

    def __init__(self, folder, number):
        folder.mkdir()
        (folder / "scenario.json").write_text(json.dumps(SCENARIO))
        self.random = random.Random(f"{SEED} life {number}")
        words = ["--scenario", str(folder / "scenario.json"), *(["--fsync"] if number % 4 == 3 else [])]
        self.sandbox = Sandbox(folder / "state", *words)
        self.key, self.starts = self.sandbox.key, []
        kinds = [Client] * CLIENTS + [BotoClient]
        self.clients = [kind(i, f"{SEED} {number}") for i, kind in enumerate(kinds)]
        assert Wire(self.sandbox).call("PUT", f"/{BUCKET}").status == 200

    def kill_under_load(self):
        for client in self.clients:
            client.start(self.sandbox)
        time.sleep(self.random.uniform(0.005, 0.25))
        assert self.sandbox.process.poll() is None, self.sandbox.errors.read_text()
        killed_at = time.monotonic()
        self.sandbox.kill()
        for client in self.clients:
            client.thread.join(60)
            assert not client.thread.is_alive(), "a client waits for an answer of a process that is gone"
            if client.problem is not None:
                raise client.problem
            assert client.lost_at >= killed_at, "a connection was lost before the kill"

    def kill_while_it_starts(self):
        words = [PROGRAM, "sandbox", "--listen", "127.0.0.1:0", "--state", str(self.sandbox.state), *self.sandbox.words]
        with self.sandbox.errors.open("ab") as errors:
            process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=errors)
        time.sleep(self.random.uniform(0, 0.06))
        process.kill()
        process.wait()

    def start(self):
        begun = time.monotonic()
        self.sandbox.start()
        self.starts.append(time.monotonic() - begun)
        assert self.starts[-1] < RESTART_MOST_S
        assert (self.sandbox.key.access_key, self.sandbox.key.secret_key) == (self.key.access_key, self.key.secret_key)

    def look(self, everything=False):
        self.check_files()
        for client in self.clients:
            client.look(self.sandbox, everything)
        self.check_listing()
        tasks = self.tasks()
        assert len({task.arn for task in tasks}) == len(tasks)
        assert self.sandbox.admin("GET", "bill?lines=0")["task_count"] == len(tasks)

    def tasks(self):
        return [task for client in self.clients for task in client.tasks]

    def check_files(self):
        """The database is sound, and each file belongs to a row."""
        wire = Wire(self.sandbox)
        wire.call("PUT", f"/{BUCKET}/barrier")  # what a start does in the background is done before this write
        state = self.sandbox.state
        with sqlite3.connect(f"file:{state}/sandbox.db?mode=ro", uri=True) as database:
            assert [row for row, in database.execute("PRAGMA integrity_check")] == ["ok"]
            assert not [*database.execute("PRAGMA foreign_key_check")]
            rows = [*database.execute("SELECT file, bytes FROM object WHERE file IS NOT NULL"
                                      " UNION ALL SELECT file, bytes FROM part")]
            tasks, = database.execute("SELECT count(*), count(action), count(DISTINCT task.id) FROM task"
                                      " LEFT JOIN task_action ON task_id = id")
        assert {file.name: file.stat().st_size for file in (state / "objects").iterdir()} == dict(rows)
        assert len({file for file, _ in rows}) == len(rows) and len(set(tasks)) == 1
        known = {"sandbox.db", "sandbox.db-wal", "sandbox.db-shm", "lock", "objects"}
        assert {file.name for file in state.iterdir()} <= known

    def listing(self):
        """Key, ETag and size of each object, as ListObjectsV2 pages through them."""
        wire, found, token = Wire(self.sandbox), {}, ""
        while token is not None:
            answer = wire.call("GET", f"/{BUCKET}?{token}list-type=2")
            assert answer.status == 200, answer
            text = answer.body.decode()
            for entry in re.findall("<Contents>(.*?)</Contents>", text, re.DOTALL):
                key, etag, size = (re.search(f"<{name}>(.*?)</{name}>", entry)[1] for name in ("Key", "ETag", "Size"))
                found[key] = re.sub("&quot;|\"", "", etag), int(size)
            more = re.search("<NextContinuationToken>(.*?)</", text)
            token = f"continuation-token={quote(more[1], safe='')}&" if more else None
        return found

    def check_listing(self):
        expected = {key: slot.state[:1] + slot.state[2:3] for client in self.clients
                    for key, slot in client.objects.items() if slot.state is not None}
        found = self.listing()
        del found["barrier"]
        results = {key for key in found if key.startswith("tasks/")}
        assert {key: found[key] for key in found.keys() - results} == expected
        simulated = {f"tasks/{task.arn.rpartition('/')[2]}/results.json" for task in self.tasks() if task.device == SV1}
        assert results <= simulated

    def settle(self):
        """Lets everything run to its end, and looks at all of it once more."""
        self.sandbox.scenario(SCENARIO, devices={"*": {"queue_s": 0}})
        self.sandbox.admin("POST", "clock", {"speed": 100000})
        end = time.monotonic() + 60
        for task in self.tasks():
            while see_task(Wire(self.sandbox), task) not in ENDED:
                assert time.monotonic() < end, f"{task.arn} is {task.last} for too long"
                time.sleep(0.02)
        self.check_bill()
        self.sandbox.kill()
        self.start()
        self.check_files()
        for client in self.clients:
            client.look(self.sandbox, everything=True)
        results = sum(key.startswith("tasks/") for key in self.listing())
        assert results == sum(task.last == "COMPLETED" for task in self.tasks())
        self.check_bill()
        assert self.sandbox.stop() == 0
        assert "Sanitizer" not in self.sandbox.errors.read_text()

    def check_bill(self):
        """Each task stands on the bill once, with the lines of its end."""
        bill = self.sandbox.admin("GET", "bill?limit=100000")
        billed = {entry["quantumTaskArn"]: entry for entry in bill["tasks"]}
        assert len(billed) == len(bill["tasks"]) == bill["task_count"] == len(self.tasks())
        for task in self.tasks():
            lines = [(line["what"], line["quantity"]) for line in billed[task.arn]["lines"]]
            whats = {SV1: ["simulator"], QPU: ["task", "shots"]}[task.device] if task.last == "COMPLETED" else []
            assert [what for what, _ in lines] == whats, f"{task.arn}, {task.last}: {lines}"
            assert task.device == SV1 or not lines or lines == [("task", 1), ("shots", task.shots)]
        assert bill["charged_musd"] == sum(entry["total_musd"] for entry in bill["tasks"]) and not bill["pending_musd"]


@pytest.mark.parametrize("number", range(-(-KILLS // KILLS_A_LIFE)))
def test_what_was_acknowledged_survives_a_kill(tmp_path, number):
    life = Life(tmp_path / "life", number)
    kills = min(KILLS_A_LIFE, KILLS - number * KILLS_A_LIFE)
    begun = time.monotonic()
    print(f"KETCH_SANDBOX_SEED={SEED}")
    for _ in range(kills):
        life.kill_under_load()
        if life.random.random() < 0.2:
            life.kill_while_it_starts()
        life.start()
        life.look()
    life.settle()
    calls = sum(client.calls for client in life.clients)
    objects = sum(len(client.objects) for client in life.clients)
    print(f"{kills} kills in {time.monotonic() - begun:.0f} s: {calls} calls were acknowledged, {len(life.tasks())} "
          f"tasks, {objects} keys; restarts took {sorted(life.starts)[len(life.starts) // 2] * 1000:.0f} ms, at most "
          f"{max(life.starts) * 1000:.0f} ms")
