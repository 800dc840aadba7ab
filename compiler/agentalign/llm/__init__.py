"""Language models: requests in, replies out, each paid for once. The only home of litellm and of HTTP.

    store = Store(Path("replies.sqlite"))
    async with Engine(store, budget=Budget(max_cost=5.0)) as engine:
        async for request, outcome in engine.run(requests):
            match outcome:
                case Reply(): ...
                case Failure(): ...
        outcome = await engine.ask(request)  # one at a time, for agents; any number of tasks may

A `Request` is a prompt for a `Model` and has a digest, of the model's name and parameters, the prompt and the replicate.
Under it the reply is kept in a `Store` before anybody sees it: a run that is killed and started again pays for nothing
twice but for calls that were in flight. `export_replies` and `import_replies` carry a store beside a dataset, and with
`Engine(offline=True)` nothing but the store answers.

A `Failure` is a value, never passes for a reply and is never kept. What may pass (429, 5xx, a lost connection, a timeout,
a body that is cut off, malformed, empty or huge) is tried again by our own rules, `Retries`; a wrong key, an unknown model
or an empty account closes the model for the run, and says which environment variable to look at. `Kind.exit_code` is what
a command should exit with.

What a *text* is worth is not judged here: a reply that misses the schema it was asked for, calls tools that do not exist
or was cut at `max_tokens` (`Reply.complete`) is a reply, and kept. Ask again with the next `replicate`.

Endpoints of OpenAI's protocol are posted to directly, with litellm resolving URL, key and parameters and putting the
request (a third of the cost of `litellm.acompletion`); all others are called through litellm. Keys come from the
environment and go nowhere but to the provider. Importing this package loads neither litellm nor aiohttp; nothing is
called, resolved or counted unless an engine is asked something that its store does not have.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentalign.llm.batch import BatchFormat, BatchReply, BatchWriter, read_batch
    from agentalign.llm.budget import Budget, Spent
    from agentalign.llm.engine import Engine
    from agentalign.llm.journal import export_replies, import_replies
    from agentalign.llm.model import Model, Price
    from agentalign.llm.outcome import Failure, Fault, Kind, Outcome, Reply, ToolCall, Usage
    from agentalign.llm.progress import Progress
    from agentalign.llm.request import Request
    from agentalign.llm.retry import Retries
    from agentalign.llm.store import Store, StoreError, StoreWarning
    from agentalign.llm.tables import price_of
    from agentalign.llm.tokens import Tokens, count_request, count_text
    from agentalign.llm.transport import Connect, Transport

_HOMES = {
    "batch": ("BatchFormat", "BatchReply", "BatchWriter", "read_batch"),
    "budget": ("Budget", "Spent"),
    "engine": ("Engine",),
    "journal": ("export_replies", "import_replies"),
    "model": ("Model", "Price"),
    "outcome": ("Failure", "Fault", "Kind", "Outcome", "Reply", "ToolCall", "Usage"),
    "progress": ("Progress",),
    "request": ("Request",),
    "retry": ("Retries",),
    "store": ("Store", "StoreError", "StoreWarning"),
    "tables": ("price_of",),
    "tokens": ("Tokens", "count_request", "count_text"),
    "transport": ("Connect", "Transport"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "BatchFormat",
    "BatchReply",
    "BatchWriter",
    "Budget",
    "Connect",
    "Engine",
    "Failure",
    "Fault",
    "Kind",
    "Model",
    "Outcome",
    "Price",
    "Progress",
    "Reply",
    "Request",
    "Retries",
    "Spent",
    "Store",
    "StoreError",
    "StoreWarning",
    "Tokens",
    "ToolCall",
    "Transport",
    "Usage",
    "count_request",
    "count_text",
    "export_replies",
    "import_replies",
    "price_of",
    "read_batch",
]


def __getattr__(name: str) -> object:
    """Load the public names when they are first asked for (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
