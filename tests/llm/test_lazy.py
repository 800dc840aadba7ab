from __future__ import annotations

import subprocess
import sys

import agentalign.llm

SCRIPT = """
import asyncio, sys
import agentalign.llm as llm
for name in llm.__all__:
    getattr(llm, name)
async def main():
    async with llm.Engine(offline=True) as engine:
        request = llm.Request("s", llm.Model("openai/x"), [{"role": "user", "content": "hi"}])
        return await engine.ask(request)
assert asyncio.run(main()).kind is llm.Kind.offline_missing
llm.price_of(llm.Model("gpt-4o"))
print(sorted({"litellm", "aiohttp", "openai", "tiktoken"} & set(sys.modules)))
"""


def test_nothing_heavy_is_imported_before_a_model_is_called() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_public_names_are_there() -> None:
    assert set(agentalign.llm.__all__) <= set(dir(agentalign.llm))
    assert all(getattr(agentalign.llm, name) is not None for name in agentalign.llm.__all__)
