"""The shipped prompts: one of every kind, in the language like any other, and fit for what is asked with them."""

from __future__ import annotations

import pytest

from agentalign.check.rules.models import RESERVED
from agentalign.ir import KINDS, STAGES, PromptSpec, serves
from agentalign.llm import Model
from agentalign.llm.model import RESERVED as TAKEN
from agentalign.lower.models import CONCURRENCY
from agentalign.resources import specs_root
from agentalign.session import Program
from agentalign.synthesize import Binding, Bindings, asked, bind, shipped_prompt
from agentalign.templates import compile_template
from agentalign.types import ListType, RecordType, Type, conforms

SPEC = (specs_root() / "examples" / "1_lookup.chain").read_text()


def sample(type_: Type, text: str) -> object:
    """A value of an input's type; every string is `text`."""
    match type_:
        case RecordType(fields=fields):
            return {field.name: sample(field.type, text) for field in fields}
        case ListType(item=item):
            return [sample(item, text)] * 2
        case _ if conforms(1, type_) is None:
            return 1
        case _:
            return text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("label", ["harmful", "benign", "borderline", ""])
@pytest.mark.parametrize("expected", ["refusal", "completion"])
def test_a_prompt_can_be_rendered_whatever_it_is_told(kind: str, label: str, expected: str) -> None:
    prompt = shipped_prompt(kind)
    for text in ("told", ""):
        scope = {field.name: sample(field.type, text) for field in KINDS[kind].inputs}
        if isinstance(reading := scope.get("reading"), dict):
            reading |= {"label": label, "expected": expected}
        for template in (prompt.system, prompt.user):
            said = compile_template(template).render(scope)
            assert text == "" or ("  \n" not in said and "\n\n\n" not in said)
    if KINDS[kind].result is not None:
        binding = Binding(kind, (Model("openai/test"),), prompt)
        assert asked(binding, binding.models[0], scope).response_format is not None


def test_every_stage_has_one() -> None:
    prompts = {stage: shipped_prompt(kind) for stage, kind in STAGES.items()}
    assert all(serves(prompt.kind, stage) for stage, prompt in prompts.items())
    assert prompts["refusals"] is prompts["trajectories"], "what an agent is told must not give the label away"


def bound(text: str, tmp_path_name: str, folder: object) -> tuple[Bindings, tuple[PromptSpec, ...]]:
    path = folder / f"{tmp_path_name}.chain"  # type: ignore[operator]
    path.write_text(text)
    program = Program(path)
    assert program.plan is not None, program.diagnostics
    bindings = bind(program.plan, program.plan.datasets[0])
    assert isinstance(bindings, Bindings)
    return bindings, program.plan.prompts


def test_a_stage_that_names_none_gets_it_and_the_plan_has_it(tmp_path: object) -> None:
    model = 'model writer {\n  litellm "openai/test"\n}\n'
    text = SPEC.replace("  size 60\n", "  size 60\n  stage benign_requests by writer\n  stage trajectories by writer\n")
    bindings, prompts = bound(text + model, "one", tmp_path)
    assert [prompt.name for prompt in prompts] == ["std.prompts.write_requests", "std.prompts.agent"]
    assert bindings["benign_requests"].prompt == prompts[0]
    # the same as where the command line binds the stage, or replies would not be found again
    assert (prompts[0].system, prompts[0].user) == (
        shipped_prompt("requests").system,
        shipped_prompt("requests").user,
    )
    assert prompts[0] == shipped_prompt("requests")
    assert bindings["benign_requests"].models[0].concurrency == CONCURRENCY


def test_specs_without_models_are_left_alone() -> None:
    plan = Program(specs_root() / "examples" / "1_lookup.chain").plan
    assert plan is not None
    assert (plan.models, plan.prompts) == ((), ())


def test_the_checker_knows_what_requests_say_themselves() -> None:
    assert RESERVED == TAKEN
