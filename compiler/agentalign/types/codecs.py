"""Encodings and checksums of identifiers.

Sources: Base58Check (Bitcoin), Monero's block-wise Base58 (CryptoNote CNS007), Bech32 and Bech32m (BIP 173 and 350), EIP-55,
ISO 7064 mod 97-10 (IBAN, ISO 13616), UPU S10 and ISBN-13 check digits.
"""

from __future__ import annotations

from hashlib import blake2b, sha256
from typing import Final

BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def noise(*parts: str | int, size: int = 32) -> bytes:
    """Return `size` <= 64 bytes that depend on nothing but `parts`: material for identifiers nobody holds a key of."""
    return blake2b("/".join(map(str, parts)).encode(), digest_size=size, person=b"agentalign").digest()


def keccak256(data: bytes) -> bytes:
    """Return the 32-byte Keccak-256 digest as Ethereum and Monero use it: with the padding from before FIPS 202."""
    from Crypto.Hash import keccak  # noqa: PLC0415  # takes a while to load, and few specs need it

    return keccak.new(digest_bits=256, data=data).digest()


def eip55(address: str) -> str:
    """Return a 40-digit hexadecimal address, without `0x`, with the capitals that EIP-55 uses as its checksum."""
    lower = address.lower()
    nibbles = keccak256(lower.encode()).hex()
    return "".join(c.upper() if nibble >= "8" else c for c, nibble in zip(lower, nibbles, strict=False))


def base58(data: bytes) -> str:
    """Return Bitcoin's Base58 of `data`; each leading zero byte is a leading `1`."""
    number, out = int.from_bytes(data, "big"), []
    while number:
        number, digit = divmod(number, 58)
        out.append(BASE58[digit])
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + "".join(reversed(out))


def unbase58(text: str) -> bytes | None:
    """Return what `base58` encoded, or `None` if `text` holds a character outside the alphabet."""
    number = 0
    for char in text:
        digit = BASE58.find(char)
        if digit < 0:
            return None
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base58check(payload: bytes) -> str:
    """Return Base58 of `payload` and the first four bytes of its double SHA-256."""
    return base58(payload + sha256(sha256(payload).digest()).digest()[:4])


def unbase58check(text: str) -> bytes | None:
    """Return the payload of a Base58Check string, or `None` if its checksum is wrong."""
    data = unbase58(text)
    if data is None or len(data) < 5 or sha256(sha256(data[:-4]).digest()).digest()[:4] != data[-4:]:
        return None
    return data[:-4]


_MONERO_BLOCKS: Final = (0, 2, 3, 5, 6, 7, 9, 10, 11)
"""Characters per block of 0 to 8 bytes."""


def monero58(data: bytes) -> str:
    """Return Monero's Base58: blocks of 8 bytes become 11 characters, padded with `1`."""
    out = []
    for start in range(0, len(data), 8):
        block = data[start : start + 8]
        out.append(base58(block).lstrip("1").rjust(_MONERO_BLOCKS[len(block)], "1"))
    return "".join(out)


def unmonero58(text: str) -> bytes | None:
    """Return what `monero58` encoded, or `None` if `text` is not its output."""
    out = b""
    for start in range(0, len(text), 11):
        block = text[start : start + 11]
        if len(block) not in _MONERO_BLOCKS or any(char not in BASE58 for char in block):
            return None
        number, size = 0, _MONERO_BLOCKS.index(len(block))
        for char in block:
            number = number * 58 + BASE58.index(char)
        if number >> (8 * size):
            return None
        out += number.to_bytes(size, "big")
    return out


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> i & 1 else 0
    return check


def _expand(prefix: str) -> list[int]:
    return [ord(char) >> 5 for char in prefix] + [0] + [ord(char) & 31 for char in prefix]


def _regroup(values: bytes | list[int], width: int, wanted: int) -> list[int]:
    """Regroup bits from groups of `width` to groups of `wanted`, filling up the last one with zeros."""
    bits = "".join(f"{value:0{width}b}" for value in values)
    bits += "0" * (-len(bits) % wanted)
    return [int(bits[i : i + wanted], 2) for i in range(0, len(bits), wanted)]


def segwit(version: int, program: bytes, prefix: str = "bc") -> str:
    """Return the Bech32 (version 0) or Bech32m (others) address of a witness program."""
    data = [version, *_regroup(program, 8, 5)]
    check = _polymod(_expand(prefix) + data + [0] * 6) ^ (0x2BC830A3 if version else 1)
    data += [check >> 5 * (5 - i) & 31 for i in range(6)]
    return f"{prefix}1{''.join(BECH32[value] for value in data)}"


def unsegwit(address: str, prefix: str = "bc") -> tuple[int, bytes] | None:
    """Return version and program of a segregated-witness address, or `None` if it is not one."""
    lower = address.lower()
    head, _, tail = lower.rpartition("1")
    if address not in {lower, address.upper()} or head != prefix or not 7 <= len(tail) <= 80:
        return None
    data = [BECH32.find(char) for char in tail]
    if min(data) < 0 or data[0] > 16 or _polymod(_expand(prefix) + data) != (0x2BC830A3 if data[0] else 1):
        return None
    bits = "".join(f"{value:05b}" for value in data[1:-6])
    spare = len(bits) % 8
    if spare > 4 or "1" in bits[len(bits) - spare :]:
        return None
    program = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits) - spare, 8))
    fits = len(program) in {20, 32} if not data[0] else 2 <= len(program) <= 40
    return (data[0], program) if fits else None


def mod97(text: str) -> int:
    """Return the ISO 7064 remainder of digits and capitals, where `A` counts as 10 and `Z` as 35."""
    return int("".join(str(int(char, 36)) for char in text)) % 97


def isbn13_digit(first12: str) -> str:
    """Return the check digit of a 13-digit ISBN."""
    return str(-sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(first12)) % 10)


def s10_digit(first8: str) -> str:
    """Return the check digit of a postal item number (UPU S10)."""
    rest = 11 - sum(int(d) * w for d, w in zip(first8, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return {10: "0", 11: "5"}.get(rest, str(rest))
