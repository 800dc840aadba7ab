"""Numbers that services and registries hand out."""

from __future__ import annotations

import re

from agentalign.types.codecs import isbn13_digit, noise, s10_digit
from agentalign.types.domain import digits, domain

IMAGE_ID = domain(
    "image_id",
    "image id",
    pattern=r"img_[0-9a-z]{8,32}",
    generate=lambda index: f"img_{noise('image', index, size=8).hex()}",
    max_length=36,
)


def _uuid(index: int) -> str:
    raw = noise("uuid", index, size=16).hex()
    return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-{'89ab'[int(raw[16], 16) % 4]}{raw[17:20]}-{raw[20:]}"


UUID = domain(
    "uuid",
    "UUID",
    pattern=r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
    generate=_uuid,
    search=r"(?<![\w-])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![\w-])",
    format="uuid",
    max_length=36,
)

SHA256 = domain(
    "sha256",
    "SHA-256 digest",
    pattern=r"[0-9A-Fa-f]{64}",
    generate=lambda index: noise("sha256", index).hex(),
    max_length=64,
)


def _isbn(index: int) -> str:
    # No registration group 979-9 has been assigned, so no such book exists.
    title, publisher = digits(index, 256, 256)
    body = f"9799{publisher + 1000:04d}{title + 1000:04d}"
    return body + isbn13_digit(body)


def _isbn_forms(value: str) -> tuple[str, ...]:
    plain = value.replace("-", "")
    hyphened = f"{plain[:3]}-{plain[3]}-{plain[4:8]}-{plain[8:12]}-{plain[12]}"
    return (hyphened, hyphened.replace("-", " "), plain, f"{plain[:3]}-{plain[3:]}")


def _check_isbn(value: str) -> str | None:
    plain = value.replace("-", "")
    if len(plain) != 13:
        return "it does not have 13 digits"
    return None if isbn13_digit(plain[:12]) == plain[12] else "its check digit is wrong"


ISBN = domain(
    "isbn",
    "ISBN",
    pattern=r"97[89](?:-?[0-9]){10}",
    generate=_isbn,
    check=_check_isbn,
    search=r"(?<![\w-])97[89](?:[ -]?[0-9]){10}(?![\w-])",
    canonical=lambda text: re.sub("[ -]", "", text),
    forms=_isbn_forms,
    max_length=17,
)


def _tracking_number(index: int) -> str:
    # ISO 3166 leaves XA to XZ to their users: no post office owns them.
    service, number = ("RR", "CP", "EE", "LX")[index % 4], f"{index // 4 * 6101 % 10**8:08d}"
    return f"{service}{number}{s10_digit(number)}XX"


TRACKING_NUMBER = domain(
    "tracking_number",
    "tracking number",
    pattern=r"[A-Z]{2}[0-9]{9}[A-Z]{2}",
    generate=_tracking_number,
    check=lambda value: None if s10_digit(value[2:10]) == value[10] else "its check digit is wrong",
    search=r"(?<!\w)[A-Z]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3} ?[A-Z]{2}(?!\w)",
    canonical=lambda text: text.replace(" ", ""),
    forms=lambda value: (f"{value[:2]} {value[2:5]} {value[5:8]} {value[8:11]} {value[11:]}",),
    max_length=13,
)

DOMAINS = (IMAGE_ID, UUID, SHA256, ISBN, TRACKING_NUMBER)
