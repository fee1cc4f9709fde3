# SPDX-License-Identifier: Apache-2.0
"""One end of AWS's wire that is asked with boto3 and writes down what it answers, so that two ends can be compared."""
import hashlib
import re
import urllib.error
import urllib.request

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.exceptions

# Members whose values are each end's own; whether they are there is compared, and of what form.
OWN = re.compile("LastModified|Date|Initiated|CreationDate|CreateDate|Expir|UploadId|ID|DisplayName|ContinuationToken|"
                 "AccessKeyId|SecretAccessKey|SessionToken|RoleId|AssumedRoleId|UserId|Arn|Location|authorizationToken|"
                 "proxyEndpoint|KeyMarker|UploadIdMarker|message|Message|expiresAt|registryId|AssumeRolePolicyDocument|Description")
UNCOMPARED = {"ResponseMetadata", "HostId", "RequestId"}


def plain(value, name=""):
    """The value with each end's own things made the same."""
    if isinstance(value, dict):
        return {key: plain(inner, key) for key, inner in value.items() if key not in UNCOMPARED}
    if isinstance(value, list):
        return [plain(inner, name) for inner in value]
    if hasattr(value, "read"):
        body = value.read()
        return f"{len(body)} bytes {hashlib.md5(body).hexdigest()}"
    return type(value).__name__ if OWN.search(name) and value is not None else value


class End:
    """boto3 at one of the two, that writes down what it is answered."""

    def __init__(self, url, key, registry):
        self.url, self.key, self.registry, self.heard, self.counts = url, key, registry, [], {}

    def client(self, service, region="us-east-1"):
        config = botocore.config.Config(retries={"total_max_attempts": 1}, signature_version="s3v4" if service == "s3" else None,
                                        s3={"addressing_style": "path"})
        return boto3.Session(*self.key, region_name=region).client(service, endpoint_url=self.url, config=config)

    def ask(self, client, operation, **members):
        """Calls and writes down; what a call gave, {} when it was refused."""
        at = f"{operation} {self.counts.setdefault(operation, 0)}"
        self.counts[operation] += 1
        try:
            answer = getattr(client, operation)(**members)
        except botocore.exceptions.ClientError as refused:
            meta = refused.response["ResponseMetadata"]
            self.heard.append((at, {"code": refused.response["Error"]["Code"], "status": meta["HTTPStatusCode"]}))
            return {}
        told = plain(answer)
        self.heard.append((at, {"status": answer["ResponseMetadata"]["HTTPStatusCode"], **told}))
        return answer

    def fetch_signed(self, method, target, body=b"", payload="UNSIGNED-PAYLOAD", headers=None):
        """fetch with a signature, of a body whose hash in it is `payload`."""
        class Auth(botocore.auth.S3SigV4Auth):
            def payload(self, request):
                return payload

        request = botocore.awsrequest.AWSRequest(method, self.url + target, headers or {}, body)
        Auth(botocore.credentials.Credentials(*self.key), "s3", "us-east-1").add_auth(request)
        self.fetch(method, self.url + target, body, dict(request.headers.items()))

    def fetch(self, method, url, body=None, headers=None):
        """A call without a library: its status, its body, and those of its headers that are the same everywhere."""
        request = urllib.request.Request(
            url, body, {"Content-Type": "application/octet-stream", **(headers or {})}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                told = {"status": answer.status, "body": answer.read(), "type": answer.headers["Content-Type"]}
        except urllib.error.HTTPError as refused:
            code = re.search(rb"<Code>(.*?)</Code>", refused.read())
            told = {"status": refused.code, "code": code and code.group(1).decode()}
        self.counts["fetch"] = self.counts.get("fetch", -1) + 1
        self.heard.append((f"fetch {self.counts['fetch']}", told))


def differences(one, other, at=""):
    """Where two answers differ, and how: 'get_object 0.ETag: "a" here, "b" there'."""
    if isinstance(one, dict) and isinstance(other, dict):
        return [text for name in sorted({*one, *other}, key=str)
                for text in differences(one.get(name), other.get(name), f"{at}.{name}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [text for i, pair in enumerate(zip(one, other)) for text in differences(*pair, f"{at}[{i}]")]
    return [] if one == other else [f"{at}: {one!r:.90} here, {other!r:.90} there"]
