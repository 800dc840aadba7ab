"""Places: code lists of the real world, and towns and streets that do not exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from agentalign.types.domain import choose, digits, domain
from agentalign.types.domains.codes import COUNTRIES, LANGUAGES
from agentalign.types.domains.words import STREETS, TOWN_ENDS, TOWN_STEMS, words
from agentalign.types.model import DecimalType, DomainType, StringType


def mentions(names: Mapping[str, str], *, ambiguous: frozenset[str] = frozenset()) -> Callable[[str], tuple[str, ...]]:
    """Return a recogniser of codes, by themselves or by their English name, in the order of mention.

    Codes that are `ambiguous` (also plain words) count only between quotes or backticks, or as the whole text.
    """

    @lru_cache(maxsize=1)
    def prepare() -> tuple[dict[str, str], re.Pattern[str]]:
        codes = {name: code for code, name in names.items()} | {code: code for code in names}
        words = "|".join(re.escape(word) for word in longest_first(codes) if word not in ambiguous)
        quoted = "|".join(sorted(ambiguous)) or "(?!)"
        return codes, re.compile(rf"(?<!\w)(?:{words})(?!\w)|(?<=[`\"'])(?:{quoted})(?=[`\"'])|\A(?:{quoted})\Z")

    def find(text: str) -> tuple[str, ...]:
        codes, pattern = prepare()
        return tuple(dict.fromkeys(codes[word] for word in pattern.findall(text)))

    return find


def longest_first(words: Iterable[str]) -> list[str]:
    """Return `words` so that none follows a prefix of itself, which is what an alternation needs."""
    return sorted(words, key=lambda word: (-len(word), word))


_LETTER = "A-Za-z\u00c0-\u024f"

_COUNTRY_CODES, _LANGUAGE_TAGS = tuple(COUNTRIES), tuple(LANGUAGES)
_WORDS = frozenset({"am", "be", "he", "hi", "id", "is", "it", "lo", "my", "pa", "si", "so", "tl"})

COUNTRY = domain(
    "country",
    "country code",
    pattern="[A-Z]{2}",
    generate=lambda index: _COUNTRY_CODES[index],
    size=len(COUNTRIES),
    check=lambda value: None if value in COUNTRIES else "not in ISO 3166-1",
    find=mentions(COUNTRIES),
    forms=lambda value: (COUNTRIES[value], f"the {COUNTRIES[value]}"),
    identifier=False,
    parts={"name": (StringType(1), lambda value: COUNTRIES[value])},
    max_length=2,
)

LANGUAGE = domain(
    "language",
    "language tag",
    pattern="[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?",
    generate=lambda index: _LANGUAGE_TAGS[index],
    size=len(LANGUAGES),
    find=mentions(LANGUAGES, ambiguous=_WORDS),
    forms=lambda value: (LANGUAGES[value],) if value in LANGUAGES else (),
    identifier=False,
    parts={"name": (StringType(1), lambda value: LANGUAGES.get(value, value))},
    max_length=11,
)

CITY = domain(
    "city",
    "town",
    pattern=rf"[{_LETTER}][{_LETTER}.'\u2019-]*(?: [{_LETTER}.'\u2019-]+){{0,4}}",
    generate=lambda index: "".join(choose(index, TOWN_STEMS, TOWN_ENDS)),
    size=len(TOWN_STEMS) * len(TOWN_ENDS),
    search=rf"\b(?:{'|'.join(TOWN_STEMS)})(?:{'|'.join(TOWN_ENDS)})\b",
    identifier=False,
    max_length=80,
)

# ---- addresses

_WAYS = ("Street", "Lane", "Road", "Avenue")


def _postal_address(index: int) -> str:
    number, street, town = digits(index, 32, len(STREETS), 32)
    way = _WAYS[(street + town) % 4]
    ending = TOWN_ENDS[(7 * town + 3) % 32]
    return f"{3 * number + 2} {STREETS[street]} {way}, {TOWN_STEMS[town]}{ending} {10_217 + 2_741 * town}"


def _postal_forms(value: str) -> tuple[str, ...]:
    street, _, rest = value.partition(", ")
    town, _, code = rest.rpartition(" ")
    return (f"{street}, {town}, {code}", f"{street} in {town}", f"{street}, {town}", f"{street}\n{rest}")


POSTAL_ADDRESS = domain(
    "postal_address",
    "postal address",
    pattern=r"[^\s,][^\n]*, ?[^\n]*[^\s,]",
    generate=_postal_address,
    search=r"\b[0-9]{1,5}[a-z]? (?:[A-Z][\w'.-]* ){1,3}?(?:Street|Lane|Road|Avenue|Way|Close|Drive|St|Rd|Ave), "
    r"[A-Z][\w'. -]*?,? (?:[0-9]{4,6}|[A-Z]{1,2}[0-9]{1,2}[A-Z]? [0-9][A-Z]{2})\b",
    canonical=lambda text: re.sub(r", ([0-9]{4,6})$", r" \1", text),
    forms=_postal_forms,
    parts={
        "street": (StringType(1), lambda value: value.partition(", ")[0]),
        "town": (DomainType("City", "city"), lambda value: re.sub(r",? [0-9 ]+$", "", value.partition(", ")[2])),
        "code": (StringType(0), lambda value: (re.findall(r"[0-9]{4,6}$", value) or [""])[0]),
    },
    max_length=200,
)

# ---- coordinates: a grid of about 300 m around the middle of well-known cities

_CENTRES = tuple(
    (float(latitude), float(longitude))
    for latitude, _, longitude in (
        pair.partition(",")
        for pair in words(
            """
52.52,13.40 48.14,11.58 53.55,9.99 48.86,2.35 45.76,4.84 51.51,-0.13 53.48,-2.24 55.95,-3.19 53.35,-6.26 52.37,4.90
50.85,4.35 55.68,12.57 59.33,18.07 59.91,10.75 60.17,24.94 48.21,16.37 47.37,8.54 45.46,9.19 41.90,12.50 40.42,-3.70
41.39,2.17 38.72,-9.14 50.08,14.44 52.23,21.01 47.50,19.04 44.43,26.10 37.98,23.73 41.01,28.98 30.04,31.24 6.52,3.38
5.60,-0.19 -1.29,36.82 -26.20,28.05 -33.92,18.42 25.20,55.27 28.61,77.21 19.08,72.88 12.97,77.59 13.76,100.50
1.35,103.82 3.14,101.69 14.60,120.98 22.32,114.17 25.03,121.57 37.57,126.98 35.68,139.69 34.69,135.50 -33.87,151.21
-37.81,144.96 -36.85,174.76 40.71,-74.01 42.36,-71.06 41.88,-87.63 39.74,-104.99 47.61,-122.33 37.77,-122.42
34.05,-118.24 45.50,-73.57 43.65,-79.38 19.43,-99.13 4.71,-74.07 -12.05,-77.04 -23.55,-46.63 -34.60,-58.38
"""
        )
    )
)
"""64 cities."""


def _geo_point(index: int) -> str:
    east, north, city = digits(index, 32, 32, 64)
    latitude, longitude = _CENTRES[city]
    return f"{latitude + (north - 16) * 0.0031:.4f},{longitude + (east - 16) * 0.0043:.4f}"


def _check_geo(value: str) -> str | None:
    latitude, longitude = map(float, value.split(","))
    return None if abs(latitude) <= 90 and abs(longitude) <= 180 else "outside the globe"


GEO_POINT = domain(
    "geo_point",
    "coordinate pair",
    pattern=r"-?[0-9]{1,2}(?:\.[0-9]{1,7})?,-?[0-9]{1,3}(?:\.[0-9]{1,7})?",
    generate=_geo_point,
    check=_check_geo,
    search=r"(?<![\w.-])-?[0-9]{1,2}\.[0-9]{2,7}, ?-?[0-9]{1,3}\.[0-9]{2,7}(?![\w])",
    canonical=lambda text: text.replace(" ", ""),
    forms=lambda value: (value.replace(",", ", "),),
    parts={
        "lat": (DecimalType(places=4), lambda value: float(value.partition(",")[0])),
        "lon": (DecimalType(places=4), lambda value: float(value.partition(",")[2])),
    },
    max_length=30,
)

DOMAINS = (COUNTRY, LANGUAGE, CITY, POSTAL_ADDRESS, GEO_POINT)
