"""Validation: what a record promises, checked before it is written and again from the written folder.

A record is checked against its plan alone: shape, labels, tools, turns, arguments, results, the order of steps, where
each value comes from, and how its prose reads. `RECORD_SCHEMA` is the shape as a JSON Schema. Every broken promise is a
`Finding` with a code of its own (E10xx) and the spec position it goes back to.
"""

from agentalign.validate.finding import Finding, Stage, diagnostic
from agentalign.validate.schema import RECORD_SCHEMA, accepts
from agentalign.validate.validator import Validator

__all__ = ["RECORD_SCHEMA", "Finding", "Stage", "Validator", "accepts", "diagnostic"]
