"""What the tables of a checked program say about its nodes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agentalign.check import (
    Checked,
    Choosing,
    FromAccount,
    FromAsk,
    FromDefault,
    FromOperation,
    FromPort,
    LeftOut,
    OperationRef,
    RowField,
    StepResult,
    check,
)
from agentalign.check.parts import expressions_in
from agentalign.resolve import Kind, resolve
from agentalign.source import Bundle
from agentalign.syntax import nodes as n
from agentalign.types import BrandedType, DomainType, ListType, NamedType, NullableType, describe

GOOD = Path(__file__).parent.parent / "corpus" / "check" / "good"


def _check(text: str) -> Checked:
    return check(resolve(Bundle.of({"m": f"edition 1\n{text}"}), ["m"]))


@pytest.fixture(scope="module")
def mail() -> Checked:
    return check(resolve(Bundle((GOOD,), GOOD), ["look-up-and-write"]))


@pytest.fixture(scope="module")
def git() -> Checked:
    return check(resolve(Bundle((GOOD,), GOOD), ["operations"]))


def _find(checked: Checked, kind: Kind, name: str) -> n.Node:
    return next(found for found in checked.names.program(kind) if found.name.text == name)


def _tool_sources(checked: Checked, tool: str, operation: int = 0) -> dict[str, object]:
    declaration = _find(checked, Kind.TOOL, tool)
    assert isinstance(declaration, n.ToolDecl)
    sources = checked.tools[declaration].implementations[operation].sources
    return {param.name.text: source for param, source in sources.items()}


def test_where_parameters_get_their_values(mail: Checked) -> None:
    sources = _tool_sources(mail, "send_gmail")
    kinds = {name: type(source) for name, source in sources.items()}
    assert kinds == {
        "recipient": FromPort,
        "subject": FromPort,
        "message": FromPort,
        "sender": FromAccount,
        "priority": FromDefault,
        "reason": LeftOut,
    }
    port = sources["message"]
    assert isinstance(port, FromPort)
    assert port.port.name.text == "body"
    assert _tool_sources(mail, "bing_search")["freshness"] == FromAsk(unsaid=True)


def test_parameters_of_one_operation_are_left_out_for_another(git: Checked) -> None:
    assert _tool_sources(git, "git", 0)["action"] == FromOperation("clone")
    assert _tool_sources(git, "git", 1)["action"] == FromOperation("commit")
    assert isinstance(_tool_sources(git, "git", 0)["message"], LeftOut)
    assert isinstance(_tool_sources(git, "git", 1)["url"], LeftOut)


def test_a_chain_knows_its_steps(mail: Checked) -> None:
    chain = _find(mail, Kind.CHAIN, "look_up_and_write")
    assert isinstance(chain, n.ChainDecl)
    info = mail.chains[chain]
    pages, sent = info.step("pages"), info.step("sent")
    assert pages is not None
    assert sent is not None
    assert [tool.name.text for tool in pages.tools] == ["bing_search"]
    assert describe(pages.result) == "list[Page]"
    assert {port.name.text for port in sent.arguments} == {"to", "subject", "body"}
    assert "page.contact" in sent.scope.facts
    assert isinstance(mail.refs[sent.step.capability], OperationRef)
    assert [reading.name.text for reading in info.readings] == ["reunion"]


def test_selections_say_how_they_choose(mail: Checked) -> None:
    chosen = {node.selector.text: choice for node, choice in mail.choices.items()}
    assert chosen["best"] == Choosing("max", "relevance")
    assert chosen["all"] == Choosing("all")
    best = next(node for node in mail.choices if node.selector.text == "best")
    assert isinstance(mail.refs[best.source], StepResult)
    assert best.where is not None
    assert isinstance(mail.refs[best.where], RowField)


def test_what_tools_read_and_give(mail: Checked) -> None:
    tools = {tool.name.text: info for tool, info in mail.tools.items()}
    assert [table.name.text for table in tools["bing_search"].reads] == ["pages"]
    assert [table.name.text for table in tools["send_gmail"].reads] == ["mailboxes"]
    assert tools["send_gmail"].codes == ("recipient_not_found",)


def _expressions(tree: n.Module) -> Iterator[n.Expr]:
    for declaration in tree.declarations:
        if isinstance(declaration, n.ToolDecl):
            for rule in declaration.rules:
                if rule.when is not None:
                    yield from expressions_in(rule.when)
        if isinstance(declaration, n.ChainDecl):
            for item in declaration.items:
                if isinstance(item, n.Step):
                    for argument in item.arguments:
                        yield from expressions_in(argument.value)


@pytest.mark.parametrize("name", ["mail", "git"])
def test_every_value_has_a_type(name: str, request: pytest.FixtureRequest) -> None:
    checked: Checked = request.getfixturevalue(name)
    tree = next(iter(checked.names.modules.values())).tree
    roots = {"world", "clock", "account", "new"}
    found = [node for node in _expressions(tree) if not (isinstance(node, n.Reference) and node.name in roots)]
    assert found
    assert [node for node in found if node not in checked.of] == []


def test_types_are_named_after_their_declarations() -> None:
    checked = _check(
        'type A = domain "email"\n'
        'type B = string matching r"[a-z]{4}" brand platform\n'
        "type C = int(1..3)\n"
        "type D = C?\n"
        "type E = brand platform { x => B, y => A }\n"
        "type F = list[C](1..2)\n"
    )
    types = {d.name.text: checked.types[d] for d in checked.names.program(Kind.TYPE)}
    assert types["A"] == DomainType("A", "email")
    assert isinstance(types["B"], BrandedType)
    assert types["B"].base is not None
    assert isinstance(types["C"], NamedType)
    assert types["D"] == NullableType(NamedType("D", types["C"]))
    assert isinstance(types["E"], BrandedType)
    assert [key for key, _ in types["E"].variants] == ["x", "y"]
    assert isinstance(types["F"], NamedType)
    assert isinstance(types["F"].base, ListType)


def test_types_of_one_name_in_two_modules_are_two_types() -> None:
    bundle = Bundle.of(
        {
            "a": "edition 1\nrecord R { x: int }",
            "b": "edition 1\nuse a { R as Other }\nrecord R { y: int }\nrecord Both { mine: R theirs: Other }",
        }
    )
    checked = check(resolve(bundle, ["a", "b"]))
    assert checked.diagnostics == ()
    assert sorted(describe(checked.types[d]) for d in checked.names.program(Kind.TYPE)) == ["Both", "a.R", "b.R"]


def test_five_mistakes_in_five_declarations_give_five_errors() -> None:
    checked = _check(
        "type A = strng\n"
        "record B { x: int(5..1) }\n"
        'lexicon c: enum { "a" } { "b" }\n'
        "table d: B key z\n"
        'platform e { network "x" }\n'
        "record Uses { a: A b: B as: list[A] }\n"
    )
    assert sorted(d.code for d in checked.diagnostics) == ["E0015", "E0107", "E0202", "E0208", "E0209"]
