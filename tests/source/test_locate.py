"""Which root and which module names a path given by the user stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentalign.source import Missing, Target, Unreadable, locate


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {
        "work/demo.chain": "edition 1\nuse std.people { FullName }\n",
        "work/mail/types.chain": "edition 1\n",
        "work/mail/tools/send.chain": "edition 1\nuse mail.types { Address }\n",
        "work/mail/tools/read.chain": "edition 1\n",
        "work/plain/a.chain": "edition 1\nuse std.people { FullName }\n",
        "work/plain/deep/b.chain": "edition 1\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "work"


def test_a_file_stands_alone(tree: Path) -> None:
    assert locate(tree / "demo.chain") == Target(tree, ("demo",))


def test_a_folder_is_a_package(tree: Path) -> None:
    assert locate(tree / "plain") == Target(tree, ("plain.a", "plain.deep.b"))


def test_files_tell_where_their_package_starts(tree: Path) -> None:
    everything = ("mail.tools.read", "mail.tools.send", "mail.types")
    assert locate(tree / "mail/tools/send.chain") == Target(tree, ("mail.tools.send",))
    assert locate(tree / "mail/tools") == Target(tree, everything[:2])
    assert locate(tree / "mail") == Target(tree, everything)
    assert locate(tree) == Target(tree, ("demo", *everything, "plain.a", "plain.deep.b"))


def test_an_import_cannot_choose_another_place(tree: Path) -> None:
    (tree / "plain/a.chain").write_text("use mail.types { X }\n", encoding="utf-8")
    assert locate(tree / "plain/a.chain") == Target(tree / "plain", ("a",))


def test_a_relative_path_and_a_link_are_resolved(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "plain")
    (tree / "link").symlink_to(tree / "plain")
    assert locate(Path()) == locate(tree / "link") == locate(tree / "plain")


def test_names_that_cannot_be_modules_are_reported_and_the_others_kept(tree: Path) -> None:
    (tree / "plain/my notes.chain").write_text("", encoding="utf-8")
    found = locate(tree / "plain")
    assert isinstance(found, Target)
    assert found.modules == ("plain.a", "plain.deep.b")
    assert [failure.path for failure in found.failures] == ["plain/my notes.chain"]


def test_what_is_not_there_or_not_a_spec_is_said(tree: Path) -> None:
    (tree / "notes.txt").write_text("", encoding="utf-8")
    (tree / "empty").mkdir()
    assert isinstance(locate(tree / "nothing"), Missing)
    assert isinstance(locate(Path("a\0b")), Missing)
    assert isinstance(locate(tree / "notes.txt"), Unreadable)
    assert isinstance(locate(tree / "empty"), Unreadable)
    assert isinstance(locate(Path("/dev/null")), Unreadable)
