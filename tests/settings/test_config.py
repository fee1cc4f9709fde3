# SPDX-License-Identifier: Apache-2.0
"""`ketch config`, `ketch config import`, and settings as defaults of options."""
import json
import os

import pytest

BELL = "OPENQASM 3.0;\nbit[2] b;\nqubit[2] q;\nh q[0];\ncnot q[0], q[1];\nb = measure q;\n"


def settings(ketch, *names):
    return {one["name"]: (one["value"], one["from"])
            for one in json.loads(ketch("config", *names, "--json").stdout)["settings"]}


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_later_sources_win(ketch, home, monkeypatch):
    assert settings(ketch, "shots")["shots"] == (None, "default")
    write(home / ".config/ketch/config.yaml", "# mine\nshots: 10\ntop: 3\ndevice: local:dm\n")
    assert settings(ketch)["shots"] == ("10", f"{home}/.config/ketch/config.yaml:2")
    write(home.parent / "work/ketch.yaml", "shots: 20\n")
    assert settings(ketch)["shots"] == ("20", "ketch.yaml:1")
    monkeypatch.setenv("KETCH_SHOTS", "30")
    found = settings(ketch)
    assert found["shots"] == ("30", "KETCH_SHOTS") and found["top"][0] == "3"
    write(home.parent / "work/a.qasm", BELL)
    result = json.loads(ketch("run", "--json", "a.qasm").stdout)
    assert result["shots"] == 30 and result["device"] == "local:dm"
    assert json.loads(ketch("run", "--json", "--shots", "40", "a.qasm").stdout)["shots"] == 40


def test_the_folder_of_settings_follows_xdg(ketch, home, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "cfg"))
    write(home / "cfg/ketch/config.yaml", "shots: 7\n")
    assert settings(ketch, "shots")["shots"][0] == "7"


def test_the_executors_settings_are_those_of_covalents_plugin(ketch, home, monkeypatch):
    found = {name.removeprefix("executors.braket."): value for name, (value, _) in settings(ketch).items()
             if name.startswith("executors.braket.")}
    assert found == {
        "credentials": "", "profile": "", "region": "", "s3_bucket_name": "amazon-braket-covalent-job-resources",
        "ecr_image_uri": "", "braket_job_execution_role_name": "CovalentBraketJobsExecutionRole",
        "quantum_device": "arn:aws:braket:::device/quantum-simulator/amazon/sv1", "classical_device": "ml.m5.large",
        "storage": "30", "time_limit": "300", "poll_freq": "10", "cache_dir": "/tmp/covalent", "log_group_name": ""}
    monkeypatch.setenv("BRAKET_COVALENT_S3", "amazon-braket-mine")
    assert settings(ketch)["executors.braket.s3_bucket_name"] == ("amazon-braket-mine", "BRAKET_COVALENT_S3")
    write(home.parent / "work/ketch.yaml", "executors: {braket: {s3_bucket_name: ours}}\n")
    assert settings(ketch)["executors.braket.s3_bucket_name"] == ("ours", "ketch.yaml:1")
    monkeypatch.setenv("KETCH_EXECUTORS_BRAKET_S3_BUCKET_NAME", "other")
    assert settings(ketch)["executors.braket.s3_bucket_name"][0] == "other"


@pytest.mark.parametrize("words", [("run", "a.qasm"), ("config",), ("tasks",), ("doctor",)])
def test_a_wrong_setting_stops_what_would_use_it(ketch, home, words):
    write(home.parent / "work/a.qasm", BELL)
    write(home.parent / "work/ketch.yaml", "top: 3\nshotts: 10\n")
    done = ketch(*words, expect=2)
    assert "ketch.yaml:2: there is no setting 'shotts' (did you mean 'shots'?)" in done.stderr
    ketch("help")
    ketch("check", "a.qasm")


def test_a_name_that_is_none(ketch):
    assert "did you mean 'shots'" in ketch("config", "shot", expect=3).stderr


def test_a_table_for_a_person(ketch, monkeypatch):
    monkeypatch.setenv("KETCH_SHOTS", "30")
    lines = ketch("config").stdout.splitlines()
    assert lines[0].split() == ["NAME", "VALUE", "FROM"] and "shots" in lines[2] and lines[2].endswith("KETCH_SHOTS")


COVALENT = """
[sdk]
log_level = "warning"
[dispatcher]
port = 48008
[executors.local]
log_stdout = "stdout.log"
[executors.braket]
credentials = ""
profile = "lab"
region = "eu-west-2"
s3_bucket_name = 'amazon-braket-"lab"'
storage = 30
time_limit = 600
retries = 3
"""


def test_a_covalent_configuration_is_taken_over(ketch, home):
    write(home / "covalent.conf", COVALENT)
    done = ketch("config", "import", home / "covalent.conf")
    told = {line[11:].split(":")[0].strip(): line[:11].strip() for line in done.stderr.splitlines()}
    assert told == {"sdk": "not needed", "dispatcher": "not needed", "executors.local": "not needed",
                    "executors.braket.credentials": "default", "executors.braket.profile": "taken",
                    "executors.braket.region": "taken", "executors.braket.s3_bucket_name": "taken",
                    "executors.braket.storage": "default", "executors.braket.time_limit": "taken",
                    "executors.braket.retries": "not needed"}
    ketch("config", "import", "--write", "ketch.yaml", home / "covalent.conf")
    found = settings(ketch)
    assert found["executors.braket.s3_bucket_name"][0] == 'amazon-braket-"lab"'
    assert found["executors.braket.time_limit"] == ("600", "ketch.yaml:7")
    assert "--force replaces it" in ketch("config", "import", "-w", "ketch.yaml", home / "covalent.conf", expect=2).stderr
    ketch("config", "import", "-w", "ketch.yaml", "--force", home / "covalent.conf")


@pytest.mark.parametrize("text, says", [
    ("[executors.braket\nx = 1", "covalent.conf:1:18: found the end of the line, expected ']'"),
    ("[executors.braket]\ntime_limit = 'soon'", "time_limit is 'soon', expected a whole number of seconds"),
    ("[executors.braket]\nregion = ['x']", "executors.braket.region is a list"),
    ("[executors]\nbraket = 3", "executors.braket is no table"),
    ("executors = 3", "executors is no table"),
    ("x = 1\nx = 2", "covalent.conf:2:1: 'x' has a value already"),
])
def test_a_configuration_that_is_wrong(ketch, home, text, says):
    write(home / "covalent.conf", text)
    os.chdir(home)
    assert says in ketch("config", "import", "covalent.conf", expect=2).stderr


def test_a_files_name_adds_no_setting(ketch, home):
    path = home / "a\nshots: 5\n#.conf"
    write(path, COVALENT)
    assert "\nshots" not in ketch("config", "import", path).stdout


def test_no_file(ketch):
    ketch("config", "import", "missing.conf", expect=3)


@pytest.mark.parametrize("url, taken", [
    ("http://127.0.0.1:4567", True), ("http://localhost", True), ("http://[::1]:1/x", True), ("http://127.0.0.1.evil.example", False),
    ("https://evil.example", False), ("http://localhost@evil.example", False),
    ("http://localhost:x@evil.example", False), ("http://localhost?@evil.example", False),
])
def test_a_stranger_folder_leads_nowhere_but_here(ketch, home, url, taken):
    write(home.parent / "work/ketch.yaml", f"endpoint_url: '{url}'\n")
    done = ketch("config", "endpoint_url", expect=0 if taken else 2)
    assert taken or "may name this machine only" in done.stderr
    write(home / ".config/ketch/config.yaml", f"endpoint_url: '{url}'\n")
    (home.parent / "work/ketch.yaml").unlink()
    ketch("config", "endpoint_url")
