"""Pauses of scripts: in a plan, no time passes."""

import sys
import time
from types import ModuleType
from typing import Any, Callable


def install(is_active: Callable[[], bool]) -> None:
    """Has `time.sleep` and `asyncio.sleep` return at once while a script runs, also where a module
    has taken them by name.
    """
    if getattr(time.sleep, "of_lback", False):
        return
    sleep = time.sleep

    def slept(seconds: Any) -> None:
        if not is_active():
            sleep(seconds)

    slept.of_lback = True  # type: ignore[attr-defined]
    replace(sleep, slept)
    if "asyncio" in sys.modules:
        install_in(sys.modules["asyncio"], is_active)


def install_in(asyncio: Any, is_active: Callable[[], bool]) -> None:
    nap = asyncio.sleep

    async def napped(delay: Any, result: Any = None, **kwargs: Any) -> Any:
        if is_active():
            return result
        return await nap(delay, result, **kwargs)

    replace(nap, napped)


def replace(own: Any, other: Any) -> None:
    """Replaces a function in all modules that have it."""
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType) and vars(module).get("sleep") is own:
            vars(module)["sleep"] = other
