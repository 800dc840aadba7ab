"""Addresses and transactions of public block chains, with valid checksums.

Key hashes come from a digest of a counter, so nobody holds the keys.
"""

from __future__ import annotations

from agentalign.types.codecs import (
    base58,
    base58check,
    eip55,
    keccak256,
    monero58,
    noise,
    segwit,
    unbase58,
    unbase58check,
    unmonero58,
    unsegwit,
)
from agentalign.types.domain import domain


def _bitcoin(index: int) -> str:
    program = noise("bitcoin", index, size=20)
    return segwit(0, program) if index % 2 else base58check(b"\x00" + program)


def _check_bitcoin(value: str) -> str | None:
    if value.lower().startswith("bc1"):
        return None if unsegwit(value) else "its checksum is wrong"
    payload = unbase58check(value)
    return None if payload and len(payload) == 21 and payload[0] in {0, 5} else "its checksum is wrong"


BITCOIN_ADDRESS = domain(
    "bitcoin_address",
    "Bitcoin address",
    pattern=r"[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[02-9ac-hj-np-z]{11,71}|BC1[02-9AC-HJ-NP-Z]{11,71}",
    generate=_bitcoin,
    check=_check_bitcoin,
    max_length=74,
)


def _check_ethereum(value: str) -> str | None:
    digits = value[2:]
    if digits in {digits.lower(), digits.upper()} or eip55(digits) == digits:
        return None
    return "its capitals are not the EIP-55 checksum"


ETHEREUM_ADDRESS = domain(
    "ethereum_address",
    "Ethereum address",
    pattern=r"0x[0-9A-Fa-f]{40}",
    generate=lambda index: "0x" + eip55(noise("ethereum", index, size=20).hex()),
    check=_check_ethereum,
    forms=lambda value: (value.lower(),),
    max_length=42,
)


def _monero(index: int) -> str:
    body = b"\x12" + noise("monero", index, size=64)
    return monero58(body + keccak256(body)[:4])


def _check_monero(value: str) -> str | None:
    data = unmonero58(value)
    if data is None or len(data) not in {69, 77} or data[0] not in {18, 19, 42}:
        return "it does not decode to a network byte and two keys"
    return None if keccak256(data[:-4])[:4] == data[-4:] else "its checksum is wrong"


MONERO_ADDRESS = domain(
    "monero_address",
    "Monero address",
    pattern=r"[48][1-9A-HJ-NP-Za-km-z]{94}(?:[1-9A-HJ-NP-Za-km-z]{11})?",
    generate=_monero,
    check=_check_monero,
    max_length=106,
)


def _check_solana(value: str) -> str | None:
    data = unbase58(value)
    return None if data is not None and len(data) == 32 else "it does not decode to 32 bytes"


SOLANA_ADDRESS = domain(
    "solana_address",
    "Solana address",
    pattern=r"[1-9A-HJ-NP-Za-km-z]{32,44}",
    generate=lambda index: base58(noise("solana", index)),
    check=_check_solana,
    max_length=44,
)

TRANSACTION_HASH = domain(
    "transaction_hash",
    "transaction hash",
    pattern=r"0x[0-9A-Fa-f]{64}",
    generate=lambda index: "0x" + noise("transaction", index).hex(),
    max_length=66,
)

BITCOIN_TXID = domain(
    "bitcoin_txid",
    "Bitcoin transaction id",
    pattern=r"[0-9A-Fa-f]{64}",
    generate=lambda index: noise("txid", index).hex(),
    max_length=64,
)

DOMAINS = (BITCOIN_ADDRESS, ETHEREUM_ADDRESS, MONERO_ADDRESS, SOLANA_ADDRESS, TRANSACTION_HASH, BITCOIN_TXID)
