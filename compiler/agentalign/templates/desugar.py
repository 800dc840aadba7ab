"""Writing a template back as text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, assert_never

from agentalign.templates.nodes import (
    Apply,
    Broken,
    Compare,
    Expr,
    Filtered,
    For,
    Group,
    If,
    Literal,
    Logic,
    Node,
    Output,
    Path,
    Text,
)
from agentalign.templates.scope import Checked


def desugar(checked: Checked) -> str:
    """Return a template text that means the same without types; raises `ValueError` if the template has errors.

    Faces are written out (`brief.says`), parts of domain values are filters (`who | part("full_name", "first")`), numbers
    have their canonical filter (`limit | plain`), choices their number (`one_of(0, "a", "b")`), tests for absence are
    spelled (`contact | present`), and `details(step)` carries the blank before it (`details(sent, " ")`).
    """
    if checked.errors:
        raise ValueError("a template with mistakes has no meaning")
    return write(checked.nodes)


def write(nodes: Iterable[Node]) -> str:
    """Return the text of a tree; reading it back gives the same tree up to offsets."""
    out = ""
    for node in nodes:
        match node:
            case Text(text=text):
                out += text
                continue
            case Output(expr=expr):
                piece = f"{{{{ {expression(expr)} }}}}"
            case If():
                piece = _if(node)
            case For(name=name, source=source, body=body):
                piece = f"{{% for {name.text} in {expression(source)} %}}{_sealed(write(body))}{{% endfor %}}"
            case _:
                assert_never(node)
        out = _sealed(out) + piece
    return out


def _sealed(text: str) -> str:
    """Return text that a tag may follow: a brace before a tag would open another one."""
    return f'{text[:-1]}{{{{ "{{" }}}}' if text.endswith("{") else text


def _if(node: If) -> str:
    out = "".join(
        f"{{% {'elif' if at else 'if'} {expression(branch.condition)} %}}{_sealed(write(branch.body))}"
        for at, branch in enumerate(node.branches)
    )
    return (
        f"{out}{{% else %}}{_sealed(write(node.otherwise))}{{% endif %}}" if node.otherwise else f"{out}{{% endif %}}"
    )


_LOOSE: Final = {"or": 0, "and": 1, "not": 2}


def expression(expr: Expr) -> str:
    """Return the text of an expression."""
    match expr:
        case Path():
            return ".".join(expr.path)
        case Literal(value=value):
            return _literal(value)
        case Group(items=items):
            listed = ", ".join(map(expression, items))
            return f"({listed},)" if len(items) == 1 else f"({listed})"
        case Filtered(value=value, name=name, args=args):
            called = f"({', '.join(map(expression, args))})" if args else ""
            return f"{_inside(value, 4)} | {name.text}{called}"
        case Apply(function=function, args=args):
            return f"{function.text}({', '.join(map(expression, args))})"
        case Compare(op=op, left=left, right=right):
            return f"{_inside(left, 4)} {op} {_inside(right, 4)}"
        case Logic(op="not", operands=(operand,)):
            return f"not {_inside(operand, 2)}"
        case Logic(op=op, operands=operands):
            level = _LOOSE[op]
            left, right = operands
            return f"{_inside(left, level)} {op} {_inside(right, level + 1)}"
        case Broken():
            raise ValueError("a template with mistakes has no text")
        case _:
            assert_never(expr)


def _inside(expr: Expr, level: int) -> str:
    """Return an operand, in parentheses if it binds looser than where it stands."""
    own = _LOOSE[expr.op] if isinstance(expr, Logic) else 3 if isinstance(expr, Compare) else 4
    return expression(expr) if own >= level else f"({expression(expr)})"


def _literal(value: str | float | bool | None) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case str():
            return f'"{value.translate(_ESCAPES)}"'
        case _:
            return repr(value)


_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
