# SPDX-License-Identifier: Apache-2.0
"""Every operation: what Ketch sends is what botocore sends for the same input: method, path bytes, query, the headers
that matter, the body as what it means. Inputs are made from botocore's model; both talk to a recording server."""
import base64
import json
import re
import urllib.parse
import xml.etree.ElementTree as ET

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from conftest import KEYS, ROOT

ROWS = re.compile(r'KT_AWS_(?:ROW|POST)\(\s*"(\w+)"')
SERVICES = {"Braket": ("braket", "service_braket.c"), "S3": ("s3", "service_s3.c")}


def operations():
    found = [(service, name) for service, (_, file) in SERVICES.items()
             for name in ROWS.findall((ROOT / "src/aws" / file).read_text())]
    text = (ROOT / "src/aws/service.c").read_text()
    for block, ident in re.findall(r"operations\[\] = \{(.*?)\};.*?\.id = \"([^\"]+)\"", text, re.S):
        client = {"CloudWatch Logs": "logs", "SSO OIDC": "sso-oidc"}.get(ident, ident.lower())
        SERVICES[ident] = (client, "service.c")
        found += [(ident, name) for name in ROWS.findall(block)]
    return found


# What the model's shapes can't say: values that must be of a form, and members that Ketch does not send.
VALUES = {"quantumTaskArn": "arn:aws:braket:us-east-1:123456789012:quantum-task/1a/ü b", "Key": "a b/ü+%//~x",
          "jobArn": "arn:aws:braket:us-east-1:123456789012:job/1a", "Bucket": "lab-bucket", "ContentMD5": "a+b=",
          "Range": "bytes=0-9", "DurationSeconds": 900, "MaxKeys": 7, "RoleArn": "arn:aws:iam::123456789012:role/r",
          "clientToken": "token-1", "CreateBucketConfiguration": {"LocationConstraint": "eu-west-2"}}
LEFT_OUT = {"PutObject": {"Body"}, "UploadPart": {"Body"}}


def sample(shape, name, depth=0):
    """A value of a shape, with everything in it, as far as it goes."""
    if name in VALUES and shape.type_name in ("string", "integer", "structure"):
        return VALUES[name]
    kind = shape.type_name
    if kind == "structure":
        members = {} if depth > 4 else {k: sample(v, k, depth + 1) for k, v in shape.members.items()}
        if shape.is_tagged_union:
            members = dict(list(members.items())[:1])
        return members
    if kind == "list":
        return [sample(shape.member, name, depth + 1)] * 2
    if kind == "map":
        return {"key one": sample(shape.value, name, depth + 1)} if name != "Metadata" else {"who": "me"}
    if kind == "string":
        return (shape.enum or [f"{name} &<ü>" if depth else f"{name}-1"])[0]
    return {"integer": 3, "long": 4, "boolean": True, "double": 0.5, "float": 0.5, "blob": b"b",
            "timestamp": 1700000000}[kind]


def ketch_members(service, operation):
    """The members that Ketch has a place for: those of its table for S3, all for the others."""
    if service != "S3":
        return None
    text = (ROOT / "src/aws/service_s3.c").read_text()
    row = next(row for row in text.split("KT_AWS_ROW(") if row.startswith(f'"{operation}"'))
    names = set(re.findall(r"\{(\w+)\+?\}", row))
    array = re.search(r"KT_AWS_MEMBERS\((\w+)\)", row)
    if array:
        block = re.search(r"%s\[\] = \{(.*?)\n?\};" % array[1], text, re.S)[1]
        names |= set(re.findall(r'(?:HEADER|QUERY)\("(\w+)"', block)) | set(re.findall(r'\{ "(\w+)",', block))
        names |= ({"ExpectedBucketOwner"} if "OWNER" in block else set()) | ({"UploadId"} if "UPLOAD_ID" in block else set())
    return names


SESSION = boto3.Session()  # it reads each service's model once


def client_of(name, url):
    return SESSION.client(name, endpoint_url=url, region_name="us-east-1", aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
                        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
                        config=Config(parameter_validation=False, retries={"total_max_attempts": 1},
                                      request_checksum_calculation="when_required",
                                      response_checksum_validation="when_required",
                                      s3={"addressing_style": "path"}))


def meaning(request):
    """The request without what may differ: the order of a query and of members, blanks."""
    path, _, query = request["target"].partition("?")
    headers = request["headers"]
    kind = headers.get("content-type", "").partition(";")[0]
    body = request["body"]
    if "json" in kind:
        body = json.loads(body)
    elif "form" in kind:
        body = sorted(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
    elif body.startswith(b"<"):
        kind, body = "", ET.canonicalize(body.decode(), strip_text=True)
    names = re.search(r"SignedHeaders=([^,]*)", headers.get("authorization", ""))
    kept = {n: v for n, v in headers.items() if n.startswith(("x-amz-", "range", "if-", "content-md5"))
            and n not in ("x-amz-date", "x-amz-content-sha256", "x-amz-user-agent", "x-amz-te")}
    return {"method": request["method"], "path": path,
            "query": sorted(urllib.parse.parse_qsl(query, keep_blank_values=True)), "kind": kind if body else "",
            "body": body, "headers": kept, "signed": names is not None,
            "scope": re.search(r"Credential=[^/]*/[^/]*/([^,]*)", headers.get("authorization", "//x,")).group(1)
            if names else None}


def without_own_sum(operation, request):
    """S3 wants a sum of this body. botocore adds a CRC-32; of Ketch it is the caller's, who hands in a SHA-256."""
    if operation == "PutPublicAccessBlock":
        request["headers"] = {n: v for n, v in request["headers"].items() if "checksum" not in n}
    return request


@pytest.mark.parametrize("service, operation", operations(), ids=lambda value: value.replace(" ", ""))
def test_ketch_sends_what_botocore_sends(recorder, probe, service, operation):
    recorder.answer = lambda request: (200, {"x-amzn-requestid": "r"}, b"{}" if service not in (
        "S3", "STS", "SNS", "IAM") else b"<r/>")
    client = client_of(SERVICES[service][0], recorder.url)
    model = client.meta.service_model.operation_model(operation)
    names = ketch_members(service, operation)
    shapes = model.input_shape.members.items() if model.input_shape else ()
    members = {k: sample(v, k) for k, v in shapes
               if k not in LEFT_OUT.get(operation, ()) and (names is None or k in names)}
    if "QueueUrl" in members:
        members["QueueUrl"] = recorder.url + "/123456789012/queue"
    try:
        getattr(client, xform_name(operation))(**members)
    except Exception:  # pylint: disable=broad-except
        assert recorder.requests, "botocore sent nothing"
    theirs = recorder.requests[0]
    recorder.requests.clear()
    order = {"service": service, "operation": operation, "members": json.loads(json.dumps(members, default=lambda value: base64.b64encode(value).decode()))}
    probe([order], AWS_ENDPOINT_URL=recorder.url, **KEYS)
    assert recorder.requests
    assert meaning(recorder.requests[0]) == without_own_sum(operation, meaning(theirs))
