"""Checking a folder on its own: whatever was done to it is found and named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.emit import Job, Verification, verify
from agentalign.emit.layout import pretty, row_digest
from agentalign.emit.manifest import Manifest, facts_of
from agentalign.emit.verify import LIMIT
from agentalign.ir import print_plan
from emit.folders import PLAN, contents, job, packed, written
from sampledata import completed, edited, rows

OTHER = print_plan(job(name="other").plan)
TRAIN = "data/train.jsonl"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original")
    written(folder)
    return folder


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "copy"))


def found(folder: Path) -> list[tuple[str, str]]:
    return [(located.finding.code, located.place) for located in verify(folder).findings]


def lines(folder: Path, name: str = TRAIN) -> list[bytes]:
    return (folder / name).read_bytes().splitlines()


def store(folder: Path, rows_: list[bytes], name: str = TRAIN) -> None:
    (folder / name).write_bytes(b"".join(line + b"\n" for line in rows_))


def resign(folder: Path, **changes: Any) -> None:
    """Make manifest and index fit whatever is in the folder: what somebody would do who wants to hide an edit."""
    values = json.loads((folder / "manifest.json").read_bytes())
    names = ["data/test.jsonl", TRAIN]
    index = "".join(
        f"{Path(name).stem} {json.loads(line)['id']} {row_digest(line)}\n"
        for name in names
        for line in lines(folder, name)
    )
    (folder / "index.txt").write_text(index)
    values["files"] = {name: facts_of(folder / name, rows="rows" in f).as_json() for name, f in values["files"].items()}
    del values["digest"]
    (folder / "manifest.json").write_bytes(Manifest(values | changes).encoded())


def test_what_was_written_is_good(original: Path) -> None:
    told: list[int] = []
    result = verify(original, told.append)
    assert result.ok
    assert (result.rows, result.findings, result.more) == (12, (), 0)
    assert result.manifest is not None
    assert result.manifest.counts["label"] == {"benign": 6, "harmful": 6}


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_any_flipped_byte_is_found_in_its_file(original: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(contents(original))))
    path = original / name
    good = path.read_bytes()
    if not good:
        return
    at = data.draw(st.integers(0, len(good) - 1))
    bad = bytearray(good)
    bad[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(bad))
    try:
        result = verify(original)
        assert name in {located.file for located in result.findings}, result
        if name.startswith("data/") and good[at : at + 1] != b"\n":
            line = good.count(b"\n", 0, at) + 1
            assert f"{name}:{line}" in {located.place for located in result.findings}
        for diagnostic in result.diagnostics:
            assert "\n" not in diagnostic.message
    finally:
        path.write_bytes(good)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_bytes_too_many_or_too_few_are_found(original: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(contents(original))))
    path = original / name
    good = path.read_bytes()
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 40)))
    new = data.draw(st.binary(max_size=20))
    if good[start:end] == new:
        return
    path.write_bytes(good[:start] + new + good[end:])
    try:
        assert name in {located.file for located in verify(original).findings}
    finally:
        path.write_bytes(good)


def test_a_removed_line_is_named(folder: Path) -> None:
    kept = lines(folder)
    gone = json.loads(kept.pop(3))["id"]
    store(folder, kept)
    assert found(folder) == [("E1012", TRAIN), ("E1014", TRAIN)]
    last = verify(folder).findings[-1]
    assert last.record == gone
    assert last.finding.message == f"row {gone} is missing: it was line 4"


def test_an_added_line_is_named(folder: Path) -> None:
    kept = lines(folder)
    new = packed([completed(number=99, request="Find Ana Berg, and mail her about tulips.")])[0].line
    store(folder, [*kept[:2], new, *kept[2:]])
    assert found(folder) == [("E1012", TRAIN), ("E1014", f"{TRAIN}:3")]
    assert "was not written by the compiler" in verify(folder).findings[-1].finding.message


def test_a_line_written_twice_is_named(folder: Path) -> None:
    kept = lines(folder)
    store(folder, [*kept, kept[1]])
    assert found(folder) == [
        ("E1012", TRAIN),
        ("E1022", f"{TRAIN}:11"),
        ("E1009", f"{TRAIN}:11"),
        ("E1014", f"{TRAIN}:11"),
    ]


def test_swapped_lines_are_named(folder: Path) -> None:
    kept = lines(folder)
    kept[2], kept[7] = kept[7], kept[2]
    store(folder, kept)
    assert found(folder) == [("E1012", TRAIN), ("E1014", f"{TRAIN}:3"), ("E1014", f"{TRAIN}:8")]
    assert "it was line 8" in verify(folder).findings[1].finding.message


def test_an_edited_argument_is_named(folder: Path) -> None:
    kept = lines(folder)
    assert b"ana.berg@example.org" in kept[0]
    kept[0] = kept[0].replace(b'recipient\\": \\"ana.berg', b'recipient\\": \\"eva.berg', 1)
    store(folder, kept)
    assert found(folder) == [("E1012", TRAIN), ("E1005", f"{TRAIN}:1"), ("E1014", f"{TRAIN}:1")]
    assert "is not as it was written" in verify(folder).findings[-1].finding.message


def test_an_edited_argument_is_found_even_if_all_digests_were_made_to_fit(folder: Path) -> None:
    kept = lines(folder)
    kept[0] = kept[0].replace(b'recipient\\": \\"ana.berg', b'recipient\\": \\"eva.berg', 1)
    store(folder, kept)
    resign(folder)
    assert found(folder) == [("E1005", f"{TRAIN}:1")]


def test_resigning_alone_changes_nothing(folder: Path) -> None:
    resign(folder)
    assert found(folder) == []


def test_an_edited_plan_is_named(folder: Path) -> None:
    plan = folder / "plan.txt"
    plan.write_text(plan.read_text().replace('"recipient_not_found"', '"recipient_missing"'))
    assert found(folder) == [("E1024", "plan.txt")]


@pytest.mark.parametrize(
    "text", ["", "Plan {", print_plan(replace(PLAN, digest="e" * 32)), print_plan(PLAN) + " ", OTHER]
)
def test_a_plan_that_cannot_be_the_rows_is_named_even_if_all_digests_were_made_to_fit(folder: Path, text: str) -> None:
    (folder / "plan.txt").write_text(text)
    resign(folder)
    assert found(folder) == [("E1024", "plan.txt")]


def test_a_row_in_the_wrong_file_is_named_even_if_all_digests_were_made_to_fit(folder: Path) -> None:
    train, test = lines(folder), lines(folder, "data/test.jsonl")
    store(folder, [*train, test.pop()])
    store(folder, test, "data/test.jsonl")
    resign(folder)
    assert ("E1016", f"{TRAIN}:11") in found(folder)
    assert ("E1023", "manifest.json") in found(folder)


def test_counts_that_are_off_are_named(folder: Path) -> None:
    values = json.loads((folder / "manifest.json").read_bytes())
    counts = values["counts"] | {"label": {"benign": 5, "harmful": 6, "borderline": 1}}
    resign(folder, counts=counts, size={"asked": 12, "written": 13})
    messages = [located.finding.message for located in verify(folder).findings]
    assert messages == [
        "the manifest says 13 rows, and there are 12",
        "the manifest says 5 rows of label `benign`, and there are 6",
        "the manifest says 1 rows of label `borderline`, and there are 0",
    ]


@pytest.mark.parametrize("name", ["data/train.jsonl", "plan.txt", "index.txt", "README.md", "dropped.jsonl"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert found(folder) == [("E1013", name)]


def test_a_file_too_many_is_named_unless_it_is_hidden(folder: Path) -> None:
    (folder / "data" / "more.jsonl").write_bytes(lines(folder)[0])
    (folder / ".gitattributes").write_text("*.jsonl filter=lfs")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("")
    assert found(folder) == [("E1025", "data/more.jsonl")]


def test_a_folder_without_manifest_says_why(folder: Path, tmp_path: Path) -> None:
    (folder / "manifest.json").unlink()
    assert "has no manifest" in verify(folder).findings[0].finding.message
    (folder / ".partial").mkdir()
    assert "has not finished" in verify(folder).findings[0].finding.message
    assert found(tmp_path / "nowhere") == [("E1023", "manifest.json")]
    (tmp_path / "file").write_text("")
    assert found(tmp_path / "file") == [("E1023", "manifest.json")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format": 2}',
        b"\xff",
        pretty({"format": 1, "spec": {}, "size": {}, "counts": {}}),
        pretty({"format": 1, "spec": {}, "size": {"written": 1}, "counts": {"label": 3}, "attrition": {}, "files": {}}),
        pretty({"format": 1, "spec": {}, "size": {"written": 1}, "counts": {}, "attrition": {}, "files": {"a": {}}}),
    ],
)
def test_a_manifest_that_is_none_is_named(folder: Path, data: bytes) -> None:
    (folder / "manifest.json").write_bytes(data)
    result = verify(folder)
    assert result.manifest is None
    assert [located.finding.code for located in result.findings] == ["E1023"]


def test_a_manifest_cannot_lead_out_of_the_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mine")
    values = json.loads((folder / "manifest.json").read_bytes())
    del values["digest"]
    values["files"]["../secret"] = {"bytes": 4, "sha256": "0" * 64}
    (folder / "manifest.json").write_bytes(Manifest(values).encoded())
    (located,) = verify(folder).findings
    assert located.finding.message == "the manifest names `../secret`, which no dataset has"


def test_a_row_that_is_not_json_or_no_record_is_named(folder: Path) -> None:
    kept = lines(folder)
    kept[1], kept[4] = kept[1][:-1], b'{"id":"' + b"0" * 32 + b'"}'
    store(folder, kept)
    places = found(folder)
    assert ("E1001", f"{TRAIN}:2") in places
    assert ("E1001", f"{TRAIN}:5") in places


def test_shapes_are_checked_even_without_a_plan(folder: Path) -> None:
    (folder / "plan.txt").write_text("")
    kept = lines(folder)
    kept[1] = b"[]"
    store(folder, kept)
    assert ("E1001", f"{TRAIN}:2") in found(folder)


def test_only_so_many_findings_are_kept(tmp_path: Path) -> None:
    size = LIMIT + 40
    written(tmp_path, packed(rows(size)), task=job(size), chunk=500)
    data = tmp_path / TRAIN
    data.write_bytes(data.read_bytes().replace(b'"label":"', b'"label":"x'))
    result = verify(tmp_path)
    assert len(result.findings) == LIMIT
    assert result.more > 0


def test_findings_become_diagnostics(folder: Path) -> None:
    kept = lines(folder)
    kept[0] = kept[0].replace(b"Done, Ana Berg has mail.", b"Done,  Ana Berg has mail.")
    store(folder, kept)
    result = verify(folder)
    assert isinstance(result, Verification)
    slip = next(d for d in result.diagnostics if d.code == "E1008")
    assert slip.message == f"{TRAIN}:1: the text has a doubled blank"
    assert slip.notes[0].endswith("/messages/6/content")
    assert slip.notes[1] == "it goes back to demo/readings.chain:8:3 of the spec"


def test_repeats_among_splits_are_found(tmp_path: Path) -> None:
    first = completed(number=1)
    again = edited(edited(completed(number=2), "/split", "test"), "/messages/1/content", "Find Ana Berg and tell her.")
    written(tmp_path, packed([first, again]))
    test = tmp_path / "data/test.jsonl"
    line = json.loads(test.read_bytes())
    test.write_bytes(json.dumps(edited(line, "/messages/1/content", first["messages"][1]["content"])).encode() + b"\n")
    resign(tmp_path)
    (located,) = [located for located in verify(tmp_path).findings if located.finding.code == "E1009"]
    assert located.file == TRAIN
    assert line["id"] in located.finding.message


def test_a_job_names_what_makes_the_bytes() -> None:
    make: Callable[..., Job] = job
    assert make().identity() == make().identity()
    others = [make(size=11), make(seed=8), make(name="other"), replace(make(), version="0.2.0")]
    assert all(other.identity() != make().identity() for other in others)
