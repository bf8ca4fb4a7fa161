"""The surroundings of a run: what a script asks there may be otherwise in another run.

Variables of the environment, arguments of Alembic's command line, the date, chance, and files. A
revision may have been applied with other answers, so what depends on them counts as what depends on
rows.
"""

import ast
from typing import Optional, Set

from .syntax import lines_of, loaded, remembered, root_of, source_of

#: Attributes and functions that ask, whatever they are of.
ASKING = frozenset(
    """
    environ getenv get_x_argument get_tag_argument today utcnow gethostname getuser monotonic
    randint randrange choice shuffle getrandbits isfile isdir is_file is_dir exists
    """.split()
)
#: Those that are SQL where they are of these names.
ALSO_SQL = frozenset(("now", "time", "random", "exists", "choice"))
SQL = ("sa", "func", "sqlalchemy", "text", "select", "query", "session", "bind", "op", "conn")
#: Statements and expressions that decide.
DECIDING = (ast.If, ast.While, ast.IfExp, ast.BoolOp, ast.For, ast.comprehension)


def asks(node: ast.AST) -> bool:
    """Returns whether an expression itself asks the surroundings."""
    if isinstance(node, ast.Name):
        return node.id in ASKING - ALSO_SQL
    if not isinstance(node, ast.Attribute) or node.attr not in ASKING | ALSO_SQL:
        return False
    return node.attr not in ALSO_SQL or is_of_python(node.value)


def is_of_python(node: ast.expr) -> bool:
    """Returns whether a name is a module's or a value's, and not one of SQL."""
    root = root_of(node)
    return root is not None and root not in SQL and not isinstance(node, ast.Call)


@remembered
def any_asks(node: ast.AST) -> bool:
    """Returns whether anything in a part of the syntax asks the surroundings."""
    return any(asks(inner) for inner in ast.walk(node))


def decides(path: str) -> bool:
    """Returns whether a file asks its surroundings and has something that decides."""
    tree = source_of(path).tree
    if tree is None or not any_asks(tree):
        return False
    return any(isinstance(node, DECIDING) for node in ast.walk(tree))


def is_of_surroundings(path: str, name: str) -> bool:
    """Returns whether a name of a module is set to what the surroundings say."""
    tree: Optional[ast.Module] = source_of(path).tree
    return tree is not None and name in names_of_surroundings(tree)


@remembered
def names_of_surroundings(tree: ast.Module) -> Set[str]:
    """Returns the names of a module that are set to what the surroundings say."""
    found: Set[str] = set()
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if value is not None and any_asks(value):
            found.update(each.id for each in targets if isinstance(each, ast.Name))
    return found


def decided_lines(path: str) -> Set[int]:
    """Returns the lines of a file of which its surroundings decide whether they run."""
    tree = source_of(path).tree
    if tree is None or not any_asks(tree):
        return set()
    found: Set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.If, ast.While)) and is_asked(path, node.test):
            for body in (node.body, node.orelse):
                if body:
                    first, last = lines_of(body)
                    found.update(range(first, last + 1))
    return found


def is_asked(path: str, test: ast.expr) -> bool:
    """Returns whether a condition asks the surroundings, or a name of the module that does."""
    return any_asks(test) or any(is_of_surroundings(path, name) for name in loaded(test))
