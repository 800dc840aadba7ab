"""Order, counting, and reports of files that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentalign.diagnostics import Diagnostic, Severity, from_failure, has_errors, ordered, render, summary
from agentalign.source import Missing, Outside, TooLarge, Unreadable, decode
from diagnostics.samples import MAIL, PEOPLE, find
from golden import Golden

LATE = Diagnostic.at("E0107", find("message"), "late")
EARLY = Diagnostic.at("E0201", find("tool"), "early")
EARLY_WARNING = Diagnostic.at("W0101", find("tool"), "a warning")
OTHER_FILE = Diagnostic.at("E0107", PEOPLE.at(0, 4), "other file")
NOWHERE = Diagnostic("E0001", "no file")


def test_order_is_by_file_place_and_code() -> None:
    wanted = (NOWHERE, EARLY, EARLY_WARNING, LATE, OTHER_FILE)
    assert ordered(reversed(wanted)) == wanted


def test_the_same_message_at_the_same_place_is_said_once() -> None:
    again = Diagnostic.at("E0201", find("tool"), "early", notes=["found on another way"])
    assert ordered([EARLY, again]) == (EARLY,)
    assert len(ordered([EARLY, Diagnostic.at("E0201", find("tool"), "different")])) == 2


def test_severity_is_the_letter() -> None:
    assert EARLY.severity is Severity.ERROR
    assert EARLY_WARNING.severity is Severity.WARNING
    assert has_errors([EARLY_WARNING, EARLY])
    assert not has_errors([EARLY_WARNING])


def test_an_unregistered_code_is_our_bug() -> None:
    with pytest.raises(ValueError, match="E9999"):
        Diagnostic("E9999", "no such code")


def test_summary() -> None:
    assert summary([]) == "no problems"
    assert summary([EARLY, EARLY, LATE, EARLY_WARNING, OTHER_FILE]) == "3 errors, 1 warning in 2 files"
    assert summary([EARLY]) == "1 error in 1 file"
    assert summary([EARLY_WARNING, NOWHERE]) == "1 error, 1 warning in 1 file"
    assert summary([NOWHERE]) == "1 error"


def test_failures_are_reported_at_the_import_that_met_them() -> None:
    wanted = find("Email")
    alone, imported = from_failure(Missing("x", ("a/x.chain",))), from_failure(Missing("x", ("a/x.chain",)), wanted)
    assert (alone.code, alone.location) == ("E0001", None)
    assert (imported.code, imported.location) == ("E0101", wanted)
    assert alone.notes == imported.notes == ("looked in a/x.chain",)
    assert from_failure(Outside("x", "a/x.chain"), wanted).location == wanted
    assert from_failure(TooLarge("a/x.chain", 9, 8), wanted).code == "E0003"
    assert from_failure(Unreadable("a/x.chain", "not a regular file"), wanted).location == wanted


def test_files_named_by_the_user_are_reported_at_their_beginning(golden: Golden) -> None:
    failures = [Outside("x", "a/x.chain"), TooLarge("a/y.chain", 9_000_000), Unreadable("a/z.chain", "is a pipe")]
    reports = [from_failure(failure) for failure in failures]
    assert [str(report.location) for report in reports] == ["a/x.chain:1:1", "a/y.chain:1:1", "a/z.chain:1:1"]
    golden(Path(__file__).parent / "golden" / "failures.txt", render(reports, "full"))


def test_bad_contents_are_reported_where_they_stand() -> None:
    failure = decode(b"ok\n\0", "bad.chain")
    assert isinstance(failure, Unreadable)
    report = from_failure(failure, MAIL.at(0, 4))
    assert report.location is not None
    assert str(report.location) == "bad.chain:2:1"
    assert [label.location for label in report.secondary] == [MAIL.at(0, 4)]
