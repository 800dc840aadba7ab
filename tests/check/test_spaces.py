"""Readings of sound specs have the space that their constraints and brands leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentalign.diagnostics import render
from agentalign.ir.space import Space, build_space
from agentalign.session import Program

GOOD = Path(__file__).parent.parent / "corpus" / "check" / "good"


def _spaces(path: Path) -> dict[str, Space]:
    program = Program(path)
    assert program.plan is not None, render(program.diagnostics, "full")
    found: dict[str, Space] = {}
    for reading in program.plan.readings:
        axes, forbids = [c.axis for c in reading.choices], [removal.forbid for removal in reading.removals]
        space = build_space(axes, forbids)
        assert isinstance(space, Space)
        found[reading.name] = space
    return found


def test_identifiers_stay_on_their_platform() -> None:
    spaces = _spaces(GOOD / "orders.chain")
    # Two platforms, two registers, two presents, less the one that is not asked for casually.
    assert spaces["present"].count == 2 * (2 * 2 - 1)
    # One tool is left, so the other step has none to choose.
    assert spaces["treat"].count == 2
    assert spaces["present"].project(["tool:order", "tool:state"]) == {(0, 0), (1, 1)}


def test_a_generated_identifier_has_the_shape_of_the_tool() -> None:
    space = _spaces(GOOD / "gifts.chain")["gift"]
    # The third service works on a network for which the address has no shape.
    assert space.count == 2 * 65_536
    assert {row[0] for row in space.project(["tool:paid"])} == {0, 1}


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        (
            '{ "0x52908400098527886E0F7030069857D2E4169EE7", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq" }',
            {(0, 0), (1, 1)},
        ),
        ('{ "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq" }', {(1, 0)}),
    ],
)
def test_a_listed_identifier_is_used_where_it_fits(tmp_path: Path, values: str, rows: set[tuple[int, int]]) -> None:
    text = (GOOD / "gifts.chain").read_text(encoding="utf-8")
    spec = tmp_path / "gifts.chain"
    spec.write_text(text.replace("  vary to\n", f"  vary to in {values}\n"), encoding="utf-8")
    assert _spaces(spec)["gift"].project(["tool:paid", "value:to"]) == rows


def test_several_parameters_are_listed_in_place(tmp_path: Path) -> None:
    text = (GOOD / "letters.chain").read_text(encoding="utf-8")
    listed = 'vary who, brief in { { who: "ann@mail.example", brief: Brief { says: "ask them to supper" } } }'
    spec = tmp_path / "letters.chain"
    changed = text.replace("  vary who\n  vary brief in invitations\n", f"  {listed}\n")
    start = changed.index("lexicon invitations")
    changed = changed[:start] + changed[changed.index("taxonomy") :].replace("  size 100\n", "")
    spec.write_text(changed, encoding="utf-8")
    assert _spaces(spec)["class_reunion"].count == 2
