# SPDX-License-Identifier: Apache-2.0
"""`ketch doctor`: against a sandbox, where all is well until something is broken on purpose, and against a small server
that answers what the sandbox never would: another Date, another owner, a policy that says no."""
import http.server
import json
import os
import pathlib
import pty
import socket
import subprocess
import threading
import time
import types
from email.utils import formatdate

import jsonschema
import pytest

KETCH = os.environ["KETCH"]
SCHEMA = json.loads((pathlib.Path(__file__).resolve().parents[2] / "doc/schema/ketch-doctor.schema.json").read_text())
ACCOUNT = "123456789012"
BUCKET = f"amazon-braket-us-east-1-{ACCOUNT}"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "hush/secret", "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true"}
CHECKS = ["program", "state", "disk", "memory", "settings", "region", "endpoint", "clock", "credentials", "identity",
          "devices", "simulator", "bucket", "writing", "public access", "service role", "job role", "quotas"]


@pytest.fixture
def doctor(tmp_path):
    """doctor(env, words...) -> its checks by name, after a look at what every run must keep to."""
    def run(env, *words, expect=0, quick_s=10, unset=()):
        own = {name: value for name, value in {**os.environ, **env}.items() if name not in unset}
        began = time.monotonic()
        done = subprocess.run([KETCH, "doctor", "--json", "--state", tmp_path / "ketch", *map(str, words)], text=True,
                              cwd=tmp_path, env=own, capture_output=True, timeout=60)
        assert time.monotonic() - began < quick_s
        assert done.returncode == expect, (done.stdout, done.stderr)
        for secret in (own.get("AWS_SECRET_ACCESS_KEY"), own.get("AWS_SESSION_TOKEN")):
            assert not secret or secret not in done.stdout + done.stderr
        assert done.stderr == "" and not (tmp_path / "ketch").exists()
        answer = json.loads(done.stdout)
        assert [check["name"] for check in answer["checks"]] == CHECKS
        assert answer["ok"] == (expect == 0)
        jsonschema.validate(answer, SCHEMA)
        return {check["name"]: types.SimpleNamespace(**check) for check in answer["checks"]}
    return run


def statuses(checks, *names):
    return [checks[name].status for name in names]


# ---- against the sandbox ----

def test_a_fresh_account_is_well(start, doctor):
    checks = doctor(start().env)
    assert {name for name, check in checks.items() if check.status != "ok"} == {"writing", "public access"}
    assert "which the first run makes" in checks["bucket"].found
    assert f"account {ACCOUNT}" in checks["identity"].found and checks["credentials"].found.startswith("environment, key ...")
    assert checks["devices"].found.startswith("5 of 5 regions answer")


def test_a_bucket_that_is_there_is_written_and_left_as_it_was(start, doctor):
    sandbox = start()
    sandbox.bucket()
    s3 = sandbox.client("s3")
    checks = doctor(sandbox.env)
    assert statuses(checks, "bucket", "writing", "public access") == ["ok", "ok", "warning"]
    assert checks["public access"].mend.startswith(f"aws s3api put-public-access-block --bucket {BUCKET}")
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration={
        "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True})
    assert statuses(doctor(sandbox.env), "public access") == ["ok"]
    assert sandbox.admin("GET", "bill")["tasks"] == []


def test_a_bucket_that_was_named(start, doctor):
    sandbox = start()
    missing = doctor(sandbox.env, "--s3", "s3://lab-bucket/x", expect=5)["bucket"]
    assert (missing.status, missing.mend) == ("wrong", "aws s3 mb s3://lab-bucket --region us-east-1")
    sandbox.client("s3").create_bucket(Bucket="lab-bucket")
    checks = doctor(sandbox.env, "--s3", "s3://lab-bucket/x")
    assert statuses(checks, "bucket", "writing") == ["warning", "ok"]
    assert "amazon-braket-" in checks["bucket"].found and "AmazonBraket=true" in checks["bucket"].mend


@pytest.mark.parametrize("region, status, mend", [
    ("eu-central-1", "warning", "eu-west-2"), ("us-east-2", "warning", "us-east-1"), ("us-est-1", "wrong", "us-east-1"),
    ("mars", "wrong", "us-east-1"), ("eu-nort-1", "wrong", "eu-north-1")])
def test_regions_without_braket_are_told_with_the_nearest(start, doctor, region, status, mend):
    env = start().env
    checks = doctor({**env, "AWS_REGION": region}, expect=5 if status == "wrong" else 0)
    assert (checks["region"].status, checks["region"].mend) == (status, f"export AWS_REGION={mend}")
    assert statuses(checks, "endpoint", "identity") == ["skipped" if status == "wrong" else "ok"] * 2
    assert doctor(env, "--region", region, expect=5 if status == "wrong" else 0)["region"].mend == f"--region {mend}"


def test_no_region_is_a_warning(start, doctor):
    checks = doctor(start().env, unset=("AWS_REGION", "AWS_DEFAULT_REGION"))
    assert checks["region"].status == "warning" and "us-east-1 is taken" in checks["region"].found


@pytest.mark.parametrize("name, value, found", [("AWS_SECRET_ACCESS_KEY", "another+secret", "secret key does not belong"),
                                                ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE", "doesn't know the access key")])
def test_wrong_keys(start, doctor, name, value, found):
    checks = doctor({**start().env, name: value}, expect=5)
    assert statuses(checks, "credentials", "identity", "bucket") == ["ok", "wrong", "skipped"]
    assert found in checks["identity"].found and "aws configure" in checks["identity"].mend
    assert checks["bucket"].found == "see identity"


def test_no_credentials_are_told_quickly_and_kindly(start, doctor):
    checks = doctor(start().env, unset=("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), expect=5, quick_s=3)
    assert checks["credentials"].status == "wrong"
    assert "aws configure" in checks["credentials"].mend and "ketch sandbox" in checks["credentials"].mend


def test_nobody_at_the_endpoint(doctor):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        checks = doctor({**KEYS, "AWS_ENDPOINT_URL": url}, expect=5)
    assert checks["endpoint"].status == "wrong" and url in checks["endpoint"].found
    assert "AWS_ENDPOINT_URL" in checks["endpoint"].mend and statuses(checks, "clock", "devices") == ["skipped"] * 2


def test_a_profile_that_is_not_there(doctor):
    checks = doctor(KEYS, "--profile", "lab", expect=5)
    assert checks["settings"].status == "wrong" and "'lab'" in checks["settings"].found
    assert statuses(checks, *CHECKS[5:]) == ["skipped"] * len(CHECKS[5:])


@pytest.mark.parametrize("words", [["--s3", "lab"], ["--s3", "s3://A"], ["--no-such"], ["operand"]])
def test_bad_words_are_refused(words):
    done = subprocess.run([KETCH, "doctor", *words], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and done.stdout == "" and "ketch: error: " in done.stderr


def test_an_endpoint_that_is_no_url(doctor):
    checks = doctor(KEYS, "--endpoint-url", "127.0.0.1:4567", expect=5)
    assert checks["endpoint"].status == "wrong" and "expected http://" in checks["endpoint"].found


# ---- this machine ----

def test_a_state_folder_that_can_not_be_made(tmp_path, start):
    (tmp_path / "file").write_text("")
    done = subprocess.run([KETCH, "doctor", "--json", "--state", tmp_path / "file/ketch"], text=True, timeout=60,
                          env={**os.environ, **start().env}, capture_output=True)
    state = json.loads(done.stdout)["checks"][1]
    assert (done.returncode, state["status"]) == (7, "wrong") and "can't be written" in state["found"]


def test_a_store_that_is_none(tmp_path, start):
    (tmp_path / "ketch").mkdir()
    (tmp_path / "ketch/ketch.db").write_text("no database at all, but long enough to have a header of its own " * 9)
    done = subprocess.run([KETCH, "doctor", "--json", "--state", tmp_path / "ketch"], text=True, timeout=60,
                          env={**os.environ, **start().env}, capture_output=True)
    state = json.loads(done.stdout)["checks"][1]
    assert (done.returncode, state["status"]) == (7, "wrong") and state["mend"].startswith("mv ")


def test_runs_are_counted(tmp_path, start):
    sandbox = start()
    env = {**os.environ, **sandbox.env}
    (tmp_path / "x.qasm").write_text("OPENQASM 3;\nbit b;\nqubit q;\nx q;\nb = measure q;\n")
    subprocess.run([KETCH, "run", "x.qasm", "--device", "sv1", "--state", "ketch"], env=env, cwd=tmp_path, check=True,
                   capture_output=True, timeout=60)
    done = subprocess.run([KETCH, "doctor", "--state", "ketch"], env=env, cwd=tmp_path, text=True, capture_output=True,
                          timeout=60, check=True)
    assert "ketch, 1 run\n" in done.stdout


# ---- for a person ----

def test_lines_for_a_person(start):
    env = {**os.environ, **start().env, "AWS_REGION": "us-est-1"}
    shown = {locale: subprocess.run([KETCH, "doctor", "--state", "/nowhere/at/all"], env={**env, "LC_ALL": locale},
                                    text=True, capture_output=True, timeout=60) for locale in ("C.UTF-8", "C")}
    assert all(done.returncode == 5 and done.stderr == "" for done in shown.values())
    assert "  ✗ region " in shown["C.UTF-8"].stdout and "→ export AWS_REGION=us-east-1\n" in shown["C.UTF-8"].stdout
    assert "  FAIL region " in shown["C"].stdout and "-> export AWS_REGION=us-east-1\n" in shown["C"].stdout
    assert shown["C"].stdout.isascii() and "wrong" in shown["C"].stdout.splitlines()[-1]


# ---- against a server of our own ----

CALLER = f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::{ACCOUNT}:user/lab/ada</Arn><UserId>AIDA</UserId><Account>{ACCOUNT}</Account></GetCallerIdentityResult>
</GetCallerIdentityResponse>"""


@pytest.fixture
def fake():
    """fake(answer, skew_s) -> the address of an AWS: answer(request) gives (status, headers, body), or None for what is
    usual. request: method, path, headers, body."""
    servers = []

    def usual(request):
        if b"Action=GetCallerIdentity" in request.body:
            return 200, {}, CALLER
        if request.path.startswith("/devices"):
            return 200, {}, '{"devices": [{"deviceStatus": "ONLINE"}]}'
        if request.path.startswith("/device/"):
            return 200, {}, '{"deviceStatus": "ONLINE"}'
        if b"Action=" in request.body:
            return 501, {}, ""
        return 200, {}, ""

    def begin(answer=lambda request: None, skew_s=0):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = types.SimpleNamespace(method=self.command, path=self.path, headers=self.headers, body=body)
                status, headers, text = answer(request) or usual(request)
                self.send_response_only(status)
                self.send_header("Date", formatdate(time.time() + skew_s, usegmt=True))
                for name, value in {"Content-Length": str(len(text.encode())), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(text.encode())

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_any

            def log_message(self, *words):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return {**KEYS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_address[1]}"}

    yield begin
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("skew_s, status, words", [(3600, "wrong", "behind"), (-400, "wrong", "ahead"), (90, "warning", "behind"),
                                                   (0, "ok", "right")])
def test_the_clock(fake, doctor, skew_s, status, words):
    clock = doctor(fake(skew_s=skew_s), expect=5 if status == "wrong" else 0)["clock"]
    assert clock.status == status and words in clock.found
    assert clock.mend == (None if status == "ok" else "sudo timedatectl set-ntp true")


def test_a_bucket_of_another_account(fake, doctor):
    def answer(request):
        if request.method == "HEAD" and "x-amz-expected-bucket-owner" in request.headers:
            return 403, {}, ""
        return None
    checks = doctor(fake(answer), expect=5)
    assert checks["bucket"].found == f"the bucket {BUCKET} is not of account {ACCOUNT}"
    assert "--s3" in checks["bucket"].mend and statuses(checks, "writing", "public access") == ["skipped"] * 2


@pytest.mark.parametrize("status", [301, 200])
def test_a_bucket_in_another_region(fake, doctor, status):
    def answer(request):
        return (status, {"x-amz-bucket-region": "eu-west-1"}, "") if request.method == "HEAD" else None
    bucket = doctor(fake(answer), "--s3", "s3://amazon-braket-lab", expect=5)["bucket"]
    assert "is in eu-west-1," in bucket.found and "in us-east-1 can go" in bucket.found


def test_a_bucket_that_can_not_be_written_or_cleared(fake, doctor):
    denied = 403, {}, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
    checks = doctor(fake(lambda request: denied if request.method == "PUT" else None), expect=5)
    assert checks["writing"].status == "wrong" and "s3:PutObject" in checks["writing"].mend
    checks = doctor(fake(lambda request: denied if request.method == "DELETE" else None))
    assert checks["writing"].status == "warning" and "aws s3 rm s3://" in checks["writing"].mend


def test_a_policy_that_forbids_braket(fake, doctor):
    def answer(request):
        if request.path.startswith("/device"):
            return 403, {"x-amzn-ErrorType": "AccessDeniedException"}, '{"message": "not authorized"}'
        return None
    checks = doctor(fake(answer), expect=5)
    assert statuses(checks, "devices", "simulator") == ["wrong", "wrong"]
    assert checks["devices"].found.endswith("; everywhere: SearchDevices: AccessDeniedException: not authorized")
    assert checks["devices"].mend == ("aws iam attach-user-policy --user-name ada --policy-arn "
                                      "arn:aws:iam::aws:policy/AmazonBraketFullAccess")


def test_one_region_in_trouble_is_a_warning(fake, doctor):
    def answer(request):
        if request.path.startswith("/devices") and "/eu-west-2/" in request.headers["Authorization"]:
            return 400, {"x-amzn-ErrorType": "ValidationException"}, '{"message": "closed for the day"}'
        return None
    devices = doctor(fake(answer))["devices"]
    assert devices.status == "warning" and devices.found.startswith("4 of 5 regions answer, 4 devices")
    assert "eu-west-2: SearchDevices: ValidationException: closed for the day" in devices.found


def test_a_servers_words_can_not_paint_the_terminal(fake, doctor):
    def answer(request):
        if request.path.startswith("/device/"):
            return 400, {"x-amzn-ErrorType": "ValidationException"}, json.dumps({"message": "\x1b[2Jgone\nnext\x7f"})
        return None
    found = doctor(fake(answer), expect=5)["simulator"].found
    assert "gone next" in found and found.isprintable()


def test_an_endpoint_without_iam_skips_the_roles(fake, doctor):
    checks = doctor(fake())
    assert statuses(checks, "service role", "job role") == ["skipped"] * 2 and "no IAM" in checks["job role"].found


def roles(*names, marker=None):
    members = "".join(f"<member><RoleName>{n}</RoleName><Arn>arn:aws:iam::{ACCOUNT}:role/service-role/{n}</Arn></member>"
                      for n in names)
    more = f"<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>" if marker else "<IsTruncated>false</IsTruncated>"
    return f"<ListRolesResponse><ListRolesResult><Roles>{members}</Roles>{more}</ListRolesResult></ListRolesResponse>"


def test_roles_are_looked_for_on_every_page(fake, doctor):
    asked = []

    def answer(request):
        if b"Action=GetRole" in request.body:
            return 404, {}, "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>none</Message></Error></ErrorResponse>"
        if b"Action=ListRoles" in request.body:
            asked.append(request.body)
            return 200, {}, roles("Other", marker="m-1") if len(asked) == 1 else roles("AmazonBraketJobsExecutionRole-lab")
        return None
    checks = doctor(fake(answer))
    assert checks["service role"].status == "warning" and "create-service-linked-role" in checks["service role"].mend
    assert checks["job role"].status == "ok" and "Role-lab" in checks["job role"].found
    assert len(asked) == 2 and b"Marker=m-1" in asked[1]


def test_no_job_role_is_a_warning(fake, doctor):
    answer = lambda request: (200, {}, roles("Other")) if b"Action=ListRoles" in request.body else None
    role = doctor(fake(answer))["job role"]
    assert role.status == "warning" and "console" in role.mend


def test_answers_that_are_nonsense_end_nothing(fake, doctor):
    """Whatever stands where members should be, each check ends with a word on it."""
    for text in ("", "{}", "[]", "nonsense", "<r><Account>1</Account></r>", '{"devices": 7, "deviceStatus": {}}', "\0\xff"):
        doctor(fake(lambda request, text=text: (200, {}, text)), expect=5)


def test_a_server_that_never_answers_is_given_up(fake, doctor):
    checks = doctor(fake(lambda request: time.sleep(40) if request.path == "/" and request.method == "GET" else None),
                    expect=5, quick_s=20)
    assert checks["endpoint"].status == "wrong"


def test_expired_session_tokens(fake, doctor):
    text = ("<ErrorResponse><Error><Code>ExpiredToken</Code><Message>The security token included in the request is "
            "expired</Message></Error></ErrorResponse>")
    answer = lambda request: (403, {}, text) if b"GetCallerIdentity" in request.body else None
    identity = doctor({**fake(answer), "AWS_SESSION_TOKEN": "hush-token"}, expect=5)["identity"]
    assert "expired" in identity.found and "aws sso login" in identity.mend


ROLE = """[default]
role_arn = arn:aws:iam::123456789012:role/lab
source_profile = base
mfa_serial = arn:aws:iam::123456789012:mfa/ada
[profile base]
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = hush/secret
"""
ASSUMED = """<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>hush
</SecretAccessKey><SessionToken>hush</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>"""


def with_role(fake, tmp_path, codes):
    def answer(request):
        if b"Action=AssumeRole" not in request.body:
            return None
        codes.append(request.body.partition(b"TokenCode=")[2].partition(b"&")[0])
        return 200, {}, ASSUMED
    env = {name: value for name, value in fake(answer).items() if not name.startswith(("AWS_ACCESS", "AWS_SECRET"))}
    (tmp_path / "config").write_text(ROLE)
    return {**env, "AWS_CONFIG_FILE": str(tmp_path / "config")}


@pytest.mark.parametrize("typed, status, found", [("123456", "ok", "...MPLE, good for"), ("", "wrong", "no MFA code was given"),
                                                  ("12 34", "wrong", "expected six digits")])
def test_a_role_with_a_second_factor_asks_on_a_terminal(fake, tmp_path, typed, status, found):
    codes, shown = [], b""
    env = {**os.environ, **with_role(fake, tmp_path, codes)}
    ours, theirs = pty.openpty()
    with subprocess.Popen([KETCH, "doctor", "--json", "--state", tmp_path / "ketch"], env=env, stdin=theirs, stderr=theirs,
                          stdout=subprocess.PIPE, text=True) as process:
        os.close(theirs)
        while b"mfa/ada: " not in shown:
            shown += os.read(ours, 1000)
        os.write(ours, typed.encode() + b"\n")
        checks = {check["name"]: check for check in json.load(process.stdout)["checks"]}
    os.close(ours)
    assert checks["credentials"]["status"] == status and found in checks["credentials"]["found"]
    assert codes == ([typed.encode()] if status == "ok" else [])


def test_a_role_with_a_second_factor_is_refused_without_a_terminal(fake, doctor, tmp_path):
    codes = []
    checks = doctor(with_role(fake, tmp_path, codes), expect=5)
    assert "no terminal to ask on" in checks["credentials"].found and codes == []


def test_the_guide_names_every_check():
    guide = (pathlib.Path(__file__).resolve().parents[2] / "doc/aws.md").read_text()
    assert [name for name in CHECKS if f"| {name} |" not in guide] == []
