"""Findings that between them show everything a renderer can be given."""

from __future__ import annotations

from agentalign.diagnostics import Diagnostic, Fix, Label
from agentalign.source import Location, Source

MAIL = Source(
    "specs/demo/mail.chain",
    """edition 1

tool send_gmail implements send_email on gmail {
\trecipient: Email   from to  // 漢字 wide
  message:   string(1..5_000) from body
  priority:  enum { "low", "high" } = "normal"
  a: int
  b: int
  c: int
  d: int
  e: int
}
"""
    "// " + "x" * 150 + "NEEDLE" + "y" * 150 + "\n",
    "demo.mail",
)
PEOPLE = Source("specs/std/people.chain", "type Email = string\n", "std.people", verbatim=False)
HOSTILE = Source("we,ird: 100%.chain", "a\x1b[31mb\u202ec\ud800 e\u0301x \u200d\n")
EMPTY = Source("empty.chain", "")


def find(text: str, nth: int = 0, source: Source = MAIL) -> Location:
    """The location of the nth occurrence of a text."""
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(text, start + 1)
    return source.at(start, start + len(text))


def between(first: str, last: str) -> Location:
    """From the beginning of one text to the end of another."""
    return MAIL.at(find(first).span.start, find(last).span.end)


SAMPLES: dict[str, Diagnostic] = {
    "one_place": Diagnostic.at("E0107", find("Email"), "nothing is called `Email`", "not in scope", help="import it"),
    "no_label": Diagnostic.at("W0101", find("edition 1"), "only a mark"),
    "several_on_one_line": Diagnostic.at(
        "E0107",
        find("send_email"),
        "no capability is called `send_email`",
        "not found",
        secondary=[Label(find("gmail", 1), "on this platform"), Label(find("tool"), "for this tool")],
        notes=["a note", "a note of\ntwo lines"],
        help="did you mean `send_mail`?",
        fixes=[Fix(find("send_email"), "send_mail", "use the similar name")],
    ),
    "overlapping": Diagnostic.at(
        "E0107",
        find('"normal"'),
        "the default is not one of the values",
        "not a value",
        secondary=[Label(find('enum { "low", "high" } = "normal"'), "whole"), Label(find('"low", "high"'), "values")],
    ),
    "same_place_twice": Diagnostic.at(
        "E0107", find("message"), "twice", "first", secondary=[Label(find("message"), "second"), Label(find("message"))]
    ),
    "two_files": Diagnostic.at(
        "E0201",
        find("Email"),
        "an `Email` is not a `Url`",
        "this is an `Email`",
        secondary=[Label(find("Email", source=PEOPLE), "declared here"), Label(find("gmail {"), "for")],
        fixes=[Fix(PEOPLE.at(0, 0), "/// An address.\n", "document the type")],
    ),
    "many_lines": Diagnostic.at("E0107", between("{", "e: int\n}"), "the block", "ends here"),
    "nested_blocks": Diagnostic.at(
        "E0107",
        between("{", "e: int\n}"),
        "two blocks",
        "outer",
        secondary=[Label(between("message", "a: int"), "inner"), Label(find("c: int"), "point")],
    ),
    "crossing_blocks": Diagnostic.at(
        "E0107",
        between("message", "b: int"),
        "blocks that overlap",
        "first",
        secondary=[Label(between("a: int", "d: int"), "second"), Label(find("b: int"), "b")],
    ),
    "far_apart": Diagnostic.at(
        "E0107", find("d: int"), "far apart", "here", secondary=[Label(find("edition"), "since here")]
    ),
    "wide_and_tab": Diagnostic.at("E0107", find("wide"), "after", "here", secondary=[Label(find("漢字"), "two wide")]),
    "long_line": Diagnostic.at(
        "E0107",
        find("NEEDLE"),
        "in a long line",
        "here",
        secondary=[Label(find("// x"), "left of it"), Label(find("yyy\n"), "right of it")],
    ),
    "line_feed": Diagnostic.at("E0107", find("\n", 2), "at the end of a line", "here"),
    "end_of_file": Diagnostic.at("E0107", MAIL.end, "at the end of the file", "unexpected end"),
    "empty_file": Diagnostic.at("E0107", EMPTY.end, "nothing there", "expected an edition"),
    "outside": Diagnostic.at("E0107", PEOPLE.at(15, 4_000), "past the end"),
    "hostile": Diagnostic.at("E0107", HOSTILE.at(1, 2), "a\x1b[0m\nb, c: 100%", "\x07bell", notes=["\x1b]0;title\x07"]),
    "no_place": Diagnostic("E0001", "cannot find `specs`", notes=("looked in specs",), help="give a path that exists"),
    "removal": Diagnostic.at(
        "W0101", find("  a: int\n"), "never used", fixes=[Fix(find("  a: int\n"), "", "remove the line")]
    ),
    "long_fix": Diagnostic.at(
        "W0101", find("b: int"), "many lines", fixes=[Fix(find("b: int"), "\n  ".join("klmnopqr"), "write more")]
    ),
    "long_line_fix": Diagnostic.at(
        "E0107", find("NEEDLE"), "in a long line", fixes=[Fix(find("NEEDLE"), "THREAD", "replace it")]
    ),
}
