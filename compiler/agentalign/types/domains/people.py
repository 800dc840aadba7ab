"""People, companies and how to reach them."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from agentalign.types.domain import choose, domain
from agentalign.types.domains.names import FIRST, LAST
from agentalign.types.domains.words import ADJECTIVES, MAKERS, NOUNS, PARTNERS, TRADES, words
from agentalign.types.model import DomainType, StringType

_LETTER = "A-Za-z\u00c0-\u024f"
_NAME = rf"[{_LETTER}][{_LETTER}'\u2019.-]*(?: [{_LETTER}][{_LETTER}'\u2019.-]*){{1,4}}"
_WORD = rf"[A-Z\u00c0-\u00de][{_LETTER}'\u2019-]*"

# ---- names


def _full_name(index: int) -> str:
    return " ".join(choose(index, FIRST, LAST))


def _known_name(text: str) -> str | None:
    return None if " " in text else "a single word"


def _names_in(text: str) -> tuple[str, ...]:
    """Return capitalised words in a row of which the first or the last is a name we know.

    Any two capitalised words may be a name; asking for a known one keeps "Dear Friends" out.
    """
    known = _known()
    found: dict[str, None] = {}
    for run in re.finditer(rf"{_WORD}(?: {_WORD})+", text):
        words = re.sub(r"(?:'s|\u2019s)\b", "", run.group()).split(" ")
        for start in range(len(words) - 1):
            for end in range(start + 2, min(start + 4, len(words)) + 1):
                if words[start] in known[0] or words[end - 1] in known[1]:
                    found[" ".join(words[start:end])] = None
    return tuple(found)


@lru_cache(maxsize=1)
def _known() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(FIRST), frozenset(LAST)


def _name_forms(value: str) -> tuple[str, ...]:
    first, _, last = value.partition(" ")
    return (f"{last}, {first}", f"{first[0]}. {last}")


FULL_NAME = domain(
    "full_name",
    "full name",
    pattern=_NAME,
    generate=_full_name,
    size=len(FIRST) * len(LAST),
    check=_known_name,
    find=_names_in,
    forms=_name_forms,
    parts={
        "first": (StringType(1), lambda value: value.partition(" ")[0]),
        "last": (StringType(1), lambda value: value.rpartition(" ")[2]),
    },
    max_length=100,
)

# ---- companies


def _company(index: int) -> str:
    maker, partner, trade = choose(index, MAKERS, PARTNERS, TRADES)
    return f"{maker} & {partner} {trade}"


def _companies_in(text: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for match in re.finditer(rf"{_WORD}(?: (?:&|and|{_WORD}))*? (?:{'|'.join(TRADES)}|Inc|Ltd|GmbH|LLC)\b", text):
        words = match.group().split(" ")
        # The run may start with the first word of a sentence ("Ask Alder & Finch Logistics").
        for start in range(len(words) - 1):
            if words[start] not in {"&", "and"}:
                found[" ".join(words[start:])] = None
    return tuple(found)


COMPANY = domain(
    "company",
    "company name",
    pattern=rf"[{_LETTER}0-9][{_LETTER}0-9'\u2019&.,+-]*(?: [{_LETTER}0-9&'\u2019.,+-]+)*",
    generate=_company,
    find=_companies_in,
    forms=lambda value: (value.replace(" & ", " and "),) if " & " in value else (),
    max_length=120,
)

# ---- accounts


def _user_handle(index: int) -> str:
    adjective, noun, ending = choose(index, ADJECTIVES, NOUNS, ("", "7", "_24", "_hq"))
    return f"@{adjective}_{noun}{ending}"


USER_HANDLE = domain(
    "user_handle",
    "user handle",
    pattern=r"@[A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?",
    generate=_user_handle,
    search=r"(?<![\w@/.+-])@[A-Za-z0-9_.]+",
    parts={"name": (StringType(1), lambda value: value[1:])},
    max_length=31,
)

_MAIL_HOSTS = (
    "example.com",
    "example.net",
    "example.org",
    "mail.example.com",
    "mail.example.net",
    "mail.example.org",
    "post.example.com",
    "post.example.org",
)


def _email(index: int) -> str:
    first, last, host = choose(index, FIRST[::2], LAST[::4], _MAIL_HOSTS)
    return f"{first}.{last}@{host}".lower()


def _check_email(value: str) -> str | None:
    local, _, host = value.rpartition("@")
    if local.startswith(".") or local.endswith(".") or ".." in value:
        return "a misplaced dot"
    return "the part before @ is longer than 64 characters" if len(local) > 64 or len(host) > 189 else None


EMAIL = domain(
    "email",
    "e-mail address",
    pattern=r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}",
    generate=_email,
    check=_check_email,
    search=r"(?<![\w@/.+%-])[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}(?![\w@])",
    parts={
        "local": (StringType(1, 64), lambda value: value.rpartition("@")[0]),
        "host": (DomainType("Host", "host"), lambda value: value.rpartition("@")[2]),
    },
    format="email",
    max_length=254,
)

# ---- telephones: ranges that regulators keep for drama, so that no call reaches anybody

_US_AREAS = words(
    """
201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252 253
254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323
325 330 334 336 337 339 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 424
425 430 432 434 435 440 443 469 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520 530
540 541 551 559 561 562 563 567 570 571 573 574 575 580 585 586 601 602 603 605 606 607 608 609 610 612 614 615 616
617 618 619 620 623 626 630 631 636 641 646 650 651 660 661 662 678 682 701 702 703 704 706 707 708 712 713 714 715
716 717 718 719 720 724 727 731 732 734 737 740 754 757 760 762 763 765 769 770 772 773 774 775 779 781 785 786 801
802 803 804 805 806 808 810 812 813 814 815 816 817 818 828 830 831 832 843 845 847 848 850 856 857 858 859 860 862
863 864 865 870 878 901 903 904 906 907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 930 931 936 937 940
941 947 949 951 952 954 956 970 971 972 973 978 979 980 985 989
    """
)
_BLOCKS = (
    *((f"1{area}55501", 2) for area in _US_AREAS),  # NANPA: 555-0100 to 555-0199
    *((f"44{stem}", 3) for stem in words("7700900 2079460 1134960 1144960 1154960 1164960 1174960 1184960")),
    *((f"44{stem}", 3) for stem in words("1214960 1314960 1414960 1514960 1614960 1914980 2920180 1632960")),  # Ofcom
    *((f"33{stem}0", 3) for stem in words("19900 26191 35301 46571 53649 63998")),  # ARCEP: audiovisual works
    *((f"49{stem}", 3) for stem in words("3023125 6990009 4066969 2214710 8999998")),  # Bundesnetzagentur: media
    *((f"61{area}{stem}0", 3) for area in "2378" for stem in ("5550", "7010")),  # ACMA: creative works
)
_PHONES = sum(10**width for _, width in _BLOCKS)


_PHONE_STARTS = tuple(accumulate((10**width for _, width in _BLOCKS[:-1]), initial=0))


def _phone(index: int) -> str:
    block = bisect_right(_PHONE_STARTS, index) - 1
    stem, width = _BLOCKS[block]
    return f"+{stem}{index - _PHONE_STARTS[block]:0{width}d}"


def _phone_forms(value: str) -> tuple[str, ...]:
    """Return the spellings usual in the country of the number."""
    rest = value[1:]
    if value.startswith("+1") and len(rest) == 11:
        area, office, line = rest[1:4], rest[4:7], rest[7:]
        bare = f"{area}-{office}-{line}"
        return (f"+1 {bare}", f"({area}) {office}-{line}", bare, f"+1 ({area}) {office}-{line}", f"1-{bare}", rest[1:])
    country, national = rest[:2], rest[2:]
    match country:
        case "44" if national.startswith(("7", "1632")):
            groups = [national[:4], national[4:]]
        case "44" if national[0] == "2":
            groups = [national[:2], national[2:6], national[6:]]
        case "61":
            groups = [national[:1], national[1:5], national[5:]]
        case "33":
            groups = [national[0], *(national[i : i + 2] for i in range(1, len(national), 2))]
        case _:
            groups = [national[:3], national[3:6], national[6:]]
    spaced = " ".join(group for group in groups if group)
    return (f"+{country} {spaced}", f"0{spaced}", f"+{country} (0){spaced}", f"+{country}{spaced}", f"0{national}")


def _dial(candidate: str) -> str:
    return re.sub(r"\(0\)|[^+0-9]", "", candidate)


PHONE = domain(
    "phone",
    "phone number",
    pattern=r"\+[1-9][0-9]{6,14}",
    generate=_phone,
    size=_PHONES,
    search=r"(?<![\w+])\+[1-9][0-9 ()./-]{6,24}[0-9](?![0-9])",
    canonical=_dial,
    forms=_phone_forms,
    parts={"digits": (StringType(7, 15), lambda value: value[1:])},
    max_length=16,
)

DOMAINS = (FULL_NAME, COMPANY, USER_HANDLE, EMAIL, PHONE)
