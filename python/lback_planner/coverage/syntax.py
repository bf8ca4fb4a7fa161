"""The syntax of the project's files, and of the functions in them."""

import ast
import functools
import linecache
from types import CodeType
from typing import Any, Callable, Dict, List, Optional, Set, Tuple, TypeVar, Union, cast

Wrapped = TypeVar("Wrapped", bound=Callable[..., Any])

#: Questions about parts of the syntax are asked again and again; a part never changes.
remembered: Callable[[Wrapped], Wrapped] = cast(Any, functools.lru_cache(maxsize=20_000))

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = FUNCTIONS + (ast.Lambda, ast.ClassDef)
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]


#: First and last line of a part of a file.
Lines = Tuple[int, int]


def last_of_head(statement: ast.AST) -> int:
    """Returns the last line of a statement before the statements in it."""
    first = int(getattr(statement, "lineno", 0))
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body:
        return max(first, int(body[0].lineno) - 1)
    if getattr(statement, "cases", None):
        return first
    return getattr(statement, "end_lineno", None) or first


def lines_of(body: List[ast.stmt]) -> Lines:
    """Returns the lines from the first statement of a body to the last one."""
    return body[0].lineno, int(body[-1].end_lineno or body[-1].lineno)


class Places:
    """The statements of a file by their lines."""

    def __init__(self, tree: Optional[ast.Module]) -> None:
        #: The innermost statement at a line, and the lines of its head.
        self.heads: Dict[int, Tuple[ast.stmt, Lines]] = {}
        self.loops: List[Lines] = []
        #: What runs while an exception passes, with the lines from which that comes.
        self.cleaning: List[Tuple[Lines, Lines]] = []
        for node in ast.walk(tree) if tree is not None else ():
            if isinstance(node, ast.stmt):
                self._add(node)

    def _add(self, node: Any) -> None:
        head = node.lineno, last_of_head(node)
        whole = node.lineno, int(node.end_lineno or node.lineno)
        for line in range(head[0], head[1] + 1):
            self.heads[line] = node, head
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            self.loops.append(whole)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            self.cleaning.append((head, whole))
        elif getattr(node, "finalbody", None):
            final = lines_of(node.finalbody)
            self.cleaning.append((final, (whole[0], final[0] - 1)))

    def head(self, line: int) -> Optional[Lines]:
        """Returns the lines of the head of the innermost statement at a line."""
        found = self.heads.get(line)
        return None if found is None else found[1]

    def statement(self, line: int) -> Optional[ast.stmt]:
        """Returns the innermost statement at a line."""
        found = self.heads.get(line)
        return None if found is None else found[0]

    def loops_left(self, line: int, to: Optional[int]) -> List[Lines]:
        """Returns the loops around a line that are left on the way to another; all of them for the
        way out of the function.
        """
        return [
            loop for loop in self.loops if is_in(line, loop) and (to is None or not is_in(to, loop))
        ]

    def is_cleaning(self, line: int, raised: int) -> bool:
        """Returns whether a line runs while the exception of another line passes."""
        return any(is_in(line, own) and is_in(raised, of) for own, of in self.cleaning)


def is_in(line: int, lines: Lines) -> bool:
    return lines[0] <= line <= lines[1]


class Source:
    """A file's syntax, and where its functions begin."""

    def __init__(self, lines: List[str]) -> None:
        self.lines = lines
        #: By their name and their first line, that of a decorator if there is one.
        self.functions: Dict[Tuple[str, int], Function] = {}
        self.tree: Optional[ast.Module] = None
        self._places: Optional[Places] = None
        try:
            self.tree = ast.parse("".join(lines))
        except (SyntaxError, ValueError):
            # A file that isn't Python has no functions either.
            return
        for node in ast.walk(self.tree):
            if isinstance(node, FUNCTIONS):
                decorators = [decorator.lineno for decorator in node.decorator_list]
                self.functions.setdefault((node.name, min([node.lineno] + decorators)), node)

    @property
    def places(self) -> Places:
        """The statements by their lines."""
        if self._places is None:
            self._places = Places(self.tree)
        return self._places


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


#: Nodes that never change, of which all trees may have the same.
SHARED = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)


def copied(node: Any) -> Any:
    """Returns a copy of a part of the syntax. What a statement has been given beside its syntax is
    the same in both.
    """
    if isinstance(node, SHARED):
        return node
    kind: Any = type(node)
    found = kind.__new__(kind)
    own = vars(found)
    for name, value in vars(node).items():
        if isinstance(value, ast.AST):
            value = copied(value)
        elif type(value) is list:
            value = [copied(each) if isinstance(each, ast.AST) else each for each in value]
        own[name] = value
    return found


@functools.lru_cache(maxsize=2_000)
def all_nodes(node: ast.AST) -> Tuple[ast.AST, ...]:
    """Returns what is in a part of the syntax, itself included, which doesn't change any more."""
    return tuple(ast.walk(node))


@remembered
def own_nodes(statement: ast.AST) -> List[ast.AST]:
    """Returns what is in a statement, without what is in functions and classes that it defines."""
    found: List[ast.AST] = []
    left = [statement]
    while left:
        node = left.pop()
        found.append(node)
        inner = [each for each in ast.iter_child_nodes(node) if not isinstance(each, SCOPES)]
        left += reversed(inner)
    return found


@remembered
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


@remembered
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
