"""Tools named where a sentence begins."""

from __future__ import annotations

import pytest

from agentalign.templates import check_template, compile_template, desugar, parse_template
from templates.world import SCOPE, VALUES


def said(body: str, title: str, word: int = 0) -> str:
    checked = check_template(parse_template(body), SCOPE)
    assert not checked.issues
    values = {**VALUES, "@tool": {"sent": title, "found": "pip"}}
    compiled = compile_template(desugar(checked))
    return compiled.render(values, [word] * len(compiled.sites))


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("{{ tool(sent) }} opened.", "My bank's app opened."),
        ("It went. {{ tool(sent) }} opened.", "It went. My bank's app opened."),
        ('"It went." {{ tool(sent) }} opened.', '"It went." My bank\'s app opened.'),
        ("It went.\n\n{{ tool(sent) }} opened.", "It went.\n\nMy bank's app opened."),
        ("{{ brief | sentence }} {{ tool(sent) }} opened.", "Come along. My bank's app opened."),
        ("{% if urgent %}Now! {% endif %}{{ tool(sent) }} opened.", "Now! My bank's app opened."),
        ("{% if urgent %}{{ tool(sent) }}{% else %}It{% endif %} opened.", "My bank's app opened."),
        ("{{ one_of('Go!', 'Come on!') }} {{ tool(sent) }} opened.", "Go! My bank's app opened."),
        ("Then {{ tool(sent) }} opened.", "Then my bank's app opened."),
        ("{% if urgent %}Then {% endif %}{{ tool(sent) }} opened.", "Then my bank's app opened."),
        ("{{ town }} {{ tool(sent) }} opened.", "York my bank's app opened."),
        ("{{ tool(sent) }} pls. thanks!", "my bank's app pls. thanks!"),
        ("open it. {{ tool(sent) }} pls", "open it. my bank's app pls"),
        ("{{ tool(found) }} is there. {{ tool(found) }} works.", "pip is there. pip works."),
    ],
)
def test_a_title_is_written_as_its_sentence_begins(body: str, shown: str) -> None:
    assert said(body, "my bank's app") == shown


def test_a_name_stays_as_it_is() -> None:
    assert said("{{ tool(sent) }} opened.", "rsync") == "rsync opened."
    assert said("{{ tool(sent) }} opened.", "Thebe") == "Thebe opened."
