"""Hypothesis strategies for the types of a spec: values that conform, and values that just do not."""

from agentalign.strategies.conforming import strategy
from agentalign.strategies.missing import near_misses

__all__ = ["near_misses", "strategy"]
