"""Figures of a written dataset: how varied it is (`stats`), and what gives the label away (`leaks`).

Both read the folder that a compile wrote, and nothing else. Probes need scikit-learn (`pip install 'agentalign[probes]'`).
"""

from agentalign.measure.leaks import Leak, Leaks, leaks
from agentalign.measure.probes import ProbesMissing
from agentalign.measure.rows import Row, read_rows
from agentalign.measure.stats import Stats, stats

__all__ = ["Leak", "Leaks", "ProbesMissing", "Row", "Stats", "leaks", "read_rows", "stats"]
