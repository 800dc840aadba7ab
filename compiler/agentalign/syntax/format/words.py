"""Tokens as they are written: numbers, strings, doc comments, templates."""

from __future__ import annotations

import re
from typing import Final

from agentalign.syntax.dedent import margin
from agentalign.syntax.format.doc import Doc, Nest, Raw, Text, concat

# Everything a source may not hold (see `agentalign.source`), and what cannot be seen.
_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
_ESCAPES: Final = {"\n": r"\n", "\t": r"\t"}
_CODE: Final = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|(.))")


def number(text: str) -> str:
    """Digits in threes: `1_000`, `20_260.50`, `7`."""
    whole, dot, rest = text.removesuffix("%").replace("_", "").partition(".")
    sign = "%" if text.endswith("%") else ""
    return f"{int(whole):_}{dot}{rest}{sign}"


def string(text: str) -> str:
    """A string with the escapes it needs and no others."""
    return f'"{_CODE.sub(_escape, _HIDDEN.sub(_hide, text[1:-1]))}"'


def _escape(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[0]
    character = chr(int(match[1], 16))
    if character in '"\\':
        return "\\" + character
    return _HIDDEN.sub(_hide, character)


def _hide(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{{{ord(match[0]):x}}}"


def doc_comment(text: str) -> str:
    """`/// Text`."""
    return f"/// {text[3:].strip()}".rstrip()


def template(text: str) -> Doc:
    """A template: a body that may be indented is, any other is left as it is."""
    if "\n" not in text:
        return Text(text)
    body = text[3:-3]
    lines = body.split("\n")
    blanks = margin(body)
    if blanks is None:
        verbatim = [part for line in lines for part in (Raw(verbatim=True), Text(line))]
        return concat([Text('"""'), *verbatim[1:], Text('"""')])
    inner = [part for line in lines[1:-1] for part in (Raw(), Text(line.removeprefix(blanks) if line.strip() else ""))]
    opening = lines[0] if lines[0].strip() else ""
    return concat([Text('"""' + opening), Nest(concat([*inner, Raw(), Text('"""')]))])
