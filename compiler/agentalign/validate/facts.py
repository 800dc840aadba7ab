"""What validation needs of a plan, computed once per tool and reading."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

import orjson

from agentalign.dataclasses import dataclass
from agentalign.ir import (
    Chain,
    DetailOptions,
    Implementation,
    Index,
    Json,
    Plan,
    Reading,
    RegisterOptions,
    Step,
    Tool,
    ToolOptions,
)
from agentalign.types import Field, RecordType, json_schema
from agentalign.validate.derived import Constants, Derived, stated
from agentalign.validate.leaves import Deep, deep
from agentalign.validate.schema import Accepts, accepts

_MOST = 1_000
"""So many offers are remembered: more than a plan has tools, and few enough where every record brings its own."""

BUILTIN_ERRORS = frozenset({"rate_limited", "service_unavailable", "invalid_arguments"})
"""The errors that every tool may give without declaring them."""


@dataclass(frozen=True)
class ToolFacts:
    """A tool with its prepared tests."""

    tool: Tool

    @cached_property
    def offer(self) -> Mapping[str, Any]:
        """The tool as a record offers it."""
        function = {"name": self.tool.name, "description": self.tool.doc, "parameters": self.schema}
        return {"type": "function", "function": function}

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """The schema of its parameters."""
        schema: Mapping[str, Any] = orjson.loads(self.tool.schema)
        return schema

    @cached_property
    def accepts(self) -> Accepts:
        """Whether arguments satisfy the schema."""
        return accepts(self.schema)

    @cached_property
    def values(self) -> tuple[tuple[str, Deep], ...]:
        """The tests that the schema cannot make, by parameter."""
        return tuple((param.name, test) for param in self.tool.params if (test := deep(param.type)) is not None)

    @cached_property
    def returns(self) -> Accepts:
        """Whether a result has the declared type, as far as a schema can say."""
        return accepts(json_schema(self.tool.returns))

    @cached_property
    def deep_result(self) -> Deep | None:
        """What the schema cannot say about a result."""
        return deep(self.tool.returns)

    @cached_property
    def errors(self) -> frozenset[str]:
        """The error codes it may give."""
        return BUILTIN_ERRORS | set(self.tool.fails)

    @cached_property
    def capabilities(self) -> frozenset[str]:
        """The capabilities it implements."""
        return frozenset(item.capability for item in self.tool.implements)

    def implementation(self, step: Step) -> Implementation | None:
        """The tool as a step uses it, or None where it cannot do that step."""
        wanted = (step.capability, step.operation)
        return next((item for item in self.tool.implements if (item.capability, item.operation) == wanted), None)


@dataclass(frozen=True)
class ChainFacts:
    """A chain with what the records of all its readings must agree with."""

    index: Index
    chain: Chain
    derived: Derived

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Its steps."""
        return self.index.steps(self.chain.name)

    @cached_property
    def pattern(self) -> list[str]:
        """The capabilities of its steps, in order."""
        return [step.capability for step in self.steps]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the steps, in order."""
        return tuple(step.name for step in self.steps)

    @cached_property
    def repeats(self) -> bool:
        """Whether a step is repeated."""
        return any(step.loop is not None for step in self.steps)

    @cached_property
    def taken(self) -> frozenset[str]:
        """The capabilities for which no tool but the chosen one may be offered: no reading falls back on another."""
        steps = self.index.replaceable(self.chain.name)
        return frozenset(self.pattern) - {step.capability for step in self.steps if step.name in steps}

    @cached_property
    def bindings_schema(self) -> Mapping[str, Any]:
        """The schema of a record's bindings: every parameter of the chain with a value of its type."""
        return json_schema(RecordType(self.chain.name, tuple(Field(p.name, p.type) for p in self.chain.params)))

    @cached_property
    def binds(self) -> Accepts:
        """Whether bindings fit the chain."""
        return accepts(self.bindings_schema)

    @cached_property
    def constants(self) -> Constants:
        """The chain's constants."""
        return self.derived.constants(self.chain)

    @cached_property
    def computed(self) -> frozenset[str]:
        """The names whose values the chain computes."""
        return self.derived.computed(self.chain)


@dataclass(frozen=True)
class ReadingFacts:
    """A reading with what its records must agree with."""

    index: Index
    reading: Reading
    chain: ChainFacts

    @cached_property
    def head(self) -> tuple[object, ...]:
        """Label, expectation, category, subcategory, chain and pattern of its records."""
        r = self.reading
        return (r.label, r.expected, r.category, r.subcategory, r.chain, self.chain.pattern)

    @cached_property
    def tools(self) -> Mapping[str, frozenset[str]]:
        """The tools that each step may use."""
        options = (choice.options for choice in self.reading.choices)
        return {o.step: frozenset(o.tools) for o in options if isinstance(o, ToolOptions)}

    @cached_property
    def allowed(self) -> frozenset[tuple[str, str]]:
        """The same as pairs of step and tool."""
        return frozenset((step, tool) for step, tools in self.tools.items() for tool in tools)

    @cached_property
    def registers(self) -> frozenset[str]:
        """The registers its requests are spoken in."""
        options = (choice.options for choice in self.reading.choices)
        return frozenset(r for o in options if isinstance(o, RegisterOptions) for r in o.registers)

    @cached_property
    def details(self) -> Mapping[tuple[str, str], tuple[Json, ...]]:
        """The settings a request may ask for: by (`step.parameter`, tool) the values."""
        options = (choice.options for choice in self.reading.choices)
        return {(f"{o.step}.{o.param}", o.tool): o.values for o in options if isinstance(o, DetailOptions)}

    @cached_property
    def outcomes(self) -> Mapping[str, tuple[str, str, str]]:
        """The upsets it declares, by the words of the provenance: (step, error, mode)."""
        return {f"{o.step}: {o.error} then {o.mode}": (o.step, o.error, o.mode) for o in self.reading.outcomes}

    @cached_property
    def constants(self) -> Constants:
        """The constants of the chain and of what the reading binds."""
        return self.chain.constants.and_(stated(self.reading.bound))

    @cached_property
    def refusing(self) -> str:
        """What the wordings of its refusals say of their own accord (the number of a help line)."""
        key = (self.reading.category or "", self.reading.subcategory or "")
        subcategory = self.index.subcategories.get(key)
        own = (wording.template for wording in (*self.reading.refusals, *self.index.offers(self.reading)))
        return "\n".join((*own, *(subcategory.refusals if subcategory else ())))


class Facts:
    """The facts of a plan; each is computed when a record first needs it."""

    def __init__(self, plan: Plan) -> None:
        self.index = Index(plan)
        self.tool = cache(self._tool)
        self.reading = cache(self._reading)
        self.chain = cache(self._chain)
        self._derived = Derived(self.index)
        self._offered: dict[int, tuple[object, ToolFacts]] = {}  # by identity, which lasts as long as the object

    def offered(self, offer: Mapping[str, Any]) -> ToolFacts | None:
        """The tool that a record offers exactly as the plan has it; quick where records share one object for it."""
        known = self._offered.get(id(offer))
        if known is not None:
            return known[1]
        tool = self.tool(offer["function"]["name"])
        if tool is None or offer != tool.offer:
            return None
        if len(self._offered) < _MOST:
            self._offered[id(offer)] = (offer, tool)
        return tool

    @cached_property
    def leaking(self) -> tuple[str, ...]:
        """The tool names that nobody would say: those of several words."""
        return tuple(tool.name for tool in self.index.plan.tools if not (tool.name.isalpha() and tool.name.islower()))

    @cached_property
    def inert(self) -> frozenset[str]:
        """The wordings that print no value: whoever says one says nothing that an earlier record has not said."""
        plan = self.index.plan
        wordings = [step.narrations for chain in plan.chains for step in self.index.steps(chain.name)]
        for reading in plan.readings:
            wordings += [tuple(wording.template for wording in (*reading.answers, *reading.refusals))]
            wordings += [tuple(narration.template for narration in reading.narrations)]
            wordings += [outcome.answers for outcome in reading.outcomes]
        wordings += [subcategory.refusals for category in plan.categories for subcategory in category.subcategories]
        systems = {dataset.system for dataset in plan.datasets} - {None}
        wordings += [tuple(str(entry.value) for entry in self.index.lexicons[name].entries) for name in systems if name]
        return frozenset(text for texts in wordings for text in texts if "{" not in text)

    def _tool(self, name: str) -> ToolFacts | None:
        found = self.index.tools.get(name)
        return None if found is None else ToolFacts(found)

    def _reading(self, name: str) -> ReadingFacts | None:
        found = self.index.readings.get(name)
        return None if found is None else ReadingFacts(self.index, found, self.chain(found.chain))

    def _chain(self, name: str) -> ChainFacts:
        return ChainFacts(self.index, self.index.chains[name], self._derived)
