"""Worlds: stateful, deterministic, and what was written is read back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.ir import Json
from agentalign.simulate import Simulator, World
from agentalign.types import conforms
from simulate.plans import ACCOUNT, EMAIL, ORDER, PLAN, WALLET, case

SIMULATOR = Simulator(PLAN)


def ask(world: World, tool: str, **arguments: Json) -> Any:
    return world.call(tool, arguments)


def order(world: World, shop: str = "ebay", count: int = 2) -> Any:
    item = ask(world, shop, action="list")["items"][0]
    return item, ask(world, shop, action="order", item=item["id"], count=count)["order"]


CALLS = st.lists(
    st.sampled_from(
        [
            ("bing_search", {"query": "choirs"}),
            ("scout_search", {"query": "choirs", "limit": 2}),
            ("ebay", {"action": "list"}),
            ("etsy", {"action": "list"}),
            ("wallets", {"network": "ethereum"}),
            ("wallets", {"network": "bitcoin"}),
            ("ebay", {"action": "show", "order": "or_00000000"}),
            ("ebay", {"action": "show"}),
        ]
    ),
    max_size=6,
)


@settings(max_examples=50, deadline=None)
@given(CALLS, st.text(max_size=4))
def test_equal_worlds_answer_alike(calls: list[tuple[str, dict[str, Json]]], key: str) -> None:
    first, second = SIMULATOR.empty(key), Simulator(PLAN).empty(key)
    assert [first.call(*call) for call in calls] == [second.call(*call) for call in calls]
    assert first.now == second.now


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=4), st.integers(1, 9))
def test_what_was_written_is_read_back(key: str, count: int) -> None:
    world = SIMULATOR.empty(key)
    item, made = order(world, count=count)
    assert conforms(made, ORDER) is None
    assert made["total"] == round(item["price"] * count, 2)
    assert ask(world, "ebay", action="show", order=made["id"])["order"] == made
    paid = ask(world, "ebay", action="pay", order=made["id"])["order"]
    assert paid == made | {"status": "paid"}
    assert ask(world, "ebay", action="show", order=made["id"])["order"] == paid
    assert world.rows("orders", "ebay_site") == (paid,)


def test_earlier_results_stay_as_they_were() -> None:
    world = SIMULATOR.empty("k")
    _, made = order(world)
    ask(world, "ebay", action="pay", order=made["id"])
    assert made["status"] == "open"


def test_what_is_deleted_is_gone() -> None:
    world = SIMULATOR.empty("k")
    _, made = order(world)
    assert ask(world, "ebay", action="cancel", order=made["id"])["order"] == made
    error = ask(world, "ebay", action="show", order=made["id"])["error"]
    assert (error["code"], error["order"]) == ("no_such_order", made["id"])
    assert error["message"] == "No such order."


def test_another_platform_knows_nothing_of_it() -> None:
    world = SIMULATOR.empty("k")
    _, made = order(world, "ebay")
    assert ask(world, "etsy", action="show", order=made["id"])["error"]["code"] == "no_such_order"
    assert world.rows("orders", "etsy_site") == ()


@pytest.mark.parametrize("network", ["ethereum", "bitcoin"])
def test_an_argument_can_be_the_brand_key(network: str) -> None:
    world = SIMULATOR.empty("k")
    wallet = ask(world, "wallets", network=network)
    shape = dict(WALLET.fields[0].type.variants)[network]  # type: ignore[union-attr]
    assert conforms(wallet["address"], shape) is None
    assert world.rows("wallets", network) == (wallet,)


def test_a_failed_call_changes_nothing_but_the_time() -> None:
    world = SIMULATOR.empty("k")
    before = world.now
    ask(world, "ebay", action="order", item="it_00000000")
    assert world.now > before
    assert world.rows("orders", "ebay_site") == ()


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 10))
def test_planted_rows_come_first_in_samples(key: int, limit: int) -> None:
    world = SIMULATOR.world(case("greet", key))
    ask(world, "bing_search", query="x", limit=10)
    before = {page["url"] for page in world.rows("pages")}  # type: ignore[index,call-overload]
    found = ask(world, "scout_search", query="x", limit=limit)["results"]
    contacts = [page["contact"] for page in found]
    planted = [contact for contact in ("ann@example.org", "bea@example.org") if contact in contacts]
    assert len(planted) == min(limit, 2)
    assert {page["url"] for page in found if page["contact"] not in planted}.isdisjoint(before)
    assert len(found) == min(limit, len(world.rows("pages")) - len(before) + 2)
    assert len({page["url"] for page in found}) == len(found)


def test_a_case_begins_with_what_is_known_before_its_first_step() -> None:
    world = SIMULATOR.world(case("invite"))
    (page,) = world.rows("pages")
    assert isinstance(page, dict)
    assert page["author"] == "Carys Okafor"
    assert str(page["contact"]).startswith("carys.okafor@")
    assert world.rows("mailboxes", "gmail") == ()
    scene = SIMULATOR.scene(case("invite"))
    assert (world.now, world.today, world.account) == (scene.now, scene.today, scene.account)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=6))
def test_accounts_are_of_one_person(key: str) -> None:
    account: Any = dict(SIMULATOR.empty(key).account)
    assert conforms(account, ACCOUNT) is None
    words = account["name"].lower().split()
    assert account["email"].partition("@")[0] == ".".join(words)
    assert account["handle"] == "@" + "_".join(words)
    assert conforms(account["email"], EMAIL) is None
