"""Checking templates against types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.templates import Checked, Scope, check_template, compile_template, decide, desugar, parse_template
from agentalign.types import IntType, PoisonType
from templates.world import SCOPE, VALUES


def checked(body: str, scope: Scope = SCOPE) -> Checked:
    return check_template(parse_template(body), scope)


@pytest.mark.parametrize(
    ("body", "kind", "at", "meant"),
    [
        ("Dear {{ whoo }}", "name", "whoo", "who"),
        ("{{ who.frst }}", "field", "frst", "first"),
        ("{{ town.name }}", "field", "name", None),
        ("{{ pages.title }}", "field", "title", None),
        ("{{ brief.says.x }}", "field", "x", None),
        ("{{ sent }}", "name", "sent", None),
        ("{{ loop.index }}", "name", "loop", None),
        ("{{ price | mony }}", "filter", "mony", "money"),
        ("{{ who | attr('__class__') }}", "filter", "attr", None),
        ("{{ limit | day }}", "type", "day", None),
        ("{{ on | day('shrt') }}", "type", "'shrt'", '"short"'),
        ("{{ on | day(1) }}", "type", "1", None),
        ("{{ on | day('short', 'long') }}", "type", "day('short', 'long')", None),
        ("{{ pages | count }}", "type", "count", None),
        ("{{ price | money }}", "type", "money", None),
        ("{{ price | money('usd') }}", "type", "'usd'", None),
        ("{{ price | money(limit) }}", "type", "limit", None),
        ("{{ price | number(99) }}", "type", "99", None),
        ("{{ on | relative('soon') }}", "type", "'soon'", None),
        ("{{ on | relative(town) }}", "type", "town", None),
        ("{{ limit | upper }}", "type", "upper", None),
        ("{{ pages }}", "unprintable", "pages", None),
        ("{{ urgent }}", "unprintable", "urgent", None),
        ("{{ row }}", "unprintable", "row", None),
        ("{{ pages | listing('titel') }}", "field", "'titel'", '"title"'),
        ("{{ pages | listing('contact') }}", "absent", "listing", None),
        ("{{ pages | listing('note') }}", "absent", "listing", None),
        ("{{ tags | listing('x') }}", "field", "'x'", None),
        ("{{ best.title }}", "absent", "best", None),
        ("{{ best }}", "absent", "best", None),
        ("{{ phone }}", "absent", "phone", None),
        ("{{ phone | phone }}", "absent", "phone", None),
        ("{{ pages | first }}", "absent", "pages | first", None),
        ("{% if best %}{{ best.contact }}{% endif %}", "absent", "best.contact", None),
        ("{% if best %}{% else %}{{ best.title }}{% endif %}", "absent", "best", None),
        ("{% if best or urgent %}{{ best.title }}{% endif %}", "absent", "best", None),
        ("{% for p in some_pages %}{{ p.note }}{% endfor %}", "absent", "p.note", None),
        ("{% if limit %}x{% endif %}", "type", "limit", None),
        ("{% if who %}x{% endif %}", "type", "who", None),
        ("{% if true %}x{% endif %}", "type", "true", None),
        ("{% if level == 'very high' %}x{% endif %}", "type", "'very high'", '"very_high"'),
        ("{% if 'mid' == level %}x{% endif %}", "type", "'mid'", None),
        ("{% if level in ('low', 'hgh') %}x{% endif %}", "type", "'hgh'", None),
        ("{% if level == 1 %}x{% endif %}", "type", "1", None),
        ("{% if limit == none %}x{% endif %}", "type", "none", None),
        ("{% if town < 'x' %}x{% endif %}", "type", "town < 'x'", None),
        ("{% if stock > 1 %}x{% endif %}", "absent", "stock", None),
        ("{% if on > 'tomorrow' %}x{% endif %}", "type", "'tomorrow'", None),
        ("{% if 'a' in town %}x{% endif %}", "type", "town", None),
        ("{% if 1 in tags %}x{% endif %}", "type", "1", None),
        ("{% for p in town %}x{% endfor %}", "loop", "town", None),
        ("{% for p in best %}x{% endfor %}", "loop", "best", None),
        ("{% for who in pages %}x{% endfor %}", "loop", "who", None),
        ("{{ one_of('a') }}", "choice", "one_of('a')", None),
        ("{{ one_of('a', 'a') }}", "choice", "one_of('a', 'a')", None),
        ("{{ one_of('a', town) }}", "choice", "one_of('a', town)", None),
        ("{% for p in pages %}{{ one_of('a', 'b') }}{% endfor %}", "choice", "one_of('a', 'b')", None),
        ("{% if one_of('a', 'b') == 'a' %}x{% endif %}", "choice", "one_of('a', 'b')", None),
        ("{{ tool(snt) }}", "name", "snt", "sent"),
        ("{{ tool('sent') }}", "type", "tool('sent')", None),
        ("{{ tool() }}", "type", "tool()", None),
        ("{{ urgent == true }}", "type", "urgent == true", None),
    ],
)
def test_a_mistake_is_one_issue_at_its_place(body: str, kind: str, at: str, meant: str | None) -> None:
    found = [(issue.kind, body[issue.start : issue.end], issue.suggestion) for issue in checked(body).issues]
    assert found == [(kind, at, meant)]
    assert checked(body).errors


@pytest.mark.parametrize(
    ("body", "desugared"),
    [
        ("{{ brief }}", "{{ brief.says }}"),
        ("{{ who.first }}", '{{ who | part("full_name", "first") }}'),
        ("{{ on.year }}", '{{ on | part("date", "year") | plain }}'),
        ("{{ brief.on.weekday | upper }}", '{{ brief.on | part("date", "weekday") | upper }}'),
        ("{{ limit }}", "{{ limit | plain }}"),
        ("{{ level }}", "{{ level | spaced }}"),
        ("{{ level | article }}", "{{ level | spaced | article }}"),
        ("{{ level | upper | quote }}", "{{ level | spaced | upper | quote }}"),
        ("{{ level | spaced | article }}", "{{ level | spaced | article }}"),
        ("{% if level | upper == 'LOW' %}x{% endif %}", '{% if level | upper == "LOW" %}x{% endif %}'),
        ("{{ brief | sentence }}", "{{ brief.says | sentence }}"),
        ("{{ pages | listing }}", '{{ pages | listing("title") }}'),
        ("{{ tags | join('; ') }}", '{{ tags | join("; ") }}'),
        ("{{ some_pages | first('visits') }}", '{{ some_pages | first("visits") | plain }}'),
        ("{{ some_pages | first }}", '{{ some_pages | first("title") }}'),
        ("{% if pages %}{{ pages | first }}{% endif %}", '{% if pages %}{{ pages | first("title") }}{% endif %}'),
        ("{{ price | money(code) }}", "{{ price | money(code) }}"),
        ("{{ one_of('a', 'b') | upper }}{{ one_of('c', 'd') }}", '{{ one_of(0, "a", "b") | upper }}{{ one_of(1, "c", "d") }}'),
        ("{% if best %}{{ best }}{% endif %}", "{% if best | present %}{{ best.title }}{% endif %}"),
        ("{% if not phone %}x{% else %}{{ phone }}{% endif %}",
         "{% if not phone | present %}x{% else %}{{ phone }}{% endif %}"),
        ("{% if best and best.contact %}{{ best.contact }}{% endif %}",
         "{% if best | present and best.contact | present %}{{ best.contact }}{% endif %}"),
        ("{% if phone != none %}{{ phone }}{% endif %}", "{% if phone != none %}{{ phone }}{% endif %}"),
        ("{% if stock and stock > 1 %}{{ stock }}{% endif %}",
         "{% if stock | present and stock > 1 %}{{ stock | plain }}{% endif %}"),
        ("{% if not (urgent or level == 'low') %}x{% endif %}", '{% if not (urgent or level == "low") %}x{% endif %}'),
        ("{% if pages | length > 1 %}{{ pages | last }}{% endif %}",
         '{% if pages | length > 1 %}{{ pages | last("title") }}{% endif %}'),
        ("{% for p in pages %}{{ p }}{% if not loop.last %}, {% endif %}{% endfor %}",
         "{% for p in pages %}{{ p.title }}{% if not loop.last %}, {% endif %}{% endfor %}"),
        ("go {{ details(sent) }}.", 'go{{ details(sent, " ") }}.'),
        ("{ {{- town }}", '{{ "{" }}{{ town }}'),
    ],
)  # fmt: skip
def test_desugaring_makes_types_explicit(body: str, desugared: str) -> None:
    result = checked(body)
    assert not result.issues
    assert desugar(result) == desugared
    compile_template(desugared).render(VALUES, [0, 0])


def test_what_is_unknown_already_is_not_reported_again() -> None:
    scope = Scope({"x": PoisonType()})
    body = "{{ x }}{{ x.y.z }}{{ x | day }}{% if x %}{% endif %}"
    body += "{% for y in x %}{{ y.z }}{% endfor %}{% if x == 'a' %}{% endif %}"
    assert not checked(body, scope).issues


def test_five_mistakes_are_five_issues_in_order() -> None:
    body = "{{ whoo }} {{ who.frst }} {{ price | mony }} {{ pages }} {{ best.title }}"
    assert [issue.kind for issue in checked(body).issues] == ["name", "field", "filter", "unprintable", "absent"]


# ----------------------------------------------------------------------------------------------------------- findings


def mentions(body: str) -> list[tuple[str, bool, bool]]:
    found = checked(body)
    assert not found.errors, found.issues
    return [(".".join(mention.prints), mention.voices, mention.certain) for mention in found.mentions]


def test_a_mention_is_certain_if_it_is_on_every_way() -> None:
    assert mentions("{{ who }}") == [("who", True, True)]
    assert mentions("{% if urgent %}{{ who }}{% endif %}") == [("who", True, False)]
    assert mentions("{% if urgent %}{{ who }}{% else %}{{ who | upper }}{% endif %}") == [("who", True, True)] * 2
    assert (
        mentions("{% if urgent %}{{ who }}{% elif level == 'low' %}{{ who }}{% endif %}") == [("who", True, False)] * 2
    )


def test_what_may_be_absent_needs_no_wording_when_it_is() -> None:
    assert mentions("{% if phone %}{{ phone }}{% endif %}") == [("phone", True, True)]
    assert mentions("{% if phone and urgent %}{{ phone }}{% endif %}") == [("phone", True, False)]
    assert mentions("{% if best %}{{ best }} {{ who }}{% endif %}") == [
        ("best.title", True, True),
        ("who", True, False),
    ]
    assert mentions("{% if tags %}{{ tags | listing }}{% endif %}") == [("tags.*", True, True)]


def test_loops_mention_items() -> None:
    assert mentions("{% for p in pages %}{{ p }}{{ who }}{% endfor %}") == [
        ("pages.*.title", True, True),
        ("who", True, False),
    ]
    assert mentions("{% for p in some_pages %}{{ who }}{% endfor %}") == [("who", True, True)]


def test_a_filter_that_loses_the_value_does_not_voice_it() -> None:
    assert mentions("{{ on | weekday }}") == [("on", False, False)]
    assert mentions("{{ at | day }}") == [("at", False, False)]
    assert mentions("{{ pages | count('page') }}") == [("pages", False, False)]
    assert mentions("{{ on | day }}") == [("on", True, True)]


def test_a_currency_is_voiced_by_the_amount() -> None:
    assert mentions("{{ price | money(code) }}") == [("price", True, True), ("code", True, True)]


def test_steps_choices_names_and_tests_are_found() -> None:
    body = "{% if urgent %}{{ tool(sent) }}{% else %}{{ tool(sent) }} {{ one_of('now', 'soon') }}{% endif %}"
    body += " {{ details(found) }}"
    found = checked(body)
    assert [(use.step, use.certain) for use in found.tools] == [("sent", True), ("sent", True)]
    assert [(use.step, use.certain) for use in found.details] == [("found", True)]
    assert found.names == ("urgent",)
    assert [test.path for test in found.tested] == [("urgent",)]
    (choice,) = found.choices
    assert choice.values == ("now", "soon")
    assert [decide(guard, {"urgent": False}) for guard in choice.guards] == [True]
    assert [decide(guard, {"urgent": True}) for guard in choice.guards] == [False]


def test_static_text_is_the_words_of_the_author() -> None:
    found = checked("Take {{ who }} and {{ one_of('go', 'run') }}{% if urgent %} now{% endif %}")
    assert found.static_text.split() == ["Take", "and", "go", "run", "now"]


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (" a", 0),
        ("a ", 1),
        ("a  b", 2),
        ("a {% if urgent %}b{% endif %} c", 29),
        ("a {% if urgent %}b{% endif %}, c", 1),
        ("a{% if urgent %} b {% endif %} c", 30),
        ("{% if urgent %}a{% endif %} c", 27),
        ("a {% if urgent %}b{% endif %}", 1),
        ("a {{ one_of('', 'b') }} c", 23),
        ("a \nb", 1),
        ("{% for p in pages %}{{ p }}, {% endfor %}", 28),
        ("a, . b", 2),
        ("is it a?, then b", 8),
        ("{{ one_of('so', 'ready?') }}: b", 28),
        ("a{% if urgent %}!{% endif %}, b", 28),
    ],
)
def test_blanks_nobody_wants_are_a_warning(body: str, at: int) -> None:
    found = checked(body)
    assert [(issue.kind, issue.start) for issue in found.issues] == [("whitespace", at)]
    assert not found.errors
    desugar(found)


@pytest.mark.parametrize(
    "body",
    [
        "a b\n\n  - c\n  - d\n",
        "a{% if urgent %} b{% endif %} c",
        "{% for p in pages %}{{ p }}{% if not loop.last %}, {% endif %}{% endfor %}.",
        "{% for p in pages %}{% if not loop.first %}, {% endif %}{{ p }}{% endfor %}.",
        "mail {{ who }} {{ details(sent) }}.",
        "at https://example.org/a.b",
        "an e.g. and i.e. or ... so",
        "what?! no ... really: 12:30, e.g., now",
        "{{ one_of('so', 'ready') }}: b",
        "these:{% for p in pages %} {{ p }}{% endfor %}.",
        "{{ one_of('a.', 'b!') }} c",
    ],
)
def test_other_blanks_are_fine(body: str) -> None:
    assert not checked(body).issues


def test_functions_can_be_kept_out() -> None:
    scope = Scope({"a": IntType()}, frozenset({"sent"}), functions=frozenset({"tool"}))
    kinds = [
        issue.kind for issue in checked("{{ one_of('a', 'b') }} {{ details(sent) }} {{ tool(sent) }}", scope).issues
    ]
    assert kinds == ["choice", "construct"]


@given(
    st.lists(
        st.sampled_from(
            ["{{ who }}", "{{ whoo }}", "{{ best.title }}", "{% if best %}", "{% else %}", "{% endif %}", "{% endfor %}",
             "{% for p in pages %}", "{{ p.title }}", "{{ p.contact }}", "{{ pages | listing }}", "{{ one_of('a', 'b') }}",
             "{{ price | money(code) }}", "{{ level | day }}", " ", "x", "{% if p.contact %}", "{{ loop.index }}",
             "{{ tool(sent) }}"]
        ),
        max_size=14,
    ).map("".join)
)  # fmt: skip
def test_what_checks_without_error_renders(body: str) -> None:
    found = checked(body)
    for issue in found.issues:
        assert 0 <= issue.start <= issue.end <= len(body)
    if not found.errors:
        compiled = compile_template(desugar(found))
        assert compiled.sites == tuple(choice.values for choice in found.choices)
        text = compiled.render(VALUES, [0] * len(compiled.sites))
        assert "{{" not in text
        assert "None" not in text
