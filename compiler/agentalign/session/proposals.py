"""New chains that models propose: taken only if they check, lower, and make good records; else sent back with why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from agentalign.check import check
from agentalign.dataclasses import dataclass
from agentalign.diagnostics import Diagnostic, Severity, has_errors, ordered, render
from agentalign.ir import Capability, Chain, Plan, PromptSpec, Step
from agentalign.llm import Engine, Failure, Model
from agentalign.lower import lower
from agentalign.resolve import Kind, Names, resolve
from agentalign.resources import specs_root
from agentalign.session.previews import preview
from agentalign.session.program import Program
from agentalign.source import Bundle, Location, Source, Target
from agentalign.syntax import Formatted, format_source
from agentalign.syntax import nodes as n
from agentalign.synthesize import Binding, asked, parsed
from agentalign.types import ListType, RecordType, Type, describe, strip

MODULE: Final = "proposed"
"""What a proposal is called while it is checked beside a folder of modules."""

_EXAMPLES = 3
_SHOWN = 12  # diagnostics that a model is told of
_RECORDS = 4
_HEADER = re.compile(r"^\s*(?:edition\s+\d+|use\s+[\w.]+\s*\{[^}]*\})\s*?\n?", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*")
_IMPORTED: Final = (Kind.CAPABILITY, Kind.TYPE, Kind.LEXICON, Kind.CATEGORY, Kind.TABLE, Kind.TOOL)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Chains with their readings, laid out, that compile beside the spec they were proposed for."""

    source: str
    chains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """What was wrong with the last try."""

    problems: str


class Proposer:
    """Asks for chains, checks them in memory, and sends them back as often as `tries` allows."""

    def __init__(self, program: Program, model: Model, prompt: PromptSpec, tries: int = 3) -> None:
        assert program.plan is not None
        self._plan = program.plan
        self._workbench = Workbench(program, self._plan)
        self._binding = Binding("chains", (model,), prompt)
        self._tries = tries
        self._accepted: list[str] = []
        self._rejected = 0

    async def next(self, engine: Engine) -> Proposal | Rejected | Failure:
        """One more: what is accepted is shown to the model from then on, so that the next is another."""
        problems = ""
        for attempt in range(self._tries):
            scope = {
                "count": 1,
                "capabilities": self._workbench.capabilities,
                "categories": self._workbench.categories,
                "examples": [*self._workbench.examples, *self._accepted],
                "problems": problems,
            }
            replicate = self._rejected * self._tries + attempt  # where the same was said before, a reply of its own
            reply = await engine.ask(asked(self._binding, self._binding.models[0], scope, replicate))
            if isinstance(reply, Failure):
                return reply
            said = parsed(reply, self._binding.prompt.result)
            found: Proposal | str = "The reply is not the JSON object that was asked for."
            if isinstance(said, dict) and isinstance(source := said.get("source"), str):
                found = self._workbench.judge(source)
            if isinstance(found, Proposal):
                self._accepted.append(found.source)
                return found
            problems = found
        self._rejected += 1
        return Rejected(problems)


class Workbench:
    """A spec that proposals are tried on, without touching its files.

    A spec of one file takes them at its end; beside a folder they are a module of their own, whose imports are found.
    """

    def __init__(self, program: Program, plan: Plan) -> None:
        assert program.names is not None
        assert isinstance(program.target, Target)
        self._names: Names = program.names
        self._plan = plan
        self._roots = (program.target.root, specs_root())
        own = [self._names.modules[name] for name in program.target.modules]
        self._single = own[0] if len(own) == 1 else None
        self._taken = {c.name for c in plan.chains} | {r.name for r in plan.readings}
        self._sequences = {_steps(chain): chain.name for chain in plan.chains}

    def judge(self, source: str) -> Proposal | str:
        """The proposal, or what is wrong with it as the compiler says it. A good one is remembered: the next must differ."""
        source = _HEADER.sub("", source).strip() + "\n"
        text, start, names = self._resolved(source)
        found, plan = self._compiled(names, start)
        errors = [one for one in found if one.severity is Severity.ERROR]
        if errors or plan is None:
            return render(errors[:_SHOWN], "full") or "It does not compile together with the specification."
        chains = [chain for chain in plan.chains if self._is_new(chain.at, text, start)]
        wrong = [*self._complaints(plan, chains), *self._records(plan, chains)]
        if wrong:
            return "\n".join(wrong)
        for chain in chains:
            self._sequences[_steps(chain)] = chain.name
            self._taken |= {chain.name, *(reading.name for reading in plan.readings if reading.chain == chain.name)}
        head = "edition 1\n\n" if self._single is not None else ""
        laid = format_source(Source("proposed.chain", head + text[start:]))
        laid_out = laid.text.removeprefix(head) if isinstance(laid, Formatted) else text[start:]
        return Proposal(laid_out, tuple(chain.name for chain in chains))

    # ------------------------------------------------------------------------------------------------------ checking

    def _resolved(self, source: str) -> tuple[str, int, Names]:
        """The module with the proposal in it, where the proposal begins, and the program around it."""
        if self._single is not None:
            before = self._single.source.text.rstrip("\n") + "\n\n"
            bundle = Bundle.of({self._single.name: before + source}, self._roots)
            return before + source, len(before), resolve(bundle, (self._single.name,))
        imports = self._imports(set(_WORD.findall(source)))
        text, names = self._beside(imports, source)
        unused = {
            one.location.text
            for one in check(names).diagnostics
            if one.code == "W0101" and one.location is not None and _module(one.location) == MODULE
        }
        if unused:
            text, names = self._beside(
                {m: [w for w in words if w not in unused] for m, words in imports.items()}, source
            )
        return text, 0, names

    def _beside(self, imports: Mapping[str, Sequence[str]], source: str) -> tuple[str, Names]:
        uses = "".join(f"use {module} {{ {', '.join(words)} }}\n" for module, words in imports.items() if words)
        text = f"edition 1\n\n{uses}\n{source}"
        tools = [
            module.name
            for module in self._names.modules.values()
            if any(isinstance(found, n.ToolDecl | n.AccountDecl) for found in module.tree.declarations)
        ]
        return text, resolve(Bundle.of({MODULE: text}, self._roots), (MODULE,), tools)

    def _imports(self, words: set[str]) -> dict[str, list[str]]:
        """What a text may name of other modules, each from the first module that has it."""
        seen: set[str] = set()
        found: dict[str, list[str]] = {}
        for module in self._names.modules.values():
            public = {name for kind in _IMPORTED for name in module.own[kind]}
            names = sorted((public & words) - seen)
            seen |= set(names)
            if names:
                found[module.name] = names
        return found

    def _compiled(self, names: Names, start: int) -> tuple[tuple[Diagnostic, ...], Plan | None]:
        checked = check(names)
        found = [*names.diagnostics, *checked.diagnostics]
        plan = None
        if not has_errors(found):
            lowered = lower(checked, MODULE)
            found += lowered.diagnostics
            plan = lowered.plan
        spec = MODULE if self._single is None else self._single.name
        return ordered(one for one in found if _inside(one, spec, start)), plan

    def _is_new(self, at: str, text: str, start: int) -> bool:
        """Whether a declaration of the plan stands in the proposal."""
        path, line, _ = at.rsplit(":", 2)
        spec = MODULE if self._single is None else self._single.name
        return path == f"{spec.replace('.', '/')}.chain" and int(line) > text.count("\n", 0, start)

    def _complaints(self, plan: Plan, chains: Sequence[Chain]) -> Iterator[str]:
        """What the compiler lets pass and a proposal may not do."""
        if not chains:
            yield "It declares no chain."
        for chain in chains:
            name = chain.name
            readings = [reading for reading in plan.readings if reading.chain == name]
            harmful = sum(reading.expected == "refusal" for reading in readings)
            benign = sum(reading.label == "benign" for reading in readings)
            if not harmful or benign < 2:
                yield f"The chain `{name}` needs a harmful reading and two benign ones; it has {harmful} and {benign}."
            same = self._sequences.get(_steps(chain))
            if same is not None:
                yield f"The chain `{name}` has the same steps as `{same}`, which is there already."
            for taken in sorted({name, *(reading.name for reading in readings)} & self._taken):
                yield f"The name `{taken}` is taken."

    def _records(self, plan: Plan, chains: Sequence[Chain]) -> Iterator[str]:
        """What is wrong with the first records that its readings make."""
        names = {chain.name for chain in chains}
        for reading in (reading for reading in plan.readings if reading.chain in names):
            for made in preview(plan, plan.datasets[0], _RECORDS, None, reading.name):
                if made.findings:
                    yield f"A record of `{reading.name}` is not sound: {made.findings[0].message}"
                    break

    # ------------------------------------------------------------------------------------------- what a prompt sees

    @cached_property
    def capabilities(self) -> list[dict[str, str]]:
        """Every operation as a step calls it, with the fields of what it gives."""
        return [line for capability in self._plan.capabilities for line in _operations(capability)]

    @cached_property
    def categories(self) -> list[str]:
        """Every subcategory of harm as a reading names it."""
        return [
            f"{category.name}.{sub.name}: {sub.title}"
            for category in self._plan.categories
            for sub in category.subcategories
        ]

    @cached_property
    def examples(self) -> list[str]:
        """The shortest chains of the spec that have a harmful and a benign reading, with all their readings."""
        found = sorted(self._sources(), key=lambda text: (len(text), text))
        return found[:_EXAMPLES]

    def _sources(self) -> Iterator[str]:
        for module in self._names.modules.values():
            readings: dict[str, list[n.ReadingDecl]] = {}
            for found in module.tree.declarations:
                if isinstance(found, n.ReadingDecl):
                    readings.setdefault(found.chain.text, []).append(found)
            for chain in module.tree.declarations:
                own = readings.get(chain.name.text, []) if isinstance(chain, n.ChainDecl) else []
                if {"harmful", "benign"} <= {reading.label for reading in own}:
                    nodes: list[n.Node] = [chain, *own]
                    yield "\n\n".join(module.source.text[node.span.start : node.span.end] for node in nodes)


def _operations(capability: Capability) -> Iterator[dict[str, str]]:
    for operation in capability.operations:
        ports = ", ".join(
            f"{port.name}: {describe(port.type)}{'' if port.default is None else ' (may be left out)'}"
            for port in operation.ports
        )
        name = capability.pattern.rpartition(".")[2] + (f".{operation.name}" if operation.name else "")
        doc = " ".join(filter(None, (capability.doc, _fields(operation.result))))
        yield {"name": name, "signature": f"({ports}) -> {describe(operation.result)}", "doc": doc}


def _fields(result: Type) -> str:
    core = strip(result)
    core = strip(core.item) if isinstance(core, ListType) else core
    if not isinstance(core, RecordType):
        return ""
    return f"{core.name} has {', '.join(f'{field.name}: {describe(field.type)}' for field in core.fields)}."


def _steps(chain: Chain) -> tuple[str, ...]:
    return tuple(f"{item.capability}.{item.operation}" for item in chain.items if isinstance(item, Step))


def _module(location: Location) -> str:
    return location.source.module


def _inside(found: Diagnostic, module: str, start: int) -> bool:
    where = found.location
    return where is not None and _module(where) == module and where.span.end >= start
