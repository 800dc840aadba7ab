"""Checksums against the published test vectors of their standards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.types import domains
from agentalign.types.codecs import (
    base58,
    base58check,
    eip55,
    isbn13_digit,
    keccak256,
    mod97,
    monero58,
    s10_digit,
    segwit,
    unbase58,
    unbase58check,
    unmonero58,
    unsegwit,
)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        (b"testing", "5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02"),
    ],
)
def test_keccak_vectors(data: bytes, expected: str) -> None:
    assert keccak256(data).hex() == expected


@pytest.mark.parametrize(
    "address",
    [
        "52908400098527886E0F7030069857D2E4169EE7",
        "8617E340B3D01FA5F11F306F4090FD50E238070D",
        "de709f2102306220921060314715629080e2fb77",
        "27b1fdb04752bbc536007a920d24acb045561c26",
        "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "fB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "dbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "D1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_eip_55_vectors(address: str) -> None:
    assert eip55(address.lower()) == address
    assert domains["ethereum_address"].validate("0x" + address) is None


def test_ethereum_refuses_a_flipped_capital() -> None:
    assert domains["ethereum_address"].validate("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed") is not None
    assert domains["ethereum_address"].validate("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed") is None


@pytest.mark.parametrize(
    ("address", "program"),
    [
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "751e76e8199196d454941c45d1b3a323f1433bd6"),
        (
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        ),
        ("BC1SW50QGDZ25J", "751e"),
        ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "751e76e8199196d454941c45d1b3a323"),
    ],
)
def test_bip_350_valid(address: str, program: str) -> None:
    decoded = unsegwit(address)
    assert decoded is not None
    assert decoded[1].hex() == program
    assert segwit(*decoded) == address.lower()
    assert domains["bitcoin_address"].validate(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty",  # another prefix
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",  # checksum
        "BC13W508D6QEJXTDG4Y5R3ZARVARY0C5XW7KN40WF2",  # version 17
        "bc1rw5uspcuh",  # program too short
        "bc10w508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kw5rljs90",  # program too long
        "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",  # 16 bytes in version 0
        "bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du",  # padding of more than 4 bits
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kV8F3T4",  # mixed case
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",  # bech32 where bech32m is due
        "bc1gmk9yu",  # no data
    ],
)
def test_bip_173_and_350_invalid(address: str) -> None:
    assert unsegwit(address) is None
    assert domains["bitcoin_address"].validate(address) is not None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("", ""),
        ("61", "2g"),
        ("626262", "a3gV"),
        ("636363", "aPEr"),
        ("73696d706c792061206c6f6e6720737472696e67", "2cFupjhnEsSn59qHXstmK2ffpLv2"),
        ("516b6fcd0f", "ABnLTmg"),
        ("00000000000000000000", "1111111111"),
        ("00eb15231dfceb60925886b67d065299925915aeb172c06647", "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L"),
    ],
)
def test_base58_vectors_of_bitcoin_core(data: str, text: str) -> None:
    assert base58(bytes.fromhex(data)) == text
    assert unbase58(text) == bytes.fromhex(data)


@given(st.binary(max_size=80))
def test_encodings_round_trip(data: bytes) -> None:
    assert unbase58(base58(data)) == data
    assert unmonero58(monero58(data)) == data
    assert unbase58check(base58check(b"\x00" + data)) == b"\x00" + data


def test_bitcoin_genesis_address() -> None:
    validate = domains["bitcoin_address"].validate
    assert validate("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa") is None
    assert validate("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb") is not None
    assert validate("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy") is None


def test_monero_donation_address() -> None:
    address = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"
    assert domains["monero_address"].validate(address) is None
    assert domains["monero_address"].validate(address[:-1] + "B") is not None


@pytest.mark.parametrize(
    "iban",
    [
        "GB82WEST12345698765432",
        "DE89370400440532013000",
        "FR1420041010050500013M02606",
        "NL91ABNA0417164300",
        "CH9300762011623852957",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
    ],
)
def test_iban_registry_examples(iban: str) -> None:
    assert mod97(iban[4:] + iban[:4]) == 1
    assert domains["iban"].validate(iban) is None
    assert domains["iban"].validate(iban[:-1] + ("1" if iban[-1] != "1" else "2")) is not None
    spaced = " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))
    assert domains["iban"].recognise(f"Please pay to {spaced}, thanks.") == (iban,)


def test_iban_of_the_wrong_length() -> None:
    assert domains["iban"].validate("DE8937040044053201300") == "not an IBAN: IBANs of DE have 22 characters"
    assert domains["iban"].validate("XX89370400440532013000") == "not an IBAN: XX has no IBANs"


def test_check_digits() -> None:
    assert isbn13_digit("978030640615") == "7"
    assert s10_digit("47312482") == "9"
    assert domains["tracking_number"].validate("RR473124829GB") is None
    assert domains["isbn"].validate("978-0-306-40615-7") is None
    assert domains["isbn"].validate("9780306406156") is not None
