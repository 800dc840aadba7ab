"""The scanner: plain templates are cut up as Jinja itself does it, and nothing else is taken for plain."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from agentalign.templates.scan import _by_jinja, _plain, scan

PIECES = (
    *(
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "-",
        "+",
        "~",
        "/",
        "%",
        ":",
        "|",
        ".",
        ",",
        "=",
    ),
    *(
        "==",
        "!=",
        "<",
        ">=",
        "'x'",
        '"y z"',
        "'a\\'b'",
        "'}}'",
        "'",
        '"',
        "0",
        "1",
        "01",
        "1.5",
        "1_0",
        "x1",
        "a",
        "tool",
    ),
    *("raw", "endraw", "if", "for", "é", "²", " ", "\n", "\t", "\r\n", "text"),
)
TEMPLATES = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
TAGGED = st.builds("hi {}{}{} there".format, st.sampled_from(("{{", "{% ")), TEMPLATES, st.sampled_from(("}}", " %}")))


@given(TEMPLATES | TAGGED)
@example("{% raw %}{{ a }}{% endraw %}")
@example("{{ tool(step) | title }} and {% if a == 'x' %}b{% endif %}\n")
def test_a_plain_template_has_the_tokens_that_jinja_gives_it(body: str) -> None:
    tokens = _plain(body)
    assert tokens is None or _by_jinja(body) == (tokens, None)


def test_ordinary_templates_are_plain() -> None:
    body = "Send {{ amount | money('EUR') }} to {{ who.name }}{% if note != 'none' %}, {{ one_of(0, \"now\") }}{% endif %}."
    assert _plain(body) is not None
    assert scan(body) == (_plain(body), None)


def test_what_is_unusual_is_left_to_jinja() -> None:
    for body in (
        "{{- a }}",
        "{# no #}",
        "{% raw %}x{% endraw %}",
        "{{ a }",
        "{{ 'it\\'s' }}",
        "a\r\nb",
        "{{ (a }}",
        "{{ 1.5 }}",
    ):
        assert _plain(body) is None, body
