"""Damaged specs: whatever is wrong with a text, checking it ends in diagnostics and never in an exception."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.diagnostics import render
from agentalign.session import Program

GOOD = [
    path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parent.parent / "corpus" / "check" / "good").glob("*.chain"))
]
TOKEN = re.compile(r'"""|"[^"\n]*"|\w+|[^\w\s]')


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A sound spec in which tokens are removed, or put in place of others."""
    text = draw(st.sampled_from(GOOD))
    for _ in range(draw(st.integers(1, 3))):
        tokens = list(TOKEN.finditer(text))
        at = draw(st.integers(0, len(tokens) - 1))
        other = draw(st.sampled_from(["", *sorted({token.group() for token in tokens})]))
        text = text[: tokens[at].start()] + other + text[tokens[at].end() :]
    return text


@settings(max_examples=60)
@given(damaged())
def test_a_damaged_spec_is_reported_and_nothing_worse(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "damaged.chain"
        spec.write_text(text, encoding="utf-8")
        program = Program(spec)
        render(program.diagnostics, "full")
        assert program.diagnostics or program.plan is not None
