"""Text is UTF-8 whatever the machine's own encoding is: Windows has another one."""

import ast
from pathlib import Path

import pytest

import kinefuse

SOURCES = sorted(Path(kinefuse.__file__).parent.rglob("*.py"))


def is_text(call: ast.Call) -> bool:
    """Whether a call opens, reads or writes a file as text."""
    match call:
        case ast.Call(func=ast.Attribute(attr="read_text" | "write_text")):
            return True
        case ast.Call(func=ast.Name(id="open"), args=[_, *mode]):
            return not mode or "b" not in ast.literal_eval(mode[0])
        case ast.Call(func=ast.Attribute(attr="open"), args=[ast.Constant(value=str(mode)), *_]):
            return "b" not in mode
        case ast.Call(func=ast.Attribute(attr="open"), args=[]):
            return True
    return False


def without_encoding(source: str) -> list[int]:
    """Lines where text is opened as the machine likes it."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    said = [{word.arg for word in call.keywords} for call in calls]
    texts = zip(calls, said, strict=True)
    return [call.lineno for call, words in texts if is_text(call) and "encoding" not in words]


@pytest.mark.parametrize(
    "line",
    ["f.read_text()", "f.write_text('°')", "open(f)", "open(f, 'w')", "f.open('a')", "f.open()"],
)
def test_text_without_an_encoding_is_found(line):
    assert without_encoding(line) == [1]


@pytest.mark.parametrize(
    "line", ["f.read_text(encoding='utf-8')", "open(f, 'rb')", "f.open('xb')", "write_text(f, '°')"]
)
def test_bytes_and_named_encodings_are_not(line):
    assert without_encoding(line) == []


def test_no_text_is_opened_without_an_encoding():
    found = {path.name: without_encoding(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert not {name: lines for name, lines in found.items() if lines}
