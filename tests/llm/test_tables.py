from __future__ import annotations

import os
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.llm import Model, Price, Request, count_request, count_text, price_of


def test_prices_come_from_the_local_table() -> None:
    price = price_of(Model("gpt-4o-mini"))
    assert price == Price(0.15, 0.6, 0.075)
    assert price_of(Model("openai/gpt-4o-mini")) == price
    assert price_of(Model("deepseek/deepseek-chat")) is not None


@pytest.mark.parametrize("name", ["openai/my-own-model", "groq/gpt-4o-mini", "no-such-model"])
def test_no_price_is_made_up(name: str) -> None:
    assert price_of(Model(name)) is None


def test_a_price_of_ones_own_comes_first() -> None:
    assert price_of(Model("gpt-4o-mini", price=Price(1.0, 2.0))) == Price(1.0, 2.0)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_the_price_of_a_call(read: int, written: int) -> None:
    assert Price(2.0, 8.0).of(read, written) == pytest.approx((2 * read + 8 * written) / 1e6)
    assert Price(2.0, 8.0, 0.5).of(read, written, read) == pytest.approx((0.5 * read + 8 * written) / 1e6)


def test_tokens_are_counted_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a network was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    before = os.environ.get("TIKTOKEN_CACHE_DIR")
    counted = count_text("hello world", "openai/gpt-4o-mini")
    assert (counted.count, counted.exact) == (2, True)
    counted = count_text("hello world", "anthropic/claude-sonnet-4-5")
    assert (counted.count, counted.exact) == (2, False)
    assert os.environ.get("TIKTOKEN_CACHE_DIR") == before


def test_special_tokens_are_text_here() -> None:
    assert count_text("<|endoftext|>", "gpt-4o").count > 1


def test_a_request_counts_its_messages_tools_and_schema() -> None:
    model = Model("gpt-4o-mini")
    said = [{"role": "user", "content": "hello world"}]
    plain = count_request(Request("s", model, said))
    assert (plain.count, plain.exact) == (3 + 3 + 1 + 2, True)
    tool = {"type": "function", "function": {"name": "t", "parameters": {}}}
    assert count_request(Request("s", model, said, [tool])).count > plain.count
    assert count_request(Request("s", model, said, response_format={"type": "json_object"})).count > plain.count
    assert not count_request(Request("s", Model("hosted_vllm/qwen"), said)).exact
