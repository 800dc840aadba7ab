"""The text of templates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.source import Source
from agentalign.syntax import nodes as n
from agentalign.syntax import parse, template_text, walk

_LINES = st.lists(st.text(alphabet=' \tab"{}é', max_size=8).filter(lambda line: '"""' not in line), max_size=5)


def _template(literal: str) -> tuple[str, n.TemplateLit]:
    source = Source("x.chain", f"edition 1\nreading benign a of b {{\n  ask {literal}\n}}\n")
    parsed = parse(source)
    assert parsed.diagnostics == ()
    (found,) = (node for node in walk(parsed.module) if isinstance(node, n.TemplateLit))
    return source.text, found


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ('"""one line"""', "one line"),
        ('""""""', ""),
        ('"""  kept  """', "  kept  "),
        ('"""\n    one\n      two\n    """', "one\n  two"),
        ('"""\n    one\n\n  \n    two\n    """', "one\n\n\ntwo"),
        ('"""\n    one\n    \n    """', "one\n"),
        ('"""\n\n    one\n    """', "\none"),
        ('"""\n"""', ""),
        ('"""\n    """', ""),
        ('"""one\n    two\n    """', "one\ntwo"),
        ('"""\n  one\n    two"""', "  one\n    two"),
        ('"""one\n  two"""', "one\n  two"),
        ('"""\none\n"""', "one"),
        ('"""\n    trailing  \n    """', "trailing  "),
    ],
)
def test_layout_is_taken_off(literal: str, text: str) -> None:
    assert template_text(_template(literal)[1]).text == text


@given(_LINES, st.sampled_from(["", "  ", "\t", "    "]))
def test_any_text_can_be_said_and_indentation_does_not_matter(lines: list[str], margin: str) -> None:
    lines = [line if line.strip(" \t") else "" for line in lines]
    literal = '"""\n' + "".join(f"{margin if line else ''}{line}\n" for line in lines) + margin + '"""'
    assert template_text(_template(literal)[1]).text == "\n".join(lines)


@given(_LINES, st.sampled_from(["", "\n", "\n  ", "x\n  "]), st.sampled_from(["", "\n", "\n  "]))
def test_every_character_is_traced_to_its_place(lines: list[str], before: str, after: str) -> None:
    margin = "  " if after == "\n  " else ""
    literal = '"""' + before + f"\n{margin}".join(["", *lines, "z"]) + after + '"""'
    source, template = _template(literal)
    found = template_text(template)
    assert template.text == found.text
    for index, character in enumerate(found.text):
        assert source[found.offset(index)] == character
    assert template.span.start < found.offset(len(found.text)) < template.span.end
