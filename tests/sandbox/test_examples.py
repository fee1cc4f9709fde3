# SPDX-License-Identifier: Apache-2.0
"""doc/sandbox.md does what it says: its commands are run as they stand there, and what they print is what the page
shows; its JSON is taken by a sandbox, its calls are answered as shown. In what is shown '...' stands for anything.

    KETCH_REWRITE=1 KETCH=build/dev/ketch pytest test_examples.py        writes what is printed into the page instead
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

import jsonschema
import pytest
from sandboxes import PROGRAM, ROOT

PAGE = ROOT / "doc/sandbox.md"
README = ROOT / "README.md"
EXAMPLES = ROOT / "examples/sandbox"
SCHEMA = json.loads((ROOT / "doc/schema/ketch-scenario.schema.json").read_text())
IS_REWRITING = os.environ.get("KETCH_REWRITE") == "1"
WAIT_S = 120
SIDE_BY_SIDE = 4
USUAL_PORT = "4567"

Block = collections.namedtuple("Block", "section language words text")


def blocks(page):
    """The fenced blocks of a page in order, each with the heading above it and the words behind its language."""
    section = ""
    for found in re.finditer(r"^#+ (?P<heading>[^\n]*)$|^```(?P<info>[^\n]+)\n(?P<text>.*?)^```$", page.read_text(),
                             re.M | re.S):
        if found["heading"]:
            section = found["heading"]
        else:
            language, *words = found["info"].split()
            yield Block(section, language, words, found["text"])


def commands(text):
    """Pairs of a command, its continuation lines joined, and what it prints."""
    for piece in re.split(r"^\$ ", text, flags=re.M)[1:]:
        lines = piece.splitlines(keepends=True)
        count = 1
        while count < len(lines) and lines[count].startswith("> "):
            count += 1
        yield lines[0] + "".join(line[2:] for line in lines[1:count]), "".join(lines[count:])


def pattern_of(shown):
    """A regular expression: '...' is anything, a time is any time, blanks in a row are as many as there happen to be."""
    time_of_day = r"\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z"
    text = re.escape(shown.rstrip("\n")).replace(re.escape("..."), ".*?")
    text = re.sub(r"\d{4}\\-\d\d\\-\d\dT[\d:]+\\\.\d+Z", time_of_day, text)
    text = re.sub(r"(\d+\\ )?passed\\ in\\ [\d\\.]+s", r"\\d+ passed in [\\d.]+s.*", text)
    return re.compile(text + r"\n*", re.S)


def matches(shown, printed):
    return pattern_of(shown).fullmatch(printed) is not None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


class Desk:
    """A folder with the examples, and a shell's environment of somebody who has just installed ketch: no AWS settings,
    and no way out of this machine."""

    def __init__(self, folder):
        self.top, self.folder = folder, folder / "examples/sandbox"
        self.folder.mkdir(parents=True)
        for path in EXAMPLES.iterdir():
            if path.is_file():  # folders are states that somebody left there
                shutil.copy(path, self.folder)
        (folder / "home").mkdir()
        path = os.pathsep.join([str(pathlib.Path(PROGRAM).parent), str(pathlib.Path(sys.executable).parent)])
        self.env = {"PATH": path + os.pathsep + os.environ["PATH"], "HOME": str(folder / "home"), "LANG": "C.UTF-8",
                    "https_proxy": "http://127.0.0.1:9", "PYTHONDONTWRITEBYTECODE": "1",
                    "PYTEST_ADDOPTS": "-p no:cacheprovider"}
        self.port, self.background = free_port(), []

    def words(self, command):
        """The command with a port that is free in the place of the usual one."""
        command = command.replace(USUAL_PORT, self.port)
        return re.sub(r"ketch sandbox(?= *(&|\||>|$))", f"ketch sandbox --listen 127.0.0.1:{self.port}", command,
                      flags=re.M)

    def run(self, commands_of_block, folder):
        """What each command of a block prints, one shell for all of them."""
        mark = "=== that was {} ==="
        script = "".join(f"{self.words(command)}\necho '{mark.format(i)}'\n"
                         for i, (command, _) in enumerate(commands_of_block))
        done = subprocess.run(["bash", "-c", script], cwd=folder, env=self.env, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=WAIT_S, check=False)
        rest = done.stdout.replace(self.port, USUAL_PORT).replace(str(self.top / "home"), "/home/you")
        for i in range(len(commands_of_block)):
            printed, end, rest = rest.partition(mark.format(i) + "\n")
            assert end, f"the shell ended early: {printed}"
            yield printed

    def start(self, command):
        """What runs in a terminal of its own; what it has printed when it listens."""
        log = self.top / f"terminal{len(self.background)}"
        with log.open("wb") as out:
            self.background.append(subprocess.Popen(["bash", "-c", f"exec {self.words(command)}"], cwd=self.folder,
                                                    env=self.env, stdout=out, stderr=out))
        end = time.monotonic() + 20
        while "listens at" not in log.read_text():
            assert self.background[-1].poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.02)
        return log.read_text().replace(self.port, USUAL_PORT)

    def end(self):
        for process in self.background:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0


def play(page, section, folder):
    """Every command of a section, what the page shows of it, and what it printed."""
    desk, played = Desk(folder), []
    try:
        for block in [one for one in blocks(page) if one.section == section and one.language == "console"]:
            given = list(commands(block.text))
            assert given, f"no command in {block.text}"
            if "background" in block.words:
                assert given[0][1] in desk.start(given[0][0].strip())
                continue
            printed = desk.run(given, desk.top if page == README else desk.folder)
            played += [(command, shown, text) for (command, shown), text in zip(given, printed, strict=True)]
    finally:
        desk.end()
    return played


@pytest.fixture(scope="module")
def plays(request, tmp_path_factory):
    """All sections that this run asks for, played side by side: clients sleep most of their time between two looks at a
    task."""
    wanted = [item.callspec.params for item in request.session.items if "section" in getattr(item, "fixturenames", ())]
    with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        yield {(one["page"], one["section"]): pool.submit(play, one["page"], one["section"],
                                                          tmp_path_factory.mktemp("desk")) for one in wanted}


def sections():
    for page in (PAGE, README):
        for section in dict.fromkeys(block.section for block in blocks(page) if block.language == "console"):
            text = "".join(block.text for block in blocks(page) if block.section == section)
            if page == PAGE or "ketch sandbox" in text:
                yield pytest.param(page, section, id=f"{page.name}: {section}")


def rewrite(page, shown, printed):
    page.write_text(page.read_text().replace(shown, printed, 1))


@pytest.mark.parametrize("page, section", list(sections()))
def test_the_commands_of_the_page_print_what_it_shows(plays, page, section):
    differing = []
    for command, shown, printed in plays[page, section].result():
        if matches(shown, printed):
            continue
        differing.append(f"$ {command}{printed}--- but the page shows\n{shown}")
        if IS_REWRITING:
            typed = command.replace("\n", "\n> ").removesuffix("> ")
            rewrite(page, typed + shown, typed + printed.rstrip("\n") + "\n")
    assert IS_REWRITING or not differing, "\n".join(differing)


def test_code_on_the_page_is_that_of_the_examples():
    files = "".join(path.read_text() for path in sorted(EXAMPLES.glob("*.py")))
    shown = [block.text for block in blocks(PAGE) if block.language == "python"]
    assert shown and all(text in files for text in shown)


# ---- scenarios ----

def scenarios():
    for block in blocks(PAGE):
        if block.language == "json" and "device-file" not in block.words:
            yield pytest.param(json.loads(block.text), id=block.section + ": " + block.text.split('"')[1])
    for path in EXAMPLES.glob("*.json"):
        yield pytest.param(json.loads(path.read_text()), id=path.name)


@pytest.mark.parametrize("scenario", list(scenarios()))
def test_every_scenario_of_the_page_is_right(of_the_file, scenario):
    jsonschema.Draft202012Validator(SCHEMA).validate(scenario)
    assert of_the_file.admin("PUT", "scenario", scenario).items() >= scenario.items()


def names_in(value):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from names_in(inner)
    if isinstance(value, list):
        for inner in value:
            yield from names_in(inner)


def test_every_member_of_a_scenario_has_a_row_and_an_example():
    definitions = [SCHEMA, *(SCHEMA["$defs"][name] for name in ("clock", "rate", "device", "fault", "error", "event"))]
    members = {name for definition in definitions for name in definition["properties"]} - {"$schema"}
    shown = {name for case in scenarios() for name in names_in(case.values[0])}
    assert members <= shown
    assert members <= set(re.findall(r"`(\w+)`", PAGE.read_text()))


# ---- admin calls ----

def calls():
    for block in blocks(PAGE):
        if block.language == "http":
            asked, _, answer = block.text.partition("\n\n")
            head, _, body = asked.partition("\n")
            yield (*head.split(), body, answer)


def test_the_admin_calls_of_the_page_are_answered_as_it_shows(sandbox):
    sandbox.create()
    for method, target, body, shown in calls():
        answer = sandbox.http(method, target, body.encode())
        printed = f"{answer.status}\n{answer.body.decode()}"
        assert matches(re.sub(r"\s+", "", shown), re.sub(r"\s+", "", printed)), f"{method} {target}: {printed}"


def test_every_admin_call_is_on_the_page(of_the_file):
    listed = of_the_file.admin("GET", "")["calls"]
    told = {(method, target.partition("?")[0]) for method, target, _, _ in calls()}
    assert {(method, call["path"]) for call in listed for method in call["methods"].split()} <= told


# ---- tables ----

def test_the_table_of_operations_is_the_programs():
    rows = re.findall(r'\{ "[A-Z]+", "[\w-]+", [^}]*"(\w+)", (\w+) \},', (ROOT / "src/sandbox/braket.c").read_text())
    assert len(rows) == 17
    page = PAGE.read_text()
    served, _, later = page.partition("Not yet in the sandbox")
    for name, handler in rows:
        assert f"`{name}`" in (later if handler == "NULL" else served), name


def test_the_table_of_devices_is_that_of_the_files():
    for path in (ROOT / "data/devices").glob("*.json"):
        device = json.loads(path.read_text())
        row = re.search(rf"^\| {re.escape(device['name'])} \|.*$", PAGE.read_text(), re.M)
        if device["status"] == "RETIRED":
            assert row is None and device["name"] in PAGE.read_text()
            continue
        assert row, device["name"]
        cells = [cell.strip() for cell in row[0].strip("|").split("|")]
        assert cells[1] == f"`{device['arn']}`" and cells[2] == device["status"].lower()
        qubits = sum(last - first + 1 for first, last in device.get("labels", [])) or device.get("atoms")
        assert cells[3] == str(qubits)
        assert cells[4] == "{:,} – {:,}".format(*device["shots"])
        assert cells[5] == (device.get("recorded") or "modelled")


# where a limit stands in the source, and on the page
LIMITS = [
    ("src/sandbox/route.c", "BRAKET_BODY_MOST = 12 << 20", "12 MiB"),
    ("src/sandbox/route.c", "BODY_MOST = 1 << 20", "1 MiB"),
    ("src/sandbox/braket_members.c", '"action", .kind = KT_RULE_TEXT, REQUIRED, MOST(5242880)', "5 MiB"),
    ("src/sandbox/sandbox.c", "HEADER_BYTES_MOST = 32 * 1024", "32 KiB"),
    ("src/sandbox/call.h", "KT_PATH_SEGMENTS_MOST = 16", "16"),
    ("src/io/http_exchange.c", "HEADERS_MOST = 256", "256"),
    ("src/io/http_server.c", "CONNECTIONS_MOST = 1024", "1,024"),
    ("src/io/http_server.c", "IDLE_TIMEOUT_S = 60", "60 s"),
    ("src/io/http_server.c", "BODY_MEMORY_BYTES = 1024 * 1024", "above 1 MiB"),
    ("src/sandbox/s3_priv.h", "KT_S3_OBJECT_BYTES_MOST (5ull << 30)", "5 GiB"),
    ("src/sandbox/s3_priv.h", "KT_S3_PARTS_MOST = 10000", "10,000"),
    ("src/sandbox/s3_priv.h", "KT_S3_XML_BYTES_MOST = 4 << 20", "4 MiB"),
    ("src/sandbox/s3_priv.h", "KT_S3_KEY_BYTES_MOST = 1024", "1,024 bytes"),
    ("src/sandbox/s3_bucket.c", "BUCKETS_MOST = 10000", "10,000 buckets"),
    ("src/sandbox/world.c", "SCENARIO_BYTES_MOST = 4 << 20", "4 MiB"),
    ("src/sandbox/scenario.c", "LIST_MOST = 1000", "1,000 faults, 1,000 events"),
    ("src/sandbox/trouble.c", "BUCKETS_MOST = 4096", "4,096"),
    ("src/db/writer.c", "JOBS_MOST = 65536", "65,536"),
    ("src/sandbox/action.c", "PROGRAMS_MOST = 10000, EXECUTABLES_MOST = 1000000", "1,000,000 executables"),
    ("src/sandbox/noisy.h", "KT_DENSITY_QUBITS_MOST = 12", "12 qubits"),
    ("src/sandbox/observe.c", "LISTED_QUBITS_MOST = 24", "24 qubits"),
    ("src/sandbox/device_priv.h", "KT_DEVICES_MOST = 1000", "1,000 devices"),
    ("src/sandbox/device_priv.h", "KT_DEVICE_QUBITS_MOST = 4096", "4,096 qubits"),
    ("src/sandbox/bill_admin.c", "LIMIT_MOST = 100000", "100,000"),
    ("src/sandbox/analog.c", "RESULT_BYTES_MOST = 64 << 20", "64 MiB"),
]


@pytest.mark.parametrize("path, constant, words", LIMITS, ids=lambda value: str(value)[-40:])
def test_a_limit_of_the_page_is_the_programs(path, constant, words):
    source = re.sub(r"\s+", " ", (ROOT / path).read_text())
    assert constant in source
    limits = PAGE.read_text().partition("## Limits")[2].partition("\n## ")[0]
    assert words in limits


def test_every_option_of_the_program_is_on_the_page():
    text = subprocess.run([PROGRAM, "help", "sandbox"], capture_output=True, text=True, check=True).stdout
    options = set(re.findall(r"--[a-z-]+", text)) - {"--help"}
    assert len(options) >= 9
    assert not {option for option in options if f"`{option}" not in PAGE.read_text()}
