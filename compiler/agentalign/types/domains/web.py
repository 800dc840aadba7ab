"""Hosts, addresses and what points at them: only names and ranges reserved for documentation and private use."""

from __future__ import annotations

from agentalign.types.codecs import noise
from agentalign.types.domain import choose, digits, domain
from agentalign.types.domains.words import ADJECTIVES, NOUNS, words
from agentalign.types.model import DomainType, EnumType, EnumValue, IntType, StringType

_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,22}[A-Za-z0-9]"
_HOST_TYPE = DomainType("Host", "host")
_SITES = (".example", ".example.com", ".example.net", ".example.org")


def _host(index: int) -> str:
    adjective, noun, sub, site = choose(index, ADJECTIVES[::2], NOUNS[::2], ("", "www.", "shop.", "docs."), _SITES)
    return f"{sub}{adjective}-{noun}{site}"


HOST = domain(
    "host",
    "host name",
    pattern=_HOST,
    generate=_host,
    search=rf"(?<![\w@.+-]){_HOST}(?![\w@])",
    forms=lambda value: (value.removeprefix("www."),) if value.startswith("www.") else (),
    max_length=253,
    format="hostname",
)

_PATHS = words(
    "about blog/spring-news catalog contact events/2027 faq gallery help/returns jobs menu news/opening-hours offers "
    "press-kit pricing team/office tickets"
)
_SITE_ADJECTIVES, _SITE_NOUNS = ADJECTIVES[1::2], NOUNS[1::2]


def _url(index: int) -> str:
    adjective, noun, path = choose(index, _SITE_ADJECTIVES, _SITE_NOUNS, _PATHS)
    return f"https://{adjective}-{noun}.example/{path}"


def _url_host(value: str) -> str:
    return (
        value.split("://", 1)[1].split("/", 1)[0].split("?", 1)[0].split("#", 1)[0].rpartition("@")[2].partition(":")[0]
    )


def _url_path(value: str) -> str:
    rest = value.split("://", 1)[1].partition("#")[0].partition("?")[0]
    return "/" + rest.partition("/")[2]


def _url_forms(value: str) -> tuple[str, ...]:
    bare = value.split("://", 1)[1]
    return tuple(dict.fromkeys((bare, bare.rstrip("/"), bare.removeprefix("www."))))


URL = domain(
    "url",
    "URL",
    pattern=rf"https?://(?:{_HOST}|localhost|[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}})(?::[0-9]{{1,5}})?(?:[/?#][^\s<>\x22`]*)?",
    generate=_url,
    search=r"(?<![\w])https?://[^\s<>\x22`]+",
    forms=_url_forms,
    parts={
        "scheme": (EnumType((EnumValue("http"), EnumValue("https"))), lambda value: value.partition("://")[0]),
        "host": (_HOST_TYPE, _url_host),
        "path": (StringType(1), _url_path),
    },
    format="uri",
    max_length=2048,
)

# ---- addresses

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
_DOCUMENTATION = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737


def _ipv4(index: int) -> str:
    if index < 3 * 254:
        host, net = digits(index, 254, 3)
        return f"{_DOCUMENTATION[net]}.{host + 1}"
    host, low, high = digits(index - 3 * 254, 254, 64, 8)
    return f"10.{20 + high}.{low}.{host + 1}"  # RFC 1918


IPV4 = domain(
    "ipv4",
    "IPv4 address",
    pattern=_IPV4,
    generate=_ipv4,
    search=rf"(?<![\w.]){_IPV4}(?![\w/]|\.[0-9])",
    format="ipv4",
    max_length=15,
)


def _ipv6(index: int) -> str:
    subnet, host = digits(index, 4096, 16)
    return f"2001:db8:{subnet + 1:x}::{host + 1:x}"  # RFC 3849


def _check_ipv6(value: str) -> str | None:
    """Apply RFC 4291: eight groups, or fewer around one `::`."""
    if value.count("::") > 1 or ":::" in value:
        return "`::` may stand only once"
    groups = [group for group in value.split(":") if group]
    if any(len(group) > 4 for group in groups):
        return "a group has more than four digits"
    if value.startswith(":") != value.startswith("::") or value.endswith(":") != value.endswith("::"):
        return "a single colon at the edge"
    return None if len(groups) == 8 or ("::" in value and len(groups) < 8) else "not eight groups"


IPV6 = domain(
    "ipv6",
    "IPv6 address",
    pattern=r"[0-9A-Fa-f:]*:[0-9A-Fa-f:]*",
    generate=_ipv6,
    check=_check_ipv6,
    search=r"(?<![\w:])[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?![\w/])",
    format="ipv6",
    max_length=39,
)


def _cidr(index: int) -> str:
    low, high = digits(index, 256, 256)
    return f"10.{high}.{low}.0/24"


def _check_cidr(value: str) -> str | None:
    address, _, width = value.partition("/")
    number = 0
    for octet in address.split("."):
        number = number << 8 | int(octet)
    return "bits are set behind the prefix" if number & (0xFFFFFFFF >> int(width)) else None


CIDR = domain(
    "cidr",
    "IPv4 network",
    pattern=rf"{_IPV4}/(?:3[0-2]|[12]?[0-9])",
    generate=_cidr,
    check=_check_cidr,
    parts={
        "address": (DomainType("Ipv4", "ipv4"), lambda value: value.partition("/")[0]),
        "width": (IntType(0, 32), lambda value: int(value.partition("/")[2])),
    },
    max_length=18,
)


def _mac_address(index: int) -> str:
    # The second-lowest bit of the first byte marks a locally administered address: no maker owns it.
    tail = noise("mac", index, size=3) + index.to_bytes(2, "big")
    return ":".join(f"{byte:02x}" for byte in b"\x02" + tail)


MAC_ADDRESS = domain(
    "mac_address",
    "MAC address",
    pattern=r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}",
    generate=_mac_address,
    search=r"(?<![\w:])[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}(?![\w:])",
    forms=lambda value: (value.replace(":", "-"), value.upper()),
    max_length=17,
)

_ACTIVITIES = words("Bakery Books Cinema Clean Club Code Concert Cup Days Design Evening Fair Farm Festival Fest Film")
_MARKS = ("", "2027", "Week", "Crew", "Online", "Live", "Spring", "Autumn")


def _hashtag(index: int) -> str:
    adjective, noun, activity, mark = choose(index, ADJECTIVES[::8], NOUNS[::4], _ACTIVITIES, _MARKS)
    return f"#{adjective.title()}{noun.title()}{activity}{mark}"


HASHTAG = domain(
    "hashtag",
    "hashtag",
    pattern=r"#[A-Za-z0-9_]*[A-Za-z_][A-Za-z0-9_]*",
    generate=_hashtag,
    search=r"(?<![\w#&/])#[A-Za-z0-9_]+(?!\w)",
    parts={"name": (StringType(1), lambda value: value[1:])},
    max_length=60,
)

DOMAINS = (HOST, URL, IPV4, IPV6, CIDR, MAC_ADDRESS, HASHTAG)
