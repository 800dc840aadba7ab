"""Where the stages meet: specs to plans, plans to records, records to folders."""

from agentalign.session.compile import compile_dataset
from agentalign.session.forecast import AxisForecast, Forecast, ReadingForecast, RemovalForecast, forecast
from agentalign.session.preview import preview, with_options
from agentalign.session.program import Program, pick_dataset
from agentalign.session.records import Made, Maker
from agentalign.session.trace import Origin, Trace, trace

__all__ = [
    "AxisForecast",
    "Forecast",
    "Made",
    "Maker",
    "Origin",
    "Program",
    "ReadingForecast",
    "RemovalForecast",
    "Trace",
    "compile_dataset",
    "forecast",
    "pick_dataset",
    "preview",
    "trace",
    "with_options",
]
