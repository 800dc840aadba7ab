"""The one door to litellm: imported late, told to keep quiet, and never to call home."""

from __future__ import annotations

import gc
import logging
import os
import warnings
from functools import cache
from typing import Any

_SETTINGS = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # its import would fetch a price list
    "LITELLM_MODE": "PRODUCTION",  # its import would read `.env` files into the environment
}


@cache
def litellm() -> Any:
    """The module. Its first use takes seconds; call it off the event loop."""
    before = {name: os.environ.get(name) for name in _SETTINGS}
    os.environ.update(_SETTINGS)
    try:
        import litellm as module  # noqa: PLC0415
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
    gc.freeze()  # what it leaves behind is large, stays, and would be looked through for garbage again and again
    warnings.filterwarnings("ignore", "Item '.*' on TypedDict class", UserWarning)  # pydantic on litellm's types
    module.suppress_debug_info = True
    module.telemetry = False
    module.turn_off_message_logging = True
    module.disable_hf_tokenizer_download = True
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return module
