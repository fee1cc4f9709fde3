# SPDX-License-Identifier: Apache-2.0
"""The load of test_kill.py: clients that write down what was acknowledged to them. A client is a thread with a
connection and names of its own, so at any moment at most one of its calls is open: what that call would change has two
possible states until somebody looks, everything else has one."""
import contextlib
import hashlib
import io
import json
import random
import re
import threading
import time

import boto3.s3.transfer
import botocore.exceptions
from sandboxes import BELL, SV1, segment
from wire import BUCKET, QPU, Lost, Slot, Stored, Wire, md5_header, see_bucket, see_object, see_parts, see_task, tag_xml

LONG_PART = random.Random(5).randbytes(5 << 20)  # every part but the last has this much at least
LONG_PART_MD5 = hashlib.md5(LONG_PART).digest()


class Upload:
    def __init__(self, key, note):
        self.key, self.note, self.parts = key, note, {}  # number: Slot of (etag, size)
        self.ends = Slot(None)  # "complete" or "abort" once it was asked for
        self.whole = None  # the object that completing makes


class Task:
    def __init__(self, token, device, shots, tags):
        self.token, self.device, self.shots = token, device, shots
        self.tags, self.cancel = Slot(tuple(sorted(tags.items()))), Slot(False)
        self.arn, self.created_at, self.last = None, None, None  # acknowledged; the last state that was seen
        self.request = {"action": BELL, "clientToken": token, "deviceArn": device, "outputS3Bucket": BUCKET,
                        "outputS3KeyPrefix": "tasks", "shots": shots, "tags": tags}


class Client:
    """`number` and `seed` make it; ask() does something until the sandbox is gone; look() holds it to its word."""

    def __init__(self, number, seed):
        self.number, self.random = number, random.Random(f"{seed} {number}")
        self.objects, self.uploads, self.buckets, self.tasks = {}, {}, {}, []
        self.touched, self.serial, self.calls = [], 0, 0
        self.thread, self.problem, self.lost_at, self.wire = None, None, 0, None

    # ---- doing something ----

    def start(self, sandbox):
        self.wire, self.touched = Wire(sandbox), []
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        names, weights = zip(*WORK.items())
        try:
            while True:
                getattr(self, self.random.choices(names, weights)[0])()
                self.calls += 1
        except Lost:
            self.lost_at = time.monotonic()
        except BaseException as problem:  # told by the thread that waits for this one
            self.problem = problem

    def name(self, kind):
        self.serial += 1
        return f"{kind}/{self.number}/{self.serial}"

    def touch(self, thing):
        self.touched.append(thing)
        return thing

    def pick(self, things):
        return self.touch(self.random.choice(things)) if things else None

    def objects_there(self):
        return [key for key, slot in self.objects.items() if slot.state is not None]

    def put(self, most):
        """A new object, or another in the place of one."""
        open_keys = {upload.key for upload in self.uploads.values()}
        old = [key for key in self.objects if key not in open_keys]
        key = self.random.choice(old) if old and self.random.random() < 0.3 else self.name("o")
        body, note = self.random.randbytes(self.random.randrange(most)), f"note {self.serial}"
        md5 = hashlib.md5(body).hexdigest()
        self.touch(key)
        with self.objects.setdefault(key, Slot()).becoming(Stored(md5, md5, len(body), note)):
            answer = self.wire.expect(200, "PUT", f"/{BUCKET}/{key}", body, x_amz_meta_note=note)
            assert answer.headers["ETag"] == f'"{md5}"', answer.body

    def put_small(self):
        self.put(4000)

    def put_large(self):
        self.put(600_000)  # above 64 KiB it lies in a file

    def read(self):
        key = self.pick([*self.objects])
        if key:
            self.objects[key].found(see_object(self.wire, key), key)

    def delete(self):
        key = self.pick(self.objects_there())
        if key:
            with self.objects[key].becoming(None):
                self.wire.expect(204, "DELETE", f"/{BUCKET}/{key}")

    def delete_many(self):
        there = self.objects_there()
        keys = [self.touch(key) for key in self.random.sample(there, min(len(there), 4))]
        if not keys:
            return
        rows = "".join(f"<Object><Key>{key}</Key></Object>" for key in keys)
        body = f"<Delete>{rows}</Delete>".encode()
        with contextlib.ExitStack() as all_of_them:
            for key in keys:
                all_of_them.enter_context(self.objects[key].becoming(None))
            answer = self.wire.expect(200, "POST", f"/{BUCKET}?delete", body, Content_MD5=md5_header(body))
            assert answer.body.count(b"<Deleted>") == len(keys), answer.body

    def copy(self):
        source = self.pick(self.objects_there())
        if not source:
            return
        key, what = self.touch(self.name("c")), self.objects[source].state
        # A copy is one body again: its ETag is that of the bytes.
        with self.objects.setdefault(key, Slot()).becoming(what._replace(etag=what.md5)):
            answer = self.wire.expect(200, "PUT", f"/{BUCKET}/{key}", x_amz_copy_source=f"/{BUCKET}/{source}")
            assert what.md5.encode() in answer.body, answer.body

    def tag_object(self):
        key = self.pick(self.objects_there())
        if key:
            tags = (("serial", str(self.calls)),) if self.random.random() < 0.8 else ()
            body = tag_xml(tags)
            with self.objects[key].becoming(self.objects[key].state._replace(tags=tags)):
                self.wire.expect(200, "PUT", f"/{BUCKET}/{key}?tagging", body, Content_MD5=md5_header(body))

    # ---- uploads ----

    def begin_upload(self):
        if len(self.uploads) > 6:
            return
        key = self.name("u")
        answer = self.wire.call("POST", f"/{BUCKET}/{key}?uploads", x_amz_meta_note=key)
        found = re.search(rb"<UploadId>(.*?)</UploadId>", answer.body)
        assert answer.status == 200 and found, answer
        self.uploads[self.touch(found[1].decode())] = Upload(key, key)
        self.objects[self.touch(key)] = Slot()

    def put_part(self):
        upload_id = self.pick([*self.uploads])
        if not upload_id:
            return
        upload = self.uploads[upload_id]
        number = len(upload.parts) + 1 if self.random.random() < 0.7 or not upload.parts else len(upload.parts)
        if number > 2:
            return
        is_long = number == 1 and self.random.random() < 0.1
        body = LONG_PART if is_long else self.random.randbytes(self.random.randrange(1, 200_000))
        md5 = LONG_PART_MD5.hex() if is_long else hashlib.md5(body).hexdigest()
        if number == 2 and upload.parts[1].state[1] < len(LONG_PART):
            return
        with upload.parts.setdefault(number, Slot()).becoming((md5, len(body), body)):
            target = f"/{BUCKET}/{upload.key}?partNumber={number}&uploadId={upload_id}"
            answer = self.wire.expect(200, "PUT", target, body)
            assert answer.headers["ETag"] == f'"{md5}"', answer.body

    def complete(self):
        upload_id = self.pick([*self.uploads])
        if not upload_id or not self.uploads[upload_id].parts:
            return
        upload = self.uploads[upload_id]
        parts = [upload.parts[number].state for number in sorted(upload.parts)]
        if len(parts) == 2 and parts[0][1] < len(LONG_PART):
            return
        whole, md5s = b"".join(part[2] for part in parts), b"".join(bytes.fromhex(part[0]) for part in parts)
        etag = f"{hashlib.md5(md5s).hexdigest()}-{len(parts)}"
        upload.whole = Stored(etag, hashlib.md5(whole).hexdigest(), len(whole), upload.note)
        rows = "".join(f"<Part><PartNumber>{i + 1}</PartNumber><ETag>{part[0]}</ETag></Part>"
                       for i, part in enumerate(parts))
        self.touch(upload.key)
        with upload.ends.becoming("complete"), self.objects[upload.key].becoming(upload.whole):
            body = f"<CompleteMultipartUpload>{rows}</CompleteMultipartUpload>".encode()
            answer = self.wire.expect(200, "POST", f"/{BUCKET}/{upload.key}?uploadId={upload_id}", body)
            assert etag.encode() in answer.body, answer.body
        del self.uploads[upload_id]

    def abort(self):
        upload_id = self.pick([*self.uploads])
        if not upload_id:
            return
        with self.uploads[upload_id].ends.becoming("abort"):
            target = f"/{BUCKET}/{self.uploads[upload_id].key}?uploadId={upload_id}"
            self.wire.expect(204, "DELETE", target)
        del self.uploads[upload_id]

    # ---- buckets ----

    def bucket(self):
        """Makes, tags or removes one."""
        name = self.touch(f"kills-{self.number}-{self.random.randrange(4)}")
        slot = self.buckets.setdefault(name, Slot())
        if slot.state is None:
            with slot.becoming(()):
                self.wire.expect(200, "PUT", f"/{name}")
        elif self.random.random() < 0.5:
            tags = (("serial", str(self.calls)),)
            with slot.becoming(tags):
                body = tag_xml(tags)
                self.wire.expect(204, "PUT", f"/{name}?tagging", body, Content_MD5=md5_header(body))
        else:
            with slot.becoming(None):
                self.wire.expect(204, "DELETE", f"/{name}")

    # ---- tasks ----

    def create(self, device):
        tags = {"client": str(self.number)} if self.random.random() < 0.5 else {}
        token = f"token-{self.number}-{len(self.tasks)}"
        task = Task(token, device, self.random.randrange(100, 200), tags)
        self.tasks.append(self.touch(task))
        self.create_again(task)

    def create_again(self, task):
        status, answer = self.wire.json("POST", "/quantum-task", task.request)
        assert status == 201, answer
        assert task.arn in (None, answer["quantumTaskArn"]), f"two tasks of one client token: {task.arn}, {answer}"
        task.arn = answer["quantumTaskArn"]

    def create_sv1(self):
        self.create(SV1)

    def create_qpu(self):
        self.create(QPU)

    def repeat(self):
        task = self.pick(self.tasks)
        if task:
            self.create_again(task)

    def get(self):
        task = self.pick(self.tasks)
        if task:
            see_task(self.wire, task)

    def cancel(self):
        task = self.pick([task for task in self.tasks if task.device == QPU and not task.cancel.state])
        if task:
            with task.cancel.becoming(True):
                body = {"clientToken": f"cancel-{task.token}"}
                status, answer = self.wire.json("PUT", f"/quantum-task/{segment(task.arn)}/cancel", body)
                assert status == 200 and answer["cancellationStatus"] in ("CANCELLING", "CANCELLED"), answer

    def tag_task(self):
        task = self.pick(self.tasks)
        if not task:
            return
        tags, target = dict(task.tags.state), f"/tags/{segment(task.arn)}"
        if "serial" in tags:
            del tags["serial"]
            with task.tags.becoming(tuple(sorted(tags.items()))):
                self.wire.expect(200, "DELETE", f"{target}?tagKeys=serial")
        else:
            tags["serial"] = str(self.calls)
            with task.tags.becoming(tuple(sorted(tags.items()))):
                self.wire.expect(200, "POST", target, json.dumps({"tags": {"serial": str(self.calls)}}).encode())

    # ---- what is there after a restart ----

    def look(self, sandbox, everything=False):
        """Everything that was touched, and some of the rest."""
        self.wire = Wire(sandbox)
        wanted = {**dict.fromkeys(self.touched)}
        rest = [*self.objects, *self.uploads, *self.buckets, *self.tasks]
        wanted.update(dict.fromkeys(rest if everything else self.random.sample(rest, min(len(rest), 5))))
        for thing in wanted:
            if isinstance(thing, Task):
                self.create_again(thing)  # what was not acknowledged is now; what was is the same
                see_task(self.wire, thing)
            elif thing in self.buckets:
                self.buckets[thing].found(see_bucket(self.wire, thing), thing)
            elif thing in self.uploads:
                self.look_at_upload(thing)
            elif thing in self.objects:
                self.objects[thing].found(see_object(self.wire, thing), thing)

    def look_at_upload(self, upload_id):
        """An upload is there with its parts, or it has become its object, or was given up; nothing between."""
        upload = self.uploads[upload_id]
        parts = see_parts(self.wire, upload.key, upload_id)
        there = see_object(self.wire, upload.key)
        is_whole = there is not None and there == upload.whole
        upload.ends.found(None if parts is not None else "complete" if is_whole else "abort", upload_id)
        self.objects[upload.key].found(there, upload.key)
        if parts is None:
            del self.uploads[upload_id]
            return
        assert there is None, f"{upload.key} is there, and so is its upload"
        for number, slot in upload.parts.items():
            found = [state for state in slot.possible if (state and state[:2]) == parts.get(number)]
            assert found, f"part {number} of {upload.key} is {parts.get(number)}"
            slot.possible = found[:1]
        upload.parts = {number: slot for number, slot in upload.parts.items() if slot.state is not None}


class BotoClient(Client):
    """The same through boto3, which is slower: some calls are enough."""

    def start(self, sandbox):
        config = {"connect_timeout": 5, "read_timeout": 30}
        self.s3, self.braket = sandbox.client("s3", **config), sandbox.client("braket", **config)
        super().start(sandbox)

    def run(self):
        self.work = ("boto_put", "boto_upload", "boto_delete", "boto_create")
        try:
            while True:
                getattr(self, self.random.choice(self.work))()
                self.calls += 1
        except (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError):
            self.lost_at = time.monotonic()
        except BaseException as problem:
            self.problem = problem

    def boto_put(self):
        key, body = self.touch(self.name("b")), self.random.randbytes(self.random.randrange(100_000))
        md5 = hashlib.md5(body).hexdigest()
        with self.objects.setdefault(key, Slot()).becoming(Stored(md5, md5, len(body), key)):
            self.s3.put_object(Bucket=BUCKET, Key=key, Body=body, Metadata={"note": key})

    def boto_upload(self):
        """What upload_file does with a long file: parts, and completing."""
        key, tail = self.touch(self.name("b")), self.random.randbytes(1000)
        md5s = LONG_PART_MD5 + hashlib.md5(tail).digest()
        whole = Stored(hashlib.md5(md5s).hexdigest() + "-2", hashlib.md5(LONG_PART + tail).hexdigest(),
                       len(LONG_PART) + len(tail), key)
        with self.objects.setdefault(key, Slot()).becoming(whole):
            transfer = boto3.s3.transfer.TransferConfig(multipart_threshold=len(LONG_PART), use_threads=False,
                                                        multipart_chunksize=len(LONG_PART))
            extra = {"Metadata": {"note": key}}
            self.s3.upload_fileobj(io.BytesIO(LONG_PART + tail), BUCKET, key, extra, Config=transfer)

    def boto_delete(self):
        key = self.pick(self.objects_there())
        if key:
            with self.objects[key].becoming(None):
                self.s3.delete_object(Bucket=BUCKET, Key=key)

    def boto_create(self):
        task = Task(f"token-{self.number}-{len(self.tasks)}", self.random.choice((SV1, QPU)), 100, {})
        self.tasks.append(self.touch(task))
        task.arn = self.braket.create_quantum_task(**task.request)["quantumTaskArn"]


WORK = {"put_small": 20, "put_large": 6, "read": 8, "delete": 6, "delete_many": 2, "copy": 5, "tag_object": 4,
        "begin_upload": 3, "put_part": 8, "complete": 4, "abort": 1, "bucket": 4,
        "create_sv1": 8, "create_qpu": 16, "repeat": 4, "get": 6, "cancel": 6, "tag_task": 4}
