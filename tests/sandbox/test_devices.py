# SPDX-License-Identifier: Apache-2.0
"""Devices through the eyes of boto3 and the Braket SDK: every data file is served, only where its region is, and its
capabilities load into the SDK's own classes; topology, queue and emulator follow."""

import json
import pathlib
import re
import warnings

import boto3
import botocore.config
import botocore.exceptions
import jsonschema
import pytest
from braket.aws import AwsDevice, AwsSession
from braket.circuits import Circuit
from sandboxes import EAGER

ROOT = pathlib.Path(__file__).parents[2]
FILES = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "data/devices").glob("*.json"))}
REGIONS = ("us-east-1", "us-west-1", "us-west-2", "eu-west-2", "eu-north-1")
MODERN = "BraketSchemas/1.8.0"
pytestmark = pytest.mark.usefixtures("sandbox")


def regions_of(device):
    return device.get("regions") or [device["arn"].split(":")[3]]


def braket(region, agent=MODERN):
    return boto3.client("braket", region_name=region, config=botocore.config.Config(user_agent_extra=agent))


def sdk_device(device):
    region = regions_of(device)[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the SDK warns when its classes do not take the capabilities
        return AwsDevice(device["arn"], aws_session=AwsSession(boto3.Session(region_name=region)))


def actions(answer):
    return set(json.loads(answer["deviceCapabilities"])["action"])


@pytest.fixture(params=FILES.values(), ids=list(FILES))
def device(request):
    return request.param


def test_the_data_files_and_the_documented_example_match_the_schema():
    schema = json.loads((ROOT / "doc/schema/ketch-device.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    example = re.search(r"```json\n(.*?)```", (ROOT / "doc/devices.md").read_text(), re.S).group(1)
    for document in [json.loads(example), *FILES.values()]:
        jsonschema.validate(document, schema)


def test_a_device_is_found_in_its_regions_and_nowhere_else(device):
    for region in REGIONS:
        if region in regions_of(device):
            answer = braket(region).get_device(deviceArn=device["arn"])
            assert (answer["deviceName"], answer["deviceStatus"]) == (device["name"], device["status"])
            continue
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            braket(region).get_device(deviceArn=device["arn"])
        assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_the_sdk_loads_its_properties(device):
    loaded = sdk_device(device)
    properties = loaded.properties
    assert list(properties.service.shotsRange) == device["shots"]
    assert len(properties.service.executionWindows) == len(device["windows"])
    assert ("modelled" in properties.service.deviceDocumentation.summary) == ("modelled" in device)
    assert loaded.queue_depth().quantum_tasks.keys() == {"Normal", "Priority"}
    if "labels" in device:
        assert properties.paradigm.qubitCount == sum(last - first + 1 for first, last in device["labels"])
        assert properties.action["braket.ir.openqasm.program"].supportedOperations == device["openqasm"]["operations"]
    else:
        assert properties.paradigm.qubitCount == device["atoms"]


def test_the_topology_graph_is_that_of_the_file(device):
    graph = sdk_device(device).topology_graph
    if "couplings" not in device:
        assert graph is None
        return
    labels = [label for first, last in device["labels"] for label in range(first, last + 1)]
    if device["couplings"] == "all":
        pairs = {(a, b) for a in labels for b in labels if a < b}
    else:
        pairs = {(int(a), b) for a, others in device["couplings"].items() for b in others}
    assert set(graph.nodes) == set(labels)
    assert {(min(edge), max(edge)) for edge in graph.edges} == pairs
    assert len(graph.edges) == 2 * len(pairs)


def native_circuit(device, a, b):
    native = {gate.lower() for gate in device["native_gates"]}
    inner = Circuit()
    if "prx" in native:
        inner.prx(a, 1.0, 0.5)
    elif "gpi2" in native:
        inner.gpi2(a, 0.5)
    else:
        inner.rx(a, 1.5707963267948966)
    if "cz" in native:
        inner.cz(a, b)
    elif "zz" in native:
        inner.zz(a, b, 1.5707963267948966)
    else:
        inner.xx(a, b, 1.5707963267948966)
    return Circuit().add_verbatim_box(inner).measure([a, b])


@pytest.mark.parametrize(
    "name", [name for name, device in FILES.items() if "native_gates" in device and device["status"] != "RETIRED"]
)
def test_the_sdk_makes_an_emulator_of_every_gate_qpu(name):
    device = FILES[name]
    first = device["labels"][0][0]
    other = first + 1 if device["couplings"] == "all" else device["couplings"][str(first)][0]
    result = sdk_device(device).emulator().run(native_circuit(device, first, other), shots=100).result()
    assert sum(result.measurement_counts.values()) == 100


@pytest.mark.parametrize(
    ("agent", "is_shown"),
    [
        ("", False),
        ("BraketSchemas/1.7.9", False),
        ("BraketSchemas/0.9.0", False),
        ("BraketSchemas/", False),
        ("BraketSchemas/1.8.0", True),
        ("BraketSdk/1.127.5 BraketSchemas/1.32.1.post0 NotebookInstance/0", True),
        ("BraketSchemas/2.0.0", True),
        ("BraketSchemas/10.1", True),
    ],
)
def test_openqasm_is_hidden_from_callers_with_old_schemas(agent, is_shown):
    answer = braket("us-east-1", agent).get_device(deviceArn=FILES["amazon-sv1"]["arn"])
    assert ("braket.ir.openqasm.program" in actions(answer)) == is_shown
    assert "braket.ir.jaqcd.program" in actions(answer)


def test_the_sdk_lists_every_device_once():
    devices = AwsDevice.get_devices(aws_session=AwsSession(boto3.Session(region_name="us-west-2")))
    current = [device["arn"] for device in FILES.values() if device.get("status") != "RETIRED"]
    assert sorted(device.arn for device in devices) == sorted(current)


def test_search_pages_through_the_region_in_one_order():
    client = braket("eu-north-1")
    whole = [device["deviceArn"] for device in client.search_devices(filters=[])["devices"]]
    pages = client.get_paginator("search_devices").paginate(filters=[], PaginationConfig={"PageSize": 1})
    assert [[device["deviceArn"] for device in page["devices"]] for page in pages] == [[arn] for arn in whole]
    assert len(whole) == sum("eu-north-1" in regions_of(device) for device in FILES.values())


def test_search_filters_by_arn():
    client, wanted = braket("us-west-1"), FILES["amazon-sv1"]["arn"]
    values = [wanted, FILES["iqm-garnet"]["arn"]]
    found = client.search_devices(filters=[{"name": "deviceArn", "values": values}])
    assert [device["deviceArn"] for device in found["devices"]] == [wanted]
    assert "nextToken" not in found
    other = {"name": "deviceArn", "values": [FILES["amazon-dm1"]["arn"]]}
    assert client.search_devices(filters=[{"name": "deviceArn", "values": values}, other])["devices"] == []


@pytest.mark.parametrize(
    "asked",
    [
        {"filters": [{"name": "deviceName", "values": ["SV1"]}]},
        {"filters": [], "nextToken": "nonsense"},
        {"filters": [], "nextToken": "devices-99999"},
        {"filters": [{"name": "deviceArn", "values": ["a"] * 11}]},
        {"filters": [{"name": "deviceArn", "values": ["a" * 257]}]},
        {"filters": [{"name": "deviceArn", "values": ["a"]}] * 11},
        {"filters": [], "maxResults": 101},
    ],
)
def test_search_refuses_what_is_not_documented(asked):
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        braket("us-east-1").search_devices(**asked)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_an_unknown_device_is_not_found():
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        braket("us-east-1").get_device(deviceArn="arn:aws:braket:us-east-1::device/qpu/acme/None")
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"


# ---- a folder of one's own ----

def example():
    """The device that doc/devices.md tells how to make."""
    return json.loads(re.search(r"```json\n(.*?)```", (ROOT / "doc/devices.md").read_text(), re.S).group(1))


def folder(path, **files):
    path.mkdir()
    for name, device in files.items():
        (path / f"{name}.json").write_text(device if isinstance(device, str) else json.dumps(device))
    return str(path)


def use(running, monkeypatch):
    for name, value in running.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


def test_a_folder_adds_the_documented_device_and_it_runs_tasks(start, tmp_path, monkeypatch):
    running = start("--devices", folder(tmp_path / "own", tiny=example()))
    use(running, monkeypatch)
    running.scenario(EAGER)
    device = AwsDevice(example()["arn"])
    assert (device.name, device.provider_name, device.status) == ("Tiny", "Acme", "ONLINE")
    assert set(device.topology_graph.nodes) == {0, 1, 2}
    counts = device.run(Circuit().h(0).cnot(0, 1), shots=500, poll_interval_seconds=0.02).result().measurement_counts
    assert counts["00"] + counts["11"] > 400
    found = {one["deviceArn"] for one in braket("us-east-1").search_devices(filters=[])["devices"]}
    assert example()["arn"] in found and FILES["amazon-sv1"]["arn"] in found


def test_a_folder_overrides_a_shipped_device(start, tmp_path, monkeypatch):
    garnet = {**FILES["iqm-garnet"], "shots": [1, 7], "status": "OFFLINE", "modelled": "less of it"}
    running = start("--devices", folder(tmp_path / "own", mine=garnet))
    use(running, monkeypatch)
    answer = braket("eu-north-1").get_device(deviceArn=garnet["arn"])
    assert answer["deviceStatus"] == "OFFLINE"
    capabilities = json.loads(answer["deviceCapabilities"])
    assert capabilities["service"]["shotsRange"] == [1, 7]
    assert "(modelled: less of it)" in capabilities["service"]["deviceDocumentation"]["summary"]
    listed = braket("eu-north-1").search_devices(filters=[])["devices"]
    assert [one["deviceArn"] for one in listed].count(garnet["arn"]) == 1


@pytest.mark.parametrize(("device", "message"), [
    ("{", "JSON"),
    ("[]", "must be an object"),
    ({}, "needs the member 'ketch_device'"),
    ({"shots": [0, 10]}, "has 'shots' from 0; a QPU needs 1 at least"),
    ({"colour": "red"}, "has no member 'colour'"),
    ({"labels": "many"}, "labels must be a list"),
    ({"openqasm": {**example()["openqasm"], "operations": ["h", "cx"]}}, "openqasm.operations[1] must be a gate of Braket"),
    ({"couplings": {"0": [9]}}, "couplings.0 names 9, which is no label of this device"),
    ({"whole": None}, "needs calibration: 'whole', or 'one_qubit' and 'two_qubit'"),
    ({"windows": [["Someday", "00:00:00", "23:59:59"]]}, "windows[0] must begin with Everyday"),
], ids=lambda value: None)
def test_a_broken_file_stops_the_sandbox_with_file_member_and_what_is_expected(start, tmp_path, device, message):
    whole = {**example(), **device} if isinstance(device, dict) and device else device
    own = folder(tmp_path / "own", broken=whole)
    with pytest.raises(RuntimeError) as ended:
        start("--devices", own)
    assert f"{own}/broken.json" in str(ended.value) and message in str(ended.value)


def test_a_folder_that_is_missing_is_named(start, tmp_path):
    with pytest.raises(RuntimeError, match="nowhere"):
        start("--devices", str(tmp_path / "nowhere"))
