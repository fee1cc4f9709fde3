# SPDX-License-Identifier: Apache-2.0
"""STS, IAM and ECR as far as Braket's clients ask them in passing: what they take, and what they refuse."""
import botocore.exceptions
import pytest

# service, call, parameters, code of the refusal
WRONG = [
    ("iam", "list_roles", {"PathPrefix": "x"}, "ValidationError"),
    ("iam", "list_roles", {"PathPrefix": "/" + "x" * 600}, "ValidationError"),
    ("iam", "list_roles", {"MaxItems": 5000}, "ValidationError"),
    ("iam", "list_roles", {"Marker": "nobody"}, "ValidationError"),
    ("iam", "get_role", {"RoleName": "a b"}, "ValidationError"),
    ("iam", "get_role", {"RoleName": "nobody"}, "NoSuchEntity"),
    ("ecr", "get_authorization_token", {"registryIds": ["x"]}, "InvalidParameterException"),
    ("sts", "assume_role", {"RoleArn": "arn:aws:iam::999999999999:role/r", "RoleSessionName": "me"}, "AccessDenied"),
    ("sts", "assume_role", {"RoleArn": "arn:aws:iam::123456789012:user/u", "RoleSessionName": "me"}, "ValidationError"),
    ("sts", "get_session_token", {"DurationSeconds": 900000}, "ValidationError"),
]


@pytest.mark.parametrize("service, call, parameters, code", WRONG)
def test_a_refusal_is_told_and_harms_nothing(sandbox, service, call, parameters, code):
    client = sandbox.client(service)
    for _ in range(3):
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            getattr(client, call)(**parameters)
        assert refused.value.response["Error"]["Code"] == code
    assert sandbox.is_alive


def test_roles_are_listed_page_by_page(sandbox):
    client = sandbox.client("iam")
    whole = [role["RoleName"] for role in client.list_roles()["Roles"]]
    pages = client.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 1})
    assert len(whole) > 1 and [role["RoleName"] for page in pages for role in page["Roles"]] == whole


def test_an_assumed_role_is_who_it_says_it_is(sandbox):
    role = {"RoleArn": "arn:aws:iam::123456789012:role/service-role/worker", "RoleSessionName": "night"}
    given = sandbox.client("sts").assume_role(**role)["Credentials"]
    keys = {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"]}
    who = sandbox.session().client("sts", endpoint_url=sandbox.url, **keys).get_caller_identity()
    assert who["Arn"] == "arn:aws:sts::123456789012:assumed-role/worker/night"
