"""Prints the first value that a query on a SQLite database gives.

Usage: sqlite_query.py FILE SQL

Prints an empty line where there is no row, or no such table.
"""

import sqlite3
import sys

try:
    row = sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()
except sqlite3.OperationalError:
    row = None
print("" if row is None else row[0])
