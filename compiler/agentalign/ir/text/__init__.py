"""The plan as text: `print_plan` and `read_plan` are inverses, driven by the plan's own classes."""

from agentalign.ir.text.printer import plan_digest, print_plan
from agentalign.ir.text.reader import PlanTextError, read_plan

__all__ = ["PlanTextError", "plan_digest", "print_plan", "read_plan"]
