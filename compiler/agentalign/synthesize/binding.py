"""Which models do what: the stages of a dataset, their prompts and models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agentalign.dataclasses import asdict, dataclass, field
from agentalign.diagnostics import suggest
from agentalign.ir import JUDGEMENTS, KINDS, STAGES, Dataset, ModelSpec, Plan, PromptSpec, Reading, StageBinding
from agentalign.llm import Model, Price
from agentalign.synthesize.shipped import shipped_prompt
from agentalign.types import digest


@dataclass(frozen=True, slots=True)
class Binding:
    """A stage with its models and its prompt; `names` are the models' names in the spec, for people."""

    stage: str
    models: tuple[Model, ...]
    prompt: PromptSpec
    parallel: bool = True

    @property
    def fingerprint(self) -> str:
        """What two bindings share that ask the same of the same models."""
        made = [(model.name, sorted(model.parameters.items())) for model in self.models]
        return digest(repr((self.stage, made, self.prompt.system, self.prompt.user, self.prompt.result)))


@dataclass(frozen=True, slots=True)
class Limits:
    """How far an agent may go for one request: turns, tool calls, tokens read and written.

    Where calls are not `parallel`, the first one of a turn is carried out, and any other answered by an error.
    """

    turns: int = 16
    calls: int = 32
    tokens: int = 200_000
    parallel: bool = True


@dataclass(frozen=True, slots=True)
class Bindings:
    """The stages that models carry out; all others stay as the compiler makes them."""

    stages: Mapping[str, Binding] = field(default_factory=dict)
    limits: Limits = Limits()

    def __contains__(self, stage: str) -> bool:
        return stage in self.stages

    def __getitem__(self, stage: str) -> Binding:
        return self.stages[stage]

    def get(self, stage: str) -> Binding | None:
        """The binding of a stage, if it has one."""
        return self.stages.get(stage)

    def concern(self, stage: str, reading: Reading) -> bool:
        """Whether a stage has something to do with the cases of a reading."""
        match stage:
            case "paraphrases":
                return stage in self
            case "request_judgements":  # the compiler's own wordings need no judge
                return stage in self and ("paraphrases" in self or f"{reading.label}_requests" in self)
            case "trajectories":
                return stage in self and reading.expected == "completion"
            case "refusals" | "refusal_judgements":
                return stage in self and reading.expected == "refusal" and "refusals" in self
            case _:
                return stage in self and stage == f"{reading.label}_requests"

    def as_json(self) -> dict[str, dict[str, object]]:
        """What a manifest says of them: names and digests, no address and no key."""
        said: dict[str, dict[str, object]] = {}
        for stage, found in sorted(self.stages.items()):
            one: dict[str, object] = {"models": [model.name for model in found.models], "digest": found.fingerprint}
            if KINDS[STAGES[stage]].system_only:
                one["limits"] = asdict(self.limits) | {"parallel": self.limits.parallel and found.parallel}
            said[stage] = one
        return said


def bind(
    plan: Plan,
    dataset: Dataset,
    model: str | None = None,
    stages: Sequence[tuple[str, str]] = (),
    limits: Limits | None = None,
) -> Bindings | str:
    """The stages as the dataset declares them; `model` then takes them all, `stages` single ones.

    A model is named as the spec declares it, or as litellm knows it. Returns what is wrong, if something is.
    """
    chosen = {binding.stage: binding for binding in dataset.stages}
    for stage in STAGES if model is not None else ():
        chosen[stage] = StageBinding(stage, (str(model),), _prompt_of(chosen.get(stage)))
    named: dict[str, tuple[str, ...]] = {}
    for stage, name in stages:
        if stage not in STAGES:
            near = suggest(stage, tuple(STAGES))
            advice = f"did you mean {near}?" if near else f"there are {', '.join(STAGES)}"
            return f"there is no stage {stage}; {advice}"
        named[stage] = (*named.get(stage, ()), name)
    chosen |= {stage: StageBinding(stage, names, _prompt_of(chosen.get(stage))) for stage, names in named.items()}
    made: dict[str, Binding] = {}
    for stage, binding in chosen.items():
        found = _bound(plan, binding)
        if isinstance(found, str):
            return found
        made[stage] = found
    return next(_wrong(made), None) or Bindings(made, limits or Limits())


def _wrong(made: Mapping[str, Binding]) -> Iterator[str]:
    if "refusals" in made and "refusal_judgements" not in made:
        yield "the stage refusals needs a judge: bind refusal_judgements as well (no list of words decides what a refusal is)"
    for stage, binding in made.items():
        if len(binding.models) > 1 and stage not in JUDGEMENTS:
            yield f"the stage {stage} takes one model; only {' and '.join(sorted(JUDGEMENTS))} take several"


def _prompt_of(binding: StageBinding | None) -> str:
    return "" if binding is None else binding.prompt


def _bound(plan: Plan, binding: StageBinding) -> Binding | str:
    if binding.stage not in STAGES:
        return f"there is no stage {binding.stage}"
    kind = STAGES[binding.stage]
    prompts = {prompt.name: prompt for prompt in plan.prompts}
    prompt = prompts.get(binding.prompt)
    if prompt is None:
        prompt = shipped_prompt(kind)
    specs = {spec.name: spec for spec in plan.models}
    try:
        models = tuple(model_of(specs[name]) if name in specs else Model(name) for name in binding.models)
    except ValueError as error:
        return str(error)
    parallel = all(model.parameters.get("parallel_tool_calls", True) is not False for model in models)
    return Binding(binding.stage, models, prompt, parallel)


def model_of(spec: ModelSpec) -> Model:
    """The model of a declaration. Raises ValueError for parameters and limits that make no sense."""
    price = None
    if spec.input_price is not None and spec.output_price is not None:
        price = Price(spec.input_price, spec.output_price)
    return Model(
        spec.litellm,
        dict(spec.parameters),
        base=spec.base,
        base_env=spec.base_env,
        key_env=spec.key_env,
        price=price,
        rpm=spec.rpm,
        tpm=spec.tpm,
        concurrency=spec.concurrency,
    )
