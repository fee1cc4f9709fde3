# SPDX-License-Identifier: Apache-2.0
"""A client of few words, signed and quick, and what it can say of a sandbox's state: for tests that make many calls and
hold the sandbox to each of its answers."""
import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import re
import time
import types
import typing
import urllib.parse

from sandboxes import ACCOUNT, segment
from sandboxes import FORTE_ENTERPRISE as QPU

REGION = "us-east-1"
BUCKET = f"amazon-braket-{REGION}-{ACCOUNT}"
ENDED = ("COMPLETED", "FAILED", "CANCELLED")


class Lost(Exception):
    """The connection went away before the answer was whole: the call may have happened or not."""


class Wire:
    """Calls one after the other on a connection that is kept, each signed."""

    def __init__(self, sandbox):
        self.host, self.key, self.scopes = f"127.0.0.1:{sandbox.port}", sandbox.key, {}
        self.connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=30)

    def scope(self, date, service):
        """The scope of a signature and the key for it, made once a day."""
        if (date, service) not in self.scopes:
            key = b"AWS4" + self.key.secret_key.encode()
            for part in (date, REGION, service, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self.scopes[date, service] = f"{date}/{REGION}/{service}/aws4_request", key
        return self.scopes[date, service]

    def sign(self, method, target, body, headers):
        """SigV4. An S3 body is summed by its ETag, so it goes unsigned."""
        is_braket = target.startswith(("/quantum-task", "/tags/"))
        path, _, query = target.partition("?")
        time_ = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        digest = hashlib.sha256(body).hexdigest() if is_braket else "UNSIGNED-PAYLOAD"
        headers |= {"x-amz-content-sha256": digest, "x-amz-date": time_}
        rows = sorted([("host", self.host), *headers.items()])
        parts = "&".join(sorted(part if "=" in part else part + "=" for part in query.split("&") if part))
        signed = ";".join(name for name, _ in rows)
        canonical = "\n".join([method, path.replace("%", "%25") if is_braket else path, parts,
                               *(f"{name}:{value}" for name, value in rows), "", signed, digest])
        scope, key = self.scope(time_[:8], "braket" if is_braket else "s3")
        text = f"AWS4-HMAC-SHA256\n{time_}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        headers["Authorization"] = (f"AWS4-HMAC-SHA256 Credential={self.key.access_key}/{scope}, "
                                    f"SignedHeaders={signed}, Signature={signature}")

    def call(self, method, target, body=b"", **headers):
        headers = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        self.sign(method, target, body, headers)
        try:
            self.connection.request(method, target, body, headers)
            answer = self.connection.getresponse()
            whole = types.SimpleNamespace(status=answer.status, headers=answer.headers, body=answer.read())
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise Lost(f"{method} {target}: {error!r}") from error
        self.check(method, target, whole)
        return whole

    def check(self, method, target, answer):
        assert answer.status < 500, f"{method} {target}: {answer.status} {answer.body[:500]!r}"

    def expect(self, status, method, target, body=b"", **headers):
        answer = self.call(method, target, body, **headers)
        assert answer.status == status, f"{method} {target}: {answer.status} {answer.body[:500]!r}"
        return answer

    def json(self, method, target, members=None):
        answer = self.call(method, target, b"" if members is None else json.dumps(members).encode())
        return answer.status, json.loads(answer.body or b"{}")


class Stored(typing.NamedTuple):
    """What a client remembers of an object."""

    etag: str
    md5: str
    size: int
    note: str  # x-amz-meta-note
    tags: tuple = ()


class Slot:
    """Something with a name, and the states it may be in."""

    def __init__(self, state=None):
        self.possible = [state]

    @property
    def state(self):
        assert len(self.possible) == 1
        return self.possible[0]

    @contextlib.contextmanager
    def becoming(self, state):
        """The body of `with` is the call; when it comes back it has happened."""
        self.possible.append(state)
        yield
        self.possible = [state]

    def found(self, state, what):
        assert state in self.possible, f"{what} is {state}, and may be one of {self.possible}"
        self.possible = [state]


def quoted(text):
    return urllib.parse.quote(text, safe="/-_.~")


def tag_xml(tags):
    rows = "".join(f"<Tag><Key>{key}</Key><Value>{value}</Value></Tag>" for key, value in tags)
    return f"<Tagging><TagSet>{rows}</TagSet></Tagging>".encode()


def read_tags(xml):
    return tuple(sorted(re.findall(r"<Key>(.*?)</Key><Value>(.*?)</Value>", xml.decode())))


def md5_header(body):
    return base64.b64encode(hashlib.md5(body).digest()).decode()


# ---- what the sandbox says is there ----


def see_object(wire, key):
    answer = wire.call("GET", f"/{BUCKET}/{quoted(key)}")
    if answer.status == 404:
        return None
    assert answer.status == 200, f"{key}: {answer.status} {answer.body[:300]!r}"
    has_tags = "x-amz-tagging-count" in answer.headers
    tags = read_tags(wire.call("GET", f"/{BUCKET}/{quoted(key)}?tagging").body) if has_tags else ()
    md5 = hashlib.md5(answer.body).hexdigest()
    return Stored(answer.headers["ETag"].strip('"'), md5, len(answer.body), answer.headers["x-amz-meta-note"], tags)


def see_parts(wire, key, upload_id):
    answer = wire.call("GET", f"/{BUCKET}/{key}?uploadId={upload_id}")
    if answer.status == 404:
        return None
    found = re.findall(r"<Part>.*?</Part>", answer.body.decode(), re.DOTALL)

    def member(part, name):
        return re.search(f"<{name}>(.*?)</{name}>", part)[1]

    return {int(member(part, "PartNumber")): (re.sub(r"&quot;|\"", "", member(part, "ETag")), int(member(part, "Size")))
            for part in found}


def see_bucket(wire, name):
    answer = wire.call("GET", f"/{name}?tagging")
    if answer.status == 404 and b"NoSuchBucket" in answer.body:
        return None
    return read_tags(answer.body) if answer.status == 200 else ()


def see_task(wire, task):
    """The task as GetQuantumTask tells it, held to all that was acknowledged about it."""
    status, told = wire.json("GET", f"/quantum-task/{segment(task.arn)}")
    assert status == 200, f"{task.arn}: {told}"
    uuid = task.arn.rpartition("/")[2]
    expected = {"quantumTaskArn": task.arn, "deviceArn": task.device, "shots": task.shots, "outputS3Bucket": BUCKET,
                "outputS3Directory": f"tasks/{uuid}"}
    assert {name: told[name] for name in expected} == expected
    task.tags.found(tuple(sorted(told.get("tags", {}).items())), f"tags of {task.arn}")
    assert task.created_at in (None, told["createdAt"])
    task.created_at = told["createdAt"]
    state = told["status"]
    assert state != "FAILED", told
    if task.device == QPU:
        task.cancel.found(state in ("CANCELLING", "CANCELLED"), f"cancel of {task.arn}, which is {state},")
    assert task.last not in ENDED or state == task.last, f"{task.arn} was {task.last} and is {state}"
    assert ("endedAt" in told) == (state in ENDED), told
    task.last = state
    if state == "COMPLETED":
        result = json.loads(wire.call("GET", f"/{BUCKET}/tasks/{uuid}/results.json").body)
        assert result["taskMetadata"]["id"] == task.arn and result["taskMetadata"]["shots"] == task.shots
        # IonQ tells how often each outcome came, others tell each shot.
        assert len(result.get("measurements", [])) == task.shots or result["measurementProbabilities"]
    return state
