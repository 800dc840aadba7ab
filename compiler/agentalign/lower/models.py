"""Models, prompts, and the stages that datasets bind them to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agentalign.check import Checked, ModelRef, PromptRef
from agentalign.ir import Json, ModelSpec, PromptSpec, StageBinding
from agentalign.lower.context import Lowering
from agentalign.resolve import SHIPPED_PROMPTS, Kind
from agentalign.syntax import nodes as n

CONCURRENCY = 64
"""Calls in flight to a model that does not say how many."""

_OWN = frozenset({"litellm", "base_url", "key", "price", "limit", "extra"})  # all other settings go to the provider


def models(low: Lowering) -> Iterator[ModelSpec]:
    """Every model of the program: the command line may bind any of them."""
    for node in low.checked.names.program(Kind.MODEL):
        assert isinstance(node, n.ModelDecl)
        yield _model(low, node)


def _model(low: Lowering, node: n.ModelDecl) -> ModelSpec:
    places = {setting.name.text: setting.value for setting in node.settings}
    base, key = places.get("base_url"), places.get("key")
    said = {s.name.text: low.checked.values[s] for s in node.settings if s in low.checked.values}
    price, limit = _fields(said.get("price")), _fields(said.get("limit"))
    return ModelSpec(
        name=low.name(node),
        litellm=str(said["litellm"]),
        base_env=base.variable.value if isinstance(base, n.Env) else None,
        base=base.value if isinstance(base, n.StringLit) else None,
        key_env=key.variable.value if isinstance(key, n.Env) else None,
        parameters=tuple(_parameters(said)),
        input_price=None if "input" not in price else float(price["input"]),
        output_price=None if "output" not in price else float(price["output"]),
        rpm=limit.get("requests"),
        tpm=limit.get("tokens"),
        concurrency=limit.get("concurrency", CONCURRENCY),
        at=low.at(node),
    )


def _parameters(said: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """What the provider is sent, in the order written; a single `stop` is a list of one."""
    for name, value in said.items():
        if name not in _OWN:
            yield name, [value] if name == "stop" and isinstance(value, str) else value
    yield from _fields(said.get("extra")).items()


def _fields(said: Json) -> dict[str, Any]:
    return said if isinstance(said, dict) else {}


def prompts(low: Lowering) -> Iterator[PromptSpec]:
    """The prompts of the program; of those that are shipped, the ones that a stage uses."""
    used = {found.prompt for found in low.checked.refs.values() if isinstance(found, PromptRef)}
    for node in low.checked.names.program(Kind.PROMPT):
        assert isinstance(node, n.PromptDecl)
        if node in used or low.checked.names.owner(node).name != SHIPPED_PROMPTS:
            yield _prompt(low, node)


def shipped_prompts(checked: Checked) -> Iterator[PromptSpec]:
    """The shipped prompts, of a program that has their module."""
    low = Lowering(checked)
    for node in low.checked.names.program(Kind.PROMPT):
        if isinstance(node, n.PromptDecl) and low.checked.names.owner(node).name == SHIPPED_PROMPTS:
            yield _prompt(low, node)


def _prompt(low: Lowering, node: n.PromptDecl) -> PromptSpec:
    return PromptSpec(
        name=_name(low, node),
        kind=node.kind.text,
        system="" if node.system is None else low.desugared(node.system),
        user="" if node.user is None else low.desugared(node.user),
        result=None if node.result is None else low.type(node.result),
        at=low.at(node),
    )


def _name(low: Lowering, node: n.PromptDecl) -> str:
    """The name of a prompt; a shipped one has its module in front, whatever else there is."""
    shipped = low.checked.names.owner(node).name == SHIPPED_PROMPTS
    return f"{SHIPPED_PROMPTS}.{node.name.text}" if shipped else low.name(node)


def stages(low: Lowering, written: Iterable[n.Stage]) -> tuple[StageBinding, ...]:
    """What a dataset binds, in the order written."""
    return tuple(_stage(low, stage) for stage in written)


def _stage(low: Lowering, stage: n.Stage) -> StageBinding:
    refs = low.checked.refs
    models = [found.model for found in map(refs.get, stage.models) if isinstance(found, ModelRef)]
    prompt = refs[stage]
    assert isinstance(prompt, PromptRef)
    return StageBinding(stage.name.text, tuple(map(low.name, models)), _name(low, prompt.prompt))
