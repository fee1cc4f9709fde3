# SPDX-License-Identifier: Apache-2.0
"""botocore's model of Braket as a judge: whether an answer is what the model says, which constraints it puts on inputs,
and the values inside and outside of each. Nothing here knows the sandbox.

Constraints are counted from the model's file and cases are generated from botocore's reading of it: two ways through
the model, so that a constraint which the generator passes over is found missing."""
import copy
import dataclasses
import json
import re
import typing
import urllib.parse

import botocore.loaders
import botocore.model
import botocore.parsers

FILE = botocore.loaders.Loader().load_service_model("braket", "service-2")
MODEL = botocore.model.ServiceModel(FILE, "braket")
OPERATIONS = {name: MODEL.operation_model(name) for name in sorted(MODEL.operation_names)}
UNSERVED = [name for name in OPERATIONS if "Job" in name or "SpendingLimit" in name]
ERRORS = {shape.name: shape.metadata["error"]["httpStatusCode"] for shape in MODEL.error_shapes}

# What a pattern allows, by the pattern.
MATCHING = {
    r"arn:aws[a-z\-]*:braket:[a-z0-9\-]*:[0-9]{12}:.*": "arn:aws:braket:us-east-1:123456789012:reservation/abc",
    r"arn:aws[a-z\-]*:braket:[a-z0-9\-]+:[0-9]{12}:job/.*": "arn:aws:braket:us-east-1:123456789012:job/abc",
    r"arn:aws[a-z\-]*:braket:[a-z0-9\-]+:[0-9]{12}:spending-limit/.*":
        "arn:aws:braket:us-east-1:123456789012:spending-limit/abc",
    r"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+": "arn:aws:iam::123456789012:role/service-role/abc",
    r"(https|s3)://([^/]+)/?(.*)": "s3://bucket/key",
    r"\d{10,14}\.dkr\.ecr.[a-z0-9-]+\.amazonaws\.com\/.+(@sha256)?:.+":
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/image:latest",
    r"[A-Za-z0-9\.\-_]+": "channel-1",
    r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,50}": "job-1",
    r"\d+(\.\d{1,2})?": "12.50",
    r".*": "x",
}

WRONG_TYPES = {
    "string": [7, True, ["a"], {"a": "b"}], "integer": ["7", True, 1.5, [7]], "long": ["7", False, 1.5, {}],
    "list": [{"a": "b"}, "a", 7], "map": [["a"], "a", 7], "structure": [["a"], "a", 7],
    "timestamp": [["a"], {}, True]}


# ---- answers ----

def _size(shape, value):
    return value if shape.type_name in ("integer", "long") else len(value)


def _broken_limits(shape, value):
    if shape.metadata.get("min", 0) > _size(shape, value):
        yield f"below {shape.metadata['min']}"
    if "max" in shape.metadata and shape.metadata["max"] < _size(shape, value):
        yield f"above {shape.metadata['max']}"
    if "pattern" in shape.metadata and not re.fullmatch(shape.metadata["pattern"], value, re.ASCII):
        yield f"not {shape.metadata['pattern']}"
    if getattr(shape, "enum", None) and value not in shape.enum:
        yield f"not among {shape.enum}"
    if shape.type_name == "timestamp" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value):
        yield "no time as Braket writes it"


def find_differences(shape, value, where=""):
    """What in an answer's JSON the model does not know, misses, or has of another type or size; one text each."""
    kind = shape.type_name
    types = {"structure": dict, "list": list, "map": dict, "string": str, "integer": int, "long": int, "boolean": bool,
             "timestamp": str}
    if not isinstance(value, types[kind]) or (types[kind] is int and isinstance(value, bool)):
        return [f"{where}: {value!r} is no {kind}"]
    found = []
    if kind == "structure":
        found += [f"{where}.{name}: not in the model" for name in value if name not in shape.members]
        found += [f"{where}.{name}: missing" for name in shape.required_members if value.get(name) is None]
        for name, member in shape.members.items():
            if value.get(name) is not None:
                found += find_differences(member, value[name], f"{where}.{name}")
        return found
    if kind == "list":
        for i, item in enumerate(value):
            found += find_differences(shape.member, item, f"{where}[{i}]")
    elif kind == "map":
        for key, item in value.items():
            found += find_differences(shape.key, key, f"{where}[{key}]")
            found += find_differences(shape.value, item, f"{where}[{key}]")
    found += [f"{where}: {value!r:.200} is {text}" for text in _broken_limits(shape, value)]
    return found + (_json_differences(shape, value, where) if kind == "string" else [])


def _json_differences(shape, value, where):
    """A member that holds JSON holds JSON, as text."""
    if not shape.serialization.get("jsonvalue"):
        return []
    try:
        return [] if isinstance(json.loads(value), dict) else [f"{where}: no JSON object"]
    except ValueError as error:
        return [f"{where}: {error}"]


def parse(operation, answer):
    """The answer as boto3 hands it over."""
    return botocore.parsers.create_parser("rest-json").parse(
        {"status_code": answer.status, "headers": answer.headers, "body": answer.body, "context": {}},
        OPERATIONS[operation].output_shape)


# ---- constraints, from the file ----

LIMITS = ("min", "max", "pattern", "enum", "union")
# What else a shape or a member says; none of it forbids a value.
SILENT = {"type", "documentation", "members", "member", "key", "value", "box", "required", "sensitive", "shape",
          "location", "locationName", "idempotencyToken", "jsonvalue", "timestampFormat"}


def _shape_constraints(name, place):
    shape = FILE["shapes"][name]
    unknown = set(shape) - SILENT - set(LIMITS)
    assert not unknown, f"{name}: nobody here knows what {unknown} means"
    yield from ((place, kind) for kind in LIMITS if kind in shape)
    if place:
        yield place, "type"
    for inner, member in shape.get("members", {}).items():
        assert set(member) <= SILENT, f"{name}.{inner}: nobody here knows one of {set(member)}"
        if inner in shape.get("required", ()):
            yield (*place, inner), "required"
        if member.get("jsonvalue"):
            yield (*place, inner), "json"
        if member.get("location"):
            yield (*place, inner), member["location"]
        yield from _shape_constraints(member["shape"], (*place, inner))
    for part, mark in (("member", "[]"), ("key", "{key}"), ("value", "{value}")):
        if part in shape:
            yield from _shape_constraints(shape[part]["shape"], (*place, mark))


def constraints(operation):
    """(place, kind) of all that the model's file says an operation's input must be."""
    return set(_shape_constraints(FILE["operations"][operation]["input"]["shape"], ()))


# ---- inputs ----

def sample(shape, name=""):
    """The smallest value that the model allows, with every member of every structure."""
    if shape.type_name == "structure":
        return {inner: sample(member, inner) for inner, member in shape.members.items()}
    if shape.type_name == "list":
        return [sample(shape.member, name)]
    if shape.type_name == "map":
        return {sample(shape.key, "key"): sample(shape.value, "value")}
    if shape.type_name in ("integer", "long"):
        return max(1, shape.metadata.get("min", 1))
    if shape.type_name == "timestamp":
        return 1767225600
    if shape.serialization.get("jsonvalue"):
        return "{}"
    if shape.enum:
        return shape.enum[0]
    if "pattern" in shape.metadata:
        return MATCHING[shape.metadata["pattern"]]
    return "x" * max(1, shape.metadata.get("min", 1))


@dataclasses.dataclass
class Case:
    """One member of one operation's input, with one value."""
    operation: str
    place: tuple       # as in constraints()
    kind: str          # of the constraint
    path: tuple        # of names, indexes and map keys: where the value goes
    told: str          # how a service names that place in its message
    value: typing.Any  # ABSENT: the member is left out
    is_inside: bool
    who: str = ""      # "Map keys" and the like, when a message tells of the whole

    @property
    def covers(self):
        return self.place, self.kind, self.is_inside

    def __str__(self):
        return f"{self.operation} {self.told} {self.kind} {'in' if self.is_inside else 'out'} {self.value!r:.60}"


ABSENT = object()
KEY = object()  # at a path's end: the value becomes the map's key


def one_edit_away(text):
    """Texts with one place changed, left out or doubled: most of a pattern's borders are among them."""
    for i in range(len(text) + 1):
        yield from (text[:i] + put + text[i:] for put in "-\n")
        if i < len(text):
            yield text[:i] + text[i + 1:]
            yield from (text[:i] + put + text[i + 1:] for put in "Z0/. \u00e9")


def _pattern_cases(pattern, wanted_length):
    """The pattern's sample, its neighbours told apart by Python's own reading of the pattern, and what none allows."""
    yield MATCHING[pattern], True
    seen = set()
    for text in one_edit_away(MATCHING[pattern]):
        if text not in seen and wanted_length(text):
            seen.add(text)
            yield text, bool(re.fullmatch(pattern, text, re.ASCII))
    yield "\u00a4\n matches nothing", False


def _may_be_short(pattern, least):
    return pattern is None or any(re.fullmatch(pattern, filler * least) for filler in "x1")


def _text_cases(shape):
    least, most, pattern = (shape.metadata.get(name) for name in ("min", "max", "pattern"))
    if shape.enum:
        yield from ((value, True, "enum") for value in shape.enum)
        wrong = ("NO_SUCH_VALUE", shape.enum[0].swapcase(), shape.enum[0] + " ")
        yield from ((value, False, "enum") for value in wrong)
        return
    if pattern:
        yield from ((text, is_inside, "pattern") for text, is_inside in _pattern_cases(
            pattern, lambda text: (least or 0) <= len(text) <= (most or 9999)))
    start, filler = (MATCHING[pattern], "x") if pattern else ("", "x")
    if pattern and not re.fullmatch(pattern, start + filler, re.ASCII):  # money: digits go in front
        start, filler = "", "1"
    if least is not None and _may_be_short(pattern, least):
        yield filler * least, True, "min"
    if least:
        yield filler * (least - 1), False, "min"
    if most is not None:
        yield start + filler * (most - len(start)), True, "max"
        yield start + filler * (most + 1 - len(start)), False, "max"
    if most is not None and pattern in (None, ".*"):
        yield "\u00e9" * most, True, "max"  # characters, not bytes
        yield "\U0001f600" * most, True, "max"


def _number_cases(shape):
    for bound, step in (("min", -1), ("max", 1)):
        if bound in shape.metadata:
            yield shape.metadata[bound], True, bound
            yield shape.metadata[bound] + step, False, bound
            yield shape.metadata[bound] + step * 2**40, False, bound


def _filled(shape, base, count):
    """The base with that many entries."""
    if shape.type_name == "list":
        return base[:1] * count
    value = next(iter(base.values()))
    return {f"{i}": value for i in range(count)}


def _count_cases(shape, base):
    for bound, step in (("min", -1), ("max", 1)):
        if bound in shape.metadata:
            yield _filled(shape, base, shape.metadata[bound]), True, bound
            if shape.metadata[bound] + step >= 0:
                yield _filled(shape, base, shape.metadata[bound] + step), False, bound


def _member_cases(shape, base):
    """(value, is inside, of which constraint) for what a shape says of its own values."""
    if shape.type_name == "string":
        yield from _text_cases(shape)
    elif shape.type_name in ("integer", "long"):
        yield from _number_cases(shape)
    elif shape.type_name in ("list", "map"):
        yield from _count_cases(shape, base)
    elif getattr(shape, "is_tagged_union", False):
        yield from (({name: base[name]}, True, "union") for name in base)
        yield from ((value, False, "union") for value in ({}, dict.fromkeys(base), {"noSuchMember": "x"}))
    yield base, True, "type"
    yield from ((value, False, "type") for value in WRONG_TYPES[shape.type_name])
    if shape.serialization.get("jsonvalue"):
        yield base, True, "json"
        yield from ((value, False, "json") for value in ("{", "nonsense", "[]", "7"))


def _inner(shape, base, place, path, told):
    """What lies inside of a shape: shape, base value, place, path, how it is told, whether it is required, whose."""
    dot = f"{told}." if told else ""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield member, base[name], (*place, name), (*path, name), dot + name, name in shape.required_members, ""
    elif shape.type_name == "list":
        is_plain = shape.member.type_name not in ("structure", "list", "map")
        inner_told, who = (told, "Member") if is_plain else (f"{told}.1.member", "")
        yield shape.member, base[0], (*place, "[]"), (*path, 0), inner_told, False, who
    elif shape.type_name == "map":
        key = next(iter(base))
        yield shape.key, key, (*place, "{key}"), (*path, KEY), told, False, "Map keys"
        yield shape.value, base[key], (*place, "{value}"), (*path, key), told, False, "Map value"


def _outer_allows(location, value):
    """Whether a value can stand in a path or a query string and still be that member's."""
    if location == "uri":
        return isinstance(value, str) and value != ""
    return location != "querystring" or value is ABSENT or (
        isinstance(value, list) and value != [] and all(isinstance(item, str) for item in value))


def _cases(operation, shape, base, at=((), (), "", False, ""), location=None):
    place, path, told, is_required, who = at
    if place:
        found = [*_member_cases(shape, base), *((value, False, "required") for value in (ABSENT, None) if is_required)]
        if is_required:
            found.append((base, True, "required"))
        if shape.serialization.get("location"):
            found.append((base, True, location))
        is_entry = location == "querystring" and place[-1] == "[]"
        for value, is_inside, kind in found:
            if path[-1] is KEY and not isinstance(value, str):
                continue  # JSON has no such key
            if _outer_allows(location, [value] if is_entry else value):
                yield Case(operation, place, kind, path, told, value, is_inside, who)
    for member, inner_base, *inner in _inner(shape, base, place, path, told):
        yield from _cases(operation, member, inner_base, inner, location or member.serialization.get("location"))


def cases(operation, base):
    return list(_cases(operation, OPERATIONS[operation].input_shape, base))


def excuse(operation, place, kind, is_inside):
    """Why no request can meet (is_inside) or break this constraint; None: one can."""
    location = FILE["shapes"][FILE["operations"][operation]["input"]["shape"]]["members"][place[0]].get("location")
    if kind in ("uri", "querystring") and not is_inside:
        return "where a member stands can't be broken: elsewhere it is another member, or none"
    if kind == "type" and not is_inside and (location or place[-1] == "{key}"):
        return "all that stands in a path, a query string or a key is text"
    if location == "uri" and kind in ("min", "required") and not is_inside:
        return "without it the path is another one"
    if location == "uri" and kind == "min" and _shape_at(operation, place)["min"] == 0:
        return "an empty one makes another path"
    shape = _shape_at(operation, place)
    if kind == "min" and not is_inside and shape["min"] == 0 and shape["type"] not in ("integer", "long"):
        return "nothing is shorter than nothing"
    if kind == "min" and is_inside and not _may_be_short(shape.get("pattern"), shape["min"]):
        return "nothing that short matches the pattern"
    return None


def _shape_at(operation, place):
    shape = FILE["shapes"][FILE["operations"][operation]["input"]["shape"]]
    for step in place:
        marks = {"[]": "member", "{key}": "key", "{value}": "value"}
        inner = shape[marks[step]] if step in marks else shape["members"][step]
        shape = FILE["shapes"][inner["shape"]]
    return shape


def put(base, case):
    """The base with the case's value in its place."""
    changed = copy.deepcopy(base)
    at = changed
    for step in case.path[:-1]:
        at = at[step]
    if case.path[-1] is KEY:
        value = at.popitem()[1]
        at[case.value] = value
    elif case.value is ABSENT:
        del at[case.path[-1]]
    else:
        at[case.path[-1]] = case.value
    return changed


def request(operation, members):
    """Method, target and body of a call with these members, whatever they are worth; body None: it has none."""
    model, body = OPERATIONS[operation], {}
    target, query = model.http["requestUri"], []
    for name, member in (model.input_shape.members if model.input_shape else {}).items():
        place = member.serialization.get("location")
        if name not in members:
            continue
        if place == "uri":
            target = target.replace("{" + name + "}", urllib.parse.quote(members[name], safe="-_.~"))
        elif place == "querystring":
            query += [(name, value) for value in members[name]]
        else:
            body[name] = members[name]
    has_body = model.input_shape and any(
        not member.serialization.get("location") for member in model.input_shape.members.values())
    if query:
        target += "?" + urllib.parse.urlencode(query, quote_via=urllib.parse.quote)
    return model.http["method"], target, body if has_body else None
