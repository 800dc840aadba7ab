"""Modules, imports, names."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.resolve import Kind, Names, resolve
from agentalign.source import Bundle
from agentalign.syntax import nodes as n


def _resolve(modules: dict[str, str], *spec: str) -> Names:
    return resolve(Bundle.of({name: f"edition 1\n{text}" for name, text in modules.items()}), spec or sorted(modules))


def _codes(names: Names) -> list[str]:
    return [diagnostic.code for diagnostic in names.diagnostics]


def test_a_name_brings_every_kind_declared_under_it() -> None:
    names = _resolve(
        {
            "lib": '/// A.\ncapability S.find() -> int\nlexicon find: string { "a" }\nchain find() { }',
            "app": "use lib { find as look }\nrecord R { }",
        }
    )
    assert names.diagnostics == ()
    for kind in (Kind.CAPABILITY, Kind.LEXICON, Kind.CHAIN):
        assert names.lookup("app", kind, "look") is names.lookup("lib", kind, "find") is not None
        assert names.lookup("app", kind, "find") is None
    assert names.lookup("app", Kind.TYPE, "look") is None


def test_imports_are_not_passed_on() -> None:
    names = _resolve({"a": "type T = int", "b": "use a { T }\ntype U = T", "c": "use b { T }"})
    assert _codes(names) == ["E0102"]


def test_only_what_is_reachable_is_loaded() -> None:
    names = _resolve({"a": "use b { B }", "b": "type B = int", "c": "type C = int"}, "a")
    assert list(names.modules) == ["b", "a"]
    assert names.spec == ("a",)


@pytest.mark.parametrize("length", [2, 3, 5])
def test_a_circle_is_one_error_that_shows_it(length: int) -> None:
    modules = {f"m{i}": f"use m{(i + 1) % length} {{ T{(i + 1) % length} }}\ntype T{i} = int" for i in range(length)}
    names = _resolve(modules, "m0")
    assert _codes(names) == ["E0103"]
    assert " -> ".join([*modules, "m0"]) in names.diagnostics[0].message
    assert set(names.modules) == set(modules)


def test_a_missing_module_is_reported_where_it_is_imported_and_its_names_are_forgiven() -> None:
    names = _resolve({"a": "use nowhere { X }\nuse nowhere { Y }\nrecord R { x: X }"})
    assert _codes(names) == ["E0101", "E0101"]
    assert all(diagnostic.location is not None for diagnostic in names.diagnostics)


def test_names_that_reach_the_data_are_unique_over_the_program() -> None:
    tool = "/// T.\ntool t implements f { }"
    chain = "chain c() { }"
    table = "record R { id: string }\ntable rows: R key id"
    names = _resolve({"a": f"{tool}\n{chain}\n{table}", "b": f"{tool}\n{chain}\n{table}"})
    assert sorted(_codes(names)) == ["E0104", "E0104", "E0309"]


def test_capabilities_of_two_categories_may_share_a_word() -> None:
    text = "/// C.\ncapability {}.order() -> int"
    assert _codes(_resolve({"a": text.format("Shops"), "b": text.format("Meals")})) == []
    assert _codes(_resolve({"a": text.format("Shops"), "b": text.format("Shops")})) == ["E0104"]


def test_members_know_their_module() -> None:
    names = _resolve({"a": "record R { x: int }", "b": "use a { R }\nchain c(p: R) { step s = f() }"})
    record = names.lookup("b", Kind.TYPE, "R")
    assert isinstance(record, n.RecordDecl)
    assert names.owner(record).name == names.owner(record.fields[0]).name == "a"
    chain = names.lookup("b", Kind.CHAIN, "c")
    assert isinstance(chain, n.ChainDecl)
    assert names.owner(chain.items[0]).name == names.owner(chain.params[0]).name == "b"
    assert names.at(record, record.name).text == "R"
    assert names.elsewhere(Kind.TYPE, "R") == ("a",)


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_imported_modules_come_first(edges: list[tuple[int, int]]) -> None:
    imports = {(high, low) for high, low in edges if high > low}
    modules = {
        f"m{i}": "".join(f"use m{low} {{ T{low} }}\n" for high, low in sorted(imports) if high == i)
        + f"type T{i} = int"
        for i in range(8)
    }
    names = _resolve(modules)
    assert names.diagnostics == ()
    place = {name: index for index, name in enumerate(names.modules)}
    assert all(place[f"m{low}"] < place[f"m{high}"] for high, low in imports)


def test_a_long_row_of_imports_is_no_trouble() -> None:
    row = [f"m{i}" for i in range(1_500)]
    modules = {a: f"use {b} {{ T }}\ntype T = int" for a, b in pairwise(row)} | {row[-1]: "type T = int"}
    names = _resolve(modules, "m0")
    assert len(names.modules) == 1_500
    assert set(_codes(names)) == {"E0106"}
