# SPDX-License-Identifier: Apache-2.0
"""Every source of keys, beside fakes that behave and fakes that don't. Secrets are called "hush" here, and no line that
Ketch writes may hold one."""
import datetime
import hashlib
import json
import stat
import sys
import time

import pytest
from conftest import KEYS

LATER = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
PAST = "2020-01-01T00:00:00Z"
KEY_DOCUMENT = {"AccessKeyId": "AKIDFAKE", "SecretAccessKey": "hush-fake", "Token": "hush-token", "Expiration": LATER}
WHO = {"service": "Braket", "operation": "SearchDevices", "members": {"filters": []}}


def document(**changes):
    return json.dumps({k: v for k, v in {**KEY_DOCUMENT, **changes}.items() if v is not None}).encode()


class Fakes:
    """What each path of the recorder answers; everything else is Braket's: {} when it was signed by who it should."""

    def __init__(self, recorder):
        self.recorder, self.answers = recorder, {}
        recorder.answer = self.answer

    def answer(self, request):
        path = request["target"].partition("?")[0]
        answer = self.answers.get(path)
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        return answer if answer is not None else (200, {}, b"{}")

    def signed_by(self):
        return [r["headers"].get("authorization", "").partition("Credential=")[2].partition("/")[0]
                for r in self.recorder.requests if r["target"] == "/devices"]

    def asked(self, path):
        return [r for r in self.recorder.requests if r["target"].partition("?")[0] == path]


@pytest.fixture
def fakes(recorder):
    return Fakes(recorder)


@pytest.fixture
def call(probe, recorder):
    def run(count=1, **env):
        return probe([WHO] * count, AWS_ENDPOINT_URL_BRAKET=recorder.url, AWS_ENDPOINT_URL_STS=recorder.url,
                     AWS_ENDPOINT_URL_SSO=recorder.url, AWS_ENDPOINT_URL_SSO_OIDC=recorder.url,
                     AWS_EC2_METADATA_SERVICE_ENDPOINT=recorder.url, **env)
    return run


def refused(answers, *words):
    assert answers[0]["rc"] < 0
    for word in words:
        assert word in answers[0]["error"]
    assert "hush" not in json.dumps(answers)


# ---- a container's agent ----

def test_a_container_is_asked_with_its_token(fakes, call, recorder, tmp_path):
    fakes.answers["/keys"] = (200, {}, document())
    assert call(AWS_CONTAINER_CREDENTIALS_FULL_URI=recorder.url + "/keys",
                AWS_CONTAINER_AUTHORIZATION_TOKEN="hush-one")[0]["rc"] == 0
    (tmp_path / "token").write_text("hush-two")
    assert call(AWS_CONTAINER_CREDENTIALS_FULL_URI=recorder.url + "/keys", AWS_CONTAINER_AUTHORIZATION_TOKEN="hush-one",
                AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(tmp_path / "token"))[0]["rc"] == 0
    assert [r["headers"]["authorization"] for r in fakes.asked("/keys")] == ["hush-one", "hush-two"]
    assert fakes.signed_by() == ["AKIDFAKE"] * 2
    assert all(r["headers"].get("x-amz-security-token") == "hush-token" for r in fakes.asked("/devices"))


def test_many_calls_wait_for_one_fetch(fakes, call, recorder):
    def slowly(request):
        time.sleep(0.2)
        return 200, {}, document()
    fakes.answers["/keys"] = slowly
    answers = call(count=30, AWS_CONTAINER_CREDENTIALS_FULL_URI=recorder.url + "/keys")
    assert {a["rc"] for a in answers} == {0}
    assert len(fakes.asked("/keys")) == 1 and len(fakes.signed_by()) == 30


def test_a_container_that_stumbles_is_asked_again(fakes, call, recorder):
    fakes.answers["/keys"] = [(500, {}, b""), (200, {}, document())]
    assert call(AWS_CONTAINER_CREDENTIALS_FULL_URI=recorder.url + "/keys")[0]["rc"] == 0


@pytest.mark.parametrize("answer, word", [
    ((200, {}, b"not json hush"), "JSON"), ((200, {}, b"[]"), "AccessKeyId"),
    ((200, {}, document(SecretAccessKey=None)), "SecretAccessKey"), ((200, {}, document(AccessKeyId="")), "AccessKeyId"),
    ((200, {}, document(Expiration="soon")), "expiry"), ((200, {}, document(Expiration=PAST)), "expired already"),
    ((403, {}, b"hush"), "status 403"), ((None, {}, b""), "container credentials"),
    ((200, {}, b"x" * 100000), "65536 bytes"),
])
def test_a_container_that_misbehaves_is_told_of(fakes, call, recorder, answer, word):
    fakes.answers["/keys"] = answer
    refused(call(AWS_CONTAINER_CREDENTIALS_FULL_URI=recorder.url + "/keys"), word)


@pytest.mark.parametrize("url", ["http://example.com/keys", "http://127.0.0.1.example.com/", "ftp://localhost/",
                                 "http://localhost@example.com/", "http://[::2]/"])
def test_keys_are_not_fetched_in_the_clear_from_anywhere(call, url):
    refused(call(AWS_CONTAINER_CREDENTIALS_FULL_URI=url), "AWS_CONTAINER_CREDENTIALS_FULL_URI")


# ---- EC2 ----

ROLE = "/latest/meta-data/iam/security-credentials/"


def instance(fakes, **changes):
    fakes.answers |= {"/latest/api/token": (200, {}, b"hush-imds"), ROLE: (200, {}, b"lab-role\n"),
                      ROLE + "lab-role": (200, {}, document())} | changes


def test_an_instance_is_asked_in_version_two(fakes, call):
    instance(fakes)
    assert call()[0]["rc"] == 0
    token, = fakes.asked("/latest/api/token")
    assert token["method"] == "PUT" and token["headers"]["x-aws-ec2-metadata-token-ttl-seconds"] == "21600"
    assert {r["headers"]["x-aws-ec2-metadata-token"] for r in fakes.asked(ROLE) + fakes.asked(ROLE + "lab-role")} == {
        "hush-imds"}
    assert fakes.signed_by() == ["AKIDFAKE"]


def test_an_old_instance_is_asked_in_version_one(fakes, call):
    instance(fakes, **{"/latest/api/token": (404, {}, b"")})
    assert call()[0]["rc"] == 0
    refused(call(AWS_EC2_METADATA_V1_DISABLED="true"), "no AWS credentials")


@pytest.mark.parametrize("path, answer, word", [
    ("/latest/api/token", (500, {}, b""), "no AWS credentials"), ("/latest/api/token", (200, {}, b"a\r\nb"), "token"),
    (ROLE, (404, {}, b""), "for a role"), (ROLE, (200, {}, b""), "has no role"),
    (ROLE + "lab-role", (200, {}, b'{"Code": "Failed"}'), "AccessKeyId"), (ROLE + "lab-role", (500, {}, b""), "500"),
])
def test_an_instance_that_misbehaves_is_told_of(fakes, call, path, answer, word):
    instance(fakes, **{path: answer})
    refused(call(), word)


def test_metadata_can_be_switched_off(fakes, call, recorder):
    instance(fakes)
    refused(call(AWS_EC2_METADATA_DISABLED="true"), "no AWS credentials", "aws configure")
    assert recorder.requests == []


# ---- a program ----

def program(tmp_path, text):
    path = tmp_path / "keys program"
    path.write_text(f"#!{sys.executable}\nimport json, os, sys, time\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    (tmp_path / ".aws").mkdir(exist_ok=True)
    (tmp_path / ".aws/config").write_text(f'[default]\ncredential_process = "{path}" --for \'a b\' c\\ d\n')


PROGRAM_KEYS = {"Version": 1, "AccessKeyId": "AKIDPROGRAM", "SecretAccessKey": "hush", "Expiration": LATER}


def test_a_program_prints_keys(fakes, call, tmp_path):
    program(tmp_path, f"assert sys.argv[1:] == ['--for', 'a b', 'c d'], sys.argv\nprint({json.dumps(json.dumps(PROGRAM_KEYS))})")
    assert call()[0]["rc"] == 0
    assert fakes.signed_by() == ["AKIDPROGRAM"]


@pytest.mark.parametrize("text, word", [
    ("print('hush')", "printed no JSON"), ("sys.exit(3)", "status 3"), ("os.kill(os.getpid(), 9)", "signal 9"),
    ("print('{\"Version\": 2}')", "Version must be 1"), ("print('{\"Version\": 1}')", "AccessKeyId"),
    ("sys.stdout.write('h' * 200000)", "more than 65536 bytes"), ("", "printed no JSON"),
])
def test_a_program_that_misbehaves_is_told_of(call, tmp_path, text, word):
    program(tmp_path, text)
    refused(call(), "credential_process", word)


def test_a_program_that_is_not_there(call, tmp_path):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text("[default]\ncredential_process = /nowhere/keys\n")
    refused(call(), "/nowhere/keys")


def test_the_command_line_needs_its_quotes_closed(call, tmp_path):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text("[default]\ncredential_process = 'keys\n")
    refused(call(), "a quote is left open")


# ---- roles ----

def role_answer(name):
    return (f"<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>{name}</AccessKeyId><SecretAccessKey>hush"
            f"</SecretAccessKey><SessionToken>hush</SessionToken><Expiration>{LATER}</Expiration></Credentials>"
            "</AssumeRoleResult></AssumeRoleResponse>")


def test_a_role_is_asked_for_as_the_profile_says(fakes, call, recorder, tmp_path):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text("[profile lab]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\n"
                                          "external_id = e/1\nrole_session_name = me\nduration_seconds = 900\n"
                                          "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = hush\n")
    fakes.answers["/"] = (200, {}, role_answer("AKIDROLE").encode())
    assert call(AWS_PROFILE="lab")[0]["rc"] == 0
    asked, = fakes.asked("/")
    for part in (b"Action=AssumeRole&", b"RoleSessionName=me", b"ExternalId=e%2F1", b"DurationSeconds=900"):
        assert part in asked["body"]
    assert "Credential=BASE/" in asked["headers"]["authorization"]
    assert fakes.signed_by() == ["AKIDROLE"]
    fakes.answers["/"] = (403, {}, b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error>"
                          b"</ErrorResponse>")
    refused(call(AWS_PROFILE="lab"), "AssumeRole", "AccessDenied", "no")


def test_a_second_factor_needs_a_person(call, tmp_path):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text("[profile lab]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\n"
                                          "mfa_serial = device-1\n"
                                          "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = hush\n")
    refused(call(AWS_PROFILE="lab"), "MFA device device-1", "no terminal to ask on")


def test_a_token_of_a_web_identity_is_read_from_its_file(fakes, call, tmp_path):
    (tmp_path / "token").write_text("hush.web.token\n")
    answer = role_answer("AKIDWEB").replace("AssumeRole", "AssumeRoleWithWebIdentity")
    fakes.answers["/"] = (200, {}, answer.encode())
    env = {"AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"), "AWS_ROLE_ARN": "arn:aws:iam::1:role/web"}
    assert call(**env)[0]["rc"] == 0
    asked, = fakes.asked("/")
    assert b"WebIdentityToken=hush.web.token" in asked["body"] and "authorization" not in asked["headers"]
    assert fakes.signed_by() == ["AKIDWEB"]
    (tmp_path / "token").unlink()
    refused(call(**env), "web identity", "token")


# ---- SSO ----

PORTAL = "/federation/credentials"


def sso(tmp_path, **token):
    cache = tmp_path / ".aws/sso/cache"
    cache.mkdir(parents=True, exist_ok=True)
    (tmp_path / ".aws/config").write_text("[default]\nsso_session = lab\nsso_account_id = 123456789012\nsso_role_name = r r\n"
                                          "[sso-session lab]\nsso_region = us-east-1\nsso_start_url = https://lab\n")
    path = cache / (hashlib.sha1(b"lab").hexdigest() + ".json")
    if token:
        path.write_text(json.dumps({"accessToken": "hush-sso", "expiresAt": LATER, **token}))
    return path


def portal(request):
    keys = {"accessKeyId": "AKIDSSO", "secretAccessKey": "hush", "sessionToken": "hush",
            "expiration": int((time.time() + 3600) * 1000)}
    assert request["target"] == PORTAL + "?role_name=r%20r&account_id=123456789012"
    if request["headers"]["x-amz-sso_bearer_token"] not in ("hush-sso", "hush-renewed"):
        return 401, {"x-amzn-errortype": "UnauthorizedException"}, b"{}"
    return 200, {}, json.dumps({"roleCredentials": keys}).encode()


def test_a_login_becomes_keys(fakes, call, tmp_path):
    sso(tmp_path, region="us-east-1")
    fakes.answers[PORTAL] = portal
    assert call()[0]["rc"] == 0
    assert fakes.signed_by() == ["AKIDSSO"]


def test_a_login_that_grows_old_is_renewed_and_kept(fakes, call, tmp_path):
    path = sso(tmp_path, expiresAt=PAST, refreshToken="hush-refresh", clientId="c", clientSecret="hush-client")
    fakes.answers |= {PORTAL: portal, "/token": (200, {}, json.dumps(
        {"accessToken": "hush-renewed", "expiresIn": 28800, "refreshToken": "hush-next"}).encode())}
    assert call()[0]["rc"] == 0
    asked, = fakes.asked("/token")
    assert json.loads(asked["body"]) == {"clientId": "c", "clientSecret": "hush-client", "grantType": "refresh_token",
                                         "refreshToken": "hush-refresh"}
    kept = json.loads(path.read_text())
    assert (kept["accessToken"], kept["refreshToken"], kept["clientId"]) == ("hush-renewed", "hush-next", "c")
    assert kept["expiresAt"] > LATER


@pytest.mark.parametrize("token, answers, word", [
    ({}, {}, "nobody has logged in"), ({"expiresAt": PAST}, {}, "has expired"), ({"accessToken": ""}, {}, "can't be read"),
    ({"expiresAt": PAST, "refreshToken": "hush", "clientId": "c", "clientSecret": "hush"},
     {"/token": (400, {"x-amzn-errortype": "InvalidGrantException"}, b"{}")}, "could not be renewed"),
    ({"region": "x"}, {PORTAL: (401, {"x-amzn-errortype": "UnauthorizedException"}, b'{"message": "m"}')},
     "UnauthorizedException"),
    ({"region": "x"}, {PORTAL: (200, {}, b"{}")}, "accessKeyId"),
])
def test_a_login_that_is_no_good_is_told_of(fakes, call, tmp_path, token, answers, word):
    sso(tmp_path, **token)
    fakes.answers |= answers
    refused(call(), "SSO", word)


# ---- what has expired ----

def test_keys_that_have_expired_on_the_way_are_fetched_anew(fakes, call, recorder):
    fakes.answers["/keys"] = [(200, {}, document()), (200, {}, document(AccessKeyId="AKIDNEW"))]
    fakes.answers["/devices"] = lambda request: (200, {}, b"{}") if "AKIDNEW" in request["headers"]["authorization"] \
        else (403, {"x-amzn-errortype": "ExpiredTokenException"}, b"{}")
    assert call(AWS_CONTAINER_CREDENTIALS_FULL_URI=recorder.url + "/keys")[0]["rc"] == 0
    assert fakes.signed_by() == ["AKIDFAKE", "AKIDNEW"]


def test_a_hostile_configuration_file_breaks_nothing(probe, recorder, tmp_path):
    (tmp_path / ".aws").mkdir()
    for text in (b"\x00" * 1000, b"[" * 5000, b"[profile " * 500, b"=" * 3000, b"[default]\n" + b" a = b\n" * 1000,
                 b"[default]\ncredential_process = \\\n", b"\xff\xfe[\x00d\x00", b"[default]\nregion = \x01\x7f\n"):
        (tmp_path / ".aws/config").write_bytes(text)
        answers = probe([WHO], AWS_ENDPOINT_URL=recorder.url, **KEYS)
        assert answers[0]["rc"] == 0
