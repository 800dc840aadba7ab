"""What a refusal may end with."""

from __future__ import annotations

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
