"""Every change of a schema: what the operations of scripts leave behind.

The schema before a revision is folded from the changes of the revisions before it.
"""

from typing import Dict, Type

from ..model import Change
from .constraint_changes import (
    AddConstraints,
    CreateIndex,
    CreateTrigger,
    DropConstraint,
    DropIndex,
    DropTrigger,
    Mention,
    OwnSequence,
    RenameConstraint,
    RenameIndex,
    RenameTrigger,
    ValidateConstraint,
)
from .object_changes import (
    CreateFunction,
    CreateType,
    DropFunction,
    DropType,
    EnforceKeys,
    Incomplete,
    RenameFunction,
    RenameSequence,
    RenameType,
    SetSequence,
)
from .schema_changes import CreateSchema, DropSchema, RenameSchema
from .search_path import SetPath
from .table_change import (
    Unsure,
)
from .table_changes import (
    AddColumn,
    AlterColumn,
    Attach,
    CommentTable,
    CreateTable,
    CreateView,
    Detach,
    DropColumn,
    DropTable,
    RenameColumn,
    RenameTable,
)

#: Every change, by the name that it has in the cache.
CHANGES: Dict[str, Type[Change]] = {
    kind.__name__: kind
    for kind in (
        Incomplete,
        Unsure,
        CreateTable,
        DropTable,
        RenameTable,
        CreateView,
        Attach,
        Detach,
        AddColumn,
        DropColumn,
        RenameColumn,
        AlterColumn,
        CommentTable,
        CreateIndex,
        DropIndex,
        RenameConstraint,
        RenameIndex,
        AddConstraints,
        DropConstraint,
        CreateTrigger,
        DropTrigger,
        CreateType,
        DropType,
        RenameType,
        CreateFunction,
        DropFunction,
        RenameFunction,
        SetSequence,
        RenameSequence,
        CreateSchema,
        DropSchema,
        RenameSchema,
        SetPath,
        Mention,
        OwnSequence,
        RenameTrigger,
        EnforceKeys,
        ValidateConstraint,
    )
}
