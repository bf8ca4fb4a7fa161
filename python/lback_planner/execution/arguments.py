"""The arguments of a script's functions: those that env.py gives to `run_migrations`."""

import inspect
from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple

from alembic.runtime.migration import MigrationContext

from ..compat import alembic_internals


class Arguments(NamedTuple):
    """The arguments of a call."""

    values: Tuple[str, ...]
    keywords: Dict[str, Any]

    def call(self, function: Callable[..., Any], live: Any, fake: Any) -> Any:
        """Calls a function. What is connected is replaced by what is fake."""
        keywords = dict(self.keywords)
        for name, value in self.keywords.items():
            if live is not None and value is live:
                keywords[name] = fake
            elif live is not None and value is getattr(live, "engine", None):
                keywords[name] = fake.engine
        return function(*self.values, **keywords)


NO_ARGUMENTS = Arguments((), {})


def arguments_of(function: Callable[..., Any], context: MigrationContext) -> Optional[Arguments]:
    """Returns what env.py hands to a script's functions, ``None`` where that isn't known.

    With several databases, that is the name of one of them.
    """
    keywords = alembic_internals.keywords_of(context)
    if keywords:
        return Arguments((), keywords)
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        # A function that Python can't describe is called as Alembic calls it, without arguments.
        return NO_ARGUMENTS
    needed = [parameter for parameter in parameters if is_needed(parameter)]
    if not needed:
        return NO_ARGUMENTS
    token = context.opts.get("upgrade_token") or ""
    if len(needed) == 1 and token.endswith("_upgrades") and token != "_upgrades":
        return Arguments((token[: -len("_upgrades")],), {})
    return None


def is_needed(parameter: inspect.Parameter) -> bool:
    """Returns whether a function can't be called without a value for a parameter."""
    positional = (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    return parameter.default is parameter.empty and parameter.kind in positional
