# SPDX-License-Identifier: Apache-2.0
"""botocore's model of Braket as a judge: whether an answer is what the model says, and which inputs it allows and
forbids. Nothing here knows the sandbox."""
import copy
import dataclasses
import typing
import urllib.parse

import botocore.loaders
import botocore.model

MODEL = botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model("braket", "service-2"), "braket")
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
}

ANYTHING = ".*"

WRONG_TYPES = {"string": 7, "integer": "7", "long": "7", "list": {"a": "b"}, "map": ["a"], "structure": ["a"],
               "timestamp": ["a"]}


# ---- answers ----

def find_differences(shape, value, where=""):
    """What in an answer's JSON the model does not know, misses or has of another type; one text each."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no structure"]
        found = [f"{where}.{name}: not in the model" for name in value if name not in shape.members]
        found += [f"{where}.{name}: missing" for name in shape.required_members if value.get(name) is None]
        for name, member in shape.members.items():
            if value.get(name) is not None:
                found += find_differences(member, value[name], f"{where}.{name}")
        return found
    if kind == "list":
        if not isinstance(value, list):
            return [f"{where}: {value!r} is no list"]
        return [text for i, item in enumerate(value) for text in find_differences(shape.member, item, f"{where}[{i}]")]
    if kind == "map":
        return [text for key, item in value.items() for text in find_differences(shape.value, item, f"{where}[{key}]")]
    types = {"string": str, "integer": int, "long": int, "boolean": bool, "timestamp": str}
    if not isinstance(value, types[kind]):
        return [f"{where}: {value!r} is no {kind}"]
    if getattr(shape, "enum", None) and value not in shape.enum:
        return [f"{where}: {value!r} is not among {shape.enum}"]
    return []


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
    if shape.enum:
        return shape.enum[0]
    if shape.metadata.get("pattern", ANYTHING) != ANYTHING:
        return MATCHING[shape.metadata["pattern"]]
    return "x" * max(1, shape.metadata.get("min", 1))


@dataclasses.dataclass
class Case:
    """One member of one operation's input, with one value."""
    operation: str
    path: tuple       # of names, indexes and map keys: where the value goes
    told: str         # how a service names that place in its message
    value: typing.Any  # ABSENT: the member is left out
    is_inside: bool
    about: str
    is_type: bool = False

    def __str__(self):
        return f"{self.operation}-{self.told}-{self.about}-{'in' if self.is_inside else 'out'}"


ABSENT = object()


def _text_cases(shape):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    pattern = shape.metadata.get("pattern")
    if shape.enum:
        for value in shape.enum:
            yield value, True, f"enum {value}"
        yield "NO_SUCH_VALUE", False, "enum"
        return
    has_pattern = pattern not in (None, ANYTHING)
    if has_pattern:
        yield MATCHING[pattern], True, "pattern"
        yield "\u00a4 matches nothing", False, "pattern"
    elif least:
        yield "x" * least, True, "min"
        yield "x" * (least - 1), False, "min"
    if most:
        start = MATCHING[pattern] if has_pattern else ""
        yield start + "x" * (most - len(start)), True, "max"
        yield start + "x" * (most + 1 - len(start)), False, "max"
    if most and not has_pattern:
        yield "\u00e9" * most, True, "max in characters"


def _number_cases(shape):
    for bound, step in (("min", -1), ("max", 1)):
        if bound in shape.metadata:
            yield shape.metadata[bound], True, bound
            yield shape.metadata[bound] + step, False, bound


def _list_cases(shape, base):
    """Lists of the base's entry, repeated."""
    most, least = shape.metadata.get("max"), shape.metadata.get("min")
    if least:
        yield base[:1] * least, True, "min"
        yield base[:1] * (least - 1), False, "min"
    if most:
        yield base[:1] * most, True, "max"
        yield base[:1] * (most + 1), False, "max"


def _member_cases(shape, base):
    if shape.type_name == "string":
        return _text_cases(shape)
    if shape.type_name in ("integer", "long"):
        return _number_cases(shape)
    return _list_cases(shape, base) if shape.type_name == "list" else ()


def _inner(shape, base, path, told):
    """The shapes inside of a shape: shape, base value, path, how it is told, whether it is required."""
    dot = f"{told}." if told else ""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield member, base[name], (*path, name), dot + name, name in shape.required_members
    elif shape.type_name == "list":
        is_plain = shape.member.type_name not in ("structure", "list", "map")
        yield shape.member, base[0], (*path, 0), told if is_plain else f"{told}.1.member", False
    elif shape.type_name == "map":
        key = next(iter(base))
        yield shape.value, base[key], (*path, key), told, False


def _cases(operation, shape, base, path=(), told="", is_required=False, is_outer=False):
    if path:
        for value, is_inside, about in _member_cases(shape, base):
            if not (is_outer and value == ""):  # another path, or no value at all
                yield Case(operation, path, told, value, is_inside, about)
        if is_required and not is_outer:
            yield Case(operation, path, told, ABSENT, False, "required")
            yield Case(operation, path, told, None, False, "null")
        if not is_outer:
            yield Case(operation, path, told, WRONG_TYPES[shape.type_name], False, "type", True)
    for member, inner_base, inner_path, inner_told, required in _inner(shape, base, path, told):
        outer = is_outer or bool(member.serialization.get("location"))
        yield from _cases(operation, member, inner_base, inner_path, inner_told, required, outer)


def cases(operation, base):
    return list(_cases(operation, OPERATIONS[operation].input_shape, base))


def put(base, case):
    """The base with the case's value in its place."""
    changed = copy.deepcopy(base)
    at = changed
    for step in case.path[:-1]:
        at = at[step]
    if case.value is ABSENT:
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
        target += "?" + urllib.parse.urlencode(query)
    return model.http["method"], target, body if has_body else None
