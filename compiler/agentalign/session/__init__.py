"""Where the stages meet: specs to plans, plans to records, records to folders."""

from agentalign.session.program import Program, pick_dataset

__all__ = ["Program", "pick_dataset"]
