# SPDX-License-Identifier: Apache-2.0
"""What lies between the AWS client and a service: certificates, proxies, HTTP/2."""
import http.server
import select
import socket
import ssl
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from conftest import KEYS, Recorder

ORDER = {"service": "Braket", "operation": "SearchDevices", "members": {"filters": []}}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 and localhost that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:braket.us-east-1.amazonaws.com",
                    "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def secure(certificate):
    """A recording server behind TLS."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads, server.requests = True, []
    server.answer = lambda request: (200, {}, b'{"devices": []}')
    server.handle_error = lambda request, address: None  # a client that does not trust the certificate goes away
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Proxy(threading.Thread):
    """Tunnels CONNECT to `to`, wherever the client wanted to go; writes down what it was asked for."""

    def __init__(self, to):
        super().__init__(daemon=True)
        self.to, self.asked = to, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.start()

    def run(self):
        while True:
            try:
                one = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.tunnel, args=(one,), daemon=True).start()

    def tunnel(self, one):
        head = b""
        while b"\r\n\r\n" not in head:
            got = one.recv(4096)
            if not got:
                return
            head += got
        self.asked.append(head.split(b"\r\n")[0].decode())
        other = socket.create_connection(("127.0.0.1", self.to))
        if head.startswith(b"CONNECT"):
            one.sendall(b"HTTP/1.1 200 ok\r\n\r\n")
        else:
            other.sendall(head)
        while True:
            for ready in select.select([one, other], [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    one.close()
                    other.close()
                    return
                (other if ready is one else one).sendall(data)


def test_a_certificate_of_ones_own_is_trusted_when_it_is_named(probe, secure, certificate):
    answer = probe([ORDER], AWS_ENDPOINT_URL=f"https://127.0.0.1:{secure.server_port}", AWS_CA_BUNDLE=str(certificate[0]),
                   **KEYS)[0]
    assert answer["rc"] == 0 and answer["members"] == {"devices": []}


def test_ca_bundle_of_the_config_file_counts_too(probe, secure, certificate, tmp_path):
    (tmp_path / "config").write_text(f"[default]\nca_bundle = {certificate[0]}\n")
    answer = probe([ORDER], AWS_ENDPOINT_URL=f"https://localhost:{secure.server_port}",
                   AWS_CONFIG_FILE=str(tmp_path / "config"), **KEYS)[0]
    assert answer["rc"] == 0


def test_a_certificate_of_a_stranger_is_refused_and_nothing_is_sent(probe, secure):
    answer = probe([ORDER], AWS_ENDPOINT_URL=f"https://127.0.0.1:{secure.server_port}", AWS_MAX_ATTEMPTS="1", **KEYS)[0]
    assert answer["rc"] < 0 and "certificate" in answer["error"]
    assert secure.requests == []


def test_https_goes_through_the_proxy_of_the_environment(probe, secure, certificate):
    proxy = Proxy(secure.server_port)
    answer = probe([ORDER], HTTPS_PROXY=proxy.url, AWS_CA_BUNDLE=str(certificate[0]), **KEYS)[0]
    assert answer["rc"] == 0
    assert proxy.asked == ["CONNECT braket.us-east-1.amazonaws.com:443 HTTP/1.1"]
    assert secure.requests[0]["headers"]["host"] == "braket.us-east-1.amazonaws.com"


def test_http_goes_through_the_proxy_unless_it_is_excepted(probe, recorder):
    recorder.answer = lambda request: (200, {}, b'{"devices": []}')
    proxy = Proxy(recorder.server_port)
    assert probe([ORDER], AWS_ENDPOINT_URL="http://braket.invalid:80", http_proxy=proxy.url, **KEYS)[0]["rc"] == 0
    assert len(proxy.asked) == 1 and proxy.asked[0].startswith("POST http://braket.invalid")
    assert probe([ORDER], AWS_ENDPOINT_URL=recorder.url, http_proxy=proxy.url, no_proxy="127.0.0.1", **KEYS)[0]["rc"] == 0
    assert len(proxy.asked) == 1 and len(recorder.requests) == 2


def test_a_proxy_that_is_not_there_is_named(probe):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    answer = probe([ORDER], HTTPS_PROXY=f"http://user:hush@127.0.0.1:{port}", AWS_MAX_ATTEMPTS="1", **KEYS)[0]
    assert answer["rc"] < 0 and "hush" not in answer["error"]


def test_http_2_is_taken_where_it_is_offered(probe, certificate, tmp_path):
    (tmp_path / "app.py").write_text(textwrap.dedent("""
        async def app(scope, receive, send):
            if scope["type"] != "http":
                return
            text = b'{"devices": [], "version": "%s"}' % scope["http_version"].encode()
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
            await send({"type": "http.response.body", "body": text})
    """))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "hypercorn", "app:app", "--bind", f"127.0.0.1:{port}",
                               "--certfile", certificate[0], "--keyfile", certificate[1]], cwd=tmp_path,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        answers = probe([ORDER] * 20, AWS_ENDPOINT_URL=f"https://127.0.0.1:{port}", AWS_CA_BUNDLE=str(certificate[0]),
                        **KEYS)
        assert {answer["members"]["version"] for answer in answers} == {"2"}
    finally:
        server.terminate()
        server.wait(20)
