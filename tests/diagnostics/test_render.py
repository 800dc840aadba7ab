"""Every renderer on every sample, as golden files; and what must hold for any findings at all."""

from __future__ import annotations

import json
import re
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.diagnostics import FORMATS, Diagnostic, Fix, Format, Label, Style, render
from agentalign.source import Source
from diagnostics.samples import MAIL, SAMPLES, find
from golden import Golden

GOLDEN = Path(__file__).parent / "golden"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("name", SAMPLES)
def test_full(name: str, golden: Golden) -> None:
    golden(GOLDEN / "full" / f"{name}.txt", render([SAMPLES[name]], "full", width=100))


def test_full_is_separated_by_blank_lines_and_coloured_on_demand(golden: Golden) -> None:
    few = [SAMPLES[name] for name in ("several_on_one_line", "nested_blocks", "removal", "no_place")]
    plain = render(few, "full")
    coloured = render(few, "full", colour=True)
    assert ANSI.sub("", coloured) == plain
    golden(GOLDEN / "full_coloured.txt", coloured)


def test_narrow_terminals_keep_the_marked_text_in_view() -> None:
    shown = render([SAMPLES["long_line"]], "full", width=50)
    source = next(line for line in shown.splitlines() if "NEEDLE" in line)
    marks = next(line for line in shown.splitlines() if "^^^" in line)
    assert source.index("NEEDLE") == marks.index("^^^^^^")
    assert len(source) <= 50


@pytest.mark.parametrize(("format_", "suffix"), [("concise", "txt"), ("json", "json"), ("github", "txt")])
def test_formats(format_: Format, suffix: str, golden: Golden) -> None:
    golden(GOLDEN / f"all.{format_}.{suffix}", render(SAMPLES.values(), format_))


def test_sarif(golden: Golden) -> None:
    log = json.loads(render(SAMPLES.values(), "sarif"))
    for rule in log["runs"][0]["tool"]["driver"]["rules"]:  # the pages have tests of their own, and change often
        rule.pop("help", None)
        rule.pop("fullDescription", None)
    golden(GOLDEN / "all.sarif.json", json.dumps(log, indent=2) + "\n")


def test_nothing_to_report() -> None:
    assert [render([], name) for name in ("full", "concise", "github")] == ["", "", ""]
    assert json.loads(render([], "json")) == []
    assert json.loads(render([], "sarif"))["runs"][0]["results"] == []


@pytest.mark.parametrize("format_", FORMATS)
def test_order_and_repetition_do_not_matter(format_: Format) -> None:
    few = [SAMPLES[name] for name in ("two_files", "no_place", "end_of_file")]
    outputs = {render([*order, *few], format_) for order in permutations(few)}
    assert outputs == {render(few, format_)}


def test_json_has_one_finding_per_line_with_the_documented_keys() -> None:
    text = render(SAMPLES.values(), "json")
    rows = json.loads(text)
    assert len(text.splitlines()) == len(rows) + 2
    keys = ["code", "name", "severity", "message", "place", "label", "secondary", "notes", "help", "fixes"]
    assert all(list(row) == keys for row in rows)


def test_json_offsets_cut_out_the_text() -> None:
    for row in json.loads(render([SAMPLES["several_on_one_line"]], "json")):
        start, end = row["place"]["start"], row["place"]["end"]
        assert MAIL.text[start["offset"] : end["offset"]] == "send_email"
        assert MAIL.line(start["line"])[start["column"] - 1 : end["column"] - 1] == "send_email"


def test_github_commands_stay_on_one_line_and_unescape_to_the_message() -> None:
    (line,) = render([SAMPLES["hostile"]], "github").splitlines()
    properties, message = line.removeprefix("::error ").split("::", 1)
    fields = dict(field.split("=", 1) for field in properties.split(","))
    unescape = {"%3A": ":", "%2C": ",", "%0A": "\n", "%0D": "\r", "%25": "%"}

    def undo(text: str) -> str:
        return re.sub("%[0-9A-F]{2}", lambda match: unescape[match[0]], text)

    assert undo(fields["file"]) == "we,ird: 100%.chain"
    assert undo(message).startswith("a␛[0m\nb, c: 100%")


def test_text_for_people_carries_no_terminal_control() -> None:
    for name in ("full", "concise"):
        text = render([SAMPLES["hostile"]], name)
        assert all(character.isprintable() or character in "\n\u200d" for character in text)


@pytest.mark.parametrize("format_", FORMATS)
def test_large_single_line_files_are_cheap_to_show(format_: Format) -> None:
    source = Source("big.chain", "\u0301" * 2_000_000 + "NEEDLE" + "漢" * 2_000_000)
    shown = render([Diagnostic.at("E0005", find("NEEDLE", source=source), "here")], format_)
    assert len(shown) < 20_000


TEXTS = st.text(alphabet=st.sampled_from("ab \n\n\n\té漢\u0301😀\x1b\u202e\r\ud800"), max_size=60)
OFFSETS = st.integers(-5, 70)


@st.composite
def findings(draw: st.DrawFn) -> Diagnostic:
    sources = [Source(f"{name}.chain", draw(TEXTS), verbatim=draw(st.booleans())) for name in ("a", "b")]
    places = st.builds(Source.at, st.sampled_from(sources), OFFSETS, OFFSETS)
    labels = st.builds(Label, places, st.sampled_from(["", "label", "漢字", "two\nlines"]))
    return Diagnostic(
        draw(st.sampled_from(["E0107", "W0101"])),
        draw(TEXTS),
        draw(st.none() | labels),
        tuple(draw(st.lists(labels, max_size=4))),
        tuple(draw(st.lists(TEXTS, max_size=2))),
        draw(st.none() | TEXTS),
        tuple(draw(st.lists(st.builds(Fix, places, TEXTS, st.just("mend it")), max_size=2))),
    )


@given(st.lists(findings(), max_size=3), st.sampled_from(FORMATS), st.integers(0, 90))
def test_any_findings_render(found: list[Diagnostic], format_: Format, width: int) -> None:
    text = render(found, format_, width=width)
    assert text.encode() or not found
    if format_ == "json":
        json.loads(text)


@given(findings(), st.integers(40, 90))
def test_full_shows_every_marked_line_label_and_no_trailing_blanks(found: Diagnostic, width: int) -> None:
    text = render([found], "full", width=width)
    assert text.startswith(f"{found.severity.value}[{found.code}]: ")
    lines = text.splitlines()
    assert all(line == line.rstrip() for line in lines[1:])
    labels = [label for label in (found.primary, *found.secondary) if label is not None]
    for label in labels:
        shown = any(re.match(rf" *{label.location.start.line} \|", line) for line in lines)
        assert shown or not label.location.source.text
        assert label.text.replace("\n", " ") in text
    if found.primary is not None:
        assert f"--> {found.primary.location}" in text
    assert ANSI.sub("", render([found], "full", width=width, colour=True)) == text


def test_colour_methods_leave_text_alone_when_disabled() -> None:
    plain, coloured = Style(enabled=False), Style(enabled=True)
    for method in ("error", "warning", "note", "strong", "added", "removed"):
        assert getattr(plain, method)("x") == "x"
        assert ANSI.sub("", getattr(coloured, method)("x")) == "x" != getattr(coloured, method)("x")
