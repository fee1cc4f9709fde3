# SPDX-License-Identifier: Apache-2.0
"""The schema of scenarios and the reader of scenarios say the same: each member, each kind of value and each limit is
tried on both. Cases are made from the schema, so a new member is tried without a line here."""
import json
import re

import jsonschema
import pytest
from sandboxes import ROOT

SCHEMA = json.loads((ROOT / "doc/schema/ketch-scenario.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
DEFINITIONS = SCHEMA["$defs"]
KINDS = [None, True, 0, 1, 0.5, -1, 1e300, "", "text", [], [0.5], [1, 2], {}]
# Where an object of each kind stands, and what else it must have there.
PLACES = {
    "scenario": (SCHEMA, lambda members: members),
    "clock": (DEFINITIONS["clock"], lambda members: {"clock": members}),
    "rate": (DEFINITIONS["rate"], lambda members: {"quotas": {"GetQuantumTask": members}}),
    "device": (DEFINITIONS["device"], lambda members: {"devices": {"Garnet": members}}),
    "fault": (DEFINITIONS["fault"], lambda members: {"faults": [{"cut_after_bytes": 0} | members]}),
    "error": (DEFINITIONS["error"], lambda members: {"faults": [{"error": members}]}),
    "event": (DEFINITIONS["event"], lambda members: {"events": [{"set": {}} | members]}),
    "set": (DEFINITIONS["event"]["properties"]["set"], lambda members: {"events": [{"set": members}]}),
}


def resolve(schema):
    while "$ref" in schema:
        at = SCHEMA
        for step in schema["$ref"].removeprefix("#/").split("/"):
            at = at[step]
        schema = {key: value for key, value in schema.items() if key != "$ref"} | at
    return schema


def edges(schema):
    """Values at the limits of a member and just beyond."""
    schema = resolve(schema)
    for choice in schema.get("anyOf", []) + schema.get("oneOf", []):
        yield from edges(choice)
    step = 1 if schema.get("type") == "integer" else 0.001
    for limit, outwards in (("minimum", -step), ("maximum", step)):
        if limit in schema:
            yield from (schema[limit], schema[limit] + outwards)
    yield from schema.get("enum", [])
    if "const" in schema:
        yield schema["const"]
    if "pattern" in schema:
        yield from ("2026-03-14", "2026-03-14T09:00Z", "2026-03-14T09:00:00.5+01:00", "14.3.2026", "2026-03-14 09:00",
                    "SlowDown", "slow down", "x" * 100, "x" * 101)
    if schema.get("type") == "array":
        yield from ([], [resolve(schema["items"]).get("maximum", {})] * 2, [0, 0, 0])


def cases():
    for place, (schema, put) in PLACES.items():
        for name, member in schema["properties"].items():
            for value in [*KINDS, *edges(member)]:
                yield pytest.param(put({name: value}), id=f"{place}.{name}={str(value)[:40]}")
        yield pytest.param(put({"no_such_member": 1}), id=f"{place}.no_such_member")
        yield pytest.param(put({}), id=f"{place} empty")
    yield pytest.param({"faults": [{}]}, id="a fault that does nothing")
    yield pytest.param({"faults": [{"operation": "*", "reset": False}]}, id="a fault that does nothing, in words")
    yield pytest.param({"faults": [{"latency_s": 0, "bytes_per_s": 0}]}, id="a fault that does nothing, in numbers")
    for most in (1000, 1001):
        yield pytest.param({"faults": [{"reset": True}] * most}, id=f"{most} faults")
        yield pytest.param({"events": [{"set": {}}] * most}, id=f"{most} events")


def takes(sandbox, scenario):
    answer = sandbox.http("PUT", "/_sandbox/scenario", json.dumps(scenario).encode())
    assert answer.status in (200, 400), answer.body
    return answer.status == 200


@pytest.fixture(scope="module")
def reader(of_the_file):
    return of_the_file


@pytest.mark.parametrize("scenario", list(cases()))
def test_the_schema_and_the_reader_agree(reader, scenario):
    assert takes(reader, scenario) == VALIDATOR.is_valid(scenario), list(VALIDATOR.iter_errors(scenario))


def test_the_reader_knows_no_member_that_the_schema_does_not():
    source = "".join(path.read_text() for path in (ROOT / "src/sandbox").glob("scenario*.c"))
    known = set(re.findall(r'\{ "([$\w]+)", KT_MEMBER_\w+', source))
    assert len(known) > 30
    assert known == {name for schema, _ in PLACES.values() for name in schema["properties"]}


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
