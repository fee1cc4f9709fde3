# SPDX-License-Identifier: Apache-2.0
"""What the tests of S3 share: how an object is read, how a refusal looks, how an upload in parts begins."""
import botocore.exceptions
import pytest

MIB = 1 << 20


def refused(call, **arguments):
    """The code and status that a call is refused with."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def read(s3, bucket, key, **more):
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


def begin(s3, bucket, *parts, key="k", **more):
    """An upload with these parts; its id and what Complete wants."""
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key, **more)["UploadId"]
    sums = {name: value for name, value in more.items() if name == "ChecksumAlgorithm"}
    done = []
    for number, body in enumerate(parts, 1):
        etag = s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=body, **sums)["ETag"]
        done.append({"PartNumber": number, "ETag": etag})
    return upload, done
