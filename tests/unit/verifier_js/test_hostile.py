"""Files that mean harm: each is refused with its code, bounded, and never ends the verifier badly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from scoring.sampling.verify import verify as verify_first

from .node import VECTORS, VERIFIER, reckoned, told, verify

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = (VECTORS / "accept" / "plain.json").read_bytes()
TITLE = '"title":"2023年文化市场双随机检查"'.encode()


def put(title: bytes) -> bytes:
    """The lawful file with other bytes as the title's value."""
    assert PLAIN.count(TITLE) == 1
    return PLAIN.replace(TITLE, b'"title":' + title)


HOSTILE = {
    "nothing": (b"", "P-JSON"),
    "cut off": (PLAIN[:-1], "P-JSON"),
    "two documents": (PLAIN + b"{}", "P-JSON"),
    "a list": (b"[]", "P-JSON"),
    "a number": (b"1", "P-JSON"),
    "a truth": (b"true", "P-JSON"),
    "an unknown type": (b'{"type":"plan"}', "P-SHAPE"),
    "a type of Object": (b'{"type":"constructor"}', "P-SHAPE"),
    "no type": (b"{}", "P-SHAPE"),
    "a line end after it": (PLAIN + b"\n", "P-BYTES"),
    "a mark before it": (b"\xef\xbb\xbf" + PLAIN, "P-JSON"),
    "keys out of order": (b'{"type":"transcript","a":1}', "P-BYTES"),
    "a prototype": (b'{"__proto__":{"type":"transcript"}}', "P-KEY"),
    "a prototype, hidden": (PLAIN.replace(b'{"closing"', b'{"__proto__":1,"closing"', 1), "P-KEY"),
    "a capital": (b'{"Type":1}', "P-KEY"),
    "an empty key": (b'{"":1}', "P-KEY"),
    "a long key": (b'{"' + b"a" * 41 + b'":1}', "P-KEY"),
    "a key of Object": (PLAIN.replace(b'{"closing"', b'{"constructor":1,"closing"', 1), "P-BYTES"),
    "a key of Object in its place": (b'{"constructor":1,"type":"transcript"}', "P-SHAPE"),
    "a number for a key": (b'{"1":1,"a":1}', "P-KEY"),
    "a key twice": (b'{"a":1,"a":1}', "P-DUPLICATE"),
    "a key twice, once escaped": (b'{"a":1,"\\u0061":1}', "P-DUPLICATE"),
    "minus nothing": (b'{"a":-0}', "P-NUMBER"),
    "an exponent": (b'{"a":1e3}', "P-NUMBER"),
    "beyond all numbers": (b'{"a":1e999}', "P-NUMBER"),
    "two to the 53rd": (b'{"a":9007199254740992}', "P-NUMBER"),
    "a half": (b'{"a":0.5}', "P-NUMBER"),
    "beyond exact numbers, as JavaScript writes it": (b'{"a":1e+21}', "P-NUMBER"),
    "a whole fraction": (b'{"a":2.0}', "P-NUMBER"),
    "a leading nought": (b'{"a":01}', "P-JSON"),
    "a plus": (b'{"a":+1}', "P-JSON"),
    "no number": (b'{"a":NaN}', "P-NUMBER"),
    "null": (b'{"a":null}', "P-JSON"),
    "a lone surrogate": (put(rb'"\ud800"'), "P-TEXT"),
    "a surrogate as bytes": (put(b'"\xed\xa0\x80"'), "P-JSON"),
    "bytes that are no text": (put(b'"\xff"'), "P-JSON"),
    "too long a form": (put(b'"\xc0\xaf"'), "P-JSON"),
    "a control character": (put(b'"\x00"'), "P-TEXT"),
    "an escaped control character": (put(rb'"\n"'), "P-TEXT"),
    "a backslash": (put(rb'"\\"'), "P-TEXT"),
    "a quotation mark and a backslash": (put(rb'"\"\\"'), "P-TEXT"),
    "an unknown escape": (put(rb'"\x41"'), "P-JSON"),
    "a string without end": (put(b'"'), "P-JSON"),
    "zero width": (put("“\u200b”".encode().join([b'"', b'"'])), "P-TEXT"),
    "right to left": (put('"\u202e"'.encode()), "P-TEXT"),
    "not composed": (put('"e\u0301"'.encode()), "P-TEXT"),
    "a letter escaped": (put(rb'"\u0041"'), "P-BYTES"),
    "a solidus escaped": (put(rb'"\/"'), "P-BYTES"),
    "thirteen deep": (b'{"a":' + b"[" * 12 + b"]" * 12 + b"}", "P-LIMIT"),
    "a million deep": (b"[" * 1_000_000, "P-LIMIT"),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    folder = tmp_path_factory.mktemp("hostile")
    files = {}
    for i, (name, (content, _)) in enumerate(HOSTILE.items()):
        (folder / str(i)).write_bytes(content)
        files[name] = str(folder / str(i))
    found: dict[str, dict[str, str]] = reckoned(f"""
        (async () => {{
          const found = {{}};
          for (const [name, path] of Object.entries({json.dumps(files)})) {{
            const report = await v.verify(require("fs").readFileSync(path), {{ lang: "en" }});
            found[name] = Object.fromEntries(report.verdicts.map((one) => [one.code, one.verdict]));
            found[name].ok = String(report.ok);
          }}
          tell(found);
        }})();""")
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_code(name: str, verdicts: dict[str, dict[str, str]]) -> None:
    found = verdicts[name]
    assert (found[HOSTILE[name][1]], found["ok"]) == ("FAIL", "false"), found
    rest = {verdict for code, verdict in found.items() if not code.startswith("P-") and code != "ok"}
    assert rest == {"UNSEEN"}, "nothing is said of a file that cannot be read"
    assert verify_first(HOSTILE[name][0]).failed() == [HOSTILE[name][1]], (
        "nor does the first verifier say anything else"
    )


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(256 * 1024 * 1024 + 1)
    done = verify(tmp_path / "large")
    assert (told(done)["P-LIMIT"], done.returncode) == ("FAIL", 1)


@pytest.mark.parametrize("vector", ["accept/log.json", "accept/certificate_rows_none.json", "accept/numbers.json"])
def test_junk_in_any_place_is_refused_and_never_ends_the_verifier(vector: str) -> None:
    """Every value of the file in turn becomes junk, canonically written: the file must be refused by some code."""
    found: dict[str, Any] = reckoned(f"""
        const text = require("fs").readFileSync({json.dumps(str(VECTORS / vector))}, "utf8");
        const places = [];
        const walk = (value, path) => {{
          if (path.length) places.push(path);
          if (typeof value !== "object") return;
          const keys = Array.isArray(value) ? [...value.keys()].slice(0, 3) : Object.keys(value);
          for (const key of keys) walk(value[key], [...path, key]);
        }};
        walk(JSON.parse(text), []);
        const junk = [0, -1, 9007199254740991, "", "junk", "certain", [], {{}}, true, [[]], [""]];
        (async () => {{
          const ill = [];
          let tried = 0;
          for (const [i, path] of places.entries()) {{
            const file = JSON.parse(text);
            const last = path.pop();
            const place = path.reduce((at, key) => at[key], file);
            const before = JSON.stringify(place[last]);
            place[last] = junk[i % junk.length];
            if (JSON.stringify(place[last]) === before) continue;
            tried++;
            try {{
              const report = await v.verify(new TextEncoder().encode(JSON.stringify(file)), {{}});
              if (report.ok) ill.push([...path, last, "accepted"]);
            }} catch (error) {{
              ill.push([...path, last, String(error.stack)]);
            }}
          }}
          tell({{ ill, tried }});
        }})();""")
    assert found["ill"] == []
    assert found["tried"] > 100


def test_a_page_without_modules_gets_the_same_verifier() -> None:
    found = reckoned(f"""
        const fs = require("fs");
        const page = require("vm").createContext({{ TextEncoder, TextDecoder }});
        require("vm").runInContext(fs.readFileSync({json.dumps(str(VERIFIER))}, "utf8"), page);
        page.bytes = new Uint8Array(fs.readFileSync({json.dumps(str(VECTORS / "accept/plain.json"))}));
        require("vm").runInContext("XinjianDraw.verify(bytes, {{ lang: 'zh' }})", page).then(tell);""")
    assert found["ok"] is True
    assert found["last"].startswith("一致，但未锚定：请核对这三个值：承诺 75ed1575")


def test_a_field_of_a_file_cannot_change_what_is_asked() -> None:
    """Options come from the caller alone: the same words inside a file are unknown fields."""
    for word in ("strict", "now", "lenient", "anchors"):
        content = PLAIN[:-1] + f',"{word}":0}}'.encode()
        done = verify("-", stdin=content)
        assert done.returncode == 1
        assert {told(done)["P-SHAPE"], told(done)["P-BYTES"]} & {"FAIL"}
