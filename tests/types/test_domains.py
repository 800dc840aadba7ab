import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from agentalign.types import Domain, DomainType, conforms, domains, field, is_identifier, json_schema, size, value_at
from agentalign.types.domains.times import civil_from_days, days_from_civil

EVERY = sorted(domains)
CHEAP = ["full_name", "company", "email", "host", "file_name", "cidr", "isbn", "mac_address", "tracking_number"]
SENTENCES = ("Please use {} for this.", "{}", "Is it ({}) or not?", "Take {}, then go on", 'It said "{}" twice')


def some(domain: Domain) -> list[int]:
    return sorted({0, 1, domain.size - 1, *range(0, domain.size, max(1, domain.size // 40))})


def test_there_are_enough() -> None:
    assert len(domains) >= 40
    assert all(key == domain.name and re.fullmatch("[a-z0-9_]+", key) for key, domain in domains.items())


@pytest.mark.parametrize("key", EVERY)
def test_generated_values_are_valid_and_distinct(key: str) -> None:
    domain = domains[key]
    kind = DomainType(key.title(), key)
    validator = Draft202012Validator(json_schema(kind), format_checker=Draft202012Validator.FORMAT_CHECKER)
    values = [domain.generate(index) for index in some(domain)]
    assert len(set(values)) == len(values)
    for value in values:
        assert domain.validate(value) is None
        assert conforms(value, kind) is None
        assert validator.is_valid(value), value
    assert [value_at(kind, index) for index in some(domain)] == values
    assert size(kind) == domain.size


@pytest.mark.parametrize("key", EVERY)
def test_indices_outside_are_errors(key: str) -> None:
    for index in (-1, domains[key].size):
        with pytest.raises(ValueError, match="outside"):
            domains[key].generate(index)


@pytest.mark.parametrize("key", CHEAP)
def test_full_sweep_is_injective(key: str) -> None:
    domain = domains[key]
    values = {domain.generate(index) for index in range(domain.size)}
    assert len(values) == domain.size == 65_536
    assert not any(domain.validate(value) for value in sorted(values)[::64])


@pytest.mark.parametrize("key", [key for key in EVERY if domains[key].size < 30_000])
def test_full_sweep_of_the_small_ones(key: str) -> None:
    domain = domains[key]
    assert len({domain.generate(index) for index in range(domain.size)}) == domain.size


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("key", EVERY)
def test_values_are_recognised_in_a_sentence(key: str, sentence: str) -> None:
    domain = domains[key]
    # Bare language tags such as "is" are plain words; between quotes they count.
    shown = '"{}"' if key == "language" else "{}"
    for index in some(domain)[::3]:
        value = domain.generate(index)
        text = sentence.format(shown.format(value))
        assert value in domain.recognise(text), text


@pytest.mark.parametrize("key", EVERY)
def test_recognised_values_are_valid(key: str) -> None:
    text = " ".join(f"Then {other.generate(3)}; or {other.generate(2)}." for other in domains.values())
    for value in domains[key].recognise(text):
        assert domains[key].validate(value) is None


@pytest.mark.parametrize("key", EVERY)
def test_prose_without_values(key: str) -> None:
    text = "Could you please look into what we talked about? There is no hurry, and thank you for all the help so far!"
    assert domains[key].recognise(text) == ()


@pytest.mark.parametrize("key", EVERY)
def test_parts_conform_to_their_types(key: str) -> None:
    domain = domains[key]
    for index in some(domain)[::4]:
        for name, part in domain.parts.items():
            value = part.read(domain.generate(index))
            assert conforms(value, part.type) is None, (name, value)
            found = field(DomainType("X", key), name)
            assert found is not None
            assert found.type == part.type


@pytest.mark.parametrize("key", EVERY)
def test_forms_are_other_spellings(key: str) -> None:
    domain = domains[key]
    for index in some(domain)[::4]:
        value = domain.generate(index)
        forms = domain.forms(value)
        assert value not in forms
        assert len(set(forms)) == len(forms)
        assert all(form.strip() for form in forms)


@pytest.mark.parametrize(
    "key",
    ["phone", "iban", "isbn", "tracking_number", "geo_point", "money", "country", "currency", "language", "weekday"],
)
def test_the_first_form_is_recognised_as_the_value(key: str) -> None:
    domain = domains[key]
    for index in some(domain):
        value = domain.generate(index)
        for form in domain.forms(value)[:1]:
            assert value in domain.recognise(f"It is {form}, as agreed."), form


@pytest.mark.parametrize("key", EVERY)
@settings(max_examples=25)
@given(text=st.text(max_size=60))
def test_nothing_crashes_a_domain(key: str, text: str) -> None:
    domain = domains[key]
    verdict = domain.validate(text)
    assert verdict is None or verdict.startswith("not a")
    assert all(domain.validate(value) is None for value in domain.recognise(text))
    if verdict is None:
        domain.forms(text)
        for part in domain.parts.values():
            part.read(text)


@pytest.mark.parametrize(
    ("key", "bad"),
    [
        ("email", "a..b@example.org"),
        ("email", ".a@example.org"),
        ("email", "a@localhost"),
        ("email", "a b@example.org"),
        ("phone", "0170 123"),
        ("phone", "+0123456789"),
        ("url", "example.org/x"),
        ("url", "ftp://example.org"),
        ("ipv4", "256.1.1.1"),
        ("ipv4", "1.2.3"),
        ("ipv4", "01.2.3.4"),
        ("ipv6", "2001:db8"),
        ("ipv6", "1::2::3"),
        ("ipv6", "1:2:3:4:5:6:7:8:9"),
        ("ipv6", "12345::"),
        ("cidr", "10.0.0.1/24"),
        ("cidr", "10.0.0.0/33"),
        ("date", "2027-02-29"),
        ("date", "2027-13-01"),
        ("date", "0000-01-01"),
        ("time", "24:00"),
        ("date_time", "2027-02-30T10:00:00Z"),
        ("date_time", "2027-02-20T10:00:00"),
        ("month", "2027-00"),
        ("country", "XX"),
        ("currency", "XYZ"),
        ("full_name", "Madonna"),
        ("user_handle", "quiet_heron"),
        ("hashtag", "#2027"),
        ("geo_point", "91.0,0.0"),
        ("file_path", "/srv/data/"),
        ("package_version", "1.2"),
        ("package_version", "01.2.3"),
        ("uuid", "not-a-uuid"),
        ("weekday", "Someday"),
        ("solana_address", "1" * 33),
        ("transaction_hash", "0x" + "g" * 64),
    ],
)
def test_invalid_values(key: str, bad: str) -> None:
    assert domains[key].validate(bad) is not None


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("date", "on 4 January 2027 and on March 3rd, 2027, not 2027-02-30", ("2027-01-04", "2027-03-03")),
        ("date", "the 21st of May 2027", ("2027-05-21",)),
        ("time", "at 3 pm, or 9:30 a.m., or 17:45; not at noon", ("15:00", "09:30", "17:45", "12:00")),
        ("month", "from March 2027 to 2027-06", ("2027-03", "2027-06")),
        (
            "money",
            "$1,200, 99 EUR or £12.50 and 1,300 Swiss francs",
            ("1200.00 USD", "99.00 EUR", "12.50 GBP", "1300.00 CHF"),
        ),
        ("country", "from Germany to the United States, or FR", ("DE", "US", "FR")),
        ("language", "into German or Brazilian Portuguese, pt-BR", ("de", "pt-BR")),
        ("email", "ana@example.org, bo@example.com.", ("ana@example.org", "bo@example.com")),
        ("url", "(see https://cedar-hill.example/faq).", ("https://cedar-hill.example/faq",)),
        ("phone", "call +44 7700 900123 or +1 (415) 555-0132.", ("+447700900123", "+14155550132")),
        ("ipv4", "10.20.0.1 but not 1.2.3.4.5 or 10.0.0.0/8", ("10.20.0.1",)),
        ("package_version", "v1.2.3, then 2.0.0-rc.1.", ("1.2.3", "2.0.0-rc.1")),
        ("geo_point", "near 48.1371, 11.5754.", ("48.1371,11.5754",)),
        ("full_name", "Please write to Ines Lindqvist, not Dear Friends", ("Ines Lindqvist",)),
        ("shell_command", "run `df -h` first", ("df -h",)),
    ],
)
def test_recognising(key: str, text: str, expected: tuple[str, ...]) -> None:
    assert set(expected) <= set(domains[key].recognise(text))
    if key not in {"email", "url", "shell_command"}:
        assert domains[key].recognise(text) == expected


@pytest.mark.parametrize(
    ("key", "value", "form"),
    [
        ("date", "2027-01-04", "4 January 2027"),
        ("date", "2027-01-04", "January 4th"),
        ("date", "2027-05-11", "May 11, 2027"),
        ("time", "15:00", "3 pm"),
        ("time", "09:05", "9:05 am"),
        ("date_time", "2027-01-04T15:00:00Z", "January 4 at 3 pm"),
        ("phone", "+14155550132", "(415) 555-0132"),
        ("phone", "+447700900123", "07700 900123"),
        ("phone", "+442079460123", "020 7946 0123"),
        ("phone", "+33199001234", "01 99 00 12 34"),
        ("money", "1200.00 USD", "$1,200"),
        ("money", "12.50 EUR", "€12.50"),
        ("country", "DE", "Germany"),
        ("git_url", "https://github.com/mossfern/note-sync.git", "github.com/mossfern/note-sync"),
        ("company", "Alder & Finch Logistics", "Alder and Finch Logistics"),
    ],
)
def test_known_forms(key: str, value: str, form: str) -> None:
    assert form in domains[key].forms(value)


def test_identifiers() -> None:
    for key in ("email", "phone", "iban", "url", "file_path", "full_name", "shell_command", "ipv4"):
        assert is_identifier(DomainType("X", key))
    for key in ("country", "currency", "language", "date", "time"):
        assert not is_identifier(DomainType("X", key))


def test_numbers_and_hosts_are_reserved_ones() -> None:
    for index in range(0, 65_536, 331):
        assert re.search(r"(^|[.@])example(\.(com|net|org))?$", domains["host"].generate(index))
        assert re.search(r"[.@]example\.(com|net|org)$", domains["email"].generate(index))
        assert domains["ipv6"].generate(index).startswith("2001:db8:")
        assert re.match(r"10\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.", domains["ipv4"].generate(index))
        number = domains["phone"].generate(index % domains["phone"].size)
        assert re.match(r"\+1\d{3}55501\d\d$|\+44|\+33|\+49|\+61", number)
        assert int(domains["mac_address"].generate(index)[:2], 16) & 2


@given(st.integers(-800_000, 3_000_000))
def test_calendar_is_a_bijection(days: int) -> None:
    year, month, day = civil_from_days(days)
    assert days_from_civil(year, month, day) == days
    assert 1 <= month <= 12
    assert 1 <= day <= 31


def test_calendar_against_known_days() -> None:
    assert days_from_civil(1970, 1, 1) == 0
    assert days_from_civil(2000, 3, 1) == 11_017
    assert domains["date"].parts["weekday"].read("2027-01-04") == "Monday"
    assert domains["date"].parts["weekday"].read("2024-02-29") == "Thursday"
