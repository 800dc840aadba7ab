"""The fast validator and the reference agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.types import json_schema
from agentalign.validate import RECORD_SCHEMA
from agentalign.validate.schema import ASKED, KEYS, SAID, TOLD, accepts, complaint
from agentalign.validate.shape import Shape
from sampledata import bulk, completed, edited, refused, sample_plan

TOOLS = sample_plan().tools
SCHEMAS: dict[str, dict[str, Any]] = {
    **{f"{tool.name} takes": json.loads(tool.schema) for tool in TOOLS},
    **{f"{tool.name} returns": json_schema(tool.returns) for tool in TOOLS},
}
WORDS = st.sampled_from(
    ["tulips", "", "ana.berg@example.org", "ana@", "low", "urgent", "AB000001", "AB1\nAB1", "\nAB000001", "2027-03-05"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 30) | st.sampled_from([1.0, 2.5, 1e300, -0.0]) | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=5,
)


def shaped(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values near to satisfying a schema."""
    match schema.get("type"):
        case "object":
            members = {name: shaped(member) | JSON for name, member in schema["properties"].items()}
            return st.fixed_dictionaries({}, optional={**members, "more": JSON}) | st.fixed_dictionaries(members)
        case "array":
            return st.lists(shaped(schema["items"]) | JSON, max_size=2)
        case _:
            return JSON


@pytest.mark.parametrize("name", SCHEMAS)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_both_validators_agree_on_tools(name: str, data: st.DataObject) -> None:
    schema = SCHEMAS[name]
    value = data.draw(shaped(schema))
    expected = jsonschema.Draft202012Validator(schema).is_valid(value)
    assert accepts(schema)(value) == expected
    assert (complaint(schema, value)[1] == "") == expected


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([refused(), completed(), bulk()]), st.data())
def test_both_validators_agree_on_records(record: Any, data: st.DataObject) -> None:
    path = data.draw(
        st.sampled_from(
            ["/id", "/label", "/category", "/pattern", "/messages", "/messages/1", "/messages/1/role", "/tools/0",
             "/tools/0/function/name", "/split", "/provenance", "/provenance/tools", "/provenance/outcome", "/more"]
        )
    )  # fmt: skip
    changed = edited(record, path, data.draw(JSON))
    assert accepts(RECORD_SCHEMA)(changed) == jsonschema.Draft202012Validator(RECORD_SCHEMA).is_valid(changed)


def places(value: Any, path: str = "") -> Iterator[str]:
    """Every place in a JSON value."""
    match value:
        case dict():
            for key, member in value.items():
                yield from (f"{path}/{key}", *places(member, f"{path}/{key}"))
        case list():
            for at, member in enumerate(value):
                yield from (f"{path}/{at}", *places(member, f"{path}/{at}"))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([refused(), completed(), bulk()]), st.data())
def test_what_is_surely_a_record_is_one(record: Any, data: st.DataObject) -> None:
    """The glance that spares the validator its work overlooks nothing, wherever a record is changed."""
    shape = Shape()
    assert not shape.surely(record)  # its tools have not been looked at
    assert shape(record)
    assert shape.surely(record)
    path = data.draw(st.sampled_from([*places(record), "/more", "/provenance/more", "/messages/1/more"]))
    changed = edited(record, path, data.draw(JSON | st.sampled_from(["user", "tool", "assistant", "train\n", {}, []])))
    if not path.startswith("/tools"):
        changed["tools"] = record["tools"]  # the same objects
    if shape.surely(changed):
        assert jsonschema.Draft202012Validator(RECORD_SCHEMA).is_valid(changed)
        assert tuple(changed) == KEYS
        assert {tuple(message) for message in changed["messages"]} <= {SAID, ASKED, TOLD}


@given(st.permutations(KEYS))
def test_what_is_surely_a_record_has_its_keys_in_order(keys: list[str]) -> None:
    shape, record = Shape(), completed()
    assert shape(record)
    assert bool(shape.surely({key: record[key] for key in keys})) == (tuple(keys) == KEYS)


def test_a_final_line_feed_is_not_overlooked() -> None:
    """The one known difference: Python's `$` also matches before it, that of ECMA 262 does not."""
    record = edited(completed(), "/split", "train\n")
    assert jsonschema.Draft202012Validator(RECORD_SCHEMA).is_valid(record)
    assert not accepts(RECORD_SCHEMA)(record)
    path, reason = complaint(RECORD_SCHEMA, record)
    assert (path, bool(reason)) == ("/split", True)


def test_the_record_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(RECORD_SCHEMA)
    assert tuple(completed()) == KEYS


def test_a_complaint_says_where_and_what() -> None:
    record = edited(completed(), "/messages/2/tool_calls/0/type", "tool")
    path, reason = complaint(RECORD_SCHEMA, record)
    assert path == "/messages/2/tool_calls/0/type"
    assert "'function' was expected" in reason
    assert complaint(RECORD_SCHEMA, completed()) == ("", "")
    assert len(complaint({"type": "string"}, ["x" * 5000])[1]) < 250
