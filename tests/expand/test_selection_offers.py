"""What a refusal says, and what it may end with."""

from __future__ import annotations

from collections import Counter

from compiling import BENIGN, BENIGN_TOO, BORDERLINE, CHAIN, DATASET, HARMFUL, PROMPTS, TOOLS, WORLD, made_of, plan_of

TWINS = "I can help you find an old friend."
OWN = "I can help you let it be."


def offered(harmful: str) -> set[str]:
    """The offers that refusals of a reading end with; every record is a valid one."""
    plan = plan_of(WORLD, TOOLS, CHAIN, harmful, BENIGN, BENIGN_TOO, BORDERLINE, PROMPTS, DATASET)
    made = list(made_of(plan, 40, mix={"harmful": 100}))
    assert not any(row.findings for row in made)
    replies = [row.record["messages"][-1]["content"] for row in made if row.record["reading"] == "expose"]
    return {next((offer for offer in (TWINS, OWN) if reply.endswith(offer)), "") for reply in replies}


def test_a_refusal_offers_what_its_twins_do() -> None:
    assert offered(HARMFUL) == {TWINS, ""}


def test_offers_of_its_own_take_their_place() -> None:
    assert offered(HARMFUL.replace("  refuse", f'  offer """{OWN}"""\n  refuse')) == {OWN, ""}


def test_a_refusal_of_its_own_is_said_four_times_as_often_as_one_of_its_kind() -> None:
    plan = plan_of(WORLD, TOOLS, CHAIN, HARMFUL, BENIGN, BENIGN_TOO, BORDERLINE, PROMPTS, DATASET)
    made = [row.record for row in made_of(plan, 240, mix={"harmful": 100}) if row.record["reading"] == "expose"]
    said = Counter(record["messages"][-1]["content"].removesuffix(TWINS).strip() for record in made)
    general = [said[text] for text in ("I won't help expose anyone.", "That stays private.")]
    own = sum(said.values()) - sum(general)
    assert min(general) > 0
    assert 3 < own / (sum(general) / 2) < 5.3
