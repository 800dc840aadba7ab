"""Writing a dataset folder."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.diagnostics import Diagnostic
from agentalign.emit import Packer, Row, emit, open_output, verify
from agentalign.emit.growing import Growing
from agentalign.ir import Case, Context, Response
from agentalign.validate import Finding
from emit.folders import chunked, contents, job, opened, packed, written
from golden import Golden
from sampledata import completed, edited, refused, rows

FILES = ["README.md", "data/test.jsonl", "data/train.jsonl", "dropped.jsonl", "index.txt", "manifest.json", "plan.txt"]
CASE = Case(
    id="c" * 32,
    reading="reunion",
    register="plain",
    ask=0,
    choices={},
    tools={"pages": "web_find"},
    values={"topic": "tulips"},
    details={("sent", "priority"): "low"},
    context=Context("a" * 32, "", ("web_find",)),
    response=Response("Done.", {}, {}, None, None, None),
    split="test",
)


def test_a_folder_has_these_files_and_says_what_is_in_them(tmp_path: Path, golden: Golden) -> None:
    manifest = written(tmp_path / "out").manifest
    found = contents(tmp_path / "out")
    assert sorted(found) == FILES
    assert manifest.written == 12
    assert [json.loads(line)["id"] for line in found["data/test.jsonl"].splitlines()] == [
        rows(12)[n]["id"] for n in (4, 9)
    ]
    assert found["dropped.jsonl"] == b""
    golden(Path(__file__).parent / "golden" / "README.md", found["README.md"].decode())
    said = json.loads(found["manifest.json"])
    assert list(said["files"]) == [name for name in FILES if name != "manifest.json"]
    for name, facts in said["files"].items():
        assert facts["sha256"] == sha256(found[name]).hexdigest()
        assert facts["bytes"] == len(found[name])
        assert facts.get("rows", found[name].count(b"\n")) == found[name].count(b"\n")
    for digest in ("files", "digest"):
        del said[digest]
    said["spec"]["digest"] = ""
    golden(Path(__file__).parent / "golden" / "manifest.json", json.dumps(said, indent=2) + "\n")


def test_lines_are_the_records(tmp_path: Path) -> None:
    written(tmp_path)
    lines = [
        *(tmp_path / "data/train.jsonl").read_bytes().splitlines(),
        *(tmp_path / "data/test.jsonl").read_bytes().splitlines(),
    ]
    by_id = {record["id"]: record for record in map(json.loads, lines)}
    for record in rows(12):
        assert by_id[record["id"]] == record
        assert list(by_id[record["id"]]) == list(record)


def test_nothing_tells_when_or_where_it_was_written(tmp_path: Path) -> None:
    written(tmp_path / "one")
    os.utime(tmp_path / "one" / "plan.txt", (0, 0))
    written(tmp_path / "deep" / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "deep" / "two")
    assert not any(str(tmp_path).encode() in data for data in contents(tmp_path / "one").values())


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 14), st.lists(st.integers(0, 12), max_size=3))
def test_chunks_and_stops_leave_no_trace(tmp_path_factory: pytest.TempPathFactory, size: int, stops: list[int]) -> None:
    whole, parts = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("parts")
    items = packed(rows(12))
    written(whole, items)
    for stop in stops:
        writer = opened(parts, job())
        for chunk in chunked(items[writer.done : max(stop, writer.done)], size):
            assert writer.add(chunk) == ()
        writer.close()
    written(parts, items, chunk=size)
    assert contents(whole) == contents(parts)


def test_rows_beyond_the_size_are_not_looked_at(tmp_path: Path) -> None:
    few, more = packed(rows(12)), packed(rows(40))
    written(tmp_path / "few", few)
    written(tmp_path / "more", more, chunk=7)
    assert contents(tmp_path / "few") == contents(tmp_path / "more")


def test_a_larger_size_extends_a_smaller_one(tmp_path: Path) -> None:
    written(tmp_path / "few", task=job(8))
    written(tmp_path / "more", task=job(16))
    few, more = contents(tmp_path / "few"), contents(tmp_path / "more")
    for name in ("data/train.jsonl", "data/test.jsonl", "index.txt"):
        assert more[name].startswith(few[name])


# ------------------------------------------------------------------------------------------------------------ drops


def test_a_repeated_request_is_dropped_and_names_the_first(tmp_path: Path) -> None:
    first, other = completed(number=1), refused(number=2, request="Find Ana Berg for me.")
    repeat = completed(number=3, answer="Done.")
    manifest = written(tmp_path, packed([first, other, repeat])).manifest
    (line,) = (tmp_path / "dropped.jsonl").read_bytes().splitlines()
    dropped = json.loads(line)
    (finding,) = dropped["findings"]
    assert (dropped["id"], dropped["stage"], finding["code"], finding["at"]) == (
        repeat["id"],
        "write",
        "E1009",
        "demo/readings.chain:3:3",
    )
    assert first["id"] in finding["message"]
    assert dropped["record"] == repeat
    assert manifest.values["attrition"] == {
        "selected": 3, "simulated": 3, "validated": 3, "written": 2, "dropped": {"E1009": 1}
    }  # fmt: skip
    assert verify(tmp_path).ok


def test_a_repeated_id_is_dropped(tmp_path: Path) -> None:
    again = edited(completed(number=1), "/messages/1/content", "Find Ana Berg and tell her about tulips.")
    written(tmp_path, packed([completed(number=1), again, again]))
    lines = (tmp_path / "dropped.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["findings"][0]["code"] for line in lines] == ["E1022", "E1022"]
    assert verify(tmp_path).ok


def test_what_broke_down_or_failed_a_check_is_kept_with_its_reasons(tmp_path: Path) -> None:
    packer = Packer()
    broken = Finding("E1015", "step `sent` ends in `invalid_arguments`", "demo/tools.chain:40:1")
    wrong = Finding("E1008", "the text has a doubled blank", "demo/readings.chain:8:3", "/messages/6/content")
    drops = [packer.drop(CASE, [broken]), packer.drop(CASE, [wrong, broken], completed())]
    written(tmp_path, [*packed(rows(3)), *drops])
    first, second = map(json.loads, (tmp_path / "dropped.jsonl").read_bytes().splitlines())
    assert (first["stage"], first["record"], first["findings"]) == ("simulate", None, [broken.as_json()])
    assert first["case"]["bindings"] == {"topic": "tulips"}
    assert (second["stage"], second["record"], len(second["findings"])) == ("validate", completed(), 2)
    attrition = json.loads((tmp_path / "manifest.json").read_bytes())["attrition"]
    assert attrition == {
        "selected": 5,
        "simulated": 4,
        "validated": 3,
        "written": 3,
        "dropped": {"E1008": 1, "E1015": 1},
    }
    with pytest.raises(ValueError, match="reason"):
        packer.drop(CASE, [])


def test_drops_are_counted_again_when_a_run_is_resumed(tmp_path: Path) -> None:
    items = packed([*rows(4), *rows(2), *rows(8)])
    written(tmp_path / "whole", items)
    writer = opened(tmp_path / "parts", job())
    assert writer.add(items[:7]) == tuple(items[4:7])
    assert (writer.done, writer.written) == (7, 4)
    writer.close()
    assert opened_done(tmp_path / "parts") == 7
    written(tmp_path / "parts", items)
    assert contents(tmp_path / "whole") == contents(tmp_path / "parts")


def opened_done(folder: Path) -> int:
    writer = opened(folder, job())
    writer.close()
    return writer.done


def test_tools_are_packed_as_they_are() -> None:
    packer = Packer()
    one = completed()
    other = edited(one, "/tools/0/function/description", "Something else.")
    for record in (one, other, one):
        row = packer.row(record)
        assert isinstance(row, Row)
        assert json.loads(row.line) == record


# -------------------------------------------------------------------------------------------------------- the folder


def test_an_earlier_output_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    written(tmp_path)
    before = contents(tmp_path)
    other = job(seed=8)
    writer = opened(tmp_path, other)
    writer.add(packed(rows(3)))
    writer.close()
    assert {name: data for name, data in contents(tmp_path).items() if not name.startswith(".")} == before
    assert verify(tmp_path).ok
    written(tmp_path, packed(rows(3)), task=other)
    assert verify(tmp_path).ok
    assert json.loads((tmp_path / "manifest.json").read_bytes())["seed"] == 8


def test_what_only_the_earlier_output_had_goes_and_the_users_files_stay(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "notes.md").write_text("mine")
    (tmp_path / "data" / "own.csv").write_text("mine")
    written(tmp_path, packed([completed()]))
    found = contents(tmp_path)
    assert "data/test.jsonl" not in found
    assert found["notes.md"] == found["data/own.csv"] == b"mine"


def test_an_unfinished_output_of_another_job_is_discarded(tmp_path: Path) -> None:
    for other in (job(seed=8), job(size=11), job(name="other")):
        writer = opened(tmp_path, other)
        writer.add(packed(rows(5)))
        writer.close()
        assert opened_done(tmp_path) == 0
    written(tmp_path)
    assert verify(tmp_path).ok


@pytest.mark.parametrize("damage", ["state", "line", "index", "short", "gone", "junk"])
def test_an_unfinished_output_that_was_damaged_is_begun_anew(tmp_path: Path, damage: str) -> None:
    writer = opened(tmp_path, job())
    writer.add(packed(rows(5)))
    writer.close()
    partial = tmp_path / ".partial"
    data = partial / "data" / "train.jsonl"
    match damage:
        case "state":
            (partial / "state.json").write_bytes(b"{")
        case "line":
            data.write_bytes(data.read_bytes().replace(b"Ana", b"Eva", 1))
        case "index":
            index = partial / "index.txt"
            index.write_bytes(index.read_bytes()[::-1])
        case "short":
            data.write_bytes(data.read_bytes()[:-1])
        case "gone":
            data.unlink()
        case "junk":
            (partial / "state.json").write_bytes(b'{"job": {}, "files": 3}')
    assert opened_done(tmp_path) == 0
    written(tmp_path)
    assert verify(tmp_path).ok


def test_what_was_written_behind_the_checkpoint_is_cut_off(tmp_path: Path) -> None:
    items = packed(rows(12))
    writer = opened(tmp_path / "parts", job())
    writer.add(items[:5])
    writer.close()
    with (tmp_path / "parts/.partial/data/train.jsonl").open("ab") as file:
        file.write(b'{"id": "half a li')
    assert opened_done(tmp_path / "parts") == 5
    written(tmp_path / "parts", items)
    written(tmp_path / "whole", items)
    assert contents(tmp_path / "parts") == contents(tmp_path / "whole")


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    refused_ = open_output(tmp_path, job())
    assert isinstance(refused_, Diagnostic)
    assert refused_.code == "E1030"
    assert contents(tmp_path) == {"thesis.tex": b"mine"}


def test_a_hidden_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".partial").mkdir()
    (tmp_path / ".partial" / "thesis.tex").write_text("mine")
    found = open_output(tmp_path, job())
    assert isinstance(found, Diagnostic)
    assert found.code == "E1030"
    assert contents(tmp_path) == {".partial/thesis.tex": b"mine"}


def test_hidden_files_do_not_make_a_folder_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / ".gitattributes").write_text("*.jsonl filter=lfs")
    written(tmp_path)
    assert (tmp_path / ".gitattributes").exists()
    assert verify(tmp_path).ok


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    place = tmp_path / "out"
    place.write_text("mine")
    for wrong in (place, place / "below"):
        found = open_output(wrong, job())
        assert isinstance(found, Diagnostic)
        assert found.code == "E1031"
    assert place.read_text() == "mine"


def test_two_compiles_do_not_write_one_folder(tmp_path: Path) -> None:
    writer = opened(tmp_path, job())
    found = open_output(tmp_path, job())
    assert isinstance(found, Diagnostic)
    assert found.code == "E1032"
    writer.close()
    assert opened_done(tmp_path) == 0


def test_a_full_disk_is_reported_and_the_run_can_go_on_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = packed(rows(12))
    append, calls = Growing.append, 0

    def failing(self: Growing, lines: Sequence[bytes]) -> None:
        nonlocal calls
        calls += 1
        if calls > 4:
            raise OSError(28, "No space left on device", str(tmp_path / "out/.partial/data/train.jsonl"))
        append(self, lines)

    with monkeypatch.context() as patch:
        patch.setattr(Growing, "append", failing)
        found = emit(chunked(items, 3), opened(tmp_path / "out", job()))
        assert isinstance(found, Diagnostic)
        assert found.code == "E1031"
        assert found.message.endswith("train.jsonl: no space left on device")
    assert 0 < opened_done(tmp_path / "out") < 12
    written(tmp_path / "out", items)
    written(tmp_path / "whole", items)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
