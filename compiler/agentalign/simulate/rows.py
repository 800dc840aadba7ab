"""Records under construction and everything that reads or changes a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, assert_never

from agentalign import ir
from agentalign.ir import Expr, Json, Slot
from agentalign.simulate.fresh import fitting
from agentalign.simulate.functions import text
from agentalign.simulate.numbers import whole
from agentalign.simulate.state import Fn, Record, Scope, State
from agentalign.types import Field, is_nullable

RecordFn: TypeAlias = Callable[[Scope, State], Record]
Place: TypeAlias = Callable[[Scope, State], str]
TableExpr: TypeAlias = ir.MakeRecord | ir.Rows | ir.Row | ir.Insert | ir.Update | ir.Delete | ir.Invent

MOST_ROWS = 100
"""No call invents more rows than this, whatever its arguments say."""
_ATTEMPTS = 8


class Tables:
    """Compiles what touches tables and records; `compile` of other expressions is handed in."""

    def __init__(self, index: ir.Index, compile_expr: Callable[[Expr], Fn]) -> None:
        self._index = index
        self._expr = compile_expr

    def compile(self, e: TableExpr) -> Fn:
        """Return the closure of an expression over rows."""
        match e:
            case ir.MakeRecord():
                return self.record(e)
            case ir.Rows(table=table, partition=partition):
                place = self.place(table, partition)
                return lambda v, w: list(w.tables.get(place(v, w), {}).values())
            case ir.Row(table=table, partition=partition, key=key):
                return _row(self.place(table, partition), self._expr(key))
            case ir.Insert():
                return self._insert(e)
            case ir.Update():
                return self._update(e)
            case ir.Delete(table=table, partition=partition, key=key):
                return _delete(self.place(table, partition), self._expr(key))
            case ir.Invent():
                return self._invent(e)
            case _:
                assert_never(e)

    def place(self, table: str, partition: Expr | None) -> Place:
        """Return what names the rows of a table: those of the partition that the expression gives, if there is one."""
        if partition is None:
            return lambda _v, _w: table
        if isinstance(partition, ir.Const):
            name = partition_name(table, partition.value)
            return lambda _v, _w: name
        if isinstance(partition, ir.Var):
            return _named_place(table, partition.name)
        key = self._expr(partition)
        return lambda v, w: partition_name(table, key(v, w))

    def record(self, e: ir.MakeRecord) -> RecordFn:
        """Return what makes a record; optional fields whose value is null are left out."""
        known = self._index.records.get(e.type)
        return self.filled(e.slots, {} if known is None else {field.name: field for field in known.fields})

    def filled(self, slots: Sequence[Slot], fields: dict[str, Field]) -> RecordFn:
        """Return what evaluates slots into a record with those fields; what is made up agrees with what is given."""
        fresh = [s.field for s in slots if isinstance(s.value, ir.Fresh) and s.value.kind == "value"]
        fitted, fit = fitting({name: field.type for name, field in fields.items()}, fresh) or ((), None)
        values = [(s.field, ir.Const(None) if s.field in fitted else s.value) for s in slots]
        made = [(name, self._expr(value), _absent(fields, name) and name not in fitted) for name, value in values]
        if fit is None and not any(may_be_absent for _, _, may_be_absent in made):
            return self._always(slots)

        def make(v: Scope, w: State) -> Record:
            record: Record = {}
            for name, value, may_be_absent in made:
                found = value(v, w)
                if found is not None or not may_be_absent:
                    record[name] = found
            if fit is not None:
                fit(record, w.stream)
            return record

        return make

    def _always(self, slots: Sequence[Slot]) -> RecordFn:
        """Return what makes a record with all slots; constants and names in scope need no call."""
        blank: Record = {s.field: s.value.value if isinstance(s.value, ir.Const) else None for s in slots}
        named = [(s.field, s.value.name) for s in slots if isinstance(s.value, ir.Var)]
        made = [(s.field, self._expr(s.value)) for s in slots if not isinstance(s.value, ir.Const | ir.Var)]

        def make(v: Scope, w: State) -> Record:
            record = blank.copy()
            for field, name in named:
                record[field] = v[name]
            for field, value in made:
                record[field] = value(v, w)
            return record

        return make

    def _insert(self, e: ir.Insert) -> Fn:
        place, row, key = self.place(e.table, e.partition), self._table_record(e.table, e.row), self._key(e.table)

        def insert(v: Scope, w: State) -> Json:
            made = row(v, w)
            w.put(place(v, w), _scalar(made.get(key)), made)
            return made

        return insert

    def _update(self, e: ir.Update) -> Fn:
        place, key = self.place(e.table, e.partition), self._expr(e.key)
        fields = {field.name: field for field in self._index.tables[e.table].row.fields}
        absent = tuple(s.field for s in e.slots if _absent(fields, s.field))
        changes = self.filled(e.slots, fields)

        def update(v: Scope, w: State) -> Json:
            name, found = place(v, w), _scalar(key(v, w))
            old = w.tables.get(name, {}).get(found)
            if old is None:
                return None
            new = changes(v, w)
            kept = {field: value for field, value in old.items() if field in new or field not in absent}
            row = kept | new
            w.put(name, found, row)
            return row

        return update

    def _invent(self, e: ir.Invent) -> Fn:
        low, high, table = self._expr(e.low), self._expr(e.high), e.table
        row = self.record(e.row) if table is None else self._table_record(table, e.row)
        place = None if table is None else self.place(table, e.partition)
        key = "" if table is None else self._key(table)

        def invent(v: Scope, w: State) -> Json:
            least, most = whole(low(v, w)), whole(high(v, w))
            count = min(least + w.stream.below(max(most - least, 0) + 1), MOST_ROWS)
            if place is None:
                return [row(v, w) for _ in range(count)]
            rows = w.tables.setdefault(place(v, w), {})
            made = [_unheard_of(row, key, rows, v, w) for _ in range(count)]
            return [found for found in made if found is not None]

        return invent

    def _table_record(self, table: str, row: ir.MakeRecord) -> RecordFn:
        return self.filled(row.slots, {field.name: field for field in self._index.tables[table].row.fields})

    def _key(self, table: str) -> str:
        return self._index.tables[table].key


def partition_name(table: str, key: Json) -> str:
    """Return the name under which the rows of a partition are kept."""
    return f"{table} of {text(key)}"


def _named_place(table: str, name: str) -> Place:
    before = partition_name(table, "")

    def place(v: Scope, _w: State) -> str:
        key = v[name]
        return before + (key if isinstance(key, str) else text(key))

    return place


def _row(place: Place, key: Fn) -> Fn:
    def find(v: Scope, w: State) -> Json:
        rows = w.tables.get(place(v, w))
        name = key(v, w)
        return None if rows is None else rows.get(name if isinstance(name, str) else _scalar(name))

    return find


def _delete(place: Place, key: Fn) -> Fn:
    return lambda v, w: w.tables.get(place(v, w), {}).pop(_scalar(key(v, w)), None)


def _unheard_of(row: RecordFn, key: str, rows: dict[Json, Record], v: Scope, w: State) -> Record | None:
    """Make and store a row; made up again while its key is taken, given up where no other key is to be had."""
    for _ in range(_ATTEMPTS):
        made = row(v, w)
        name = _scalar(made.get(key))
        if name not in rows:
            rows[name] = made
            w.invented[id(made)] = w.stream
            return made
    return None


def _scalar(key: Json) -> Json:
    """Only scalars are keys; anything else is no row's."""
    return None if isinstance(key, (list, dict)) else key


def _absent(fields: dict[str, Field], name: str) -> bool:
    return name in fields and fields[name].optional and not is_nullable(fields[name].type)
