"""SARIF output follows the published schema, and its regions cut out what the finding is about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from agentalign.diagnostics import CODES, page, render
from diagnostics.samples import MAIL, SAMPLES

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def log(*names: str) -> dict[str, Any]:
    return json.loads(render([SAMPLES[name] for name in names], "sarif"))


@given(st.sets(st.sampled_from(sorted(SAMPLES))))
def test_any_log_follows_the_schema(names: set[str]) -> None:
    VALIDATOR.validate(log(*names))


def test_the_schema_would_object() -> None:
    broken = log("one_place")
    broken["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(ValidationError):
        VALIDATOR.validate(broken)


def test_results_point_at_their_rule() -> None:
    (run,) = log(*SAMPLES)["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert all(CODES[rule["id"]].title.casefold() in rule["shortDescription"]["text"].casefold() for rule in rules)


def test_rules_carry_the_page_of_their_code() -> None:
    rules = log(*SAMPLES)["runs"][0]["tool"]["driver"]["rules"]
    pages = {rule["id"]: page(rule["id"]) for rule in rules}
    assert any(pages.values())
    for rule in rules:
        found = pages[rule["id"]]
        assert rule.get("help") == (found and {"text": found.text, "markdown": found.text})


def test_regions_cut_out_the_text_by_line_and_by_offset() -> None:
    (result,) = log("several_on_one_line")["runs"][0]["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    line = MAIL.line(region["startLine"])
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "send_email"
    assert MAIL.text[region["charOffset"] :][: region["charLength"]] == "send_email"
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["deletedRegion"] == region


def test_offsets_that_the_file_does_not_have_are_left_out() -> None:
    (result,) = log("two_files")["runs"][0]["results"]
    in_normalised_file = result["relatedLocations"][0]["physicalLocation"]
    assert in_normalised_file["artifactLocation"]["uri"] == "specs/std/people.chain"
    assert set(in_normalised_file["region"]) == {"startLine", "startColumn", "endLine", "endColumn"}


def test_file_names_become_uris() -> None:
    (result,) = log("hostile")["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "we%2Cird%3A%20100%25.chain"
