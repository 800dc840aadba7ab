import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.types import PatternError, StringType, conforms, json_schema, portable, size, value_at
from agentalign.types.counting import language
from agentalign.types.regex import anchored

ATOMS = st.sampled_from(
    ["a", "b", "ab", "-", r"\.", r"\d", r"\w", r"\s", "[a-c]", "[b-d_]", r"[\d\-x]", "[A-F0-9]", "é"]
)


def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = inner.map(lambda body: f"({body})")
    return st.one_of(
        st.lists(inner, min_size=2, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.builds(str.__add__, group, st.sampled_from(["?", "{2}", "{0,2}", "{1,3}"])),
    )


PATTERNS = st.recursive(ATOMS, extend, max_leaves=6)


def problem_of(pattern: str) -> PatternError | None:
    try:
        language(pattern)
    except PatternError as error:
        return error
    return None


ENDLESS = st.builds(
    lambda atom, rest, sign: f"(?:{atom}){sign}{rest}", ATOMS, PATTERNS, st.sampled_from(["*", "+", "{2,}"])
)


@given(PATTERNS | ENDLESS, st.data())
def test_listed_strings_match_and_differ(pattern: str, data: st.DataObject) -> None:
    words = language(pattern)
    picks = data.draw(st.lists(st.integers(0, words.count - 1), max_size=20, unique=True))
    strings = [words.string(pick) for pick in picks]
    assert len(set(strings)) == len(strings)
    for string in strings:
        assert re.fullmatch(pattern, string, re.ASCII)
        assert re.fullmatch(portable(pattern), string)
        assert re.search(anchored(pattern), string)


@pytest.mark.parametrize(
    ("pattern", "alphabet"),
    [
        ("(a|ab)(c|bcd)?", "abcd"),
        ("(a?){3}", "a"),
        ("(a|a|aa){0,2}b?", "ab"),
        ("[ab]{1,2}(b|ab)?", "ab"),
        ("((a|b){0,2}){2}", "ab"),
        ("", "a"),
        ("a{0}", "a"),
        ("(|a|b)(a|)", "ab"),
    ],
)
def test_counts_are_the_number_of_distinct_strings(pattern: str, alphabet: str) -> None:
    every = {""}
    for _ in range(6):
        every |= {word + char for word in every for char in alphabet}
    expected = {word for word in every if re.fullmatch(pattern, word)}
    words = language(pattern)
    assert words.count == len(expected)
    assert {words.string(i) for i in range(words.count)} == expected


@given(PATTERNS, st.integers(0, 4), st.integers(0, 6))
def test_length_bounds_select(pattern: str, low: int, high: int) -> None:
    bounded, free = language(pattern, low, high), language(pattern)
    if free.count <= 2_000:
        expected = {word for word in map(free.string, range(free.count)) if low <= len(word) <= high}
        assert {bounded.string(i) for i in range(bounded.count)} == expected
    assert bounded.count <= free.count


@pytest.mark.parametrize(
    ("pattern", "count"),
    [(r"\d{12}", 10**12), (r"ORD-\d{4}-[A-F]{2}", 360_000), ("[A-Z]{26}", 26**26), ("a*", 9), ("a+", 9), ("a{3,}", 9)],
)
def test_known_counts(pattern: str, count: int) -> None:
    assert size(StringType(pattern=pattern)) == count


def test_values_are_scrambled_and_conform() -> None:
    kind = StringType(pattern=r"ORD-\d{4}")
    values = [value_at(kind, i) for i in range(10_000)]
    assert len(set(values)) == 10_000
    assert values[:2] != ["ORD-0000", "ORD-0001"]
    assert not any(conforms(value, kind) for value in values[:500])


@pytest.mark.parametrize(
    ("pattern", "position", "words"),
    [
        ("a.c", 1, "too wide"),
        ("[^a]", 0, "negated"),
        ("x(a", 1, "never closed"),
        ("x[a", 1, "never closed"),
        ("a)", 1, "closes nothing"),
        ("*a", 0, "nothing to repeat"),
        ("a**", 2, "lazy"),
        ("a+?", 2, "lazy"),
        (r"a\b", 1, "not supported"),
        ("a\\", 1, "not supported"),
        ("[z-a]", 1, "backwards"),
        ("[]", 0, "empty"),
        ("(?=a)", 0, "plain groups"),
        ("(?P<n>a)", 0, "plain groups"),
        (r"(a)\1", 3, "not supported"),
        ("a{3,1}", 1, "backwards"),
        ("a{x}", 1, "write a repeat"),
        ("a{1", 1, "write a repeat"),
        ("a{2000}", 1, "up to 1000"),
        ("a{" + "9" * 5000 + "}", 1, "write a repeat"),
        ("(a*)*", 4, "endless"),
        ("(b(a+)x){2,}", 8, "endless"),
        ("a^b", 1, "whole string"),
        ("a$b", 1, "whole string"),
        ("(" * 10_000, 65, "nested"),
    ],
)
def test_what_is_outside_the_subset_is_located(pattern: str, position: int, words: str) -> None:
    with pytest.raises(PatternError, match=words) as caught:
        portable(pattern)
    assert caught.value.position == position
    assert size(StringType(pattern=pattern)) == 0


@pytest.mark.parametrize(
    "pattern", ["((a{900}){900}){9}", "((((a|){900}){900}){900}){900}", "((){1000}){1000}", "([ab]{0,99}){0,99}"]
)
def test_huge_patterns_neither_hang_nor_crash(pattern: str) -> None:
    problem = problem_of(pattern)
    assert problem is None or "too large" in problem.reason


def test_anchors_at_the_edges_change_nothing() -> None:
    assert portable(r"^B0[A-Z]{3}$") == portable(r"B0[A-Z]{3}") == "B0[A-Z]{3}"


def test_the_schema_spells_classes_out() -> None:
    kind = StringType(pattern=r"a|\d\w{2}")
    assert json_schema(kind) == {"type": "string", "pattern": "^(?:a|[0-9][A-Za-z0-9_]{2})$"}
    assert conforms("\u0661ab", kind) is not None  # an Arabic digit
    assert conforms("a\n", kind) is not None


@given(st.text(alphabet=r"ab(){}[]|*+?\.^$-,:1d", max_size=12))
def test_any_text_is_a_pattern_or_an_error(source: str) -> None:
    problem = problem_of(source)
    if problem is not None:
        assert 0 <= problem.position <= len(source)
        return
    spelled = portable(source)
    re.compile(spelled)
    assert portable(spelled) == spelled
    for string in map(language(source).string, range(min(5, language(source).count))):
        assert re.fullmatch(source, string, re.ASCII)
