"""Finds the lines of scripts that ran in no world and yet may run: not those that the dialect, or what is known before, keeps from running."""

import ast
import copy
import linecache

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)

#: Files that were read: `{path: Source}`.
SOURCES = {}


class Source:
    """A file's syntax, and where its functions begin."""

    def __init__(self, lines):
        self.lines = lines
        self.functions = {}
        try:
            self.tree = ast.parse("".join(lines))
        except (SyntaxError, ValueError):
            self.tree = None
            return
        for node in ast.walk(self.tree):
            if isinstance(node, FUNCTIONS):
                first = min([node.lineno] + [decorator.lineno for decorator in node.decorator_list])
                self.functions.setdefault((node.name, first), node)


def source_of(path):
    lines = linecache.getlines(path)
    found = SOURCES.get(path)
    # The lines are the same list for as long as the file is the same.
    if found is None or (found.lines is not lines and found.lines != lines):
        found = SOURCES[path] = Source(lines)
    return found


def function_of(path, name):
    tree = source_of(path).tree
    for node in getattr(tree, "body", ()):
        if isinstance(node, FUNCTIONS) and node.name == name:
            return node
    return None


def node_of(code):
    """The syntax of a function that was called."""
    return source_of(code.co_filename).functions.get((code.co_name, code.co_firstlineno))


class Block:
    """Statements that never ran, with the function that they are in, and the statements that come after them in it."""

    def __init__(self, statements, function, following, loops):
        self.statements = statements
        self.function = function
        self.following = following
        #: The `for` loops around them in the function, the outermost first.
        self.loops = list(loops)


class Coverage:
    """Which lines ran, by file. Those of calls that were cut off count, but for loops and for the line that failed."""

    def __init__(self, functions):
        self.whole, self.partly = {}, {}
        for code, function in functions.items():
            self.whole.setdefault(code.co_filename, set()).update(function.lines)
            self.partly.setdefault(code.co_filename, set()).update(function.cut - function.failed)

    def ran(self, path, statement, in_loop):
        lines = self.whole.get(path, set())
        if not in_loop:
            lines = lines | self.partly.get(path, set())
        if isinstance(statement, ast.Try):
            return any(self.ran(path, each, in_loop) for each in statement.body)
        return any(line in lines for line in range(statement.lineno, last_of_head(statement) + 1))


def last_of_head(statement):
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body:
        return max(statement.lineno, body[0].lineno - 1)
    cases = getattr(statement, "cases", None)
    if cases:
        return statement.lineno
    return getattr(statement, "end_lineno", None) or statement.lineno


#: Conditional expressions of one statement that are tried.
CHOICES = 8


class Chosen(ast.NodeTransformer):
    """A statement in which a conditional expression has come to one of its sides."""

    def __init__(self, choice, part):
        self.place = choice.lineno, choice.col_offset, choice.end_lineno, choice.end_col_offset
        self.part = part

    def of(self, statement):
        return self.visit(copy.deepcopy(statement))

    def visit_IfExp(self, node):
        if (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset) == self.place:
            return copy.deepcopy(self.part)
        return self.generic_visit(node)


class Finder:
    """Walks a function along what ran."""

    def __init__(self, function, node, coverage, settled):
        self.function = function
        self.path = function.code.co_filename
        self.node = node
        self.coverage = coverage
        #: Whether a condition that always came to the same will always do so.
        self.settled = settled
        self.blocks = []
        self.loops = []

    def find(self):
        self.walk(self.node.body, False, [])
        return self.blocks

    def ran(self, statement, in_loop):
        return self.coverage.ran(self.path, statement, in_loop)

    def is_in_line(self, body, head):
        """Whether a body stands in the line of what decides whether it runs."""
        return bool(body) and body[0].lineno == head.lineno and not isinstance(body[0], LEAVING + (ast.Pass,))

    def any_ran(self, body, in_loop):
        return any(self.ran(statement, in_loop) for statement in body)

    def walk(self, body, in_loop, following):
        """`following`: what may run after this body, from near to far."""
        missed = []
        for number, statement in enumerate(body):
            rest = body[number + 1 :] + following
            if isinstance(statement, FUNCTIONS + (ast.ClassDef, ast.Pass, ast.Global, ast.Nonlocal)):
                continue
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue
            if not self.ran(statement, in_loop):
                missed.append(statement)
                continue
            if missed:
                self.miss(missed, [statement] + rest)
                missed = []
            if self.inside(statement, in_loop, rest) or isinstance(statement, LEAVING):
                return
        if missed:
            self.miss(missed, following)

    def miss(self, statements, following):
        self.blocks.append(Block(statements, self.function, following, self.loops))

    def inside(self, statement, in_loop, rest):
        """Looks into a statement that ran; returns whether nothing behind it can run."""
        if isinstance(statement, ast.If):
            return self.condition(statement, in_loop, rest)
        if isinstance(statement, (ast.For, ast.AsyncFor, ast.While)):
            self.loops.append(statement)
            if self.is_in_line(statement.body, statement):
                self.miss(statement.body, rest)
            self.walk(statement.body, True, rest)
            self.loops.pop()
            self.walk(statement.orelse, in_loop, rest)
        elif isinstance(statement, (ast.With, ast.AsyncWith)):
            self.walk(statement.body, in_loop, rest)
        elif isinstance(statement, ast.Try):
            self.walk(statement.body, in_loop, rest)
            for handler in statement.handlers:
                if self.is_in_line(handler.body, handler):
                    self.miss(handler.body, rest)
                self.walk(handler.body, in_loop, rest)
            self.walk(statement.orelse, in_loop, rest)
            self.walk(statement.finalbody, in_loop, rest)
        elif hasattr(statement, "cases"):
            settled = self.settled(statement.subject, None, self.function)
            for case in statement.cases:
                if self.any_ran(case.body, in_loop) or not settled:
                    self.walk(case.body, in_loop, rest)
        else:
            self.parts(statement, rest)
        return False

    def parts(self, statement, rest):
        """Parts of an expression may not have run although the rest of its line has."""
        choices = [node for node in ast.walk(statement) if isinstance(node, ast.IfExp) and not self.settled(node.test, None, self.function)]
        for number, choice in enumerate(choices[:CHOICES]):
            for side, part in enumerate((choice.body, choice.orelse)):
                # The whole statement, as if it had come to this.
                variant = Chosen(choice, part).of(statement)
                variant.of_lback = 2 * number + side + 1
                self.miss([variant], rest)
        for node in ast.walk(statement):
            found = []
            if isinstance(node, ast.IfExp) and not self.settled(node.test, None, self.function):
                found = [node.body, node.orelse]
            elif isinstance(node, ast.BoolOp) and not self.settled(node, None, self.function):
                found = node.values[1:]
            elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)) and any(generator.ifs for generator in node.generators):
                # As if nothing was left out.
                generators = [ast.comprehension(generator.target, generator.iter, [], generator.is_async) for generator in node.generators]
                found = [ast.copy_location(ast.ListComp(node.elt, generators), node)]
            for part in found:
                if any(isinstance(inner, ast.Call) for inner in ast.walk(part)):
                    self.miss([ast.copy_location(ast.Expr(part), part)], [])

    def condition(self, statement, in_loop, rest):
        if self.is_in_line(statement.body, statement) and not self.settled(statement.test, None, self.function):
            # Its line says nothing of it.
            self.miss(statement.body, rest)
        then, other = self.any_ran(statement.body, in_loop), self.any_ran(statement.orelse, in_loop)
        always = then and self.settled(statement.test, True, self.function)
        never = not then and self.settled(statement.test, False, self.function)
        if not never:
            self.walk(statement.body, in_loop, rest)
        if statement.orelse and not (always and not other):
            self.walk(statement.orelse, in_loop, rest)
        if always and leaves(statement.body):
            return True
        return never and bool(statement.orelse) and leaves(statement.orelse)


def has_ways_out(path):
    """Whether a file has an `except` that does something else than to report, or to go on."""
    tree = source_of(path).tree
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.ExceptHandler) and any(isinstance(inner, ast.Call) for statement in node.body if not isinstance(statement, ast.Raise) for inner in ast.walk(statement)):
            return True
    return False


def leaves(body):
    """Whether a body never comes to its end."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, LEAVING):
        return True
    return isinstance(last, ast.If) and leaves(last.body) and leaves(last.orelse)
