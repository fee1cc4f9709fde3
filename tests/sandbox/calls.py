# SPDX-License-Identifier: Apache-2.0
"""Calls of every operation that botocore's models have for a service, as its serializers write them, right and spoiled;
and of every admin call that the sandbox lists. Nothing here knows which of them the sandbox serves."""
import dataclasses
import json
import urllib.parse

import botocore.loaders
import botocore.model
import botocore.serialize

DEPTH_MOST = 4  # of structures inside of structures: some contain themselves


def service_model(service):
    return botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model(service, "service-2"), service)


@dataclasses.dataclass
class Call:
    """What goes over the wire, but for the signature."""
    service: str
    operation: str
    method: str
    target: str
    headers: dict
    body: bytes

    def __str__(self):
        return f"{self.service} {self.operation}: {self.method} {self.target:.200} {self.headers} {self.body[:200]!r}"


def _members(shape, depth, is_bare):
    members = {name: member for name, member in shape.members.items() if not is_bare or name in shape.required_members}
    if getattr(shape, "is_tagged_union", False):
        members = dict(list(shape.members.items())[:1])
    return members if depth < DEPTH_MOST else {}


def _sample(shape, name, known, is_bare, depth=0):
    if name in known and shape.type_name == "string":
        return known[name]
    kind = shape.type_name
    if kind == "structure":
        return {inner: _sample(member, inner, known, is_bare, depth + 1)
                for inner, member in _members(shape, depth, is_bare).items()}
    if kind == "list":
        return [_sample(shape.member, name, known, is_bare, depth + 1)]
    if kind == "map":
        return {_sample(shape.key, "key", known, is_bare): _sample(shape.value, "value", known, is_bare, depth + 1)}
    if kind == "string":
        return shape.enum[0] if shape.enum else "x" * max(1, min(shape.metadata.get("min", 1), 100))
    return {"blob": b"body", "boolean": True, "timestamp": 1767225600, "float": 1.5, "double": 1.5}.get(
        kind, max(1, shape.metadata.get("min", 1)))


def _pairs(query):
    return [(name, value) for name, values in query.items()
            for value in (values if isinstance(values, list) else [values])]


def calls_of(service, known=None, is_bare=False):
    """One call of each operation, with every member or (bare) with those that are required. known: values by the name
    of the member."""
    model = service_model(service)
    serializer = botocore.serialize.create_serializer(model.resolved_protocol, False)
    for name in sorted(model.operation_names):
        operation = model.operation_model(name)
        members = _sample(operation.input_shape, "", known or {}, is_bare) if operation.input_shape else {}
        written = serializer.serialize_to_request(members, operation)
        target, body, pairs = written["url_path"], written["body"] or b"", _pairs(written["query_string"] or {})
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body)
        if pairs:
            target += ("&" if "?" in target else "?") + urllib.parse.urlencode(pairs, quote_via=urllib.parse.quote)
        yield Call(service, name, written["method"], target, dict(written["headers"]),
                   body.encode() if isinstance(body, str) else bytes(body))


def admin_calls(sandbox):
    """(method, path) of all that the sandbox says it can be asked."""
    return [(method, call["path"]) for call in json.loads(sandbox.http("GET", "/_sandbox/").body)["calls"]
            for method in call["methods"].split()]


def spoil_call(random_, call, texts, methods):
    """The call with one thing of it made wrong."""
    path, _, query = call.target.partition("?")
    pieces = path.split("/")
    kind = random_.choice(["method", "piece", "drop", "query", "header", "header gone", "body", "cut", "body gone"])
    if kind == "method":
        return dataclasses.replace(call, method=random_.choice(methods))
    if kind == "piece":
        pieces[random_.randrange(1, len(pieces) + 1) - 1] = urllib.parse.quote(random_.choice(texts), safe="/%:")
        return dataclasses.replace(call, target="/" + "/".join(pieces).lstrip("/") + ("?" + query if query else ""))
    if kind == "drop":
        return dataclasses.replace(call, target="/".join(pieces[:-1]) or "/")
    if kind == "query":
        pairs = query.split("&") if query else [""]
        i = random_.randrange(len(pairs))
        pairs[i] = pairs[i].partition("=")[0] + random_.choice(["", "=", "=" + urllib.parse.quote(random_.choice(texts))])
        return dataclasses.replace(call, target=path + "?" + "&".join(pairs))
    if kind == "header" and call.headers:
        name = random_.choice(sorted(call.headers))
        value = random_.choice(texts).encode("ascii", "ignore").decode().replace("\n", " ").replace("\0", "")
        return dataclasses.replace(call, headers={**call.headers, name: value})
    if kind == "header gone" and call.headers:
        gone = random_.choice(sorted(call.headers))
        return dataclasses.replace(call, headers={key: value for key, value in call.headers.items() if key != gone})
    if kind == "cut":
        return dataclasses.replace(call, body=call.body[:random_.randrange(len(call.body) + 1)])
    if kind == "body gone":
        return dataclasses.replace(call, body=b"")
    i = random_.randrange(len(call.body) + 1)
    return dataclasses.replace(call, body=call.body[:i] + random_.choice(texts).encode() + call.body[i + random_.randrange(9):])
