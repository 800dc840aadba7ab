from __future__ import annotations

import json
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentalign.llm import Reply, Store, StoreError, StoreWarning, ToolCall, Usage, export_replies, import_replies

NUMBERS = st.integers(0, 10**9)
REPLIES = st.builds(
    Reply,
    content=st.text(),
    tool_calls=st.lists(st.builds(ToolCall, st.text(), st.text(), st.text()), max_size=3).map(tuple),
    finish_reason=st.sampled_from(["stop", "length", "tool_calls"]),
    usage=st.builds(Usage, NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.booleans()),
    cost=st.none() | st.floats(0, 1e6),
    refusal=st.text(),
    reasoning=st.text(),
)
DIGESTS = st.binary(min_size=16, max_size=16).map(bytes.hex)
WRITER = """
import sys
from pathlib import Path
from agentalign.llm import Reply, Store
store = Store(Path(sys.argv[1]))
for at in range(int(sys.argv[3])):
    (kept,) = store.put([(f"{at:032x}", Reply(sys.argv[2]))])
    print(kept.content, flush=True)
"""


@given(st.dictionaries(DIGESTS, REPLIES, max_size=8))
def test_what_was_put_is_got(replies: dict[str, Reply]) -> None:
    store = Store()
    store.put(replies.items())
    assert {key: store.get(key) for key in replies} == {
        key: replace(reply, stored=True) for key, reply in replies.items()
    }
    assert list(store.digests()) == sorted(replies)
    assert len(store) == len(replies)


@settings(max_examples=20)
@given(st.dictionaries(DIGESTS, REPLIES, max_size=5))
def test_a_store_goes_through_a_file(tmp_path_factory: pytest.TempPathFactory, replies: dict[str, Reply]) -> None:
    one, other = Store(), Store()
    one.put(replies.items())
    path = tmp_path_factory.mktemp("export") / "replies.jsonl"
    assert export_replies(one, path) == len(replies)
    assert import_replies(other, path) == (len(replies), ())
    assert {key: other.get(key) for key in replies} == {key: one.get(key) for key in replies}
    again = path.with_name("again.jsonl")
    export_replies(other, again)
    assert again.read_bytes() == path.read_bytes()


def test_the_first_reply_counts_for_good() -> None:
    store = Store()
    key = "0" * 32
    store.put([(key, Reply("first"))])
    (kept,) = store.put([(key, Reply("second"))])
    assert kept.content == "first"
    assert kept.stored
    found = store.get(key)
    assert found is not None
    assert found.content == "first"


def test_it_is_there_after_closing(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "replies.sqlite"
    with Store(path) as store:
        store.put([("0" * 32, Reply("kept"))])
    with Store(path) as store:
        found = store.get("0" * 32)
    assert found is not None
    assert found.content == "kept"


@pytest.mark.parametrize("column", ["body", "checksum"])
def test_a_flipped_bit_makes_the_reply_missing_and_another_can_be_kept(column: str) -> None:
    told: list[str] = []
    store = Store(warn=told.append)
    key = "ab" * 16
    store.put([(key, Reply("text")), ("0" * 32, Reply("other"))])
    row = store._db.execute(f"SELECT id, {column} FROM replies WHERE digest = ?", (bytes.fromhex(key),)).fetchone()  # noqa: S608
    damaged = bytes([row[1][0] ^ 1]) + row[1][1:]
    store._db.execute(f"UPDATE replies SET {column} = ? WHERE id = ?", (damaged, row[0]))  # noqa: S608
    assert store.get(key) is None
    assert store.get("0" * 32) is not None
    store.put([(key, Reply("again"))])
    found = store.get(key)
    assert found is not None
    assert found.content == "again"
    assert told == [f"the stored reply {key} is damaged and will be asked for again"]


def test_damage_is_warned_of() -> None:
    store = Store()
    store.put([("0" * 32, Reply("text"))])
    store._db.execute("UPDATE replies SET body = x'00'")
    with pytest.warns(StoreWarning, match="damaged"):
        store.get("0" * 32)


@settings(max_examples=60)
@given(st.floats(0, 1, exclude_max=True), st.integers(0, 7))
def test_a_flipped_bit_anywhere_never_gives_a_wrong_reply(
    tmp_path_factory: pytest.TempPathFactory, place: float, bit: int
) -> None:
    path = tmp_path_factory.mktemp("store") / "replies.sqlite"
    replies = {f"{at:032x}": Reply(f"reply {at} " + "x" * 300) for at in range(20)}
    with Store(path) as store:
        store.put(replies.items())
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= 1 << bit
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StoreWarning)
        try:
            with Store(path) as store:
                found = {key: store.get(key) for key in replies}
        except StoreError:
            return
    assert all(reply is None or reply == replace(replies[key], stored=True) for key, reply in found.items())


def test_two_processes_agree(tmp_path: Path) -> None:
    path = tmp_path / "replies.sqlite"
    command = [sys.executable, "-c", WRITER, str(path)]
    processes = [
        subprocess.Popen([*command, name, "150"], stdout=subprocess.PIPE, text=True) for name in ("one", "other")
    ]
    told = [process.communicate()[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert told[0] == told[1]
    with Store(path) as store:
        assert [reply.content for key in store.digests() if (reply := store.get(key))] == told[0]


def test_what_was_committed_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "replies.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), "one", "1000000"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(200)]
        process.kill()
        lines += process.stdout.readlines()
    with Store(path) as store:
        assert len(store) >= len(lines) - (not lines[-1].endswith("\n"))
        assert all(store.get(key) for key in store.digests())


def test_what_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "replies.sqlite"
    path.write_text("This is a letter, not a database. " * 100)
    with pytest.raises(StoreError, match=r"replies\.sqlite"):
        Store(path)
    with pytest.raises(StoreError):
        Store(path / "below" / "a.sqlite")


def test_a_store_of_a_later_program(tmp_path: Path) -> None:
    path = tmp_path / "replies.sqlite"
    with Store(path) as store:
        store._db.execute("PRAGMA user_version = 7")
    with pytest.raises(StoreError, match="format is 7"):
        Store(path)


def test_export_of_some(tmp_path: Path) -> None:
    store = Store()
    store.put((f"{at:032x}", Reply(str(at))) for at in range(5))
    assert export_replies(store, tmp_path / "out", [f"{at:032x}" for at in (4, 2, 2, 77)]) == 2
    lines = [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()]
    assert [line["reply"]["content"] for line in lines] == ["2", "4"]


@pytest.mark.parametrize("change", ["no json", '{"digest": "00"}', None])
def test_import_says_what_is_wrong(tmp_path: Path, change: str | None) -> None:
    store, other = Store(), Store()
    store.put((f"{at:032x}", Reply(f"text {at}")) for at in range(3))
    path = tmp_path / "replies.jsonl"
    export_replies(store, path)
    lines = path.read_text().splitlines()
    lines[1] = change or lines[1].replace("text 1", "text 9")
    path.write_text("\n".join(lines))
    count, wrong = import_replies(other, path)
    assert count == 2
    assert len(wrong) == 1
    assert wrong[0].startswith("replies.jsonl:2: ")
    assert list(other.digests()) == [f"{0:032x}", f"{2:032x}"]
