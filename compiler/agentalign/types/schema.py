"""Types as JSON Schema, draft 2020-12."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias, assert_never

from agentalign.types.domain import Domain
from agentalign.types.domains import domains
from agentalign.types.model import (
    AnyType,
    BoolType,
    BrandedType,
    DecimalType,
    DomainType,
    EnumType,
    IntType,
    ListType,
    NamedType,
    NullableType,
    NullType,
    PoisonType,
    RecordType,
    StringType,
    TextType,
    Type,
)
from agentalign.types.regex import anchored

Schema: TypeAlias = dict[str, object]
"""A JSON Schema object; its keys are in the conventional order: type, description, constraints, properties."""


def json_schema(t: Type, *, doc: str | None = None) -> Schema:
    """Return the schema of `t`, described by `doc`.

    The schema says all a schema can: checksums and calendars are left to `conforms`. Docs of enum members become part
    of the description, because providers show models nothing else. Raises `PatternError` for a malformed pattern.
    """
    match t:
        case StringType(low, high, pattern):
            return _string(doc, low, high, None if pattern is None else anchored(pattern))
        case TextType(low, high):
            return _string(doc, low, high, None)
        case IntType(low, high):
            return _schema("integer", doc, minimum=low, maximum=high)
        case DecimalType(low, high, _):
            return _schema("number", doc, minimum=_json_number(low), maximum=_json_number(high))
        case BoolType():
            return _schema("boolean", doc)
        case EnumType(values):
            lines = (doc, *(f"`{value.name}`: {value.doc}" for value in values if value.doc))
            return _schema("string", "\n".join(filter(None, lines)) or None, enum=[value.name for value in values])
        case ListType(item, low, high):
            return _schema("array", doc, minItems=low or None, maxItems=high, items=json_schema(item))
        case RecordType():
            return _object(t, doc)
        case DomainType(domain=key):
            return _domain(domains[key], doc)
        case NamedType(base=base):
            return json_schema(base, doc=doc)
        case BrandedType(base=base, variants=variants):
            if base is not None:
                return json_schema(base, doc=doc)
            return _any_of(doc, [json_schema(shape) for _, shape in variants])
        case NullableType(inner=inner):
            return _nullable(json_schema(inner, doc=doc), doc)
        case NullType():
            return _schema("null", doc)
        case AnyType() | PoisonType():
            return {} if doc is None else {"description": doc}
        case _:
            assert_never(t)


def _schema(kind: str, doc: str | None, **rest: object) -> Schema:
    head: Schema = {"type": kind, "description": doc}
    return {key: value for key, value in (head | rest).items() if value is not None}


def _object(t: RecordType, doc: str | None) -> Schema:
    properties = {field.name: json_schema(field.type, doc=field.doc) for field in t.fields}
    required = [field.name for field in t.fields if not field.optional]
    return _schema("object", doc, properties=properties, required=required, additionalProperties=False)


def _domain(known: Domain, doc: str | None) -> Schema:
    pattern = f"^(?:{known.pattern})$"
    return _schema("string", doc, format=known.format, maxLength=known.max_length, pattern=pattern)


def _string(doc: str | None, low: int, high: int | None, pattern: str | None) -> Schema:
    return _schema("string", doc, minLength=low or None, maxLength=high, pattern=pattern)


def _any_of(doc: str | None, options: list[Schema]) -> Schema:
    unique = [option for i, option in enumerate(options) if option not in options[:i]]
    head: Schema = {} if doc is None else {"description": doc}
    return head | (unique[0] if len(unique) == 1 else {"anyOf": unique})


def _nullable(schema: Schema, doc: str | None) -> Schema:
    kind = schema.get("type")
    if isinstance(kind, list) or kind == "null" or not schema.keys() - {"description"}:
        return schema
    if "anyOf" in schema and isinstance(options := schema["anyOf"], list):
        null: Schema = {"type": "null"}
        return schema if null in options else schema | {"anyOf": [*options, null]}
    if kind == "object":
        return _any_of(doc, [{k: v for k, v in schema.items() if k != "description"}, {"type": "null"}])
    schema = schema | {"type": [kind, "null"]}
    values = schema.get("enum")
    return schema | {"enum": [*values, None]} if isinstance(values, list) else schema


def _json_number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
