"""Positions are the inverse of offsets, and bytes become clean text or a located reason why not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.source import Location, Position, Source, Span, Unreadable, decode

TEXTS = st.text(alphabet=st.sampled_from("ab\n\té漢\u0301😀"), max_size=40)


@given(TEXTS)
def test_every_offset_has_a_position_of_its_own(text: str) -> None:
    source = Source("a.chain", text)
    for offset in range(len(text) + 1):
        position = source.position(offset)
        assert source.offset(position) == offset
        before = text[:offset]
        assert position == Position(before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


@given(TEXTS)
def test_lines_put_together_are_the_text(text: str) -> None:
    source = Source("a.chain", text)
    lines = [source.line(number) for number in range(1, source.line_count + 1)]
    assert "\n".join(lines) == text
    for number, line in enumerate(lines, 1):
        span = source.line_span(number)
        assert text[span.start : span.end] == line


@given(TEXTS, st.integers(-5, 50), st.integers(-5, 50))
def test_any_span_has_a_start_no_later_than_its_end(text: str, start: int, end: int) -> None:
    location = Source("a.chain", text).at(start, end)
    assert Position(1, 1) <= location.start <= location.end
    assert location.end.line <= location.source.line_count
    assert location.text in text


def test_positions_outside_the_text_are_its_nearest_end() -> None:
    source = Source("a.chain", "ab\ncd")
    assert source.position(-3) == Position(1, 1)
    assert source.position(99) == Position(2, 3)
    assert source.offset(Position(1, 50)) == 2
    assert source.offset(Position(9, 1)) == 3
    assert source.line(0) == source.line(3) == ""
    assert source.end == source.at(5, 5)


def test_spans() -> None:
    span = Span(4, 7)
    assert len(span) == 3
    assert Span(2, 2), "an empty span is still a span"
    assert span.join(Span(1, 5)) == Span(1, 7)
    assert span.within(10) == Span(14, 17)
    assert Span(0, 9).covers(span)
    assert not span.covers(Span(4, 8))


def test_a_location_prints_short() -> None:
    location = Source("dir/a.chain", "ab\ncd" * 1000).at(3, 5)
    assert str(location) == "dir/a.chain:2:1"
    assert repr(location) == "Location('dir/a.chain', 3, 5)"
    assert isinstance(location, Location)


def test_decoding_normalises_marks_and_line_ends() -> None:
    assert decode(b"a\n", "n") == Source("n", "a\n")
    assert decode(b"a\r\nb\r\n", "n") == Source("n", "a\nb\n", verbatim=False)
    assert decode("\ufeffä".encode(), "n", "m") == Source("n", "ä", "m", verbatim=False)


@pytest.mark.parametrize(
    ("data", "reason", "position"),
    [
        (b"ok\n\x00", "NUL", Position(2, 1)),
        (b"ok\n a\x1b[31m", "U+001B", Position(2, 3)),
        (b"a\rb", "carriage return", Position(1, 2)),
        ("x = \u202etxt".encode(), "reading direction", Position(1, 5)),
        ("é\x85".encode(), "U+0085", Position(1, 2)),
        (b"ab\r\n\xc3\xa9\xff", "0xFF", Position(2, 2)),
        (b"\xef\xbb\xbfab\xc3", "0xC3", Position(1, 3)),
        (b"\xed\xa0\x80", "0xED", Position(1, 1)),
    ],
)
def test_what_is_not_clean_text_is_refused_where_it_stands(data: bytes, reason: str, position: Position) -> None:
    result = decode(data, "bad.chain")
    assert isinstance(result, Unreadable)
    assert reason in result.reason
    assert result.location is not None
    assert result.location.start == position


@given(st.binary(max_size=60))
def test_decoding_never_raises(data: bytes) -> None:
    match decode(data, "x"):
        case Source(text=text):
            assert text.encode() in {data.replace(b"\r\n", b"\n"), data[3:].replace(b"\r\n", b"\n")}
        case Unreadable(location=location):
            assert location is not None
            assert 0 <= location.span.start < len(location.source.text)
