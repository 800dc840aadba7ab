"""Keccak-256 as Ethereum and Monero use it: the reference of Bertoni et al., with the padding from before FIPS 202.

No library at hand has it, and twenty-four rounds over twenty-five lanes are much for Python: so a round is written out as
text, lane by lane, and compiled when first needed. That takes two thirds of the time that loops over tables do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from struct import Struct
from typing import Final, TypeAlias

_MASK: Final = 0xFFFFFFFFFFFFFFFF
_RATE: Final = 136
_LANES: Final = range(25)
_BLOCK: Final = Struct("<17Q")
_DIGEST: Final = Struct("<4Q")

_State: TypeAlias = tuple[int, ...]


@lru_cache(maxsize=8192)
def keccak256(data: bytes) -> bytes:
    """Return the 32-byte Keccak-256 digest (original padding, not SHA3-256)."""
    padded = bytearray(data + b"\x01" + bytes(-(len(data) + 1) % _RATE))
    padded[-1] |= 0x80
    permute, state = _permutation(), (0,) * len(_LANES)
    for block in _BLOCK.iter_unpack(padded):
        state = permute((*(lane ^ word for lane, word in zip(state, block, strict=False)), *state[len(block) :]))
    return _DIGEST.pack(*state[:4])


@cache
def _permutation() -> Callable[[_State], _State]:
    """Return Keccak-f[1600], of 25 lanes of 64 bits."""
    names: dict[str, Callable[[_State], _State]] = {}
    exec(_source(), {"CONSTANTS": _constants(), "MASK": _MASK}, names)  # noqa: S102  # our own text, made of numbers
    return names["permute"]


def _source() -> str:
    lanes = ", ".join(f"a{at}" for at in _LANES)
    lines = [f"c{x} = " + " ^ ".join(f"a{x + 5 * y}" for y in range(5)) for x in range(5)]
    lines += [f"d{x} = c{(x + 4) % 5} ^ (c{(x + 1) % 5} << 1 & MASK | c{(x + 1) % 5} >> 63)" for x in range(5)]
    for at, (source, x, turn) in enumerate(_moves()):
        lines += [f"t = a{source} ^ d{x}", f"b{at} = t << {turn} & MASK | t >> {64 - turn}" if turn else f"b{at} = t"]
    for at in _LANES:
        row, x = at // 5 * 5, at % 5
        lines.append(f"a{at} = b{at} ^ (~b{row + (x + 1) % 5} & b{row + (x + 2) % 5})")
    body = "\n  ".join([*lines, "a0 ^= constant"])
    return f"def permute(lanes):\n {lanes} = lanes\n for constant in CONSTANTS:\n  {body}\n return {lanes}\n"


def _moves() -> tuple[tuple[int, int, int], ...]:
    """Return, for each lane after rho and pi, the lane it comes from, its column, and by how much it turns."""
    moves = [(0, 0, 0)] * len(_LANES)
    x, y = 1, 0
    for t in range(24):
        moves[y + 5 * ((2 * x + 3 * y) % 5)] = (x + 5 * y, x, (t + 1) * (t + 2) // 2 % 64)
        x, y = y, (2 * x + 3 * y) % 5
    return tuple(moves)


def _constants() -> tuple[int, ...]:
    register, constants = 1, []
    for _ in range(24):
        constant = 0
        for j in range(7):
            constant |= (register & 1) << ((1 << j) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return tuple(constants)
