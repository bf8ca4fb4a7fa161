"""Silence while a script runs."""

import contextlib
import io
import logging
import sys
import warnings
from typing import Iterator


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Discards what a script prints, logs and warns of, and keeps Python from writing compiled
    files.
    """
    saved = sys.stdout, sys.stderr, sys.dont_write_bytecode, logging.root.manager.disable
    sys.stdout, sys.stderr, sys.dont_write_bytecode = io.StringIO(), io.StringIO(), True
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.stdout, sys.stderr, sys.dont_write_bytecode = saved[:3]
        logging.disable(saved[3])
