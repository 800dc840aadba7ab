"""Models: settings that exist, with values they can take, and no keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from agentalign.check.context import Context
from agentalign.check.literals import NotConstant, constant
from agentalign.check.rules.declared_types import distinct
from agentalign.syntax import nodes as n
from agentalign.types import (
    BoolType,
    DecimalType,
    EnumType,
    EnumValue,
    Field,
    IntType,
    Json,
    ListType,
    RecordType,
    StringType,
    Type,
    conforms,
)

_FRACTION: Final = DecimalType(Decimal(0), Decimal(1))
_PENALTY: Final = DecimalType(Decimal(-2), Decimal(2))
_PRICE: Final = DecimalType(Decimal(0))
_COUNT: Final = IntType(1)


def _enum(*names: str) -> EnumType:
    return EnumType(tuple(map(EnumValue, names)))


PARAMETERS: Final[Mapping[str, Type]] = MappingProxyType(
    {
        "temperature": DecimalType(Decimal(0), Decimal(2)),
        "top_p": _FRACTION,
        "min_p": _FRACTION,
        "top_k": _COUNT,
        "max_tokens": _COUNT,
        "max_completion_tokens": _COUNT,
        "seed": IntType(0),
        "stop": ListType(StringType(1), 1, 4),
        "presence_penalty": _PENALTY,
        "frequency_penalty": _PENALTY,
        "repetition_penalty": DecimalType(Decimal(0)),
        "reasoning_effort": _enum("none", "minimal", "low", "medium", "high", "xhigh"),
        "verbosity": _enum("low", "medium", "high"),
        "parallel_tool_calls": BoolType(),
    }
)
"""The settings that go to the provider as they are."""

_RECORDS: Final[Mapping[str, RecordType]] = MappingProxyType(
    {
        "price": RecordType("price", (Field("input", _PRICE), Field("output", _PRICE))),
        "limit": RecordType(
            "limit", tuple(Field(name, _COUNT, optional=True) for name in ("requests", "tokens", "concurrency"))
        ),
    }
)
_SAYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "litellm": 'the name that litellm knows it by: `litellm "openai/gpt-4o-mini"`',
        "base_url": 'a URL, or where it is found: `base_url env "WRITER_URL"`',
        "key": 'where the key is found, never the key: `key env "WRITER_KEY"`',
        "price": "dollars per million tokens: `price { input: 0.15, output: 0.60 }`",
        "limit": "`limit { requests: 500, tokens: 200_000, concurrency: 32 }`: per minute, per minute, at once",
        "extra": "parameters that this language has no setting for: `extra { top_a: 0.2 }`",
    }
)
SETTINGS: Final = (*_SAYS, *PARAMETERS)
"""Every setting of a model."""

RESERVED: Final = frozenset(
    {"api_base", "api_key", "base_url", "messages", "model", "n", "response_format", "stream", "tools"}
)
"""What a request says itself, and no `extra` may."""

_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KNOWN_KEY: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:sk|pk|rk|xai|gsk|hf|r8|pplx|nvapi|csk|ghp|gho|glpat|tgp)[-_](?=[A-Za-z_-]*[0-9])"
    r"[A-Za-z0-9_-]{12,}|AIza[A-Za-z0-9_-]{20,}|AKIA[A-Z0-9]{12,}|eyJ[A-Za-z0-9_-]{20,})"
)
_RANDOM: Final = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{32,}(?![A-Za-z0-9])")


def check_model(ctx: Context, model: n.ModelDecl) -> None:
    """Settings exist, stand once, and have values they can take; the name is there."""
    distinct(ctx, "setting", (setting.name for setting in model.settings))
    for setting in model.settings:
        if not _check_keys(ctx, setting):
            _check_setting(ctx, setting)
        value = setting.value
        said = NotConstant() if isinstance(value, n.Env) else constant(value)
        if not isinstance(said, NotConstant):
            ctx.tables.values[setting] = said
    if all(setting.name.text != "litellm" for setting in model.settings):
        message = f"the model `{model.name.text}` does not say what it is"
        ctx.report("E0015", model.name, message, help=f"write {_SAYS['litellm']}")


def looks_like_key(text: str) -> bool:
    """Whether part of a text looks like a provider's key."""
    return bool(_KNOWN_KEY.search(text) or _RANDOM.search(text))


def report_key(ctx: Context, where: n.Node) -> None:
    """A key stands in a spec; the message does not repeat it."""
    message = "this looks like a key, and specs are no place for keys: they are shared, stored and published"
    help_ = 'put it into a variable of the environment, name that one (`key env "WRITER_KEY"`), and revoke this key'
    ctx.report("E1103", where, message, help=help_)


def _check_keys(ctx: Context, setting: n.Setting) -> bool:
    """Report what looks like a key; true if something does."""
    name = setting.name.text
    for literal in _strings(setting.value):
        known = _KNOWN_KEY if name == "litellm" else None
        found = known.search(literal.value) if known else looks_like_key(literal.value)
        if found or (name in {"key", "api_key"} and not isinstance(setting.value, n.Env)):
            report_key(ctx, literal)
            return True
    return False


def _strings(value: n.Node) -> Iterator[n.StringLit]:
    return (node for node in n.walk(value) if isinstance(node, n.StringLit))


def _check_setting(ctx: Context, setting: n.Setting) -> None:
    name = setting.name.text
    match name:
        case "litellm":
            _check_name(ctx, setting)
        case "base_url" | "key":
            _check_place(ctx, setting)
        case "price" | "limit":
            _check_value(ctx, setting, _RECORDS[name])
        case "extra":
            _check_extra(ctx, setting)
        case _ if name in PARAMETERS:
            _check_value(ctx, setting, PARAMETERS[name])
        case _:
            message = f"a model has no setting `{name}`"
            ctx.unknown(setting.name, "setting", SETTINGS, code="E1101", message=message)


def _check_name(ctx: Context, setting: n.Setting) -> None:
    value = setting.value
    if not isinstance(value, n.StringLit) or not value.value or any(map(str.isspace, value.value)):
        _bad(ctx, setting, "this is no name of a model")


def _check_place(ctx: Context, setting: n.Setting) -> None:
    """A base URL, or the name of a variable."""
    value, name = setting.value, setting.name.text
    if isinstance(value, n.Env):
        if not _VARIABLE.fullmatch(value.variable.value):
            ctx.report("E1102", value.variable, "a variable of the environment cannot have this name")
        return
    if name == "key" or not isinstance(value, n.StringLit):
        _bad(ctx, setting, "this is not where a key is found" if name == "key" else "this is no URL")
        return
    parts = urlsplit(value.value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        _bad(ctx, setting, "a base URL begins with `http://` or `https://`, and names a host")
    elif "@" in parts.netloc or parts.query or parts.fragment:
        _bad(ctx, setting, "a base URL has no user, password or query: keys are sent apart from it")


def _check_value(ctx: Context, setting: n.Setting, wanted: Type) -> None:
    value, name = setting.value, setting.name.text
    said = NotConstant() if isinstance(value, n.Env) else constant(value)
    if name == "stop" and isinstance(said, str):
        said = [said]
    if isinstance(wanted, RecordType) and isinstance(value, n.RecordBody):
        _check_fields(ctx, value, wanted)
        return
    reason = "it must be written here" if isinstance(said, NotConstant) else _reason(said, wanted)
    if reason is not None:
        _bad(ctx, setting, f"this is no `{name}`: {reason}")


def _reason(value: Json, wanted: Type) -> str | None:
    reason = conforms(value, wanted)
    return None if reason is None else reason.removeprefix(": ")


def _check_fields(ctx: Context, body: n.RecordBody, wanted: RecordType) -> None:
    """The fields of `price` and `limit`, each with its own place."""
    distinct(ctx, "field", (assign.name for assign in body.assigns))
    fields = {field.name: field for field in wanted.fields}
    for assign in body.assigns:
        known = fields.get(assign.name.text)
        if known is None:
            message = f"`{wanted.name}` has no field `{assign.name.text}`"
            ctx.unknown(assign.name, "field", fields, code="E1101", message=message)
            continue
        said = constant(assign.value)
        reason = "it must be a number" if isinstance(said, NotConstant) else _reason(said, known.type)
        if reason is not None:
            ctx.report("E1102", assign.value, f"this is no `{known.name}`: {reason}", help=_help(wanted.name))
    lost = fields.keys() - {assign.name.text for assign in body.assigns}
    for field in wanted.fields:
        if field.name in lost and not field.optional:
            ctx.report("E1102", body, f"`{wanted.name}` lacks `{field.name}`", help=_help(wanted.name))


def _check_extra(ctx: Context, setting: n.Setting) -> None:
    value = setting.value
    if not isinstance(value, n.RecordBody):
        _bad(ctx, setting, "this says no parameters")
        return
    distinct(ctx, "parameter", (assign.name for assign in value.assigns))
    for assign in value.assigns:
        name = assign.name.text
        if name in RESERVED:
            ctx.report("E1101", assign.name, f"`{name}` is said by each request", help="remove it")
        elif name in SETTINGS:
            ctx.report("E1101", assign.name, f"`{name}` is a setting of its own", help=f"write `{name} ...` outside")
        elif isinstance(constant(assign.value), NotConstant):
            ctx.report("E1102", assign.value, "a parameter must be a constant", help="write the value itself")


def _bad(ctx: Context, setting: n.Setting, message: str) -> None:
    ctx.report("E1102", setting.value, message, help=_help(setting.name.text))


def _help(name: str) -> str | None:
    said = _SAYS.get(name)
    return None if said is None else f"write {said}"
