"""Rendering: the same text as Jinja's sandbox, for every template of the language."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from agentalign.templates import RenderError, compile_template
from agentalign.templates.desugar import write
from agentalign.templates.filters import FILTERS, INTERNAL
from agentalign.templates.nodes import (
    Apply,
    Branch,
    Compare,
    Expr,
    Filtered,
    For,
    Group,
    If,
    Literal,
    Logic,
    Name,
    Node,
    Output,
    Path,
    Text,
)
from agentalign.templates.parse import parse_template
from agentalign.templates.reread import reread
from templates.world import VALUES


def jinja(body: str, values: Mapping[str, object], choices: Mapping[int, int]) -> str:
    """The reference: Jinja itself, with our filters and functions."""
    environment = SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    environment.filters = {name: known.run for name, known in (*FILTERS.items(), *INTERNAL.items())}
    environment.globals = {
        "one_of": lambda site, *words: words[choices[site]],
        "tool": lambda step: values["@tool"][step],  # type: ignore[index]
        "details": lambda step, blank="": f"{blank}{found}" if (found := values["@details"][step]) else "",  # type: ignore[index]
        "sent": "sent",
        "found": "found",
    }
    return environment.from_string(body).render({name: value for name, value in values.items() if name.isidentifier()})


def name(text: str) -> Name:
    return Name(text, 0, 0)


def path(*names: str) -> Path:
    return Path(tuple(map(name, names)), 0, 0)


def filtered(value: Expr, call: str, *args: object) -> Expr:
    return Filtered(value, name(call), tuple(Literal(arg, 0, 0) for arg in args), 0, 0)  # type: ignore[arg-type]


def literals() -> st.SearchStrategy[Expr]:
    words = st.text(alphabet="ab \"'\\\n{}%é", max_size=6)
    return st.one_of(words, st.integers(-9, 9), st.booleans()).map(lambda value: Literal(value, 0, 0))


STRINGS = st.one_of(
    st.sampled_from([path("who"), path("town"), path("brief", "says"), path("level"), path("best", "title")]),
    st.sampled_from(
        [filtered(path("limit"), "plain"), filtered(path("tags"), "listing"), filtered(path("pages"), "count", "page")]
    ),
    st.sampled_from([filtered(path("who"), "part", "full_name", "first"), filtered(path("on"), "day", "short")]),
    st.sampled_from([Apply(name("tool"), (path("sent"),), 0, 0), filtered(path("pages"), "listing", "title")]),
    st.text(alphabet="ab \"'\\\n{}%é", max_size=6).map(lambda word: Literal(word, 0, 0)),
)
CONDITIONS: st.SearchStrategy[Expr] = st.recursive(
    st.one_of(
        st.sampled_from(
            [path("urgent"), path("tags"), filtered(path("phone"), "present"), filtered(path("stock"), "present")]
        ),
        st.tuples(
            st.sampled_from(["==", "!="]), st.sampled_from([path("level"), path("limit"), path("phone")]), literals()
        ).map(lambda parts: Compare(parts[0], parts[1], parts[2], 0, 0)),
        st.tuples(st.sampled_from(["<", "<=", ">", ">="]), st.integers(8070, 8090)).map(
            lambda parts: Compare(parts[0], path("limit"), Literal(parts[1], 0, 0), 0, 0)
        ),
        st.lists(literals(), max_size=3).map(
            lambda items: Compare("in", path("level"), Group((*items, Literal("very_high", 0, 0)), 0, 0), 0, 0)
        ),
    ),
    lambda inner: st.one_of(
        inner.map(lambda operand: Logic("not", (operand,), 0, 0)),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner).map(lambda parts: Logic(parts[0], parts[1:], 0, 0)),
    ),
    max_leaves=6,
)
TEXTS = (
    st.text(alphabet="ab }%#-.\n{", min_size=1, max_size=8)
    .map(lambda text: text.replace("{{", "").replace("{%", "").replace("{#", ""))
    .filter(bool)
)
NODES: st.SearchStrategy[Node] = st.recursive(
    st.one_of(
        TEXTS.map(lambda text: Text(text, 0, 0)),
        STRINGS.map(lambda expr: Output(expr, 0, 0)),
        st.sampled_from(["upper", "quote", "sentence"]).flatmap(
            lambda call: STRINGS.map(lambda expr: Output(filtered(expr, call), 0, 0))
        ),
    ),
    lambda inner: st.one_of(
        st.tuples(CONDITIONS, CONDITIONS, st.lists(inner, max_size=3), st.lists(inner, max_size=2)).map(
            lambda parts: If(
                (Branch(parts[0], separated(parts[2])), Branch(parts[1], separated(parts[3]))),
                separated(parts[2]),
                0,
                0,
            )
        ),
        st.lists(inner, max_size=3).map(
            lambda body: For(name("p"), path("pages"), (Output(path("p", "title"), 0, 0), *separated(body)), 0, 0)
        ),
    ),
    max_leaves=10,
)


def separated(nodes: list[Node]) -> tuple[Node, ...]:
    """Texts next to each other could make a tag together."""
    out: list[Node] = []
    for node in nodes:
        if out and isinstance(out[-1], Text) and isinstance(node, Text):
            continue
        out.append(node)
    return tuple(out)


def unshadowed(nodes: tuple[Node, ...], *, looping: bool = False) -> bool:
    """Loops of loops would use one variable twice, which the checker refuses."""
    return all(
        (not looping and unshadowed(node.body, looping=True))
        if isinstance(node, For)
        else all(unshadowed(body, looping=looping) for body in (*(b.body for b in node.branches), node.otherwise))
        if isinstance(node, If)
        else True
        for node in nodes
    )


@given(st.lists(NODES, max_size=6).map(separated).filter(unshadowed))
def test_the_text_is_that_of_jinja(nodes: tuple[Node, ...]) -> None:
    body = write(nodes)
    parsed = parse_template(body)
    assert not parsed.issues, body
    assert write(parsed.nodes) == write(reread(body)) == body
    assert compile_template(body).render(VALUES) == jinja(body, VALUES, {})


@given(st.lists(st.tuples(st.lists(st.sampled_from("abcd"), min_size=2, unique=True), st.integers(0, 1)), max_size=5))
def test_choices_print_the_word_chosen(sites: list[tuple[list[str], int]]) -> None:
    calls = [
        f"{{{{ one_of({at}, {', '.join(map(repr, words))}){' | upper' if at % 2 else ''} }}}}"
        for at, (words, _) in enumerate(sites)
    ]
    body, choices = " ".join(calls), dict(enumerate(pick for _, pick in sites))
    compiled = compile_template(body)
    assert compiled.sites == tuple(tuple(words) for words, _ in sites)
    assert compiled.render({}, choices) == compiled.render({}, list(choices.values())) == jinja(body, {}, choices)


def test_only_choices_on_the_way_are_asked_for() -> None:
    body = (
        '{{ one_of(0, "a", "b") }}{% if urgent %}{{ one_of(1, "c", "d") }}{% elif level == "low" %}x{% else %}'
        '{{ one_of(2, "e", "f") | upper }}{% endif %}{% if urgent %}x{% endif %}{{ one_of(3, "g", "h") }}'
    )
    compiled = compile_template(body)
    assert compiled.render({"urgent": False, "level": "high"}, {0: 1, 2: 0, 3: 1}) == "bEh"


def test_fields_are_read_before_anything_else() -> None:
    values = {"row": {"items": "I", "keys": "K", "get": "G", "pop": "P", "in": "N"}}
    assert (
        compile_template("{{ row.items }}{{ row.keys }}{{ row.get }}{{ row.pop }}{{ row.in }}").render(values)
        == "IKGPN"
    )


@pytest.mark.parametrize(
    "body",
    ["{{ missing }}", "{{ best.missing }}", "{{ phone }}", "{{ best }}", "{{ tags }}", "{{ limit }}", "{{ who.upper }}",
     "{{ phone | plain }}", "{{ who | plain }}", "{{ town | day }}", "{% for x in town %}{% endfor %}", "{{ tool(lost) }}",
     '{{ one_of(0, "a", "b") }}', "{% if missing %}{% endif %}", "{% if town < limit %}{% endif %}"],
)  # fmt: skip
def test_a_value_without_wording_is_an_error_not_prose(body: str) -> None:
    with pytest.raises(RenderError, match="in the template"):
        compile_template(body).render(VALUES)


@pytest.mark.parametrize("picks", [[2], [-1]])
def test_a_choice_out_of_range_is_an_error(picks: list[int]) -> None:
    with pytest.raises(RenderError):
        compile_template('{{ one_of(0, "a", "b") }}').render({}, picks)


@pytest.mark.parametrize(
    "body",
    ["{{ who", "{{ who | nothing }}", '{{ one_of("a", "b") }}', '{{ one_of(1, "a", "b") }}',
     '{{ one_of(0, "a") }}{{ one_of(0, "b") }}',
     "{{ tool() }}", "{{ who == 1 }}", "{% if who %}", "{% endif %}", "{% if who %}{% endfor %}", "{% raw %}{% endraw %}",
     "{% for x in tags %}", "{% else %}", "{# who #}", "{{ not }}", "{{ who }} {{who", "{{ _who }}", "{{ who._name }}"],
)  # fmt: skip
def test_what_is_not_desugared_does_not_compile(body: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        compile_template(body)


def test_absent_fields_count_as_null_in_conditions() -> None:
    body = "{% if page.note | present %}{{ page.note }}{% else %}none{% endif %}"
    assert compile_template(body).render({"page": {}}) == "none"
    assert compile_template(body).render({"page": {"note": "x"}}) == "x"


def test_details_take_the_blank_before_them_along() -> None:
    body = 'send{{ details(sent, " ") }}, look{{ details(found, " ") }}.'
    assert compile_template(body).render(VALUES) == "send with high priority, look." == jinja(body, VALUES, {})


def test_zero_is_there() -> None:
    assert compile_template("{% if stock | present %}{{ stock | plain }}{% endif %}").render({"stock": 0}) == "0"


def test_compiling_twice_gives_the_same_template() -> None:
    assert compile_template("{{ who }}") is compile_template("{{ who }}")
