"""Declared functions give what the same words give where they are written in place."""

from __future__ import annotations

import pytest

from agentalign.ir import Index, Invoke, Json, Plan, walk
from agentalign.simulate.expressions import Expressions
from agentalign.simulate.state import State
from agentalign.simulate.tools import compile_tool
from agentalign.types import Stream
from compiling import plan_of

WORLD = """
platform paper { title "paper" }
platform screen { title "screen" }
type NoteId = brand platform { paper => string matching r"P[0-9]{5}", screen => string matching r"S[0-9]{5}" }
record Note { id: NoteId  words: string  times: int  kind: string }
lexicon greetings: string { "Hello", "Good day", "Well met" }
capability Notes.save(words: string, times: int) -> Note
"""
FUNCTIONS = """
function kind(times: int, words: string) -> string {
  when times > 5 and contains(words, "a") => "often"
  when starts_with(lower(words), "a") => new.pick(greetings) + text(new.int(1, 1_000))
  when shouted(words) => "loud"
  otherwise => { let plain = lower(words) return \"\"\"{{ plain | title }} {{ times }}\"\"\" }
}
function shouted(words: string) -> bool { otherwise => upper(words) == words }
function note(words: string, times: int) -> Note {
  otherwise => Note { id: new, words: words, times: times + times, kind: kind(words: words, times: times) }
}
"""
IN_PLACE = """{
  let plain = lower(words)
  return Note {
    id: new, words: words, times: times + times,
    kind: if times > 5 and contains(words, "a") then "often"
      else if starts_with(lower(words), "a") then new.pick(greetings) + text(new.int(1, 1_000))
      else if upper(words) == words then "loud"
      else \"\"\"{{ plain | title }} {{ times }}\"\"\",
  }
}"""


def _plan(action: str, functions: str = FUNCTIONS) -> Plan:
    tool = f"""
    /// Save a note.
    tool NAME implements save on PLATFORM {{
      /// What to save.
      words: string
      /// How often.
      times: int
      simulate {{ otherwise => {action} }}
    }}
    """
    tools = [
        tool.replace("NAME", name).replace("PLATFORM", name.partition("_")[2]) for name in ("on_paper", "on_screen")
    ]
    return plan_of(WORLD, functions, *tools)


def _results(plan: Plan, words: str, times: int) -> list[Json]:
    index = Index(plan)
    tools = [compile_tool(tool, index, Expressions(index)) for tool in plan.tools]
    return [
        tool.call({"words": words, "times": times}, State(Stream(b"x"), 0, {}), Stream(bytes([seed]))).result
        for tool in tools
        for seed in range(8)
    ]


@pytest.mark.parametrize("words", ["", "a walk", "Tea at five", "LOUD"])
@pytest.mark.parametrize("times", [0, 5, 6])
def test_a_function_gives_what_its_rules_give_in_place(words: str, times: int) -> None:
    called = _results(_plan("note(words, times)"), words, times)
    assert called == _results(_plan(IN_PLACE, ""), words, times)
    assert {str(note["id"])[0] for note in called if isinstance(note, dict)} == {"P", "S"}


def test_an_argument_is_computed_once_and_in_the_scope_of_the_caller() -> None:
    functions = """
    function pair(words: string, times: int) -> string { otherwise => words + "/" + words + "/" + text(times) }
    function swapped(words: string, times: int) -> Note {
      otherwise => Note { id: new, words: pair(words: text(times), times: length(words)), times: 0, kind: "" }
    }
    """
    for note in _results(_plan("swapped(words, times)", functions), "four", 7):
        assert isinstance(note, dict)
        assert note["words"] == "7/7/4"
    drawn = """
    function twice(n: int) -> Note { otherwise => Note { id: new, words: text(n) + "=" + text(n), times: n, kind: "" } }
    """
    for note in _results(_plan("twice(new.int(1, 1_000_000))", drawn), "four", 7):
        assert isinstance(note, dict)
        left, right = str(note["words"]).split("=")
        assert left == right == str(note["times"])


def test_a_function_that_is_called_often_is_lowered_once() -> None:
    plan = _plan("note(words + kind(1, words) + kind(2, words), times)")
    bodies = [node.body for node in walk(plan.tools) if isinstance(node, Invoke)]
    assert len(bodies) == 2 * (4 + 3)
    assert len({id(body) for body in bodies}) == 3


def test_the_order_of_functions_and_their_docs_change_no_plan() -> None:
    parts = [f"function {part}" for part in FUNCTIONS.split("function ")[1:]]
    turned = "\n".join(f"/// Words.\n{part}" for part in reversed(parts))
    plain, other = _plan("note(words, times)"), _plan("note(words, times)", turned)
    assert [tool.rules[0].action for tool in plain.tools] == [tool.rules[0].action for tool in other.tools]
