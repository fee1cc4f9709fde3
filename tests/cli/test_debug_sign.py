# SPDX-License-Identifier: Apache-2.0
"""`ketch debug sign` beside AWS's own signer: the same request, key and time must give the same canonical request,
string to sign and signature. Requests that nobody wrote by hand are drawn from a seed."""
import datetime
import json
import random
from unittest import mock

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEYS = ["--access-key", "AKIDEXAMPLE", "--secret-key", "a/secret+key"]
NOW = datetime.datetime(2026, 3, 14, 15, 9, 26, tzinfo=datetime.timezone.utc)
SCOPE = ["--region", "eu-north-1", "--service", "braket", "--timestamp", "2026-03-14T15:09:26Z"]
SIGNERS = {("header", False): auth.SigV4Auth, ("header", True): auth.S3SigV4Auth,
           ("query", False): auth.SigV4QueryAuth, ("query", True): auth.S3SigV4QueryAuth}
SAFE = "abcXYZ019-_.~"


def signed_by_aws(mode, service, request, token=None):
    """The three steps as botocore computes them."""
    steps = {}
    signer = SIGNERS[mode, service == "s3"](Credentials("AKIDEXAMPLE", "a/secret+key", token), service, "eu-north-1")
    canonical, string, signature = signer.canonical_request, signer.string_to_sign, signer.signature

    def keep(name, function):
        def call(*args):
            steps[name] = function(*args)
            return steps[name]
        return call
    signer.canonical_request = keep("canonical_request", canonical)
    signer.string_to_sign = keep("string_to_sign", string)
    signer.signature = keep("signature", signature)
    with mock.patch("botocore.auth.get_current_datetime", return_value=NOW.replace(tzinfo=None)):
        signer.add_auth(request)
    return steps


def random_request(seed):
    """A request and how botocore is told of it: encoded once, as it goes over the wire."""
    rng = random.Random(seed)

    def text(alphabet, most):
        return "".join(rng.choice(alphabet) for _ in range(rng.randint(1, most)))
    path = "/" + "/".join(rng.choice([text(SAFE, 5), "%2F", "%3Aa", "b%20c"]) for _ in range(rng.randint(0, 4)))
    query = [(text(SAFE, 3), rng.choice(["", text(SAFE, 4), "%2F", "a%3Db"])) for _ in range(rng.randint(0, 4))]
    headers = {f"X-Amz-Meta-{text('abc', 3)}": rng.choice(["v", "two  words", " padded ", "a,b"])
               for _ in range(rng.randint(0, 3))}
    headers |= rng.choice([{}, {"Content-Type": "application/json"}, {"User-Agent": "x", "Expect": "100-continue"}])
    body = rng.choice(["", "body", '{"a": "ü"}'])
    return rng.choice(["GET", "POST", "PUT"]), path, query, headers, body


@pytest.mark.parametrize("mode", ["header", "query"])
@pytest.mark.parametrize("service", ["braket", "s3", "sts"])
@pytest.mark.parametrize("seed", range(8))
def test_it_signs_as_aws_does(ketch, folder, mode, service, seed):
    method, path, query, headers, body = random_request(seed)
    token = "a/token==" if seed % 2 else None
    if mode == "query":  # botocore moves a body into the query, and drops all but one value of a name
        body, query = "", list(dict(query).items())
    target = path + ("?" + "&".join(f"{name}={value}" for name, value in query) if query else "")
    lines = [f"{method} {target} HTTP/1.1", "Host: example.com"] + [f"{k}: {v}" for k, v in headers.items()]
    (folder / "request").write_bytes("\r\n".join([*lines, "", body]).encode())
    request = AWSRequest(method, "https://example.com" + target, headers=headers, data=body.encode())
    if mode == "query":
        request.context["signing"] = {}
    expected = signed_by_aws(mode, service, request, token)
    done = ketch("debug", "sign", "--request", "request", "--mode", mode, *SCOPE[:3], service, *SCOPE[4:], *KEYS,
                 *(["--session-token", token] if token else []),
                 *(["--sign-body"] if service == "s3" and mode == "header" else []))
    assert done.status == 0, done.err
    shown = json.loads(done.out)
    assert {name: shown[name] for name in expected} == expected


FORMS = {
    "CRLF": "GET /a?b HTTP/1.1\r\nHost: h\r\nX-A: one two\r\n\r\n",
    "LF": "GET /a?b HTTP/1.1\nHost: h\nX-A: one two\n\n",
    "no empty line": "GET /a?b HTTP/1.1\nHost: h\nX-A: one two",
    "folded": "GET /a?b HTTP/1.1\nHost: h\nX-A: one\n   two\n",
    "signed before": "GET /a?b HTTP/1.1\nHost: h\nX-A: one two\nX-Amz-Date: 20200101T000000Z\nAuthorization: old\n",
}


def test_files_may_be_kept_in_several_ways(ketch):
    shown = {name: json.loads(ketch("debug", "sign", "--request", "-", *SCOPE, *KEYS, stdin=text).out)
             for name, text in FORMS.items()}
    assert len({one["signature"] for one in shown.values()}) == 1
    assert all(one["signed_headers"] == "host;x-a;x-amz-date" for one in shown.values())


def test_blanks_and_utf8_in_a_target_are_encoded(ketch):
    def path(service):
        done = ketch("debug", "sign", "--request", "-", *SCOPE[:3], service, *SCOPE[4:], *KEYS,
                     stdin="GET /a b/é HTTP/1.1\nHost: h\n")
        return json.loads(done.out)["canonical_request"].split("\n")[1]
    assert path("braket") == path("s3") == "/a%20b/%C3%A9"


def test_the_path_keeps_its_dots_when_told_so(ketch):
    def path(*flags):
        done = ketch("debug", "sign", "--request", "-", *SCOPE, *KEYS, *flags, stdin="GET //a/./b/../c HTTP/1.1\nHost: h")
        return json.loads(done.out)["canonical_request"].split("\n")[1]
    assert path() == "/a/c" and path("--no-normalize") == "//a/./b/../c"


def test_a_token_added_after_signing_is_sent_and_not_signed(ketch):
    ask = ["debug", "sign", "--request", "-", *SCOPE, *KEYS]
    plain = json.loads(ketch(*ask, stdin=FORMS["LF"]).out)
    after = json.loads(ketch(*ask, "--session-token", "T", "--token-after", stdin=FORMS["LF"]).out)
    before = json.loads(ketch(*ask, "--session-token", "T", stdin=FORMS["LF"]).out)
    assert after["signature"] == plain["signature"] != before["signature"]
    assert "x-amz-security-token: T\r\n" in after["signed_request"]


def test_both_ways_to_write_a_time_mean_the_same(ketch):
    ask = ["debug", "sign", "--request", "-", *SCOPE[:4], *KEYS, "--timestamp"]
    shown = [ketch(*ask, time, stdin=FORMS["LF"]).out for time in ("2015-08-30T12:36:00Z", "20150830T123600Z")]
    assert shown[0] == shown[1] and "20150830T123600Z" in shown[0]


def test_the_life_counts_for_a_query_only(ketch):
    ask = ["debug", "sign", "--request", "-", *SCOPE, *KEYS, "--expires", "77"]
    assert "X-Amz-Expires" not in ketch(*ask, stdin=FORMS["LF"]).out
    assert "X-Amz-Expires=77&" in json.loads(ketch(*ask, "--mode", "query", stdin=FORMS["LF"]).out)["query"]


def test_keys_may_come_from_the_environment(ketch):
    environment = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "a/secret+key", "AWS_SESSION_TOKEN": "T"}
    given = ketch("debug", "sign", "--request", "-", *SCOPE, *KEYS, "--session-token", "T", stdin=FORMS["LF"])
    found = ketch("debug", "sign", "--request", "-", *SCOPE, stdin=FORMS["LF"], env=environment)
    assert found.out == given.out != ""
    alone = ketch("debug", "sign", "--request", "-", *SCOPE, *KEYS, stdin=FORMS["LF"], env=environment)
    assert "security-token" not in alone.out  # a token belongs to its keys


NONE = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
REFUSED = [
    ([*SCOPE, *KEYS], 2, "--request is missing"),
    (["--request", "-", "--region", "r", *KEYS], 2, "--service is missing"),
    (["--request", "-", "--service", "s", *KEYS], 2, "--region is missing"),
    (["--request", "nowhere", *SCOPE, *KEYS], 3, "nowhere"),
    (["--request", "-", *SCOPE, "--access-key", "a"], 2, "--access-key and --secret-key belong together"),
    (["--request", "-", *SCOPE], 2, "no key to sign with"),
    (["--request", "-", *SCOPE, *KEYS, "--mode", "both"], 2, "expected header or query"),
    (["--request", "-", *SCOPE, *KEYS, "--timestamp", "yesterday"], 2, "expected 2015-08-30T12:36:00Z"),
    (["--request", "-", *SCOPE, *KEYS, "--timestamp", "2015-08-30"], 2, "expected 2015-08-30T12:36:00Z"),
    (["--request", "-", *SCOPE, *KEYS, "--expires", "0"], 2, "--expires"),
    (["--request", "-", *SCOPE, *KEYS, "--expires", "604801"], 2, "--expires"),
    (["--request", "bell.qasm", *SCOPE, *KEYS], 2, "bell.qasm: line 2"),
]


@pytest.mark.parametrize("words, status, message", REFUSED, ids=lambda value: str(value)[-40:])
def test_what_is_wrong_is_said(ketch, words, status, message):
    done = ketch("debug", "sign", *words, stdin=FORMS["LF"], env=NONE)
    assert (done.status, done.out) == (status, "") and message in done.err
    assert "a/secret+key" not in done.err


@pytest.mark.parametrize("words, message", [
    (["debug"], "expected: ketch debug sign"),
    (["debug", "sgin"], "did you mean 'debug sign'?"),
])
def test_debug_alone_says_what_there_is(ketch, words, message):
    done = ketch(*words)
    assert (done.status, done.out) == (2, "") and message in done.err
