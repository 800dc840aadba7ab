"""Counting the tokens of a prompt before it is sent, without a network."""

from __future__ import annotations

import os
from functools import cache
from hashlib import sha1
from threading import Lock
from typing import Any

import orjson

from agentalign.dataclasses import dataclass
from agentalign.llm.request import Request
from agentalign.llm.tables import litellm_folder
from agentalign.llm.wire import estimated_tokens

_URL = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"  # the name under which tiktoken keeps a file
_BUNDLED = frozenset({"cl100k_base", "o200k_base"})
_ANY = "o200k_base"  # for models whose own tokenizer is not here
_PER_MESSAGE = 3  # tokens around each message and before the reply (OpenAI cookbook, "How to count tokens")
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class Tokens:
    """A number of tokens, `exact` if it was counted with the model's own tokenizer."""

    count: int
    exact: bool

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.count + other.count, self.exact and other.exact)


def count_text(text: str, model: str) -> Tokens:
    """The tokens of a text for a model of this litellm name."""
    name = _encoding_name(model)
    encoding = _encoding(name or _ANY)
    if encoding is None:
        return Tokens(estimated_tokens(len(text.encode())), exact=False)
    return Tokens(len(encoding.encode_ordinary(text)), exact=name is not None)


def count_request(request: Request) -> Tokens:
    """The tokens a request makes the model read: its messages, and the tools and schema that go with them."""
    total = Tokens(_PER_MESSAGE, exact=True)
    for message in request.messages:
        total += Tokens(_PER_MESSAGE, exact=True)
        for value in message.values():
            if value is not None:
                total += count_text(_said(value), request.model.name)
    for extra in (*request.tools, *filter(None, (request.response_format,))):
        total += count_text(_said(extra), request.model.name)
    return total


def _said(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


@cache
def _encoding_name(model: str) -> str | None:
    try:
        import tiktoken  # noqa: PLC0415

        name = tiktoken.encoding_name_for_model(model.rpartition("/")[2])
    except (ImportError, KeyError):
        return None
    return name if name in _BUNDLED else None


@cache
def _encoding(name: str) -> Any:
    """The encoding, from the file that litellm ships; None rather than a download."""
    folder = litellm_folder()
    if folder is None:
        return None
    cached = folder / "litellm_core_utils" / "tokenizers"
    if not (cached / sha1(_URL.format(name).encode(), usedforsecurity=False).hexdigest()).is_file():
        return None
    with _LOCK:
        before = os.environ.get("TIKTOKEN_CACHE_DIR")
        os.environ["TIKTOKEN_CACHE_DIR"] = str(cached)
        try:
            import tiktoken  # noqa: PLC0415

            return tiktoken.get_encoding(name)
        except (ImportError, OSError, ValueError):
            return None
        finally:
            if before is None:
                del os.environ["TIKTOKEN_CACHE_DIR"]
            else:
                os.environ["TIKTOKEN_CACHE_DIR"] = before
