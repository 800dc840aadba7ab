"""Where the stages meet: specs to plans, plans to records, records to folders.

Each name is loaded when first used: checking a spec needs neither simulation nor validation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentalign.late import late

if TYPE_CHECKING:
    from agentalign.session.asks import Ingested, ingest, next_requests
    from agentalign.session.compile import compile_dataset
    from agentalign.session.costs import StageCost, estimate
    from agentalign.session.forecasts import AxisForecast, Forecast, ReadingForecast, RemovalForecast, forecast
    from agentalign.session.previews import preview, with_options
    from agentalign.session.program import Program, pick_dataset
    from agentalign.session.proposals import Proposal, Proposer, Rejected
    from agentalign.session.records import Made, Maker
    from agentalign.session.rounds import Stopped
    from agentalign.session.shares import uneven_splits
    from agentalign.session.synthesis import Terms, Untrusted, compile_with_models, measure_judges
    from agentalign.session.traces import Origin, Trace, trace

__all__ = [
    "AxisForecast",
    "Forecast",
    "Ingested",
    "Made",
    "Maker",
    "Origin",
    "Program",
    "Proposal",
    "Proposer",
    "ReadingForecast",
    "Rejected",
    "RemovalForecast",
    "StageCost",
    "Stopped",
    "Terms",
    "Trace",
    "Untrusted",
    "compile_dataset",
    "compile_with_models",
    "estimate",
    "forecast",
    "ingest",
    "measure_judges",
    "next_requests",
    "pick_dataset",
    "preview",
    "trace",
    "uneven_splits",
    "with_options",
]

__getattr__ = late(
    __name__,
    {
        "asks": ("Ingested", "ingest", "next_requests"),
        "compile": ("compile_dataset",),
        "costs": ("StageCost", "estimate"),
        "forecasts": ("AxisForecast", "Forecast", "ReadingForecast", "RemovalForecast", "forecast"),
        "previews": ("preview", "with_options"),
        "proposals": ("Proposal", "Proposer", "Rejected"),
        "program": ("Program", "pick_dataset"),
        "records": ("Made", "Maker"),
        "rounds": ("Stopped",),
        "shares": ("uneven_splits",),
        "synthesis": ("Terms", "Untrusted", "compile_with_models", "measure_judges"),
        "traces": ("Origin", "Trace", "trace"),
    },
)
