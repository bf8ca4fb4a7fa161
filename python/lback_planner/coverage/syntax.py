"""The syntax of the project's files, and of the functions in them."""

import ast
import linecache
from types import CodeType
from typing import Dict, Iterator, List, Optional, Set, Tuple, Union

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = FUNCTIONS + (ast.Lambda, ast.ClassDef)
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]


class Source:
    """A file's syntax, and where its functions begin."""

    def __init__(self, lines: List[str]) -> None:
        self.lines = lines
        #: By their name and their first line, that of a decorator if there is one.
        self.functions: Dict[Tuple[str, int], Function] = {}
        self.tree: Optional[ast.Module] = None
        try:
            self.tree = ast.parse("".join(lines))
        except (SyntaxError, ValueError):
            # A file that isn't Python has no functions either.
            return
        for node in ast.walk(self.tree):
            if isinstance(node, FUNCTIONS):
                decorators = [decorator.lineno for decorator in node.decorator_list]
                self.functions.setdefault((node.name, min([node.lineno] + decorators)), node)


_sources: Dict[str, Source] = {}


def source_of(path: str) -> Source:
    """Returns the syntax of a file. Each is parsed once, for as long as it stays the same."""
    lines = linecache.getlines(path)
    found = _sources.get(path)
    # The lines are the same list for as long as the file is the same.
    if found is None or (found.lines is not lines and found.lines != lines):
        found = _sources[path] = Source(lines)
    return found


def function_of(path: str, name: str) -> Optional[Function]:
    """Returns a function of a file that is in no other function and no class."""
    tree = source_of(path).tree
    for node in tree.body if tree is not None else ():
        if isinstance(node, FUNCTIONS) and node.name == name:
            return node
    return None


def node_of(code: CodeType) -> Optional[Function]:
    """Returns the syntax of a function that was called."""
    return source_of(code.co_filename).functions.get((code.co_name, code.co_firstlineno))


def has_ways_out(path: str) -> bool:
    """Returns whether a file has an ``except`` that does something else than report, or go on."""
    tree = source_of(path).tree
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.ExceptHandler):
            acting = [each for each in node.body if not isinstance(each, ast.Raise)]
            if any(isinstance(inner, ast.Call) for each in acting for inner in ast.walk(each)):
                return True
    return False


def own_nodes(statement: ast.AST) -> Iterator[ast.AST]:
    """Yields what is in a statement, without what is in functions and classes that it defines."""
    yield statement
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, SCOPES):
            yield from own_nodes(child)


def stored(statement: ast.AST) -> Set[str]:
    """Returns the names that a statement sets."""
    names = {
        node.id
        for node in own_nodes(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    if isinstance(statement, FUNCTIONS + (ast.ClassDef,)):
        names.add(statement.name)
    return names


def loaded(statement: ast.AST) -> Set[str]:
    """Returns the names that a statement uses, in functions that it defines as well."""
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def root_of(node: ast.AST) -> Optional[str]:
    """Returns the name with which a chain of parts begins: ``a`` of ``a.b[c].d``."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def names_in(node: ast.AST, name: str) -> bool:
    """Returns whether a name occurs in a node."""
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))
