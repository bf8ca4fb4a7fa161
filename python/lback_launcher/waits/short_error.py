"""Shows an error that lback is going to retry, without its traceback."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


def install() -> None:
    """Has Python show the error that ends it in short, unless the project has a way of its own."""
    if sys.excepthook is not sys.__excepthook__:
        return

    def excepthook(
        kind: type[BaseException], error: BaseException, _: TracebackType | None
    ) -> None:
        from traceback import format_exception_only

        sys.stderr.write("".join(format_exception_only(kind, error)))

    sys.excepthook = excepthook
