"""A bundle reads modules below its roots and nothing else, and says why when it cannot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentalign.source import MAX_BYTES, Bundle, Missing, Outside, Source, TooLarge, Unreadable


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, Path]:
    write(tmp_path / "own/std/mail.chain", "own mail")
    write(tmp_path / "own/shop/tools/buy.chain", "buy")
    write(tmp_path / "own/shop/.hidden/x.chain", "no")
    write(tmp_path / "own/shop/read me.chain", "no")
    write(tmp_path / "own/shop/notes.txt", "no")
    write(tmp_path / "shipped/std/mail.chain", "shipped mail")
    write(tmp_path / "shipped/std/people.chain", "people")
    write(tmp_path / "secret.chain", "secret")
    return tmp_path / "own", tmp_path / "shipped"


def test_the_first_root_wins(roots: tuple[Path, Path], tmp_path: Path) -> None:
    bundle = Bundle(roots, base=tmp_path)
    assert bundle.load("std.mail") == Source("own/std/mail.chain", "own mail", "std.mail")
    assert bundle.load("std.people") == Source("shipped/std/people.chain", "people", "std.people")


def test_names_outside_the_base_are_printed_in_full(roots: tuple[Path, Path], tmp_path: Path) -> None:
    loaded = Bundle(roots, base=tmp_path / "own").load("std.people")
    assert isinstance(loaded, Source)
    assert loaded.name == (tmp_path / "shipped/std/people.chain").as_posix()


def test_a_missing_module_says_where_it_was_looked_for(roots: tuple[Path, Path], tmp_path: Path) -> None:
    assert Bundle(roots, base=tmp_path).load("std.nothing") == Missing(
        "std.nothing", ("own/std/nothing.chain", "shipped/std/nothing.chain")
    )


def test_modules_of_all_roots_are_listed_once(roots: tuple[Path, Path]) -> None:
    bundle = Bundle(roots)
    assert bundle.modules() == ("shop.tools.buy", "std.mail", "std.people")
    assert bundle.modules("std") == ("std.mail", "std.people")
    assert bundle.modules("shop.tools") == ("shop.tools.buy",)
    assert bundle.modules("..") == bundle.modules("nothing") == ()


@pytest.mark.parametrize(
    "name", ["", ".", "..", "..secret", "std/mail", "/etc/passwd", "std..mail", "std.mail.", "a\0b", "C:"]
)
def test_names_that_could_climb_are_never_looked_up(roots: tuple[Path, Path], name: str) -> None:
    assert Bundle(roots).load(name) == Missing(name)


def test_links_that_lead_out_are_refused(roots: tuple[Path, Path], tmp_path: Path) -> None:
    own = roots[0]
    (own / "shop/leak.chain").symlink_to(tmp_path / "secret.chain")
    (own / "up").symlink_to(tmp_path)
    (own / "shop/alias.chain").symlink_to(own / "shop/tools/buy.chain")
    bundle = Bundle(roots, base=tmp_path)
    assert bundle.load("shop.leak") == Outside("shop.leak", "own/shop/leak.chain")
    assert bundle.load("up.secret") == Outside("up.secret", "own/up/secret.chain")
    alias = bundle.load("shop.alias")
    assert isinstance(alias, Source)
    assert alias.text == "buy"
    assert not any(name.startswith("up.") for name in bundle.modules()), "linked folders are not walked"


def test_what_is_no_regular_file_is_unreadable(roots: tuple[Path, Path]) -> None:
    own = roots[0]
    (own / "folder.chain").mkdir()
    (own / "dangling.chain").symlink_to(own / "nowhere")
    (own / "loop.chain").symlink_to(own / "loop.chain")
    os.mkfifo(own / "pipe.chain")
    bundle = Bundle(roots)
    for name in ("folder", "dangling", "loop", "pipe"):
        assert isinstance(bundle.load(name), Unreadable), name


def test_the_size_limit_is_exact(roots: tuple[Path, Path]) -> None:
    (roots[0] / "large.chain").write_bytes(b" " * MAX_BYTES)
    (roots[0] / "larger.chain").write_bytes(b" " * (MAX_BYTES + 1))
    bundle = Bundle(roots, base=roots[0])
    assert isinstance(bundle.load("large"), Source)
    assert bundle.load("larger") == TooLarge("larger.chain", MAX_BYTES + 1, MAX_BYTES)


def test_a_bundle_can_live_in_memory(roots: tuple[Path, Path]) -> None:
    bundle = Bundle.of({"a.b": "text\r\n", "std.mail": "mine", "bad": "\0"}, roots)
    assert bundle.load("a.b") == Source("a/b.chain", "text\n", "a.b", verbatim=False)
    assert bundle.load("std.mail") == Source("std/mail.chain", "mine", "std.mail")
    assert isinstance(bundle.load("bad"), Unreadable)
    assert isinstance(bundle.load("std.people"), Source)
    assert bundle.modules("a") == ("a.b",)
    assert Bundle.of({"a": ""}).load("b") == Missing("b")


@given(st.text(max_size=12))
def test_loading_never_raises(name: str) -> None:
    assert isinstance(Bundle((Path(__file__).parent,)).load(name), Missing)
