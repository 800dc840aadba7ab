"""Values the world makes up: by type, from lexicons, and so that the fields of one record fit together."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import accumulate
from typing import TypeAlias

from agentalign.dataclasses import replace
from agentalign.ir import Json, Lexicon
from agentalign.simulate.numbers import Number, exact, is_number, tidy
from agentalign.simulate.state import FieldMaker, Record, Scope, State
from agentalign.types import (
    BoolType,
    BrandedType,
    DomainType,
    EnumType,
    Field,
    ListType,
    NamedType,
    NullableType,
    RecordType,
    Stream,
    Type,
    describe,
    domains,
    family,
    generable,
    strip,
    variant,
)

Maker: TypeAlias = Callable[[Stream], Json]
Fit: TypeAlias = Callable[[Record, Stream], None]
"""Makes up the fields of a record that follow from others."""

_ALPHABET = "0123456789bcdfghjkmnpqrstvwxyz"
"""Without vowels, so that no id spells a word."""
_PAIRS = tuple(a + b for a in _ALPHABET for b in _ALPHABET)
_LARGE = 10**12  # cents of whole numbers below need no decimals


def maker(t: Type) -> Maker:
    """Return what draws a value of `t`, never null. Raises `ValueError` if `t` has no values to generate."""
    match t:
        case NullableType(inner=inner):
            return maker(inner)
        case NamedType(base=base) | BrandedType(base=base) if base is not None:
            return maker(base)
        case DomainType(domain=key):
            make, count = domains[key].make, domains[key].size
            return lambda stream: make(stream.below(count))
        case EnumType(values):
            names = tuple(value.name for value in values)
            return lambda stream: stream.pick(names)
        case BoolType():
            return lambda stream: bool(stream.bits() & 1)
        case RecordType(fields=members):
            return _record(members)
        case _:
            known = family(t)
            count, read = known.size, known.at
            if not count:
                raise ValueError(f"{describe(t)} has no values to generate")
            return lambda stream: read(stream.below(count))


def unshaped(t: Type) -> tuple[str, ...]:
    """Return the kinds of the brands in `t` that have another shape for each key."""
    match t:
        case BrandedType(kind=kind, base=None):
            return (kind,)
        case NamedType(base=inner) | NullableType(inner=inner) | ListType(item=inner):
            return unshaped(inner)
        case RecordType(fields=members):
            return tuple(dict.fromkeys(kind for member in members for kind in unshaped(member.type)))
        case _:
            return ()


def specialise(t: Type, keys: Mapping[str, Json]) -> Type:
    """Return `t` with the shapes that brand keys, by kind, give to what is in it."""
    match t:
        case NullableType(inner=inner):
            return NullableType(specialise(inner, keys))
        case NamedType(name=name, base=base):
            return NamedType(name, specialise(base, keys))
        case ListType(item=item, min=low, max=high):
            return ListType(specialise(item, keys), low, high)
        case RecordType(name=name, fields=members):
            return RecordType(name, tuple(replace(m, type=specialise(m.type, keys)) for m in members))
        case BrandedType(kind=kind, base=None):
            return variant(t, str(keys.get(kind))) or t
        case _:
            return t


def account_makers(account: RecordType | None) -> Mapping[str, FieldMaker]:
    """Return what makes up each field of the user's account; what follows from the user's name agrees with it."""
    types = {} if account is None else {member.name: member.type for member in _generable(account.fields)}
    name = _person(types)
    return {key: _account_field(t, None if _domain(t) not in _DERIVED else name) for key, t in types.items()}


def _account_field(t: Type, name: str | None) -> FieldMaker:
    make = maker(t)
    if name is None:
        return lambda _, stream: make(stream)
    derive, person = _DERIVED[_domain(t)], name
    return lambda account, stream: derive(words, stream) if (words := _words(account[person])) else make(stream)


def _generable(members: Sequence[Field]) -> list[Field]:
    return [member for member in members if not member.optional or generable(member.type)]


def _record(members: Sequence[Field]) -> Callable[[Stream], Record]:
    known = _generable(members)
    fitted, fit = fitting({m.name: m.type for m in known}, [m.name for m in known]) or ((), None)
    made = [(m.name, (lambda _: None) if m.name in fitted else maker(m.type)) for m in known]

    def make(stream: Stream) -> Record:
        record: Record = {name: value(stream) for name, value in made}
        if fit is not None:
            fit(record, stream)
        return record

    return make


def new_id(prefix: str, stream: Stream) -> str:
    """Return an id no person would make up: `msg_8f3k2x0q`; a prefix that ends in a sign keeps that sign."""
    bits, pairs = stream.bits(), len(_PAIRS)
    letters = ""
    for _ in range(4):
        letters += _PAIRS[bits % pairs]
        bits //= pairs
    return letters if not prefix else f"{prefix}_{letters}" if prefix[-1].isalnum() else f"{prefix}{letters}"


def int_between(low: int, high: int, stream: Stream) -> int:
    """Return a whole number, both bounds included; `low` if they are the wrong way round."""
    return low + stream.below(max(high - low, 0) + 1)


def decimal_between(low: Json, high: Json, stream: Stream) -> Number:
    """Return a number with two decimals, both bounds included; `low` if they are the wrong way round."""
    if type(low) is int and type(high) is int and abs(low) < _LARGE and abs(high) < _LARGE:
        cents = low * 100 + stream.below(max(high - low, 0) * 100 + 1)
        return cents / 100 if cents % 100 else cents // 100
    first, last = (exact(bound) if is_number(bound) else Decimal(0) for bound in (low, high))
    return tidy(first + Decimal(stream.below(int(max(last - first, Decimal(0)) * 100) + 1)).scaleb(-2), 2)


def picker(lexicon: Lexicon) -> Callable[[Scope, State], Json]:
    """Return the expression that draws an entry: by weight, or, where all weigh the same, none again before all were drawn."""
    values = tuple(entry.value for entry in lexicon.entries)
    weights = [entry.weight for entry in lexicon.entries]
    name, count = lexicon.name, len(values)
    if len(set(weights)) > 1:
        ends = list(accumulate(weights))
        return lambda _scope, state: values[bisect_right(ends, state.stream.below(ends[-1]))]

    def pick(_scope: Scope, state: State) -> Json:
        index = state.stream.below(count)
        used = state.drawn.get(name)
        if used is None:
            state.drawn[name] = {index}
            return values[index]
        if len(used) >= count:
            used.clear()
        while index in used:
            index = (index + 1) % count
        used.add(index)
        return values[index]

    return pick


def fitting(types: Mapping[str, Type], made: Sequence[str]) -> tuple[tuple[str, ...], Fit] | None:
    """Return the freshly `made` fields of a record that follow from the person it names, and what fills them in.

    What fills them in comes after all other fields are known. None if there is nothing of the kind.
    """
    name = _person(types)
    derived = [
        (key, _DERIVED[_domain(types[key])], maker(types[key])) for key in made if _domain(types[key]) in _DERIVED
    ]
    if name is None or not derived:
        return None

    def fit(record: Record, stream: Stream) -> None:
        person = _words(record.get(name))
        for key, derive, make in derived:
            record[key] = derive(person, stream) if person else make(stream)

    return tuple(key for key, _, _ in derived), fit


def _person(types: Mapping[str, Type]) -> str | None:
    """Return the field that names a person."""
    return next((key for key, t in types.items() if _domain(t) == "full_name"), None)


def _domain(t: Type) -> str:
    core = strip(t)
    return core.domain if isinstance(core, DomainType) else ""


def _words(name: Json) -> list[str]:
    if not isinstance(name, str):
        return []
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _WORDS.findall(name.lower())


_WORDS = re.compile(r"[a-z0-9]+")


@cache
def _mail_hosts() -> tuple[str, ...]:
    """The hosts that made-up mail addresses are on."""
    generate, count = domains["email"].generate, domains["email"].size
    return tuple(sorted({generate(index * 97 % count).rpartition("@")[2] for index in range(256)}))


_DERIVED: dict[str, Callable[[list[str], Stream], str]] = {
    "email": lambda words, stream: f"{'.'.join(words)[:64].strip('.')}@{stream.pick(_mail_hosts())}",
    "user_handle": lambda words, _: f"@{'_'.join(words)[:30].strip('_')}",
}
