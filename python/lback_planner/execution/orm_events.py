"""Events of SQLAlchemy's ORM: an attribute or a collection of a mapped row that a script changes
ends in a table.
"""

import sys
from typing import Any

from ..compat import sqlalchemy_internals
from . import context


def install() -> None:
    """Has every change of a mapped object reported to the recorder of the run that goes on. Once in
    a process, as soon as the ORM is there.
    """
    module = sys.modules.get("sqlalchemy.orm.state")
    if module is not None:
        sqlalchemy_internals.watch_changes(module, changed)
    module = sys.modules.get("sqlalchemy.orm.session")
    if module is not None:
        sqlalchemy_internals.watch_deletions(module, deleted)


def changed(state: Any, key: Any) -> None:
    """Takes up that an attribute of a mapped object was set, or a collection of it changed.

    The flush may send nothing: values of fake rows are often what the script sets them to. What is
    set on a new object is a part of its ``INSERT``.
    """
    recorder = context.current()
    if recorder is None or not recorder.scenario.listening:
        return
    mapper = state.manager.mapper
    tables = sqlalchemy_internals.tables_written(mapper, key)
    own = list(mapper.tables)
    # A statement that is made to run has no flush behind it.
    is_new = state.key is None and not recorder.scenario.forces
    for table in tables:
        if not is_new or table not in own:
            recorder.changed(recorder.table_name(table.name, table.schema))


def deleted(instance: Any) -> None:
    """Takes up that a mapped object is to be deleted: a flush may not come to that."""
    recorder = context.current()
    mapper = sqlalchemy_internals.mapper_of(instance)
    for table in mapper.tables if mapper is not None and recorder is not None else ():
        if recorder is not None:
            recorder.changed(recorder.table_name(table.name, table.schema), "delete")
