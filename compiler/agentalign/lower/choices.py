"""The axes of a reading: tools, register, wordings, literals, values, settings; and what couples them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from agentalign.check import ChainInfo, StepInfo, holds_request, register
from agentalign.dataclasses import dataclass, field
from agentalign.ir import (
    AskOptions,
    Choice,
    DetailOptions,
    FromRequest,
    GeneratedOptions,
    Json,
    LiteralOptions,
    PoolOptions,
    RegisterOptions,
    Removal,
    RequestOptions,
    Tool,
    ToolOptions,
)
from agentalign.ir.space import Axis, Forbid, Guard, Test
from agentalign.lower.conditions import reachable
from agentalign.lower.context import Lowering
from agentalign.lower.keys import Key, brand, clashes, consumers, links, step_key
from agentalign.lower.pools import Pool, generated, pools
from agentalign.lower.shapes import misfits, shape
from agentalign.syntax import nodes as n
from agentalign.types import Type, size


@dataclass(frozen=True, slots=True, eq=False)
class _Wording:
    """An ask, or a request of the chain (`shared`), and the test that holds where it is used."""

    at: int
    test: Test
    template: n.TemplateLit
    shared: bool


@dataclass(frozen=True, eq=False)
class ReadingAxes:
    """Builds the choices of one reading."""

    low: Lowering
    chain: ChainInfo
    reading: n.ReadingDecl
    tools: Mapping[n.ToolDecl, Tool]
    platforms: Mapping[str, Mapping[str, str]] = field(repr=False)

    @cached_property
    def asks(self) -> tuple[n.Ask, ...]:
        """The wordings of the request."""
        return tuple(item for item in self.reading.items if isinstance(item, n.Ask))

    @cached_property
    def requests(self) -> tuple[n.Request, ...]:
        """The wordings of the chain that asks may print."""
        return tuple(item for item in self.chain.chain.items if isinstance(item, n.Request))

    @cached_property
    def registers(self) -> tuple[str, ...]:
        """The registers, in the order of their first wording."""
        return tuple(dict.fromkeys(register(ask) for ask in self.asks))

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """Listed values."""
        return pools(self.low, self.reading)

    @cached_property
    def constants(self) -> Mapping[str, Json]:
        """Parameters with a fixed value: those bound to one, and the defaults of those that get no other."""
        params = self.chain.chain.params
        values = self.low.checked.values
        known = {param.name.text: values[param] for param in params if param.default is not None}
        for item in self.reading.items:
            if isinstance(item, n.Vary):
                known = {name: value for name, value in known.items() if name not in {v.text for v in item.names}}
            elif isinstance(item, n.Bind):
                known[item.name.text] = values[item]
        return known

    def choices(self) -> Iterator[Choice]:
        """All choices, in the order of the space: tools, register, wording, literals, values, settings."""
        for info in self.chain.steps.values():
            names = tuple(tool.name for tool in self.step_tools(info))
            yield Choice(Axis(f"tool:{info.step.name.text}", len(names)), ToolOptions(info.step.name.text, names))
        yield Choice(Axis("register", len(self.registers)), RegisterOptions(self.registers))
        for at, name in enumerate(self.registers):
            indices = self._register_asks(name)
            guard = ((Test("register", frozenset({at})),),)
            yield Choice(Axis(f"ask:{name}", len(indices), guard), AskOptions(indices))
            yield from self._requests(name)
        for pool in self.pools:
            yield Choice(Axis(pool.axis, len(pool.rows)), PoolOptions(pool.names, pool.rows))
        yield from self._generated()
        yield from self._literals()
        yield from self._details()

    def couplings(self) -> Iterator[Removal]:
        """The combinations that brands rule out."""
        yield from misfits(self.low, self.chain, self.reading, self.pools, self._key)
        for link in links(self.low, self.chain):
            left, right = self._key(link.left, link.kind), self._key(link.right, link.kind)
            steps = f"`{link.left.step.name.text}` and `{link.right.step.name.text}`"
            for tests, one, other in clashes(left, right):
                reason = f"{steps} share a {link.kind}"
                if not tests:
                    reason += f": {one} is not {other}" if one is not None else ", and the first has none"
                yield Removal(Forbid(tests, reason), reason, self.low.at(self.chain.chain, link.argument))

    def step_tools(self, info: StepInfo) -> tuple[Tool, ...]:
        """The tools a step may use in this reading."""
        only = {
            name.text
            for item in self.reading.items
            if isinstance(item, n.Only) and item.step.text == info.step.name.text
            for name in item.tools
        }
        return tuple(self.tools[tool] for tool in info.tools if not only or tool.name.text in only)

    # ------------------------------------------------------------------------------------------------------- parts

    def _register_asks(self, name: str) -> tuple[int, ...]:
        return tuple(at for at, ask in enumerate(self.asks) if register(ask) == name)

    def _ask_test(self, ask: int) -> Test:
        name = register(self.asks[ask])
        return Test(f"ask:{name}", frozenset({self._register_asks(name).index(ask)}))

    def _requests(self, name: str) -> Iterator[Choice]:
        """Which request is printed, where some ask of the register prints one."""
        shared = self._register_requests(name)
        guard = tuple((self._ask_test(at),) for at in self._register_asks(name) if self._holds(at))
        if guard and shared:
            yield Choice(Axis(f"request:{name}", len(shared), guard), RequestOptions(shared))

    def _register_requests(self, name: str) -> tuple[int, ...]:
        return tuple(at for at, request in enumerate(self.requests) if register(request) == name)

    def _request_test(self, request: int) -> Test:
        name = register(self.requests[request])
        return Test(f"request:{name}", frozenset({self._register_requests(name).index(request)}))

    def _holds(self, ask: int) -> bool:
        return holds_request(self.low.checked.templates[self.asks[ask].template])

    @cached_property
    def _wordings(self) -> tuple[_Wording, ...]:
        """The asks, and the requests that some of them print."""
        asks = [_Wording(at, self._ask_test(at), ask.template, False) for at, ask in enumerate(self.asks)]
        printed = {register(ask) for at, ask in enumerate(self.asks) if self._holds(at)}
        shared = [
            _Wording(at, self._request_test(at), request.template, True)
            for at, request in enumerate(self.requests)
            if register(request) in printed
        ]
        return (*asks, *shared)

    def _literals(self) -> Iterator[Choice]:
        for wording in self._wordings:
            for site in self.low.checked.templates[wording.template].choices:
                reached = reachable(site.guards, self.pools, self.constants)
                guard = tuple((wording.test, *tests) for tests in reached)
                if guard:  # an empty one would mean "always"; words that are never reached are no choice
                    name = f"literal:{'request ' if wording.shared else ''}{wording.at}:{site.site}"
                    options = LiteralOptions(wording.at, site.site, site.values, wording.shared)
                    yield Choice(Axis(name, len(site.values), guard), options)

    def _generated(self) -> Iterator[Choice]:
        params = {param.name.text: param for param in self.chain.chain.params}
        shapes = consumers(self.low, self.chain)
        for name in generated(self.reading):
            param = params[name]
            type_ = self.low.type(param)
            branded = brand(type_)
            if branded is None or not branded.variants or param not in shapes:
                yield Choice(Axis(f"value:{name}", size(type_)), GeneratedOptions(name, type_))
                continue
            info, kind = shapes[param]
            yield from self._shaped(name, type_, self._key(info, kind))

    def _shaped(self, name: str, type_: Type, key: Key) -> Iterator[Choice]:
        """A branded parameter has the shape of the brand key at hand: one axis for each."""
        for option in key.options:
            found = shape(type_, option.key)
            if found is None:
                continue  # `misfits` rules it out
            guard: Guard = ((option.test,),) if option.test else ()
            yield Choice(Axis(f"value:{name}@{option.key}", size(found), guard), GeneratedOptions(name, found))

    def _details(self) -> Iterator[Choice]:
        for info in self.chain.steps.values():
            step = info.step.name.text
            voicing = [
                wording.test
                for wording in self._wordings
                if any(use.step == step for use in self.low.checked.templates[wording.template].details)
            ]
            for at, tool in enumerate(self.step_tools(info)):
                used = Test(f"tool:{step}", frozenset({at}))
                for param, source in _asked(tool, info):
                    unsaid = _may_stay_unsaid(tool, param)
                    values: tuple[Json, ...] = source.values
                    guard: Guard = tuple((used, said) for said in voicing)
                    if not voicing or not values:
                        continue
                    yield Choice(
                        Axis(f"detail:{step}:{tool.name}:{param}", len(values) + unsaid, guard),
                        DetailOptions(step, tool.name, param, unsaid, values),
                    )

    def _key(self, info: StepInfo, kind: str) -> Key:
        known: dict[str, tuple[str | None, Sequence[Json]]] = {
            name: (None, (value,)) for name, value in self.constants.items()
        }
        for pool in self.pools:
            known |= {name: (pool.axis, [row[at] for row in pool.rows]) for at, name in enumerate(pool.names)}
        return step_key(self.low, info, kind, self.step_tools(info), self.platforms, known)


def _asked(tool: Tool, info: StepInfo) -> Iterator[tuple[str, FromRequest]]:
    operation = info.target.operation.name
    wanted = (info.target.capability.path.text, operation.text if operation else "")
    for implementation in tool.implements:
        if (implementation.capability, implementation.operation) == wanted:
            for feed in implementation.feeds:
                if isinstance(feed.source, FromRequest):
                    yield feed.param, feed.source


def _may_stay_unsaid(tool: Tool, name: str) -> bool:
    return any(param.name == name and (param.has_default or param.optional) for param in tool.params)
