"""What to say when a text does not follow the grammar."""

from agentalign.syntax.errors.explain import explain

__all__ = ["explain"]
