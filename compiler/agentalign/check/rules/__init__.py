"""One family of rules per file; `check.program.RULES` lists them in the order they run."""
