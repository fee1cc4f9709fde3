# SPDX-License-Identifier: Apache-2.0
"""The TOML reader beside tomllib: what one takes the other takes, with the same value, over documents written for it and
over ones that chance has made and broken."""
import datetime
import json
import math
import os
import random
import subprocess
import tomllib

PROBE = os.environ["TOML_PROBE"]


def ask(documents):
    data = b"".join(b"%d\n%s" % (len(text), text) for text in documents)
    done = subprocess.run([PROBE], input=data, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode().splitlines()
    assert len(lines) == len(documents)
    return [json.loads(line) for line in lines]


def is_same(ours, theirs):
    if isinstance(theirs, dict):
        return isinstance(ours, dict) and ours.keys() == theirs.keys() and all(
            is_same(ours[key], theirs[key]) for key in theirs)
    if isinstance(theirs, list):
        return isinstance(ours, list) and len(ours) == len(theirs) and all(map(is_same, ours, theirs))
    if isinstance(theirs, (datetime.date, datetime.time)):
        return tomllib.loads(f"x = {ours}")["x"] == theirs
    if isinstance(theirs, float) and not math.isfinite(theirs):
        return str(float(ours)) == str(theirs)
    if isinstance(theirs, float):
        return ours == theirs
    return type(ours) is type(theirs) and ours == theirs


def check(documents):
    """How many of them both took."""
    taken = 0
    for text, ours in zip(documents, ask(documents)):
        try:
            theirs = tomllib.loads(text.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            assert "error" in ours, (text, ours)
            assert ours["error"].startswith("doc:"), ours
            continue
        if "error" in ours:  # 64 bits, ranges of dates and keys with zero bytes are ours
            assert any(word in ours["error"] for word in ("64 bits", "zero", "deeper", "parts")), (text, ours)
            continue
        assert is_same(ours["value"], theirs), (text, ours, theirs)
        taken += 1
    return taken


VALID = [
    "", "# c\n", "a = 1", "a=1 # c\r\nb = 2\r\n", "'a b' = 1\n\"c\\td\" = 2", "a.b.c = 1\na.d = 2", "1.2 = 3",
    "[a]\nb = 1\n[a.c]\nd = 2\n[e.f.g]\nh = 3", "[a.b]\nx = 1\n[a]\ny = 2", "[[a]]\nb=1\n[[a]]\nb=2\n[a.c]\nd=3\n[[a.e]]\nf=1",
    "a = [1, 2, 3,]", "a = [\n 1, # one\n 2\n]", "a = [[1], ['x', {b = 1}]]", "a = {}", "a = { b = 1, c.d = 2, c.e = 3 }",
    "a = +99\nb = -17\nc = 1_000\nd = 0xDEAD_beef\ne = 0o755\nf = 0b1101\ng = 0", "a = +0\nb = -0",
    "a = 1.0\nb = 5e+22\nc = 6.626e-34\nd = -0.01\ne = 1_0.2_5\nf = 1E3", "a = inf\nb = -inf\nc = nan\nd = +nan",
    "a = true\nb = false", "a = 1979-05-27T07:32:00Z\nb = 1979-05-27 07:32:00.999-07:00\nc = 1979-05-27T07:32:00",
    "a = 1979-05-27\nb = 07:32:00\nc = 00:32:00.999999\nd = 2024-02-29", 'a = "x\\u00e9\\U0001F600\\"\\\\"',
    'a = """\none\n  two \\\n\n   three"""', "a = '''\nraw \\n '' '\n'''", 'a = """"quoted""""\nb = \'\'\'\'x\'\'\'\'',
    "a = ''\nb = \"\"", "-_1 = 2", "[ a . 'b' ]\n c = 1", "a = \"tab\there\"", "[a]\n[b]\n[a.x]", "a.b=1\n[c]\na.b=2",
    '""=1', "x = 9223372036854775807\ny = -9223372036854775808",
]
INVALID = [
    "a", "a =", "= 1", "a = 1 b = 2", "a = 1\na = 2", "[a]\n[a]", "[a]\nb=1\n[a.b]", "a = 1\n[a]", "[a.b]\n[a]\nb.c=1",
    "a.b = 1\n[a]\nc = 1", "[[a]]\n[a]", "a = []\n[[a]]", "a = {b=1}\n[a.c]", "a = {b=1}\na.c = 2", "a = {b=1,}", "a = {b=1\n}",
    "a = {b=1, b=2}", "a = [1 2]", "a = [1,,2]", "a = [", "a = {", "[a", "[[a]", "[]", "[a.]", "[.a]", "a..b = 1", "a. = 1",
    "a = 01", "a = 1_", "a = _1", "a = 1__0", "a = 0x", "a = 0xg", "a = +0x1", "a = 1.", "a = .5", "a = 1e", "a = 1.e5", "a = 0b2",
    "a = tru", "a = True", "a = 1979-13-01", "a = 1979-02-30", "a = 25:00:00", "a = 07:60:00", "a = 1979-05-27T", "a = 07:32",
    'a = "x', "a = 'x", 'a = """x', "a = '''x''", 'a = "\\q"', 'a = "\\u12"', 'a = "\\ud800"', 'a = "\\U00110000"', 'a = "x\ny"',
    "a = \"\x01\"", "# \x01", "a = \x7f", "a b = 1", "\"a\nb\" = 1", '"""a""" = 1', "a = nan1", "a = 1\r2", "a = {b.c=1, b={d=1}}",
    "[a]\nb.c = 1\n[a.b]", "a.b = 1\na.b.c = 2", "x = '''a'''''''", "a = 1 # \x00", "[[a.b]]\n[a]\nb=1",
]


def test_what_is_toml():
    documents = [text.encode() for text in VALID]
    assert check(documents) == len(VALID)


def test_a_byte_order_mark_is_passed_over():
    assert ask(["\ufeffa = 1".encode()]) == [{"value": {"a": 1}}]


def test_what_is_none():
    assert check([text.encode() for text in INVALID]) == 0


def test_bytes_that_are_no_text():
    assert check([b"a = '\xff'", b"\xc3 = 1", b"a = \xed\xa0\x80"]) == 0


def test_errors_say_where():
    (found,) = ask([b"a = 1\nb = '\xc3\xa9' x\n"])
    assert found["error"] == "doc:2:9: found 'x', expected the end of the line"


def test_nesting_is_bounded():
    (found,) = ask([b"a = " + b"[" * 100000])
    assert "nested deeper than 64" in found["error"]


def break_it(random_, text):
    data = bytearray(text.encode())
    for _ in range(random_.randint(1, 3)):
        at = random_.randint(0, len(data))
        what = random_.random()
        if what < 0.4 and at < len(data):
            del data[at]
        elif what < 0.8:
            data[at:at] = random_.choice([b"[", b"]", b"=", b".", b",", b'"', b"'", b"\n", b"#", b"_", b"0", b"{", b"}", b"a",
                                          b"\\", b"-", b":", b" "])
        else:
            other = random_.choice(VALID).encode()
            data[at:at] = b"\n" + other
    return bytes(data)


def test_broken_documents_are_taken_or_refused_alike():
    random_ = random.Random(7)
    documents = [break_it(random_, random_.choice(VALID + INVALID)) for _ in range(20000)]
    assert check(documents) > 1000
