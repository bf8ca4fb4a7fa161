"""Private attributes of drivers: psycopg2 and psycopg 3."""

from typing import Any, Callable, Optional


def content_of(part: Any) -> Any:
    """Returns what a part of a statement of `psycopg2.sql` or `psycopg.sql` holds."""
    return getattr(part, "_wrapped", None) if hasattr(part, "_wrapped") else part._obj


def replace_rendering(module: Any, render: Callable[[Any], Optional[str]]) -> None:
    """Has the parts of statements that a module defines give the text that a function returns, and
    their own where it returns `None`.
    """
    for kind in list(vars(module).values()):
        if not isinstance(kind, type) or not issubclass(kind, module.Composable):
            continue
        for name in ("as_string", "as_bytes"):
            own = vars(kind).get(name)
            if own is not None and not getattr(own, "of_lback", False):
                setattr(kind, name, replaced(own, render, name == "as_bytes"))


def replaced(own: Any, render: Callable[[Any], Optional[str]], as_bytes: bool) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = render(self)
        if found is None:
            return own(self, *args, **kwargs)
        return found.encode() if as_bytes else found

    method.of_lback = True  # type: ignore[attr-defined]
    return method
