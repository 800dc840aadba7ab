from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.llm import (
    Budget,
    Engine,
    Failure,
    Fault,
    Kind,
    Model,
    Outcome,
    Price,
    Progress,
    Reply,
    Request,
    Retries,
    Store,
    StoreError,
    Usage,
)
from llmfakes import Network, answer, jump, outcomes, requests


def run(
    network: Network, asked: list[Request], store: Store | None = None, **options: object
) -> dict[Request, Outcome]:
    async def work() -> dict[Request, Outcome]:
        async with Engine(store, connect=network.connect, **options) as engine:  # type: ignore[arg-type]
            return await outcomes(engine, asked)

    return jump(work())


def kinds(found: dict[Request, Outcome]) -> list[Kind]:
    return [outcome.kind for outcome in found.values() if isinstance(outcome, Failure)]


def test_every_request_gets_its_own_reply() -> None:
    asked = requests(300)
    found = run(Network(), asked)
    assert {request: outcome.content for request, outcome in found.items()} == {
        request: f"reply to {request.digest}" for request in asked
    }


def test_no_time_is_lost_between_calls() -> None:
    async def work() -> float:
        async with Engine(connect=Network(latency=1.0).connect) as engine:
            await outcomes(engine, requests(20 * 64))
            return engine.progress.elapsed

    assert jump(work()) == pytest.approx(20.0)


def test_no_more_calls_in_flight_than_allowed() -> None:
    network = Network()
    run(network, requests(50, Model("openai/test", concurrency=7)))
    assert network.most == 7


def test_same_request_is_called_for_once() -> None:
    network = Network()

    async def work() -> list[Outcome]:
        async with Engine(connect=network.connect) as engine:
            (request,) = requests(1)
            return await asyncio.gather(*(engine.ask(request) for _ in range(5)))

    first, *others = jump(work())
    assert len(network.calls) == 1
    assert isinstance(first, Reply)
    assert not first.stored
    assert all(isinstance(other, Reply) and other.stored and other.content == first.content for other in others)


def test_what_is_stored_is_not_called_for() -> None:
    store, network = Store(), Network()
    asked = requests(40)
    run(network, asked[:25], store)
    found = run(network, asked, store)
    assert len(network.calls) == 40
    assert sum(isinstance(outcome, Reply) and outcome.stored for outcome in found.values()) == 25


def test_offline_connects_to_nothing() -> None:
    store, network = Store(), Network()
    asked = requests(10)
    run(network, asked[:4], store)
    network.connected.clear()
    found = run(network, asked, store, offline=True)
    assert kinds(found) == [Kind.offline_missing] * 6
    assert not network.connected
    assert len(network.calls) == 4


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind.passing])
def test_what_passes_is_tried_again(kind: Kind) -> None:
    network = Network(lambda request, attempt: Fault(kind, "no") if attempt < 4 else answer(request, attempt))
    found = run(network, requests(20))
    assert not kinds(found)
    assert len(network.calls) == 80


@pytest.mark.parametrize("kind", [Kind.bad_request, Kind.too_long, Kind.content_filter])
def test_what_does_not_pass_fails_at_once_and_alone(kind: Kind) -> None:
    asked = requests(20)
    network = Network(lambda request, at: Fault(kind, "no") if request == asked[3] else answer(request, at))
    found = run(network, asked)
    assert found[asked[3]] == Failure(kind, "no", 1)
    assert kinds(found) == [kind]
    assert len(network.calls) == 20


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind.closing])
def test_a_wrong_key_closes_the_model_and_no_other(kind: Kind) -> None:
    shut, fine = Model("openai/shut", concurrency=2), Model("openai/fine")
    network = Network(lambda request, at: Fault(kind, "set KEY") if request.model is shut else answer(request, at))
    found = run(network, requests(50, shut) + requests(50, fine))
    assert kinds(found) == [kind] * 50
    assert sum(request.model is shut for _, request in network.calls) == 2
    assert {outcome.message for outcome in found.values() if isinstance(outcome, Failure)} == {"set KEY"}


def test_an_endpoint_that_cannot_be_resolved() -> None:
    network = Network(refused=Fault(Kind.wrong_key, "set KEY"))
    assert set(run(network, requests(5)).values()) == {Failure(Kind.wrong_key, "set KEY")}
    assert not network.calls


def test_a_dead_endpoint_is_given_up() -> None:
    network = Network(lambda _, __: Fault(Kind.connection, "refused"))
    retries = Retries(attempts=3, hopeless=5)
    found = run(network, requests(200, Model("openai/test", concurrency=4)), retries=retries)
    assert len(kinds(found)) == 200
    assert len(network.calls) <= 3 * (5 + 4)
    assert sum("given up after 5 requests" in outcome.message for outcome in found.values()) >= 190  # type: ignore[union-attr]


def test_failures_are_not_stored() -> None:
    store, asked = Store(), requests(10)
    run(Network(lambda _, __: Fault(Kind.server, "no")), asked, store, retries=Retries(attempts=2))
    assert len(store) == 0
    assert not kinds(run(Network(), asked, store))


def test_retry_after_rests_the_whole_model() -> None:
    network = Network(lambda r, at: Fault(Kind.rate_limited, "", 100.0) if at == 1 else answer(r, at), latency=0.0)
    run(network, requests(64))
    times = [at for at, _ in network.calls]
    assert times[:64] == [0.0] * 64
    assert min(times[64:]) >= 100.0


def test_a_rest_that_is_too_long_is_not_taken() -> None:
    network = Network(lambda _, __: Fault(Kind.rate_limited, "come back tomorrow", 86_400.0))
    found = run(network, requests(3, Model("openai/test", concurrency=3)), retries=Retries(hopeless=1))
    assert set(kinds(found)) == {Kind.rate_limited}
    assert len(network.calls) == 3


def test_429_narrows_the_window_and_success_widens_it() -> None:
    def reply(request: Request, attempt: int) -> Reply | Fault:
        return Fault(Kind.rate_limited, "slow down") if network.now > 10 else answer(request, attempt)

    network = Network(reply)
    found = run(network, requests(600, Model("openai/test", concurrency=64)))
    assert not kinds(found)
    late = network.calls[len(network.calls) // 2 :]
    assert len(late) / (late[-1][0] - late[0][0]) > 6.0  # a second each: of the 10 that the provider takes


def test_a_provider_that_turns_away_at_once_is_not_hammered() -> None:
    """Refusals come back faster than replies; without a rest the queue would be thrown at the provider."""

    class Turning(Network):
        async def call(self, request: Request) -> Reply | Fault:
            now = asyncio.get_running_loop().time()
            self.calls.append((now, request))
            return Fault(Kind.rate_limited, "slow down") if now < 10.0 else answer(request, 0)

    network = Turning()
    assert not kinds(run(network, requests(500)))
    assert sum(at < 10.0 for at, _ in network.calls) <= 64 * 2 + 10


def test_a_window_grows_again_when_the_provider_recovers() -> None:
    network = Network(lambda r, at: Fault(Kind.rate_limited, "") if len(network.calls) < 100 else answer(r, at))
    run(network, requests(2000))
    last = network.calls[-1][0]
    assert sum(last - 3.0 <= at < last - 1.0 for at, _ in network.calls) >= 100


@pytest.mark.parametrize("limits", [{"rpm": 30}, {"tpm": 300}])
def test_limits_per_minute(limits: dict[str, int]) -> None:
    network = Network(lambda *_: Reply("x", usage=Usage(5, 5)), latency=0.5)
    run(network, requests(100, Model("openai/test", {"max_tokens": 5}, **limits)))
    starts = [at for at, _ in network.calls]
    assert all(sum(begin <= at < begin + 60 for at in starts) <= 30 for begin in starts)
    assert starts[-1] < 60 * 5


def test_stages_take_turns() -> None:
    network, model = Network(), Model("openai/test", concurrency=4)

    async def work() -> None:
        async with Engine(connect=network.connect) as engine:
            many, few = requests(200, model, "many"), requests(20, model, "few", 1000)
            await asyncio.gather(outcomes(engine, many), outcomes(engine, few))

    jump(work())
    stages = [request.stage for _, request in network.calls]
    assert 19 <= stages[:40].count("few") <= 20


@pytest.mark.parametrize(
    ("budget", "calls"),
    [(Budget(max_calls=17), 17), (Budget(max_tokens=170), 17), (Budget(max_cost=0.0017), 17)],
)
def test_budget_stops_new_calls_and_says_what_was_spent(budget: Budget, calls: int) -> None:
    model = Model("openai/test", {"max_tokens": 5}, concurrency=4, price=Price(10.0, 10.0))
    asked = [Request("s", model, [{"content": f"{at:02}"}]) for at in range(60)]  # 24 bytes, estimated as 6 tokens
    network = Network(lambda *_: Reply("x", usage=Usage(5, 5)))

    async def work() -> tuple[dict[Request, Outcome], Engine]:
        async with Engine(connect=network.connect, budget=budget) as engine:
            return await outcomes(engine, asked), engine

    found, engine = jump(work())
    assert len(network.calls) <= calls
    assert len(network.calls) >= calls - 4
    assert kinds(found) == [Kind.budget] * (60 - len(network.calls))
    assert engine.spent.calls == len(network.calls)
    assert engine.stopped is not None
    assert f"{len(network.calls)} calls, {len(network.calls) * 10} tokens" in engine.stopped.message
    assert engine.stopped.kind.exit_code == 5


def test_a_cost_limit_needs_a_price() -> None:
    network = Network()
    found = run(network, requests(3, Model("openai/of-unknown-price")), budget=Budget(max_cost=1.0))
    assert kinds(found) == [Kind.budget] * 3
    assert not network.calls


@given(
    limit=st.integers(1, 2_000),
    used=st.lists(st.integers(1, 80), min_size=1, max_size=40),
    wide=st.integers(1, 8),
)
def test_budget_is_overrun_by_no_more_than_what_is_in_flight(limit: int, used: list[int], wide: int) -> None:
    asked = requests(len(used), Model("openai/test", concurrency=wide))
    written = dict(zip(asked, used, strict=True))
    network = Network(lambda request, _: Reply("x", usage=Usage(0, written[request])))

    async def work() -> int:
        async with Engine(connect=network.connect, budget=Budget(max_tokens=limit)) as engine:
            await outcomes(engine, asked)
            return engine.spent.written

    assert jump(work()) <= limit + wide * 80


def test_stop_keeps_what_is_in_flight() -> None:
    store, network = Store(), Network()

    async def work() -> dict[Request, Outcome]:
        async with Engine(store, connect=network.connect) as engine:
            asyncio.get_running_loop().call_later(1.5, engine.stop)
            return await outcomes(engine, requests(500))

    found = jump(work())
    assert len(network.calls) == len(store) == 128
    assert kinds(found) == [Kind.interrupted] * (500 - 128)


def test_an_interrupted_run_has_stored_what_was_finished() -> None:
    store, network = Store(), Network()
    asked = requests(300)

    async def work() -> None:
        async with Engine(store, connect=network.connect) as engine:
            async for _ in engine.run(asked):
                if len(store) >= 100:
                    raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        jump(work())
    assert len(store) == 128
    run(network, asked, store)
    assert len(network.calls) <= 300 + 64


def test_leaving_a_batch_early_sends_no_more() -> None:
    network = Network()

    async def work() -> int:
        async with Engine(connect=network.connect) as engine:
            batch = engine.run(requests(300, Model("openai/test", concurrency=10)))
            async for _ in batch:
                break
            await batch.aclose()  # type: ignore[attr-defined]
            await asyncio.sleep(100)
            return engine.progress.waiting

    assert jump(work()) == 0
    assert len(network.calls) <= 20


def test_giving_up_one_of_two_who_wait() -> None:
    network = Network()

    async def work() -> Outcome:
        async with Engine(connect=network.connect) as engine:
            (request,) = requests(1)
            tasks = [asyncio.ensure_future(engine.ask(request)) for _ in range(2)]
            await asyncio.sleep(0)
            tasks[0].cancel()
            return await tasks[1]

    assert isinstance(jump(work()), Reply)
    assert len(network.calls) == 1


def test_requests_are_taken_as_they_are_needed() -> None:
    taken = 0

    def source() -> object:
        nonlocal taken
        for request in requests(10_000):
            taken += 1
            yield request

    async def work() -> None:
        async with Engine(connect=Network().connect) as engine:
            async for _ in engine.run(source()):  # type: ignore[arg-type]
                break

    jump(work())
    assert taken <= 64 * 4


def test_a_store_that_cannot_be_written_to_stops_everything(tmp_path: Path) -> None:
    store, network = Store(tmp_path / "replies.sqlite"), Network()
    store.close()
    store = Store(tmp_path / "replies.sqlite")
    store._db.execute("DROP TABLE replies")
    store._db.execute(
        "CREATE TABLE replies (id INTEGER, digest BLOB, body BLOB, checksum BLOB CHECK (checksum IS NULL))"
    )
    with pytest.raises(StoreError, match=r"replies\.sqlite"):
        run(network, requests(200), store)
    assert len(network.calls) == 64


def test_an_exception_of_ours_is_not_swallowed() -> None:
    def reply(*_: object) -> Reply:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(Network(reply), requests(3))


def test_progress() -> None:
    store = Store()
    asked = requests(100)
    run(Network(), asked[:10], store)
    network = Network(lambda r, at: Fault(Kind.rate_limited, "") if r == asked[50] and at < 3 else answer(r, at))

    async def work() -> Progress:
        async with Engine(store, connect=network.connect) as engine:
            await outcomes(engine, asked)
            return engine.progress

    progress = jump(work())
    assert (progress.done, progress.stored, progress.failed, progress.total) == (90, 10, 0, 100)
    assert (progress.limited, progress.repeated, progress.in_flight, progress.waiting) == (2, 2, 0, 0)
    assert progress.spent.calls == 92
    assert "100/100 done (10 from the store), 0 in flight, 2 times 429, 92 calls" in str(progress)
