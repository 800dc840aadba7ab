"""Executing cases: typed tables, a clock and an account that tool calls read and change.

A plan is compiled to closures once and run many times. A case's random stream comes from its id and is forked by label
for each step, plant and `let`, so that what one of them draws depends on none of the others.
"""

from agentalign.simulate.episode import Episode
from agentalign.simulate.simulator import Simulator, World
from agentalign.simulate.tools import Answer

__all__ = ["Answer", "Episode", "Simulator", "World"]
