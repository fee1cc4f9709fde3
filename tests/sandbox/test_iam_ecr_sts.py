# SPDX-License-Identifier: Apache-2.0
"""Odd things said to STS, IAM and ECR, where no SDK checks them first: each answer is well-formed and names what is
wrong, none is the sandbox's own failure, and it lives on. What is ordinary is in test_roles.py."""
import itertools
import json
import urllib.parse
import xml.etree.ElementTree

import pytest

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonBraketJobsExecutionRole"
ODD = ["", "nosuch", "x" * 64, "x" * 65, "x" * 3000, "'" * 20000, "ä" * 30, "a b", "%00", "%01", "%s%n%p", "%ff%fe", "%zz",
       "<a>&amp;]]>", "-1", "0", "1" * 400]
KNOWN = {
    "iam": {"GetRole": {"RoleName": "AmazonBraketJobsExecutionRole"},
            "ListRoles": {"PathPrefix": "/service-role/", "Marker": "AWSServiceRoleForAmazonBraket", "MaxItems": "5"}},
    "sts": {"GetCallerIdentity": {}, "GetSessionToken": {"DurationSeconds": "900"},
            "AssumeRole": {"RoleArn": ROLE, "RoleSessionName": "me", "DurationSeconds": "900", "ExternalId": "abc",
                           "Policy": "{}", "SerialNumber": "GAHT12345678", "TokenCode": "123456", "SourceIdentity": "me",
                           "Tags.member.1.Key": "a", "Tags.member.1.Value": "b"}},
}
OPERATIONS = [(service, operation) for service, operations in KNOWN.items() for operation in operations]
UNKNOWN = [b"", b"Action", b"Action=", b"&&&=&", b"=", b"\0", b"\xff", b"Action=%00", b"Action=GetUser", b"Action=" + b"x" * 5000,
           b"Action=GetRole&Version=9", b"Action=GetRole&Version=" + b"v" * 400, b"Action=%zz", b"Action=GetRole&Action=ListRoles"]


def told(answer):
    """The code of an error, None of a success; the body must be what its status says."""
    root = xml.etree.ElementTree.fromstring(answer.body)
    code = next((element.text for element in root.iter() if element.tag.rpartition("}")[2] == "Code"), None)
    assert (answer.status == 200) == (code is None) and answer.status < 500, answer.body
    return code


def encode(parameters):
    """What is percent-encoded in ODD is left as it is."""
    return "&".join(f"{name}={urllib.parse.quote(value, safe='%')}" for name, value in parameters.items()).encode()


@pytest.mark.parametrize("service, operation", OPERATIONS)
def test_any_value_of_any_parameter_is_answered(sandbox, service, operation):
    known = KNOWN[service][operation]
    assert told(sandbox.signed("POST", "/", encode({"Action": operation, **known}), service=service, headers=FORM)) is None
    for name, value in itertools.product(known, ODD):
        body = encode({"Action": operation, **known, name: value})
        code = told(sandbox.signed("POST", "/", body, service=service, headers=FORM))
        assert code in (None, "ValidationError", "NoSuchEntity", "AccessDenied"), (name, value)
    for name in known:
        rest = {other: value for other, value in known.items() if other != name}
        code = told(sandbox.signed("POST", "/", encode({"Action": operation, **rest}), service=service, headers=FORM))
        assert code in (None, "ValidationError"), name
    assert sandbox.is_alive


@pytest.mark.parametrize("service", KNOWN)
def test_what_is_no_operation_is_refused_by_name(sandbox, service):
    for body in UNKNOWN:
        code = told(sandbox.signed("POST", "/", body, service=service, headers=FORM))
        assert code in ("MissingAction", "InvalidAction", "ValidationError"), body
    assert sandbox.is_alive


ECR_BODIES = [b"", b"{}", b"[]", b"null", b"{", b'"x"', b'{"repositoryName":5,"imageIds":"x"}', b'{"registryIds":5}',
              b'{"repositoryName":null,"imageIds":[null,5,[]],"registryId":{}}', b'{"registryIds":[5,null]}',
              b'{"imageIds":[{"imageTag":{}}],"repositoryName":"amazon-braket-base-jobs","registryId":"292282985366"}',
              b'{"imageIds":[{"imageTag":"latest","imageDigest":"x"}],"repositoryName":"amazon-braket-base-jobs"}',
              b'{"imageIds":[{}],"repositoryName":"amazon-braket-base-jobs","registryId":"292282985366"}',
              json.dumps({"repositoryName": "a" * 5000, "imageIds": [{"imageTag": "b" * 5000}]}).encode(),
              b'{"repositoryName":"\xff","imageIds":[{"imageTag":"x"}]}']


@pytest.mark.parametrize("operation", ["BatchGetImage", "GetAuthorizationToken", "DescribeImages", "", "x" * 4000, "%s%n"])
def test_any_body_to_the_registry_is_answered(sandbox, operation):
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"AmazonEC2ContainerRegistry_V20150921.{operation}"}
    for body in ECR_BODIES:
        answer = sandbox.signed("POST", "/", body, service="ecr", headers=headers)
        members = json.loads(answer.body)
        assert answer.status in (200, 400) and (answer.status == 200) == ("__type" not in members), (body, answer.body)
    assert sandbox.is_alive
