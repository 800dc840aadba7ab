"""agentalign: a declarative, spec-driven compiler for agent-alignment data."""

__version__ = "0.1.0"
