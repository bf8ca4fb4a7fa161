"""Prints a plan by hand, for people who look for a mistake in the planner.

    PYTHONPATH=/path/to/lback/python python -m lback_planner upgrade head
    PYTHONPATH=/path/to/lback/python python -m lback_planner downgrade -1 --database-url sqlite:///app.db

Run it with the project's interpreter, in the folder with ``alembic.ini``. Without
``--database-url`` it goes through the project's own env.py, as ``alembic current`` does: env.py
connects and Alembic reads the heads, which must be those of a real database. With
``--database-url`` it connects by itself and env.py isn't run. Nothing is written to the database.
Nothing is kept between runs unless ``--cache`` names a folder. The plan is JSON on standard output,
progress and exceptions that the planner swallows (with ``LBACK_DEBUG=1``) are on standard error.
"""

import argparse
import json
import os
import sys
from typing import Any, Dict, List, Optional, Sequence

import sqlalchemy
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from .planner import Planner


class Printer:
    """A channel that prints plans to standard output, and everything else to standard error."""

    def __init__(self) -> None:
        self.refused = False

    def report(self, kind: str, /, **values: Any) -> None:
        if kind == "database_plan":
            print(json.dumps(values, indent=2, default=str))
        elif kind == "analysing":
            print("analysed %(done)d of %(total)d revisions" % values, file=sys.stderr)
        else:
            self.refused = True
            print("error: %s" % values.get("message"), file=sys.stderr)
            if values.get("hint"):
                print("\nhint: %s" % values["hint"], file=sys.stderr)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Prints the plans of all databases; returns 1 where there is none."""
    options = parser().parse_args(arguments)
    config = Config(options.config, options.name)
    script = ScriptDirectory.from_config(config)
    printer = Printer()
    planner = Planner(printer, request_of(options))

    def plan(heads: Any, context: Any) -> List[Any]:
        planner.plan(context, heads, {"dialect": context.dialect.name})
        return []

    with EnvironmentContext(config, script, fn=plan) as environment:
        if options.database_url is None:
            script.run_env()
        else:
            connect(environment, options.database_url)
    return 1 if printer.refused else 0


def connect(environment: EnvironmentContext, url: str) -> None:
    """Does what env.py does, for one database."""
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        environment.configure(connection=connection)
        with environment.begin_transaction():
            environment.run_migrations()
    engine.dispose()


def request_of(options: argparse.Namespace) -> Dict[str, Any]:
    """Returns the request that lback would send."""
    return {
        "question": {"type": options.direction, "target": options.target},
        "root": os.path.abspath(options.root),
        "cache": options.cache,
        "declared": {},
    }


def parser() -> argparse.ArgumentParser:
    summary, _, rest = (__doc__ or "").partition("\n\n")
    found = argparse.ArgumentParser(
        prog="python -m lback_planner",
        description=summary,
        epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("direction", choices=("upgrade", "downgrade"))
    found.add_argument("target", help="a revision, as Alembic takes it: `head`, `-1`, an id")
    found.add_argument("-c", "--config", default="alembic.ini", help="Alembic's file of settings")
    found.add_argument("-n", "--name", default="alembic", help="the section of that file")
    found.add_argument("--database-url", help="connect to this database, without env.py")
    found.add_argument("--root", default=".", help="the project's folder")
    found.add_argument("--cache", help="a folder in which results are kept between runs")
    return found


if __name__ == "__main__":
    sys.exit(main())
