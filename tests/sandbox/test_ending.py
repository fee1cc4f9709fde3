# SPDX-License-Identifier: Apache-2.0
"""A sandbox that ends, or begins again, at a bad moment."""
import contextlib
import json
import os
import socket
import sqlite3
import subprocess
import threading
import time

import botocore.exceptions
from sandboxes import EAGER, GARNET, PROGRAM, openqasm, region_of

ROUNDS = int(os.environ.get("KETCH_SANDBOX_ENDINGS", "6"))


def test_ending_amid_replaced_objects_is_no_crash(start):
    """Files of replaced objects are removed by a job that a finished write orders, also while the last ones finish."""
    for i in range(ROUNDS):
        sandbox, is_over = start(state=f"state{i}"), threading.Event()
        bucket = sandbox.bucket()

        def replace():
            with contextlib.suppress(botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
                client = sandbox.client("s3")
                while not is_over.is_set():
                    client.put_object(Bucket=bucket, Key="key", Body=os.urandom(100_000))

        threads = [threading.Thread(target=replace) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        status = sandbox.stop()
        is_over.set()
        for thread in threads:
            thread.join()
        assert status == 0, sandbox.errors.read_text()


def test_a_taken_port_costs_a_command_only_the_port(tmp_path):
    """The state is the one that was asked for: the first attempt has let go of it."""
    state = tmp_path / "state"
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "own")}
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # taken by somebody else already: as good
            taken.bind(("127.0.0.1", 4567))
            taken.listen()
        for words in (["--state", str(state)], []):
            done = subprocess.run([PROGRAM, "sandbox", *words, "--", "sh", "-c", "echo $AWS_ENDPOINT_URL"],
                                  capture_output=True, text=True, timeout=60, env=environment, check=False)
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.startswith("http://127.0.0.1:") and not done.stdout.endswith(":4567\n")
    assert (state / "sandbox.db").exists() and (tmp_path / "own/ketch/sandbox/sandbox.db").exists()


def test_an_end_that_can_not_be_written_leaves_no_files_and_is_written_later(start):
    """Each attempt lays down the results anew: what the failed ones laid down is removed."""
    sandbox = start()
    sandbox.scenario(EAGER)
    set_of_programs = json.dumps({
        "braketSchemaHeader": {"name": "braket.ir.openqasm.program_set", "version": "1"},
        "programs": [json.loads(openqasm("OPENQASM 3.0;\nbit[8] b;\nqubit[8] q;\nh q;\nb = measure q;\n"))] * 2})
    refuses = "CREATE TRIGGER refuses BEFORE INSERT ON object WHEN NEW.key LIKE '%/metadata.json' " \
              "BEGIN SELECT RAISE(ABORT, 'no room'); END"
    bucket = sandbox.bucket(region_of(GARNET))
    with contextlib.closing(sqlite3.connect(sandbox.state / "sandbox.db", timeout=30)) as database:
        database.execute(refuses)
        arn = sandbox.create(GARNET, 10000, set_of_programs)
        end = time.monotonic() + 20
        while sandbox.errors.read_text().count("was not written") < 3 and time.monotonic() < end:
            time.sleep(0.05)
        assert len(list((sandbox.state / "objects").iterdir())) <= 2
        database.execute("DROP TRIGGER refuses")
    assert sandbox.wait(arn)["status"] == "COMPLETED"
    listed = sandbox.client("s3", region_of(GARNET)).list_objects_v2(Bucket=bucket)["Contents"]
    large = [one for one in listed if one["Size"] > 65536]
    assert len(large) == 2 == len(list((sandbox.state / "objects").iterdir()))
