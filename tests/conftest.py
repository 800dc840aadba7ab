"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from golden import Golden, compare

# a busy machine is not a failed law
settings.register_profile("agentalign", deadline=None)
settings.load_profile("agentalign")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite golden files instead of comparing with them")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden(path, actual)` compares a text with a file, or writes it under `--update`."""
    update = bool(request.config.getoption("--update"))

    def check(path: Path, actual: str) -> None:
        __tracebackhide__ = True
        compare(path, actual, update=update)

    return check
