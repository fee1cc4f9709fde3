# SPDX-License-Identifier: Apache-2.0
"""Runs aws_probe (AWS_PROBE) with an environment of a test's own, and a server that records what it is sent."""
import http.server
import json
import os
import pathlib
import subprocess
import threading

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROBE = os.environ.get("AWS_PROBE", str(ROOT / "build/dev/tests/aws/aws_probe"))
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "hush/secret"}


class Recorder(http.server.BaseHTTPRequestHandler):
    """Writes every request down; answers what server.answers says, first match by path, else 200 and {}."""
    protocol_version = "HTTP/1.1"

    def _take(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.requests.append({"method": self.command, "target": self.path, "body": body,
                                     "headers": {k.lower(): v for k, v in self.headers.items()}})
        status, headers, answer = self.server.answer(self.server.requests[-1])
        if status is None:  # the connection just ends
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _take

    def log_message(self, *args):
        pass


@pytest.fixture
def recorder():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    server.daemon_threads = True
    server.requests = []
    server.answer = lambda request: (200, {}, b"{}")
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def probe(tmp_path):
    """probe([orders], NAME=value...) -> answers in the order of the orders; the environment has nothing else of AWS."""
    def run(orders, check=True, **env):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_") and not k.lower().endswith("_proxy")}
        clean |= {"HOME": str(tmp_path), "AWS_REGION": "us-east-1", "PROBE_LOG": "debug", **env}
        lines = "".join(json.dumps({"id": i, **order}) + "\n" for i, order in enumerate(orders))
        done = subprocess.run([PROBE], input=lines, env=clean, capture_output=True, text=True, timeout=120)
        if check:
            assert done.returncode == 0, done.stderr
        assert "hush" not in done.stderr  # what tests call their secrets; the log is at its most talkative
        answers = sorted((json.loads(line) for line in done.stdout.splitlines()), key=lambda a: a["id"])
        assert [a["id"] for a in answers] == list(range(len(orders)))
        return answers
    return run
