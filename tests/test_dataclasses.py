"""Our dataclasses are the standard library's: every class is made both ways, and the two behave alike."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from typing import Any, get_type_hints

import pytest

from agentalign import dataclasses as lean

WAYS = {"lean": lean.dataclass, "standard": dataclasses.dataclass}


def declare(decorate: Callable[..., Any], **options: bool) -> Any:
    """A class, one that extends it, and one with every kind of field."""

    @decorate(frozen=True, slots=True, **options)
    class Base:
        """Doc."""

        start: int

        @property
        def twice(self) -> int:
            return 2 * self.start

    @decorate(frozen=True, slots=True, **options)
    class Derived(Base):
        """Another."""

        end: int = 7
        items: list[int] = lean.field(default_factory=list, compare=False)
        hidden: str = lean.field(default="h", repr=False)
        width: int = lean.field(init=False, compare=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "width", self.end - self.start)

    return Base, Derived


OPTIONS: tuple[dict[str, bool], ...] = (
    {},
    {"eq": False},
    {"order": True},
    {"repr": False, "eq": False},
)


def behaviour(base: Any, derived: Any) -> list[object]:
    """All that can be seen of two classes and their instances, but for addresses."""
    some = [base(1), base(start=2), derived(1), derived(1, 9), derived(1, end=9, hidden="x"), derived(3, items=[4])]
    seen: list[object] = [
        [(cls.__name__, cls.__qualname__, cls.__doc__, cls.__match_args__, cls.__slots__) for cls in (base, derived)],
        [get_type_hints(cls) for cls in (base, derived)],
        [list(inspect.signature(cls).parameters) for cls in (base, derived)],
        [[(f.name, f.type, f.init, f.repr, f.compare) for f in dataclasses.fields(cls)] for cls in (base, derived)],
        [dataclasses.asdict(one) for one in some],
        [one.twice for one in some],
        [repr(one) if "object at" not in repr(one) else "" for one in some],
        [[left == right for left in some] for right in some],
        [hash(left) == hash(right) for left, right in zip(some, map(copy.copy, some), strict=True)],
        [dataclasses.asdict(copy.deepcopy(one)) for one in some],
        [dataclasses.asdict(dataclasses.replace(one, start=0)) for one in some],
        [dataclasses.asdict(lean.replace(one, start=0)) for one in some],
        [derived(1).items is derived(1).items],
    ]
    for attempt in ATTEMPTS:
        try:
            seen.append(attempt(base, derived))
        except (TypeError, AttributeError) as error:
            seen.append(type(error).__name__)
    return seen


ATTEMPTS: tuple[Callable[[Any, Any], object], ...] = (
    lambda base, _: base(),
    lambda base, _: base(1, 2),
    lambda base, _: base(1, start=2),
    lambda _, derived: derived(1, nothing=2),
    lambda _, derived: derived(1, width=2),
    lambda base, _: base(1) < base(2),
    lambda _, derived: derived(1) <= derived(1),
    lambda base, derived: base(1) > derived(1),
    lambda base, _: setattr(base(1), "start", 2),
    lambda base, _: delattr(base(1), "start"),
    lambda base, _: lean.replace(base(1), other=2),
    lambda base, _: vars(base(1)),
)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_classes_behave_as_those_of_the_standard_library(options: dict[str, bool]) -> None:
    ours, theirs = (behaviour(*declare(decorate, **options)) for decorate in WAYS.values())
    assert ours == theirs


@pytest.mark.parametrize("first", range(len(ATTEMPTS)))
def test_the_order_of_first_calls_does_not_matter(first: int) -> None:
    for cls in declare(lean.dataclass, order=True):
        with pytest.raises((TypeError, AttributeError)):
            cls(no="such field")
    classes = declare(lean.dataclass, order=True)
    with contextlib.suppress(TypeError, AttributeError):
        ATTEMPTS[first](*classes)
    assert behaviour(*classes) == behaviour(*declare(dataclasses.dataclass, order=True))


@lean.dataclass(frozen=True, slots=True)
class Sent:
    """Reaches another process."""

    name: str
    parts: tuple[Sent, ...] = ()


def test_instances_survive_pickling() -> None:
    sent = Sent("a", (Sent("b"), Sent("c")))
    assert pickle.loads(pickle.dumps(sent)) == sent  # noqa: S301


def test_methods_written_by_hand_stay() -> None:
    @lean.dataclass(frozen=True, slots=True)
    class Own:
        value: int

        def __repr__(self) -> str:
            return "own"

        def __len__(self) -> int:
            return self.value

    assert repr(Own(1)) == "own"
    assert not Own(0)
    assert Own(2) == Own(2)


def test_a_class_without_slots_is_left_to_the_standard_library() -> None:
    @lean.dataclass(frozen=True)
    class Plain:
        value: int

    @lean.dataclass(slots=True)
    class Open:
        value: int

    changed = Open(1)
    changed.value = 2
    assert vars(Plain(1)) == {"value": 1}
    assert lean.replace(Plain(1), value=2) == Plain(2)
    assert lean.replace(changed, value=3).value == 3


def test_classes_without_fields() -> None:
    @lean.dataclass(frozen=True, slots=True)
    class Nothing:
        """Says it all by its class."""

    assert Nothing() == Nothing()
    assert {Nothing(): 1}[Nothing()] == 1
    assert dataclasses.fields(Nothing) == ()
