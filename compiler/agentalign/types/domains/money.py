"""Amounts, currencies and accounts."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from agentalign.types.codecs import mod97
from agentalign.types.domain import digits, domain
from agentalign.types.domains.codes import CURRENCIES, SYMBOLS, WHOLE
from agentalign.types.domains.places import longest_first, mentions
from agentalign.types.model import DecimalType, DomainType, StringType

_SIGNED = {sign: code for code, sign in SYMBOLS.items()}
_SPELLED = {name: code for code, name in CURRENCIES.items()} | {code: code for code in CURRENCIES}
_CODES = tuple(CURRENCIES)
_named = mentions(CURRENCIES)


@lru_cache(maxsize=1)
def _shapes() -> tuple[re.Pattern[str], ...]:
    """Return patterns for: a sign; an amount behind a sign, behind a code, before a name or code."""
    number = r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]{1,2})?(?![\w]|[.,][0-9])"
    signs = "|".join(map(re.escape, longest_first(_SIGNED)))
    units = "|".join(map(re.escape, longest_first(_SPELLED)))
    return tuple(
        map(
            re.compile,
            (
                signs,
                rf"(?<!\w)(?P<unit>{signs}) ?{number}",
                rf"(?<!\w)(?P<unit>{'|'.join(_CODES)}) {number}",
                rf"(?<![\w.]){number} (?P<unit>{units}|{signs})(?!\w)",
            ),
        )
    )


def _currencies_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_named(text), *(_SIGNED[sign] for sign in _shapes()[0].findall(text)))))


CURRENCY = domain(
    "currency",
    "currency code",
    pattern="[A-Z]{3}",
    generate=lambda index: _CODES[index],
    size=len(CURRENCIES),
    check=lambda value: None if value in CURRENCIES else "not in ISO 4217",
    find=_currencies_in,
    forms=lambda value: (CURRENCIES[value], *((SYMBOLS[value],) if value in SYMBOLS else ())),
    identifier=False,
    parts={"name": (StringType(1), lambda value: CURRENCIES[value])},
    max_length=3,
)

# ---- amounts

_PAID_IN = ("EUR", "USD", "GBP", "CHF", "CAD", "AUD", "SEK", "PLN")


def _money(index: int) -> str:
    cents, units, currency = digits(index, 4, 2048, 8)
    return f"{units + 5}.{('00', '50', '90', '25')[cents]} {_PAID_IN[currency]}"


def _amount(value: str) -> int | float:
    number = value.partition(" ")[0]
    return float(number) if "." in number else int(number)


def _money_forms(value: str) -> tuple[str, ...]:
    number, _, code = value.partition(" ")
    whole, _, cents = number.partition(".")
    grouped = f"{int(whole):,}"
    numbers = [number, f"{grouped}.{cents}"] if cents else [grouped]
    numbers += [] if cents.strip("0") else [whole, grouped]
    out: list[str] = []
    for spelled in dict.fromkeys(numbers):
        out += [f"{SYMBOLS[code]}{spelled}"] if code in SYMBOLS else []
        out += [f"{spelled} {code}", f"{code} {spelled}", f"{spelled} {CURRENCIES.get(code, code)}"]
        out += [f"{spelled} {SYMBOLS[code]}"] if code in SYMBOLS else []
    return tuple(form for form in dict.fromkeys(out) if form != value)


def _money_in(text: str) -> tuple[str, ...]:
    hits: list[tuple[int, str]] = []
    for shape in _shapes()[1:]:
        for match in shape.finditer(text):
            whole, cents = [group for group in match.groups() if group != match["unit"]]
            code = _SIGNED.get(match["unit"]) or _SPELLED[match["unit"]]
            rest = "" if code in WHOLE else f".{(cents or '.00')[1:]:0<2}"
            hits.append((match.start(), f"{whole.replace(',', '')}{rest} {code}"))
    return tuple(dict.fromkeys(value for _, value in sorted(hits)))


MONEY = domain(
    "money",
    "amount of money",
    pattern=r"[0-9]{1,12}(?:\.[0-9]{2})? [A-Z]{3}",
    generate=_money,
    check=lambda value: None if value[-3:] in CURRENCIES else "its currency is not in ISO 4217",
    find=_money_in,
    forms=_money_forms,
    identifier=False,
    parts={
        "amount": (DecimalType(min=Decimal(0), places=2), _amount),
        "currency": (DomainType("Currency", "currency"), lambda value: value[-3:]),
    },
    max_length=19,
)

# ---- accounts

_IBAN_LENGTHS = {
    code: int(length)
    for code, length in re.findall(
        r"([A-Z]{2})(\d\d)",
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 "
        "FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 "
        "LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 "
        "SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20",
    )
}
# Clearing codes that no central bank has given out: `{}` is where the account number goes.
_IBAN_FORMS = (
    ("DE", "90000000{:010d}"),
    ("NL", "XFIC{:010d}"),
    ("GB", "XFIC990099{:08d}"),
    ("IE", "XFIC990099{:08d}"),
    ("AT", "99900{:011d}"),
    ("CH", "99900{:012d}"),
    ("LU", "999{:013d}"),
    ("CZ", "9990000000{:010d}"),
)


def _iban(index: int) -> str:
    form, account = digits(index, 8, 8192)
    country, pattern = _IBAN_FORMS[form]
    body = pattern.format(10_000_019 + account * 9_973)
    return f"{country}{98 - mod97(body + country + '00'):02d}{body}"


def _check_iban(value: str) -> str | None:
    wanted = _IBAN_LENGTHS.get(value[:2])
    if wanted is None:
        return f"{value[:2]} has no IBANs"
    if len(value) != wanted:
        return f"IBANs of {value[:2]} have {wanted} characters"
    return None if mod97(value[4:] + value[:4]) == 1 else "its check digits are wrong"


IBAN = domain(
    "iban",
    "IBAN",
    pattern=r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}",
    generate=_iban,
    check=_check_iban,
    search=r"(?<!\w)[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)",
    canonical=lambda text: text.replace(" ", ""),
    forms=lambda value: (" ".join(value[i : i + 4] for i in range(0, len(value), 4)),),
    parts={"country": (DomainType("Country", "country"), lambda value: value[:2])},
    max_length=34,
)

DOMAINS = (CURRENCY, MONEY, IBAN)
