"""Calls with which it shows whether they warn."""

import warnings


def strictly(function, *arguments):
    """Calls a function so that a warning is an error, whatever the user wants of warnings, and nothing is noted of it."""
    filters = warnings.filters
    before = filters[:]
    filters[:] = [("error", None, Warning, None, 0)]
    try:
        return function(*arguments)
    finally:
        filters[:] = before
