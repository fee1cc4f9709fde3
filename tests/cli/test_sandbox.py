# SPDX-License-Identifier: Apache-2.0
"""`ketch sandbox` and `ketch sandbox bill`: the command line. What the sandbox itself does is tested elsewhere."""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess

import jsonschema
import pytest
from conftest import PROGRAM, ROOT

SCHEMAS = ROOT / "doc/schema"


@pytest.fixture(name="schema")
def schema_fixture():
    """schema("sandbox"): what checks against doc/schema/ketch-sandbox.schema.json"""
    def read(name):
        found = json.loads((SCHEMAS / f"ketch-{name}.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(found)
        return jsonschema.Draft202012Validator(found)

    return read


# words, a part of standard error
WRONG = [
    (["sandbox", "bil"], "did you mean 'sandbox bill'?"),
    (["sandbox", "now"], "too many words: 'now' and what follows; expected: ketch sandbox [-- COMMAND [ARG]...]"),
    (["sandbox", "--"], "a command is missing behind '--'"),
    (["sandbox", "--quota", "aws"], "did you mean '--quotas'?"),
    (["sandbox", "--listen="], "--listen is empty"),
    (["sandbox", "--scenario", ""], "--scenario is empty"),
    (["sandbox", "--account", "1234"], "--account '1234' is no account's number; expected 12 digits"),
    (["sandbox", "--account", "12345678901x"], "is no account's number"),
    (["sandbox", "--key", "id:secret", "--key", "hush:"], "--key: number 2 is none; expected ID:SECRET"),
    (["sandbox", "--key", ":hush"], "--key: number 1 is none"),
    (["sandbox", "--key", "id:secret", "--no-auth"], "--no-auth takes any request"),
    (["sandbox", "bill", "x"], "too many words: 'x'"),
    (["sandbox", "bill", "--endpoint="], "--endpoint is empty"),
    (["sandbox", "bill", "--listen", "h:1", "--endpoint", "http://h:1"], "name two places"),
    (["help", "sandbox", "bil"], "unknown command 'sandbox bil'"),
]


@pytest.mark.parametrize("words, message", WRONG, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_what_is_wrong_is_told_before_anything_is_served(ketch, words, message):
    done = ketch(*words)
    assert done.status == 2 and done.out == ""
    assert message in done.err
    assert "hush" not in done.err


# a scenario file's text, where and what is wrong
SCENARIOS = [
    ('{"seed": 1,\n', "JSON, line 2, column"),
    ('{"seed": "x"}', "seed: a whole number"),
    ('{"faults": [{"operation": "*", "rate": 2}]}', "faults[0].rate: a number from 0 to 1"),
    ('{"nonsense": 1}', "nonsense: no such member"),
    ('{"devices": {"sv1": {"queue_s": "x"}}}', 'devices["sv1"].queue_s: a number of seconds'),
    ("[]", "an object is expected"),
]


@pytest.mark.parametrize("text, message", SCENARIOS)
def test_a_wrong_scenario_is_told_with_its_place(ketch, folder, text, message):
    (folder / "trouble.json").write_text(text)
    done = ketch("sandbox", "--listen", "127.0.0.1:0", "--state", "state", "--scenario", "trouble.json")
    assert done.status == 2 and done.out == ""
    assert done.err.startswith("ketch: error: scenario trouble.json: ") and message in done.err


# words behind a free port and a folder; exit status, a part of standard error
UNSERVED = [
    (["--listen", "nonsense"], 2, "'nonsense' is no place to listen; expected HOST:PORT"),
    (["--listen", "127.0.0.1:99999"], 2, "'127.0.0.1:99999' is no place to listen"),
    (["--listen", "192.0.2.1:4567"], 2, "can't listen on 192.0.2.1 port 4567: "),
    (["--state", "file"], 2, "the state 'file' is not a folder"),
    (["--state", "/proc/none"], 7, "can't make the state folder '/proc/none': "),
    (["--scenario", "missing.json"], 3, "scenario missing.json: can't open 'missing.json': No such file"),
    (["--devices", "missing"], 3, "folder of devices missing: No such file"),
    (["--key", "AKIAIOSFODNN7EXAMPLE:s", "--key", "short:s"], 2, "access keys: number 2: a key is ID:SECRET"),
]


@pytest.mark.parametrize("words, status, message", UNSERVED, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_why_nothing_is_served_is_told(ketch, folder, words, status, message):
    (folder / "file").touch()
    done = ketch("sandbox", "--listen", "127.0.0.1:0", "--state", "state", *words)
    assert (done.status, done.out) == (status, "") and message in done.err
    done = ketch("sandbox", "--json", "--listen", "127.0.0.1:0", "--state", "state", *words)
    assert (done.status, done.err) == (status, "") and message in json.loads(done.out)["error"]["message"]


def test_json_and_a_command_do_not_go_together(ketch):
    done = ketch("sandbox", "--json", "--", "true")
    assert done.status == 2 and "standard output is the command's own" in json.loads(done.out)["error"]["message"]


@pytest.fixture
def serve(folder):
    """serve("--key", ...): what it says with --json, once it serves."""
    running = []

    def begin(*words):
        running.append(subprocess.Popen([PROGRAM, "sandbox", "--listen", "127.0.0.1:0", "--json", *words], cwd=folder,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True))
        return running[-1].stdout.read()  # to its end: the sandbox has let go of it

    yield begin
    for process in running:
        process.terminate()
        assert process.wait(20) == 0


def test_one_line_of_json_tells_how_to_reach_it(serve, folder, schema):
    line = serve("--state", "state", "--account", "210987654321")
    assert line.count("\n") == 1 and line.endswith("\n")
    told = json.loads(line)
    schema("sandbox").validate(told)
    assert told["account"] == "210987654321" and told["state"] == "state" and (folder / "state/sandbox.db").exists()
    (key,) = told["keys"]
    assert told["exports"]["AWS_ENDPOINT_URL"] == told["endpoint"]
    assert told["exports"]["AWS_ACCESS_KEY_ID"] == key["access_key_id"] and key["session_token"] is None
    assert told["exports"]["AWS_SECRET_ACCESS_KEY"] == key["secret_access_key"]
    assert told["exports"]["KETCH_SANDBOX_PID"] == str(told["pid"])
    assert "AWS_PROFILE" in told["unset"]
    host, port = told["endpoint"].removeprefix("http://").rsplit(":", 1)
    with socket.create_connection((host, int(port))) as to:
        to.sendall(b"GET /_sandbox/health HTTP/1.0\r\nHost: localhost\r\n\r\n")
        assert to.recv(100).startswith(b"HTTP/1.")


def test_json_tells_every_key_that_was_given(serve, schema):
    told = json.loads(serve("--state", "state", "--key", "AKIAIOSFODNN7EXAMPLE:one", "--key", "AKIAIOSFODNN7EXAMPL2:two:a:b"))
    schema("sandbox").validate(told)
    assert told["keys"] == [
        {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "one", "session_token": None},
        {"access_key_id": "AKIAIOSFODNN7EXAMPL2", "secret_access_key": "two", "session_token": "a:b"}]
    assert told["exports"]["KETCH_SANDBOX_TOKEN"]


def test_a_taken_port_or_folder_is_told_with_the_way_out(serve, ketch):
    told = json.loads(serve("--state", "state"))
    place = told["endpoint"].removeprefix("http://")
    done = ketch("sandbox", "--listen", place, "--state", "other")
    assert done.status == 2 and "is taken" in done.err and "choose one with --listen" in done.err
    done = ketch("sandbox", "--listen", "127.0.0.1:0", "--state", "state")
    assert done.status in (2, 3)
    assert f"in use by another sandbox (process {told['pid']})" in done.err and "--state" in done.err


def test_libketch_has_every_function_that_a_row_names():
    rows = re.findall(r'\.full_symbol = "(\w+)"', (ROOT / "src/cli/commands.c").read_text())
    assert len(rows) >= 2
    listed = subprocess.run(["nm", "-D", "--defined-only", pathlib.Path(PROGRAM).parent / "libketch.so.0"],
                            capture_output=True, text=True, check=True)
    exported = {line.split()[-1].split("@")[0] for line in listed.stdout.splitlines()}
    assert set(rows) <= exported


def test_without_libketch_the_reason_and_the_way_out_are_told(folder):
    (folder / "alone").mkdir()
    for name in ("ketch", "libketch-core.so.0"):
        shutil.copy(os.path.join(os.path.dirname(PROGRAM), name), folder / "alone" / name)
    done = subprocess.run([folder / "alone/ketch", "sandbox"], capture_output=True, text=True, check=False)
    assert done.returncode == 3 and "installing ketch again" in done.stderr
