"""The user's account of a case."""

from __future__ import annotations

from collections.abc import Callable

from agentalign.ir import Index
from agentalign.simulate.fresh import fitting, maker, picker
from agentalign.simulate.state import Record, State
from agentalign.types import Field, Stream, generable


def account_maker(index: Index) -> Callable[[Stream], Record]:
    """Return what makes an account from a stream: from the lexicons its fields name, else by their types.

    Optional fields without values to generate are left out; what derives from the user's name agrees with it.
    """
    record = index.plan.account
    if record is None:
        return lambda _: {}
    sources = index.inventions.get(record.name, {})

    def member(field: Field) -> Callable[[State], object]:
        lexicon = sources[field.name].lexicon if field.name in sources else None
        if lexicon is not None:
            return picker(index.lexicons[lexicon])
        make = maker(field.type)
        return lambda state: make(state.stream)

    made = [(f.name, member(f)) for f in record.fields if not f.optional or f.name in sources or generable(f.type)]
    fit = fitting({f.name: f.type for f in record.fields}, [f.name for f in record.fields if f.name not in sources])

    def make(stream: Stream) -> Record:
        state = State(stream, 0, dict)
        account: Record = {name: value(state) for name, value in made}
        if fit is not None:
            fit(account)
        return account

    return make
