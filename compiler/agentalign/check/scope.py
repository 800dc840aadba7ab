"""What is in scope where an expression stands, and what is known about it there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from agentalign.check.targets import Target
from agentalign.dataclasses import dataclass, field, replace
from agentalign.syntax import nodes as n
from agentalign.types import NullableType, RecordType, Type

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Binding:
    """What a word stands for, its type, and where it was declared (for secondary labels).

    `item_facts` are keys, relative to an item, of what is non-null in every item of a list.
    """

    type: Type
    target: Target
    declared: n.Node | None = None
    item_facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """The words an expression may use.

    `row` are the bare words of a `where` clause; they come before `names`. `later` are words bound further down, so that
    using one can be told apart from a misspelling. `facts` are the keys (see `key`) of expressions known to be non-null.
    The flags say which built-in words mean something here, and whether declared functions may be called; `open` that the
    fields of the row are not known, because of a mistake elsewhere, so that any word may be one.
    """

    names: Mapping[str, Binding] = field(default_factory=lambda: MappingProxyType({}))
    row: Mapping[str, Binding] = field(default_factory=lambda: MappingProxyType({}))
    later: Mapping[str, n.Node] = field(default_factory=lambda: MappingProxyType({}))
    facts: frozenset[str] = frozenset()
    world: bool = False
    account: bool = False
    clock: bool = False
    new: bool = False
    steps: bool = False
    functions: bool = False
    open: bool = False

    def bind(self, name: str, binding: Binding, facts: Iterable[str] = ()) -> Scope:
        """The scope in which `name` is also bound."""
        names = MappingProxyType({**self.names, name: binding})
        later = MappingProxyType({word: node for word, node in self.later.items() if word != name})
        return replace(self, names=names, later=later, facts=self.facts | frozenset(facts))

    def knowing(self, facts: Iterable[str]) -> Scope:
        """The scope in which some more expressions are known to be non-null."""
        more = frozenset(facts) - self.facts
        return replace(self, facts=self.facts | more) if more else self

    def inside(self, row: Mapping[str, Binding], *, open: bool = False) -> Scope:  # noqa: A002
        """The scope of a `where` clause over rows with these fields."""
        facts = frozenset(fact for fact in self.facts if fact.partition(".")[0] not in row)
        return replace(self, row=MappingProxyType(dict(row)), facts=facts, open=self.open or open)

    def find(self, name: str) -> Binding | None:
        """What a word stands for."""
        return self.row.get(name) or self.names.get(name)

    def words(self) -> tuple[str, ...]:
        """Every word that would be legal, for suggestions."""
        builtin = [word for word in ("world", "account", "clock", "new") if getattr(self, word)]
        return (*self.row, *self.names, *builtin)


def key(expression: n.Expr) -> str | None:
    """A text that two expressions share if they denote the same thing; None for what has no such name."""
    match expression:
        case n.Reference(name=name):
            return name
        case n.Member(value=value, name=name):
            inner = key(value)
            return None if inner is None else f"{inner}.{name.text}"
        case n.Index(value=value, index=index):
            inner, at = key(value), key(index)
            return None if inner is None or at is None else f"{inner}[{at}]"
        case n.StringLit(value=text):
            return repr(text)
        case n.NumberLit(value=number):
            return str(number)
        case _:
            return None


def optional_type(t: Type, *, optional: bool) -> Type:
    """The type of reading a field that may be absent: absence reads as null."""
    return NullableType(t) if optional and not isinstance(t, NullableType) else t


def row_name(t: Type) -> str:
    """How a row type is called in messages."""
    return t.name if isinstance(t, RecordType) else "row"
