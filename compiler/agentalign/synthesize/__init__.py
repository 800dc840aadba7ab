"""Synthesis: what language models write of a dataset, and how it is judged.

A case comes with the compiler's own wording. Models may write its request instead (five cases of a reading at a time),
reword it, judge whether it means what its reading means, carry it out as agents in the simulated world, or refuse it; the
stages that no model is bound to stay as the compiler makes them. Every text is checked against its case, every call
against its tool, and the finished record by the validator.

Nothing is labelled by the words it uses: what an agent did counts first, then the majority of judges, and what stays
undecided is asked for again and then dropped with that reason. Texts of models are data throughout: nothing in a reply,
a request or a tool's result is ever carried out or followed.

The results depend on the cases and on the replies, not on the order in which replies arrive. A prompt is made of its
case alone, so a run that is started again finds all replies in the engine's store.
"""

from agentalign.synthesize.agreement import Measure, bootstrapped, cohen, fleiss
from agentalign.synthesize.asking import Blocked, Unanswered, parsed
from agentalign.synthesize.binding import Binding, Bindings, Limits, bind, model_of
from agentalign.synthesize.calibration import LEAST, Calibration, anchors, calibrate
from agentalign.synthesize.near import NearDuplicates
from agentalign.synthesize.pipeline import BLOCK, Result, Synthesis, Unfinished
from agentalign.synthesize.results import Dropped, Made, Stats
from agentalign.synthesize.scopes import Draft, Scopes, asked
from agentalign.synthesize.shipped import shipped_prompt
from agentalign.synthesize.wording import BATCH, batches

__all__ = [
    "BATCH",
    "BLOCK",
    "LEAST",
    "Binding",
    "Bindings",
    "Blocked",
    "Calibration",
    "Draft",
    "Dropped",
    "Limits",
    "Made",
    "Measure",
    "NearDuplicates",
    "Result",
    "Scopes",
    "Stats",
    "Synthesis",
    "Unanswered",
    "Unfinished",
    "anchors",
    "asked",
    "batches",
    "bind",
    "bootstrapped",
    "calibrate",
    "cohen",
    "fleiss",
    "model_of",
    "parsed",
    "shipped_prompt",
]
