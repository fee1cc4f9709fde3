# SPDX-License-Identifier: Apache-2.0
"""No secret comes out of any command that speaks with AWS: neither in what it prints nor in what it leaves on disk, also
when a server sends back all that it was sent. The secrets are planted ones."""
import http.server
import json
import os
import re
import subprocess
import threading

import pytest

KETCH = os.environ["KETCH"]
BELL = "OPENQASM 3.0;\nbit[2] b;\nqubit[2] q;\nh q[0];\ncnot q[0], q[1];\nb = measure q;\n"
ARN = "arn:aws:braket:us-east-1:123456789012:quantum-task/00000000-0000-4000-8000-000000000000"
KEY, SECRET, TOKEN, PROXY = "AKIAPLANTEDPLANTED00", "hushSecretKeyHush", "hushSessionTokenHush", "hushProxyHush"
# By the command's own list, so that a new one is looked at, too.
WORDS = {
    "run": ["run", "bell.qasm", "--device", "sv1"], "resume": ["resume"], "devices": ["devices", "sv1"], "tasks": ["tasks"],
    "jobs": ["jobs"], "result": ["result", ARN], "cancel": ["cancel", ARN], "doctor": ["doctor"], "config": ["config"],
}
WITHOUT_AWS = {"check", "fmt", "draw", "sandbox", "debug", "version", "completion", "help"}


def test_every_command_is_looked_at():
    listed = subprocess.run([KETCH, "--help"], capture_output=True, text=True, check=True).stdout
    commands = {name for name in re.findall(r"^  (\w+)  ", listed, re.M)}
    assert commands == WORDS.keys() | WITHOUT_AWS


class Parrot(http.server.BaseHTTPRequestHandler):
    """Refuses everything, and says what it was sent."""
    protocol_version = "HTTP/1.1"
    status = 403

    def handle_any(self):
        sent = f"{self.path} {dict(self.headers)} {self.rfile.read(int(self.headers.get('Content-Length', 0)))}"
        body = json.dumps({"__type": "AccessDeniedException", "message": sent}).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_any

    def log_message(self, *words):
        pass


@pytest.fixture
def parrot():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Parrot)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def look(tmp_path, words, env):
    (tmp_path / "bell.qasm").write_text(BELL)
    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN, "HOME": str(tmp_path),
            "AWS_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1", "XDG_STATE_HOME": str(tmp_path / "state")}
    done = subprocess.run([KETCH, *words], env=os.environ | keys | env, cwd=tmp_path, capture_output=True, timeout=120)
    left = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (SECRET, TOKEN, PROXY):
        for place, found in (("stdout", done.stdout), ("stderr", done.stderr), ("the disk", left)):
            assert secret.encode() not in found, (words, secret, place, found[-2000:])
    return done


@pytest.mark.parametrize("command", WORDS)
@pytest.mark.parametrize("json_too", [False, True], ids=["text", "json"])
def test_a_server_that_sends_back_what_it_was_sent(tmp_path, parrot, command, json_too):
    words = WORDS[command] + (["--json"] if json_too else [])
    look(tmp_path, words, {"AWS_ENDPOINT_URL": parrot})


@pytest.mark.parametrize("command", WORDS)
def test_a_proxy_that_is_not_there(tmp_path, command):
    env = {"https_proxy": f"http://user:{PROXY}@127.0.0.1:1", "http_proxy": f"http://user:{PROXY}@127.0.0.1:1",
           "AWS_ENDPOINT_URL": "http://192.0.2.1"}
    look(tmp_path, WORDS[command], env)


def test_a_run_that_works(start, tmp_path):
    sandbox = start("--no-auth")
    done = look(tmp_path, WORDS["run"], {"AWS_ENDPOINT_URL": sandbox.url})
    assert done.returncode == 0, done.stderr
