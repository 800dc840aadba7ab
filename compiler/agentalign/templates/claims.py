"""What a text states that somebody could have made up: numbers, dates, times, amounts, identifiers, names."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from agentalign.dataclasses import dataclass
from agentalign.templates.calendar import MONTHS
from agentalign.templates.measures import measured
from agentalign.templates.occurs import normal, occurs
from agentalign.templates.readoff import read_off
from agentalign.types import domains

Kind: TypeAlias = Literal[
    "url", "email", "handle", "path", "account", "phone", "date", "time", "amount", "identifier", "number", "name"
]


@dataclass(frozen=True, slots=True)
class Claim:
    """`text[start:end]` states a fact of some kind; `text` is that slice."""

    kind: Kind
    text: str
    start: int
    end: int


_MONTH: Final = "|".join(f"{name}|{name[:3]}" for name in MONTHS)
_DIGITS: Final = r"\d+(?:,\d{3})*(?:\.\d+)?"
_PATTERNS: Final[tuple[tuple[Kind, str], ...]] = (
    ("url", r"[a-z][a-z0-9+.-]*://[^\s<>\"'()\[\]{}]*[^\s<>\"'()\[\]{}.,;:!?]"),
    ("email", r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)*(?::[\w./~-]*\w)?"),
    ("handle", r"(?<![\w@/])@\w[\w.]*\w"),
    ("path", r"(?<![\w/.])(?:~|\.{1,2})?/(?:[\w.@+-]+/)*[\w.@+-]*[\w@+-]"),
    ("account", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b"),
    (
        "date",
        (
            rf"\b\d{{4}}-\d{{2}}-\d{{2}}(?:T\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?Z?)?\b"
            rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTH})\b(?:\.?,? \d{{4}}\b)?"
            rf"|\b(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?!\d|,\d)(?:,? \d{{4}}\b)?"
            rf"|\b(?:{_MONTH}) \d{{4}}\b"
        ),
    ),
    ("time", r"\b\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap](?:m\b|\.m\.))?|\b\d{1,2} ?[ap](?:m\b|\.m\.)"),
    ("phone", r"(?<!\w)\+\d[\d ()./-]{5,20}\d\b|(?<!\w)\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b"),
    (
        "amount",
        (
            rf"(?<!\w)(?:[A-Z]{{1,2}})?[$\u20ac\u00a3\u00a5\u20b9\u20a9] ?{_DIGITS}(?:[kKmM]\b)?"
            rf"|(?<![\w.,]){_DIGITS} ?(?:[A-Z]{{3}}\b|\u20ac|dollars\b|euros\b|pounds\b)"
            rf"|\b(?:USD|EUR|GBP|CHF|JPY) {_DIGITS}"
        ),
    ),
    (
        "identifier",
        # not `3rd`, `5k`, or the number in `90-minute`
        (
            r"#?\b(?=(?:\w+[-:.])*\w*[A-Za-z_])(?=(?:\w+[-:.])*\w*\d)(?!\d+(?:st|nd|rd|th|k|m|s)\b)"
            r"(?!\d+-[a-z]+\b(?![-:.]\w))\w+(?:[-:.]\w+)*\b"
        ),
    ),
    ("number", rf"(?<![\w.])-?{_DIGITS}(?:%|(?:st|nd|rd|th|k|m)\b)?"),
)
_CLAIMS: Final = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS))
_NAMED: Final = re.compile(r"[A-Z\u00c0-\u00de][\w'\u2019-]+(?: [A-Z\u00c0-\u00de][\w'\u2019-]+)+")


# a mark and the rest of its word: the marks behind it there make no difference
_MARK: Final = re.compile("[0-9@/$\u20ac\u00a3\u00a5\u20b9\u20a9][^ ]*")

# For ASCII, the same by classes of bytes, which takes a fifth of the time.
_MARKS: Final = f"{string.digits}@/$".encode()
_UNMARKED: Final = bytes(byte for byte in range(128) if byte not in _MARKS)
_MARKED: Final = bytes(ord("0" if byte in _MARKS else " ") for byte in range(256))
_CASES: Final = bytes(
    ord(
        "A" if chr(byte).isupper() else "a" if chr(byte).isalnum() or byte in b"_'-" else " " if byte in b" \n" else "."
    )
    for byte in range(128)
).ljust(256, b".")
_CAPITALISED: Final = re.compile(b"A[Aa]+(?: A[Aa]+)+")


def states(text: str) -> bool:
    """Tell quickly whether `text` may state anything: without a mark or two capitalised words it does not."""
    if text.isascii():
        raw = text.encode()
        return bool(raw.translate(None, _UNMARKED)) or _CAPITALISED.search(raw.translate(_CASES)) is not None
    return _MARK.search(text) is not None or _NAMED.search(text.replace("\n", " ")) is not None


def _marked(flat: str) -> Iterator[tuple[int, int]]:
    """Where the words of a line with a mark are, from the mark on."""
    if not flat.isascii():
        yield from (match.span() for match in _MARK.finditer(flat))
        return
    marks = flat.encode().translate(_MARKED)
    at = marks.find(b"0")
    while at >= 0:
        end = flat.find(" ", at)
        end = len(flat) if end < 0 else end
        yield at, end
        at = marks.find(b"0", end)


def _named(flat: str) -> list[str]:
    """The capitalised words of a line that stand together."""
    if not flat.isascii():
        return _NAMED.findall(flat)
    return [flat[slice(*match.span())] for match in _CAPITALISED.finditer(flat.encode().translate(_CASES))]


def claims(text: str) -> tuple[Claim, ...]:
    """Return what `text` states, in order and without overlap.

    A token with a mark (`@`, `://`, a slash) or with digits counts; of capitalised words those that the domain of full
    names takes for a person.
    """
    found = [
        Claim(_kind(match.lastgroup), match.group(), match.start(), match.end())
        for start, end in _windows(text)
        for match in _CLAIMS.finditer(text, start, end)
    ]
    found += _names(text)
    return tuple(sorted(dict.fromkeys(found), key=lambda claim: claim.start))  # stretches may overlap


def _windows(text: str) -> list[tuple[int, int]]:
    """Return the stretches in which a claim may be: words with a mark, the word before and three behind.

    The patterns would have to be tried at every word; marks are few.
    """
    flat = text.replace("\n", " ").replace("\t", " ")
    out: list[tuple[int, int]] = []
    for mark, after in _marked(flat):
        if out and mark < out[-1][1] - 1:
            start = out.pop()[0]
        else:
            start = flat.rfind(" ", 0, mark)
            start = max(flat.rfind(" ", 0, max(start, 0)), 0)
        end = after
        for _ in range(4):
            end = flat.find(" ", end) + 1 or len(flat)
        out.append((start, end))
    return out


def _kind(group: str | None) -> Kind:
    return next(kind for kind, _ in _PATTERNS if kind == group)


def _names(text: str) -> list[Claim]:
    people = domains.get("full_name")
    if people is None or _NAMED.search(text) is None:
        return []
    found: list[Claim] = []
    # The first of three words may just begin the sentence ("Ask Ana Koskinen"); two are enough to find the person by.
    for name in sorted(people.recognise(text), key=lambda name: (name.count(" "), name)):
        start = text.find(name)
        while start >= 0:
            end = start + len(name)
            if not any(claim.start < end and start < claim.end for claim in found):
                found.append(Claim("name", name, start, end))
            start = text.find(name, end)
    return found


# ----------------------------------------------------------------------------------------------------------- evidence

_MONTH_BEHIND: Final = re.compile(rf",? (?:of )?(?:{_MONTH})\b(?:,? \d{{4}})?|,? \d{{4}}\b")
_MONTH_BEFORE: Final = re.compile(rf"(?:{_MONTH})\.?")
_INITIALS: Final = frozenset(name[0] for name in MONTHS)
_BEHIND: Final = _INITIALS | {"o"}  # besides a year: a month, "of"
_AMOUNT: Final = re.compile(rf"[$\u20ac\u00a3\u00a5\u20b9\u20a9]?({_DIGITS})%?")
_FULL_DAY: Final = re.compile(rf"(\d{{1,2}}) ({_MONTH}) (\d{{4}})").fullmatch
_EDGES: Final = ".,;:!?()\"'\u2026\u201c\u201d"


def unsupported(text: str, evidence: str) -> tuple[Claim, ...]:
    """Return the claims of `text` whose value does not occur in `evidence`, in whatever form.

    `evidence` is everything that may be relied on, as text or JSON, in any order. Dates, times and numbers are compared
    by value, so `5 March` is supported by `2027-03-05`, `$1.2k` by `1200` and `1.5 MB` by `1500000`; everything else
    by the characters that matter.
    """
    flat = text.replace("\n", " ") if "\n" in text else text
    if _literally(flat, evidence):
        if all(map(evidence.__contains__, _named(flat))):
            return ()
        return tuple(claim for claim in _names(text) if not _supported(claim, evidence))
    found = tuple(
        claim
        for claim in claims(text)
        if not (_quoted(claim, flat, evidence) or _supported(claim, evidence) or _measured(claim, flat, evidence))
    )
    # Last, since all that the evidence says has to be looked for.
    return found and tuple(claim for claim in found if claim.text not in read_off(evidence))


def _measured(claim: Claim, flat: str, evidence: str) -> bool:
    """Tell whether a number is part of a size or a length of time that some number in the evidence comes to."""
    return claim.kind == "number" and measured(flat, claim.start, _numbers(evidence))


def _quoted(claim: Claim, flat: str, evidence: str) -> bool:
    """Tell whether the word a claim stands in is in the evidence letter by letter: a ratio, a range."""
    if claim.kind not in {"number", "time", "identifier", "amount"}:
        return False
    start, end = flat.rfind(" ", 0, claim.start) + 1, flat.find(" ", claim.end)
    word = flat[start : len(flat) if end < 0 else end].strip(_EDGES)
    return bool(word) and occurs(word, evidence, strict=True)


def _literally(flat: str, evidence: str) -> bool:
    """Tell whether every word with a mark stands in the evidence letter by letter, amounts without their sign."""
    done = 0
    for at, end in _marked(flat):
        if at < done:
            continue
        start, done = _token(flat, at, end, done)
        token = flat[start:done].strip(_EDGES)
        if token and not (
            occurs(token, evidence, strict=True) or _written_out(token, evidence) or _day_of(token, evidence)
        ):
            return False
    return True


def _written_out(token: str, evidence: str) -> bool:
    """Tell whether `$1,250.50` stands in the evidence as the number `1250.5`."""
    amount = _AMOUNT.fullmatch(token)
    if amount is None:
        return False
    digits = amount[1].replace(",", "")
    return occurs(digits.rstrip("0").rstrip(".") if "." in digits else digits, evidence, strict=True)


def _day_of(token: str, evidence: str) -> bool:
    """Tell whether `2 December 2026` stands in the evidence as `2026-12-02`, or some JSON string begins with that day."""
    day = _FULL_DAY(token)
    if day is None:
        return False
    written = f"{day[3]}-{_month(day[2]):02d}-{int(day[1]):02d}"
    return f'"{written}' in evidence or occurs(written, evidence, strict=True)


def _token(flat: str, mark: int, end: int, least: int) -> tuple[int, int]:
    """Return the bounds of the word with a mark (which ends at `end`), and of the date it is part of."""
    start = max(flat.rfind(" ", 0, mark) + 1, least)
    if start > 1:
        before = flat.rfind(" ", 0, start - 1) + 1
        if flat[before] in _INITIALS and _MONTH_BEFORE.fullmatch(flat, before, max(start - 1, before)):
            start = max(before, least)
    following = flat[end + 1 : end + 2]
    if following in _BEHIND or following.isdecimal():
        behind = _MONTH_BEHIND.match(flat, end)
        end = end if behind is None else behind.end()
    return start, end


def _supported(claim: Claim, evidence: str) -> bool:
    strict = claim.kind not in {"number", "amount", "name", "date", "time"}
    if claim.kind in {"amount", "name", "date"} and occurs(claim.text, evidence):
        return True  # as it is, whatever else would do: the rest of the evidence need not be made plain
    caseless = claim.kind in {"name", "email", "handle", "date", "time"}
    stated, plain = normal(claim.text, caseless=caseless), normal(evidence, caseless=caseless)
    if claim.kind not in {"number", "time"} and occurs(stated, plain, strict=strict):
        return True
    match claim.kind:
        case "number" | "amount":
            return bool(_numbers(claim.text) & _numbers(evidence))
        case "date":
            return _dated(claim.text, evidence)
        case "time":
            return bool(_times(claim.text) & _times(evidence))
        case "phone" | "account":
            return _squeezed(claim.text) in _squeezed(evidence)
        case "email" | "path" | "url" | "handle" | "identifier":
            return occurs(claim.text.lstrip("#@"), evidence, strict=True)
        case _:
            return occurs(re.sub(r"['\u2019]s$", "", stated), plain)


_SCALES: Final = {"k": 1_000, "m": 1_000_000}
_NUMBER: Final = re.compile(
    rf"(?<![\w./@-])(?<!\d:)-?[$\u20ac\u00a3\u00a5\u20b9\u20a9]? ?({_DIGITS})(?:([kKmM])\b|(?:st|nd|rd|th)\b|(?!\w))(?!-\d)"
)


_RANGE: Final = re.compile(r"(?<![\w./-])(\d{1,18})[-\u2013](\d{1,18})(?![\w-])")


@lru_cache(maxsize=64)
def _numbers(text: str) -> frozenset[str]:
    """Return the numbers in a text, each in one canonical spelling."""
    out: set[str] = set()
    for match in _NUMBER.finditer(text):
        whole, _, rest = match[1].replace(",", "").partition(".")
        digits = f"{int(whole)}.{rest}".rstrip("0").rstrip(".") if rest else str(int(whole))
        scale = _SCALES.get((match[2] or "").lower())
        out.add(digits if scale is None else f"{round(float(digits) * scale)}")
    for low, high in _RANGE.findall(text):
        out |= {str(int(low)), str(int(high))}
    return frozenset(out)


_DAY: Final = re.compile(
    rf"\b(?P<y>\d{{4}})-(?P<m>\d{{2}})-(?P<d>\d{{2}})"
    rf"|\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})\b\.?(?:,? (?P<y1>\d{{4}})\b)?"
    rf"|\b(?P<m2>{_MONTH})\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y2>\d{{4}})\b)?"
    rf"|\b(?P<m3>{_MONTH}) (?P<y3>\d{{4}})\b"
)


@lru_cache(maxsize=64)
def _dates(text: str) -> frozenset[tuple[int, int, int]]:
    """Return the days written in a text as (year, month, day), with 0 for what is left out."""
    out: set[tuple[int, int, int]] = set()
    for match in _DAY.finditer(text):
        part = match.groupdict(default="")
        year = part["y"] or part["y1"] or part["y2"] or part["y3"]
        day = part["d"] or part["d1"] or part["d2"]
        name = part["m1"] or part["m2"] or part["m3"]
        month = int(part["m"]) if part["m"] else _month(name)
        out.add((int(year or 0), month, int(day or 0)))
    return frozenset(out)


@lru_cache(maxsize=64)
def _month(name: str) -> int:
    return next(at for at, month in enumerate(MONTHS, 1) if month.startswith(name[:3]))


def _dated(text: str, evidence: str) -> bool:
    days = _dates(text)
    return bool(days) and all(
        any(all(mine in (0, theirs) for mine, theirs in zip(day, known, strict=True)) for known in _dates(evidence))
        for day in days
    )


_TIME: Final = re.compile(r"(?<![\d:])(\d{1,2})(?::(\d{2}))?(?::\d{2})?(?: ?([ap])\.?m\b)?", re.IGNORECASE)


@lru_cache(maxsize=64)
def _times(text: str) -> frozenset[str]:
    """Return the times of day in a text as `HH:MM`."""
    out: set[str] = set()
    for match in _TIME.finditer(text):
        hour, minute, half = int(match[1]), match[2], (match[3] or "").lower()
        if half and 1 <= hour <= 12:
            out.add(f"{hour % 12 + 12 * (half == 'p'):02d}:{minute or '00'}")
        elif minute and hour < 24:
            out.add(f"{hour:02d}:{minute}")
    return frozenset(out)


_SEPARATORS: Final = re.compile(r"[ ()./-]")


@lru_cache(maxsize=64)
def _squeezed(text: str) -> str:
    return _SEPARATORS.sub("", text)
