from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.llm import Model, Request

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=10
)
OBJECTS = st.dictionaries(st.text(), JSON, max_size=4)


def turned(value: Any) -> Any:
    """The same value with the keys of all objects in reverse order."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return [turned(item) for item in value] if isinstance(value, list) else value


@given(st.lists(OBJECTS, max_size=3), st.lists(OBJECTS, max_size=3), OBJECTS)
def test_the_digest_does_not_depend_on_the_order_of_keys(
    messages: list[Any], tools: list[Any], parameters: Any
) -> None:
    parameters = {f"x{name}": value for name, value in parameters.items()}
    one = Request("s", Model("m", parameters), messages, tools)
    other = Request("s", Model("m", turned(parameters)), turned(messages), turned(tools))
    assert one.digest == other.digest
    assert one == other
    assert hash(one) == hash(other)


@given(st.lists(OBJECTS, max_size=3), st.lists(OBJECTS, max_size=3))
def test_what_is_said_differently_has_another_digest(one: list[Any], other: list[Any]) -> None:
    digests = {Request("s", Model("m"), messages).digest for messages in (one, other)}
    assert len(digests) == 1 + (not _same(one, other))


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: 1 and 1.0 are not, nor 1 and true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and repr(one) == repr(other)


def test_all_that_shapes_the_reply_is_in_the_digest() -> None:
    model, said = Model("m"), [{"role": "user", "content": "hi"}]
    tool = {"type": "function", "function": {"name": "t"}}
    requests = [
        Request("s", model, said),
        Request("s", Model("n"), said),
        Request("s", Model("m", {"temperature": 0.5}), said),
        Request("s", model, [*said, *said]),
        Request("s", model, said, [tool]),
        Request("s", model, said, response_format={"type": "json_object"}),
        Request("s", model, said, replicate=1),
    ]
    assert len({request.digest for request in requests}) == len(requests)


def test_what_does_not_shape_the_reply_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    said = [{"role": "user", "content": "hi"}]
    one = Request("s", Model("m", {"temperature": 1}), said)
    other = Request(
        "t",
        Model("m", {"temperature": 1.0}, base="http://user:password@host/v1", rpm=3, timeout=4, concurrency=1),
        said,
    )
    assert one.digest == other.digest
    assert "sk-canary" not in repr(one)


def test_the_digest_is_fixed() -> None:
    """A change here makes every stored reply unfindable."""
    request = Request("s", Model("openai/x", {"temperature": 0.7}), [{"role": "user", "content": "hi"}], replicate=2)
    assert request.digest == "05619fe85c63d15eee5f6ac1e4f2c387"


def test_what_changes_after_the_request_was_made_is_not_sent() -> None:
    said: list[dict[str, object]] = [{"role": "user", "content": "hi"}]
    request = Request("s", Model("m"), said)
    before = request.sent
    said.append({"role": "user", "content": "more"})
    assert request.sent == before
    assert len(request.messages) == 1


def test_requests_go_between_processes() -> None:
    request = Request("s", Model("m", {"temperature": 0.5}), [{"role": "user", "content": "hi"}])
    again = pickle.loads(pickle.dumps(request))  # noqa: S301
    assert again == request
    assert (again.sent, again.model) == (request.sent, request.model)


@pytest.mark.parametrize("name", ["api_key", "stream", "messages", "n", "base_url"])
def test_parameters_that_are_not_the_users(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Model("m", {name: 1})


@pytest.mark.parametrize("limit", [{"rpm": 0}, {"tpm": -1}, {"concurrency": 0}, {"timeout": 0}])
def test_limits_below_one(limit: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="below one"):
        Model("m", **limit)


def test_what_json_cannot_say() -> None:
    with pytest.raises(TypeError):
        Request("s", Model("m"), [{"content": object()}])
    with pytest.raises(TypeError):
        Model("m", {"stop": object()})
