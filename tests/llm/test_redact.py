from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agentalign.llm.redact import Secrets, bare_url

KEYS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=60)


@given(KEYS, st.text(), st.text())
def test_a_known_key_is_in_no_message(key: str, before: str, after: str) -> None:
    said = Secrets([key]).scrub(f"{before}{key}{after}", limit=10_000)
    assert key not in said.replace("[key]", "\0")


@given(st.text())
def test_its_own_words_do_not_show_it(text: str) -> None:
    assert repr(Secrets([text])) in {"Secrets(0)", "Secrets(1)"}


def test_what_looks_like_a_key_is_hidden() -> None:
    said = Secrets().scrub("Incorrect API key provided: sk-proj-AbCdEf123456. Bearer abc at https://me:pass@host/v1")
    assert said == "Incorrect API key provided: [key]. Bearer [key] at https://[key]@host/v1"


def test_a_placeholder_is_no_secret() -> None:
    assert Secrets(["none"]).scrub("none of it") == "none of it"


def test_a_reply_keeps_its_words_but_not_the_key() -> None:
    secrets = Secrets(["sk-0123456789abcdef", "password"])
    assert secrets.scrub_reply(b'{"content": "sk-0123456789abcdef, a password"}') == b'{"content": "[key], a password"}'


def test_urls_without_credentials() -> None:
    assert bare_url("https://me:pass@host:8080/v1?key=3#x") == "https://host:8080/v1"
