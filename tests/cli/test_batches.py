"""`agentalign prompts` and `agentalign ingest`: a dataset made by batches alone, without a connection or a key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agentalign.cli import main
from agentalign.emit import verify
from agentalign.llm import Store
from agentalign.resources import specs_root
from llmcast import Cast

SPEC = specs_root() / "examples" / "1_lookup.chain"
CAST = Cast(refuses=0.1, complies=0.1, forgets=0.2, strange=0.2)
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: object) -> tuple[int, str]:
        code = main([str(word) for word in words])
        return code, capsys.readouterr().err

    return call


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def answered(asked: Path, replies: Path, cast: Cast = CAST) -> list[dict[str, Any]]:
    """What OpenAI would give back for a batch."""
    found = [
        {
            "id": f"batch_req_{number}",
            "custom_id": line["custom_id"],
            "response": {"status_code": 200, "request_id": "r", "body": cast(line["body"])},
            "error": None,
        }
        for number, line in enumerate(lines(asked))
    ]
    write(replies, found)
    return found


def write(path: Path, found: Iterator[Any] | list[Any]) -> None:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in found))


def test_rounds_of_batches_make_the_dataset_that_a_compile_makes(run: Run, tmp_path: Path) -> None:
    asked, replies, store = tmp_path / "asked.jsonl", tmp_path / "replies.jsonl", tmp_path / "replies.sqlite"
    with Store(store):
        pass
    terms = (SPEC, "-n", "20", "--model", "openai/test")
    sizes = []
    for _ in range(40):
        assert run("prompts", *terms, "-o", asked, "--store", store)[0] == 0
        if not (size := len(answered(asked, replies))):
            break
        sizes.append(size)
        assert run("ingest", *terms, replies, "--store", store)[0] == 0
    assert len(sizes) > 3
    assert sizes[0] == 4 + 80  # two readings of ten cases, five at a time, and the anchors of two judges
    compiled = run("compile", *terms, "-o", tmp_path / "out", "--offline", "--store", store)
    assert compiled[0] == 0, compiled[1]
    assert verify(tmp_path / "out").ok


def test_the_same_spec_gives_the_same_bytes_and_another_size_others(run: Run, tmp_path: Path) -> None:
    first, again, more = (tmp_path / name for name in ("first", "again", "more"))
    for path, size in ((first, 20), (again, 20), (more, 30)):
        assert run("prompts", SPEC, "-o", path, "-n", size, "--model", "openai/test", "--min-kappa", 0)[0] == 0
    assert first.read_bytes() == again.read_bytes()
    assert len(lines(more)) == 6
    assert {line["url"] for line in lines(first)} == {"/v1/chat/completions"}
    assert {line["method"] for line in lines(first)} == {"POST"}
    assert [line["body"]["model"] for line in lines(first)] == ["test"] * 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "first", "more"]


def test_one_stage_is_written_and_others_are_not(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert run("prompts", SPEC, "-o", out, "-n", "20", "--model", "openai/test", "--stage", "harmful_requests")[0] == 0
    assert len(lines(out)) == 2
    bound = ("--stage", "trajectories=openai/test")
    code, said = run("prompts", SPEC, "-o", out, "-n", "20", *bound)
    assert code == 0
    assert "trajectories: 10 requests" in said
    assert all(line["body"]["tools"] for line in lines(out))
    assert run("prompts", SPEC, "-o", out, *bound, "--stage", "refusals")[0] == 2
    assert run("prompts", SPEC, "-o", out, *bound, "--stage", "trajectorys=openai/test")[0] == 2
    assert run("prompts", SPEC, "-o", out)[0] == 2
    assert len(lines(out)) == 10


def test_a_batch_is_for_one_model(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    bound = ("--stage", "harmful_requests=openai/one", "--stage", "benign_requests=openai/two")
    code, said = run("prompts", SPEC, "-o", out, "-n", "20", *bound)
    assert code == 0
    assert "they are for openai/one, openai/two; OpenAI takes one model per batch" in said
    assert [line["body"]["model"] for line in lines(out)] == ["one"] * 2 + ["two"] * 2
    code, said = run("prompts", SPEC, "-o", out, "-n", "20", *bound, "--to", "openai/two")
    assert code == 0
    assert "one model per batch" not in said
    assert [line["body"]["model"] for line in lines(out)] == ["two"] * 2


def test_anthropic_has_a_shape_of_its_own(run: Run, tmp_path: Path) -> None:
    out, replies, store = tmp_path / "out.jsonl", tmp_path / "replies.jsonl", tmp_path / "s.sqlite"
    model = "anthropic/claude-sonnet-4-5"
    terms = (SPEC, "-n", "20", "--stage", f"trajectories={model}")
    assert run("prompts", *terms, "-o", out, "--provider", "anthropic")[0] == 0
    first = lines(out)[0]
    assert set(first) == {"custom_id", "params"}
    assert set(first["params"]) == {"model", "max_tokens", "system", "messages", "tools"}
    assert first["params"]["model"] == "claude-sonnet-4-5"
    assert first["params"]["tools"][0]["input_schema"]["type"] == "object"
    use = {"type": "tool_use", "id": "toolu_1", "name": "search_directory", "input": {"name": "A B", "city": "C"}}
    said = {"content": [{"type": "text", "text": "Let me see."}, use], "stop_reason": "tool_use"}
    message = {**said, "usage": {"input_tokens": 90, "output_tokens": 9, "cache_read_input_tokens": 10}}
    ids = [line["custom_id"] for line in lines(out)]
    results: list[Any] = [{"type": "succeeded", "message": message}, {"type": "expired"}]
    results.append({"type": "errored", "error": {"error": {"type": "overloaded_error", "message": "too busy"}}})
    write(replies, [{"custom_id": each, "result": result} for each, result in zip(ids, results, strict=False)])
    code, told = run("ingest", *terms, replies, "--store", store)
    assert code == 1
    assert "1 replies stored" in told
    assert "2 failed" in told
    assert "too busy" in told
    with Store(store) as kept:
        reply = kept.get(ids[0])
        assert reply is not None
        assert reply.tool_calls[0].name == "search_directory"
        assert (reply.usage.read, reply.usage.written, reply.usage.cached) == (100, 9, 10)
        assert len(kept) == 1
    # the next round goes on from the call, its result told as Anthropic wants it
    assert run("prompts", *terms, "-o", out, "--provider", "anthropic", "--store", store)[0] == 0
    (longer,) = (line["params"]["messages"] for line in lines(out) if len(line["params"]["messages"]) > 1)
    assert [turn["role"] for turn in longer] == ["user", "assistant", "user"]
    assert longer[1]["content"][1]["id"] == longer[2]["content"][0]["tool_use_id"]


def test_what_cannot_be_used_is_told_apart(run: Run, tmp_path: Path) -> None:
    asked, replies, store = tmp_path / "asked.jsonl", tmp_path / "replies.jsonl", tmp_path / "replies.sqlite"
    terms = (SPEC, "-n", "20", "--model", "openai/test", "--min-kappa", "0")
    run("prompts", *terms, "-o", asked)
    good, unfit, failed, strange = answered(asked, replies)
    unfit["response"]["body"]["choices"][0]["message"]["content"] = "I have no idea."
    failed["response"] = {"status_code": 429, "body": {"error": {"message": "Rate limit reached"}}}
    strange["custom_id"] = "0" * 32
    write(replies, [good, unfit, failed, strange, {"custom_id": "request-1"}, 5, good])
    code, told = run("ingest", *terms, replies, "--store", store)
    assert code == 1
    assert "2 replies stored, 1 were there before" in told
    assert f"1 failed\n  {failed['custom_id']}: HTTP 429: Rate limit reached" in told
    assert f"1 not in the form asked for; a compile asks again\n  {unfit['custom_id']}" in told
    assert "1 unknown" in told
    assert "2 unreadable" in told
    with Store(store) as kept:
        assert set(kept.digests()) == {good["custom_id"], unfit["custom_id"]}
    # what failed is still to be asked, what did not fit is asked anew
    run("prompts", *terms, "-o", asked, "--store", store)
    assert failed["custom_id"] in {line["custom_id"] for line in lines(asked)}
    assert unfit["custom_id"] not in {line["custom_id"] for line in lines(asked)}


def test_plain_responses_are_taken(run: Run, tmp_path: Path) -> None:
    asked, replies, store = tmp_path / "asked.jsonl", tmp_path / "replies.jsonl", tmp_path / "replies.sqlite"
    terms = (SPEC, "-n", "20", "--stage", "benign_requests=openai/test")
    run("prompts", *terms, "-o", asked)
    first, second = lines(asked)
    text = CAST(first["body"])["choices"][0]["message"]["content"]
    write(replies, [{"custom_id": first["custom_id"], "response": text}])
    assert run("ingest", *terms, replies, "--store", store)[0] == 0
    write(replies, [{"custom_id": second["custom_id"], "response": CAST(second["body"])}])
    assert run("ingest", *terms, replies, "--store", store)[0] == 0
    with Store(store) as kept:
        assert len(kept) == 2


def test_files_that_are_not_there(run: Run, tmp_path: Path) -> None:
    terms = (SPEC, "--model", "openai/test")
    assert run("ingest", *terms, tmp_path / "none", "--store", tmp_path / "s")[0] == 2
    assert run("prompts", *terms, "-o", tmp_path / "o", "--store", tmp_path / "none")[0] == 2
    assert not (tmp_path / "s").exists()
    assert not (tmp_path / "o").exists()
