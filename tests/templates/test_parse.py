"""Reading templates: what is accepted, and where mistakes are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.templates import parse_template, quick
from agentalign.templates.desugar import write
from agentalign.templates.nodes import Apply, Compare, Filtered, For, If, Literal, Logic, Output, Path, Text
from agentalign.templates.parse import MAX_LENGTH


def where(body: str) -> list[tuple[str, str]]:
    return [(issue.kind, body[issue.start : issue.end]) for issue in parse_template(body).issues]


def test_offsets_of_every_part_are_offsets_in_the_body() -> None:
    body = "Hi {{ who.first | day('x') }},\n  {{- b -}}  bye"
    text, output, comma, second, bye = parse_template(body).nodes
    assert isinstance(output, Output)
    assert isinstance(output.expr, Filtered)
    assert isinstance(output.expr.value, Path)
    assert [body[name.start : name.end] for name in output.expr.value.names] == ["who", "first"]
    assert body[output.expr.name.start : output.expr.name.end] == "day"
    assert body[output.expr.args[0].start : output.expr.args[0].end] == "'x'"
    assert body[output.start : output.end] == "{{ who.first | day('x') }}"
    assert isinstance(second, Output)
    assert body[second.expr.start : second.expr.end] == "b"
    assert [node.text for node in (text, comma, bye) if isinstance(node, Text)] == ["Hi ", ",", "bye"]


def test_precedence_is_that_of_jinja() -> None:
    (node,) = parse_template("{% if not a == 1 and b or c in ('x', 'y') %}{% endif %}").nodes
    assert isinstance(node, If)
    condition = node.branches[0].condition
    assert isinstance(condition, Logic)
    assert condition.op == "or"
    left, right = condition.operands
    assert isinstance(left, Logic)
    assert left.op == "and"
    assert isinstance(left.operands[0], Logic)
    assert left.operands[0].op == "not"
    assert isinstance(left.operands[0].operands[0], Compare)
    assert isinstance(right, Compare)
    assert right.op == "in"


def test_blocks_nest() -> None:
    body = "{% for p in pages %}{% if p.a %}x{% elif p.b %}y{% else %}z{% endif %}{% endfor %}"
    (loop,) = parse_template(body).nodes
    assert isinstance(loop, For)
    assert loop.name.text == "p"
    (branch,) = loop.body
    assert isinstance(branch, If)
    assert len(branch.branches) == 2
    assert branch.otherwise
    assert (loop.start, loop.end) == (0, len(body))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"a\\"b"', 'a"b'),
        (r'"a\\b"', "a\\b"),
        ("'a\\nb'", "a\nb"),
        ('"é"', "é"),
        ("1_000", 1000),
        ("-2.5", -2.5),
        ("true", True),
    ],
)
def test_literals(written: str, value: object) -> None:
    (node,) = parse_template(f"{{{{ {written} }}}}").nodes
    assert isinstance(node, Output)
    assert isinstance(node.expr, Literal)
    assert node.expr.value == value


@pytest.mark.parametrize(
    ("body", "kind", "at"),
    [
        ("a {{ who", "syntax", "{{"),
        ("a {{ who }", "syntax", "}"),
        ("{% if a %}x", "syntax", "{% if a %}"),
        ("{% for a in b %}x", "syntax", "{% for a in b %}"),
        ("{{ 'abc }}", "syntax", "'"),
        ("{{ a $ }}", "syntax", "$"),
        ("{{ a b }}", "syntax", "b"),
        ("{{ a | }}", "syntax", "}}"),
        ("{{ a. }}", "syntax", "}}"),
        ("{{ }}", "syntax", "{{ }}"),
        ("{{ (a }}", "syntax", "}"),
        ("{% endif %}", "syntax", "endif"),
        ("{% if a %}{% endfor %}{% endif %}", "syntax", "endfor"),
        ("{% else %}", "syntax", "else"),
        ("{% if a %}{% else %}{% else %}{% endif %}", "syntax", "else"),
        ("{% if %}{% endif %}", "syntax", "%}"),
        ("{% iff a %}", "syntax", "iff"),
        ("{% %}", "syntax", "{% %}"),
        ('{{ "a\\qb" }}', "syntax", "\\q"),
        ("{% for a, b in c %}{% endfor %}", "construct", ","),
        ("{% for a in b if c %}{% endfor %}", "construct", "if"),
        ("{% for a in b recursive %}{% endfor %}", "construct", "recursive"),
        ("{% for a in b %}{% else %}{% endfor %}", "construct", "else"),
        ("{# note #}", "construct", "{# note #}"),
        ("{% raw %}{{ x }}{% endraw %}", "construct", "{% raw %}{{ x }}{% endraw %}"),
        ("{% set a = 1 %}", "construct", "set"),
        ("{% include 'x' %}", "construct", "include"),
        ("{% macro f() %}", "construct", "macro"),
        ("{{ a[0] }}", "construct", "["),
        ("{{ a.0 }}", "construct", "0"),
        ("{{ a + 1 }}", "construct", "+"),
        ("{{ a ~ b }}", "construct", "~"),
        ("{{ -a }}", "construct", "-"),
        ("{{ a if b else c }}", "construct", "if"),
        ("{% if a is defined %}{% endif %}", "construct", "is"),
        ("{% if 1 < a < 3 %}{% endif %}", "construct", "<"),
        ("{{ {'a': 1} }}", "construct", "{"),
        ("{{ f(x=1) }}", "construct", "f"),
        ("{{ one_of(a=1) }}", "construct", "="),
        ("{{ one_of(*a) }}", "construct", "*"),
        ("{{ one_off('a') }}", "construct", "one_off"),
        ("{{ range(9) }}", "construct", "range"),
        ("{{ a.b() }}", "construct", "b"),
        ("{{ 'a'.b }}", "construct", "."),
        ("{{ 'a'() }}", "construct", "("),
        ("{{ a | b.c }}", "construct", "c"),
        ("{{ " + "9" * 41 + " }}", "size", "9" * 41),
    ],
)
def test_a_mistake_is_reported_once_at_its_place(body: str, kind: str, at: str) -> None:
    assert where(body) == [(kind, at)]


def test_mistakes_in_several_tags_are_all_reported() -> None:
    assert where("{{ a b }} {{ c }} {% set x = 1 %} {{ d[0] }}") == [
        ("syntax", "b"),
        ("construct", "set"),
        ("construct", "["),
    ]


ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ who.__class__ }}",
    "{{ who.__init__.__globals__ }}",
    "{{ self.__dict__ }}",
    "{{ __builtins__ }}",
    "{{ who._private }}",
    "{{ ().__class__.__bases__[0] }}",
    "{{ [].__class__ }}",
    "{{ {}.__class__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ config.items() }}",
    "{{ request['application']['__globals__'] }}",
    "{{ who['__class__'] }}",
    "{{ who|attr('\\x5f\\x5fclass\\x5f\\x5f')|attr('__mro__')()  }}",
    '{{ "%s"|format(who.__class__) }}',
    "{{ '{0.__class__}'.format(who) }}",
    '{{ ("%c"|format(95)*2) }}',
    "{% for c in [].__class__.__base__.__subclasses__() %}{% endfor %}",
    "{% for x in range(10 ** 9) %}{% endfor %}",
    "{% set x = who.__class__ %}",
    "{% import 'os' as os %}",
    "{% from 'os' import path %}",
    "{% include '/etc/passwd' %}",
    "{% extends '/etc/passwd' %}",
    "{% macro m() %}{{ caller() }}{% endmacro %}",
    "{% call m() %}{% endcall %}",
    "{% with a = who.__class__ %}{% endwith %}",
    "{% do who.append(1) %}",
    "{% filter upper %}{% endfilter %}",
    "{% print(who.__class__) %}",
    "{{ dict(mro=who).mro }}",
    "{{ who.mro() }}",
    "{{ loop.__class__ }}",
    "{{ undefined_thing() }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
]


@pytest.mark.parametrize("body", ESCAPES)
def test_known_escapes_from_sandboxes_do_not_even_parse(body: str) -> None:
    assert parse_template(body).issues


@pytest.mark.parametrize(
    "opening", ["{{ " + "(" * 5_000, "{% if a %}" * 1_900, "{{ " + "not " * 4_000 + "a }}", "{" * 19_000]
)
def test_nesting_is_limited(opening: str) -> None:
    issues = parse_template(opening).issues
    assert issues
    assert len(issues) < 5


def test_length_is_limited() -> None:
    assert [issue.kind for issue in parse_template("x" * (MAX_LENGTH + 1)).issues] == ["size"]
    assert not parse_template("x" * MAX_LENGTH).issues


PIECES = st.sampled_from(
    ["{{", "}}", "{%", "%}", "{#", "#}", "-", " ", "\n", "if", "for", "in", "endif", "endfor", "else", "a", "b.c", "|", "day",
     "(", ")", ",", '"', "'", "==", "not", "and", "1", ".", "[", "]", "{", "}", "one_of", "x", "é", "\\", "raw", "\r\n"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_reading_never_fails_and_issues_lie_inside_the_body(body: str) -> None:
    parsed = parse_template(body)
    for issue in parsed.issues:
        assert 0 <= issue.start <= issue.end <= len(body), issue
        assert issue.message
    if not parsed.issues:
        again = parse_template(write(parsed.nodes))
        assert not again.issues
        assert write(again.nodes) == write(parsed.nodes)


@given(st.text(max_size=200))
def test_any_text_can_be_read(body: str) -> None:
    assert parse_template(body).body == body


@given(st.text(alphabet=st.characters(exclude_characters="{\r"), max_size=100))
def test_text_without_braces_is_itself(body: str) -> None:
    assert "".join(node.text for node in parse_template(body).nodes if isinstance(node, Text)) == body


def test_calls_carry_their_arguments() -> None:
    (node,) = parse_template('{{ one_of("a", "b",) }}').nodes
    assert isinstance(node, Output)
    assert isinstance(node.expr, Apply)
    assert [arg.value for arg in node.expr.args if isinstance(arg, Literal)] == ["a", "b"]


COMMON = st.lists(
    st.sampled_from(
        ["{{", "}}", "{{ ", " }}", "{", "}", "{%", " ", "\n", "\r\n", "x", "é", "a", "b.c", "not", "none", "_p", "a._b", "|",
         "day", '("x")', "tool(a)", "details(b.c)", "tool", "one_of(", '"w"', ", ", ")", "'v'", '"\\"', "(", "1"]
    ),
    max_size=14,
).map("".join)  # fmt: skip
PRINTING = st.lists(
    st.sampled_from(
        ["Hi ", "{{ a }}", "{{b.c}}", "{{ a.b.c }}", "{{ tool( a ) }}", "{{details(b)}}", '{{ one_of("x", "y z") }}',
         "{{ a|day }}", '{{ a.b | money( "USD" ) }}', "\n", "{", "}}", "{{ not }}", "{{ if.a }}", "{{ a.if }}",
         "{{ tool(none) }}", "{{ a | in }}"]
    ),
    max_size=8,
).map("".join)  # fmt: skip


@given(COMMON | PRINTING)
def test_what_is_read_quickly_is_read_as_always(body: str) -> None:
    parsed = parse_template(body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick, "read", lambda _: None)
        assert parse_template(body) == parsed


def test_a_template_that_only_prints_is_read_quickly() -> None:
    assert quick.read("Ask {{ tool(a) }} for {{ b.c | day }}: {{ one_of('x', 'y') }}.") is None
    assert quick.read('Ask {{ tool(a) }} for {{ b.c | day }}: {{ one_of("x", "y") }}.') is not None
