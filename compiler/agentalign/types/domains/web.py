"""Placeholder."""

from agentalign.types.domain import domain
from agentalign.types.model import StringType

DOMAINS = (
    domain(
        "email",
        "Email",
        pattern=r"[a-z0-9.]+@[a-z0-9.]+\.[a-z]+",
        generate=lambda i: f"user{i}@example.org",
        parts={"local": (StringType(1), lambda v: v.split("@")[0])},
        format="email",
    ),
)
