"""Forcing: runs statements that ran in no scenario, each with the names of the function that it is
in.
"""

import ast
import builtins
import itertools
from types import CodeType
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

from sqlalchemy.engine import Connection
from sqlalchemy.exc import ResourceClosedError

from ..compat import sqlalchemy_internals
from ..diagnostics import ignored
from ..execution import context
from ..execution.fake_values import FakeValue
from ..execution.missing_attribute import MissingAttribute
from ..execution.run_steps import RunSteps
from ..execution.scenarios import Scenario
from ..model import Effect
from .choices import Choices, heads_of
from .constant_conditions import OWN_NAMES, ConstantConditions
from .forced_statements import execute
from .lines_not_run import Block, Coverage, Finder
from .raised import Failure, is_call, line_of, raised_by_itself
from .results import Results, names_of
from .stand_ins import STAND_IN, StandIns
from .statement_parts import (
    has_imports,
    parts_written,
    values_returned,
)
from .syntax import (
    copied,
    last_of_head,
    loaded,
    node_of,
    own_nodes,
    remembered,
    root_of,
    stored,
)
from .tracer import Calls, Tracer
from .uncalled import call, uncalled
from .writing import WRITING, Names, Writing, chain_value

#: Rounds of looking for what has not run yet: what was made to run may lead to more.
ROUNDS = 50
#: Values of a loop that are tried, and how deep loops may be.
VALUES = 200
LOOPS = 3
#: What a statement that is made to run counts, for what it costs beside a line.
STATEMENT = 50
#: The name under which a value of a loop is assigned.
VALUE = "value_of_lback"


class Forcer:
    """Runs, in one scenario, what a tracer has not seen. Calling it does all of that."""

    def __init__(self, tracer: Tracer, scenario: Scenario, steps: RunSteps) -> None:
        self.tracer = tracer
        self.scenario = scenario
        self.steps = steps
        self.failed: List[Failure] = []
        self._constant = ConstantConditions(self.evaluate)
        self.writes = Writing(tracer.reach)
        self._results = Results(self)
        self._choices = Choices(self.evaluate, self._constant, tracer.reach)
        self.tried: Set[Any] = set()
        #: What was known of calls when they were last looked through.
        self._seen: Dict[Calls, Any] = {}
        #: The names of functions, with what statements that were made to run have set.
        self._spaces: Dict[Tuple[CodeType, Any], Names] = {}

    def __call__(self) -> None:
        for _ in range(ROUNDS):
            blocks = [block for block in self._blocks() if self._is_new(block)]
            for block in blocks:
                self._block(block)
            if not blocks and not self._call_what_was_not_called():
                return
        for block in filter(self._is_new, self._blocks()):
            names = self.names_in(block.function)
            for statement in block.statements:
                if self.writes(statement, names):
                    self._fail(statement, block.function, RecursionError("too deep"))

    def _blocks(self) -> List[Block]:
        found: List[Block] = []
        for code, function in list(self.tracer.functions.items()):
            node = node_of(code)
            for calls in list(function.calls.values()) if node is not None else ():
                known = len(calls.lines), len(calls.cut), len(calls.forced), len(self.tried)
                if node is None or calls.globals is None or self._seen.get(calls) == known:
                    continue
                self._seen[calls] = known
                coverage = Coverage({code: calls})
                found += Finder(calls, node, coverage, self._constant, self).find()
        return found

    def was_tried(self, statement: ast.stmt, function: Calls) -> bool:
        return place_of(statement, function) in self.tried

    def is_missing(self, part: ast.expr, function: Calls) -> bool:
        names = self.names_in(function)
        for node in own_nodes(part):
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Attribute) and node.func.attr in WRITING:
                    return True
                code = getattr(chain_value(node.func, names), "__code__", None)
                if code is not None and code not in self.tracer.functions:
                    return self.tracer.reach.value(chain_value(node.func, names))
        return False

    def variants(self, statement: ast.stmt, function: Calls) -> List[ast.stmt]:
        return self._choices.variants(statement, function)

    def _is_new(self, block: Block) -> bool:
        block.statements = [
            statement
            for statement in block.statements
            if place_of(statement, block.function) not in self.tried
        ]
        return bool(block.statements)

    def names_in(self, function: Calls) -> Names:
        names = self._spaces.get((function.code, function.given))
        if names is None:
            names = self._spaces[function.code, function.given] = dict(function.globals or {})
            names[OWN_NAMES] = set(names_of(function.code)) - set(names)
            for found in function.locals[-1:]:
                names.update(found)
                names[OWN_NAMES] |= set(found)
        return names

    def evaluate(self, expression: ast.expr, function: Calls) -> Any:
        code = compiled(expression, function.code.co_filename)
        return eval(code, self.names_in(function))

    def _call_what_was_not_called(self) -> bool:
        """Calls functions that something refers to and nothing has called. Returns whether there
        were any.
        """
        found = uncalled(self.tracer, self.names_in)
        new = [(code, each) for code, each in found if code not in self.tried]
        for code, (function, calls) in new:
            self.tried.add(code)
            self.steps.take(STATEMENT)
            names = self.names_in(calls)
            try:
                call(function, names, self.scenario)
            except Exception as error:
                statement = ast.Pass(lineno=code.co_firstlineno, col_offset=0)
                if not raised_by_itself(error):
                    self._fail(statement, calls, error)
        return bool(new)

    def _fail(self, statement: ast.stmt, function: Calls, error: Exception) -> None:
        self.failed.append(Failure(statement, function, error))

    def _block(self, block: Block) -> None:
        for statement in block.statements:
            self.tried.add(place_of(statement, block.function))
        self._along(block.loops, block, self.names_in(block.function))

    def _along(self, loops: Sequence[ast.stmt], block: Block, names: Names) -> None:
        """Runs a block once for each value of the loops around it, as far as these are known."""
        if not loops:
            self._once(block, names)
            return
        loop = loops[0]
        values = self._values(loop, block) if isinstance(loop, ast.For) else []
        if not values or len(loops) > LOOPS or not isinstance(loop, ast.For):
            self._along(loops[1:], block, names)
            return
        for value in values:
            names[VALUE] = value
            assign = ast.Assign([loop.target], ast.Name(VALUE, ast.Load()))
            try:
                statement = ast.fix_missing_locations(ast.copy_location(assign, loop))
                execute(statement, names, block.function.code.co_filename)
            except Exception as error:
                ignored(error, "the loop's names keep the values that they had")
            self._along(loops[1:], block, names)

    def _values(self, loop: ast.For, block: Block) -> List[Any]:
        try:
            values = iter(self.evaluate(loop.iter, block.function))
            return list(itertools.islice(values, VALUES))
        except Exception as error:
            ignored(error, "the block runs with the values that the loop's names have")
            return []

    def _once(self, block: Block, names: Names) -> None:
        assigned: Set[Optional[str]] = set()
        for statement in block.statements:
            names.update(getattr(statement, "values_of_lback", {}))
            parts = parts_written(statement)
            returned = values_returned(statement)
            matters = parts or returned or stored(statement) or has_imports(statement)
            if not matters and not self.writes(statement, names):
                continue
            self.run(statement, names, block.function)
            self._changed(parts, names, statement, block.function)
            for value in returned:
                self._results(value, block.function)
            assigned |= stored(statement) | {root_of(part) for part in parts}
        # What comes after may do something else with the values that were set here.
        for statement in block.following:
            if assigned & loaded(statement) and self.writes(statement, names):
                self.run(statement, names, block.function)
                assigned |= stored(statement)

    def run(self, statement: ast.stmt, names: Names, function: Calls) -> None:
        if isinstance(statement, (ast.Raise, ast.Continue, ast.Break, ast.Pass)):
            return
        self.steps.take(STATEMENT)
        names.update(getattr(statement, "values_of_lback", {}))
        for name in loaded(statement):
            if name not in names and not hasattr(builtins, name):
                names[name] = FakeValue(self.scenario)
        if isinstance(statement, ast.Return):
            if statement.value is None:
                return
            variant = getattr(statement, "of_lback", 0)
            statement = ast.copy_location(ast.Expr(statement.value), statement)
            statement.of_lback = variant  # type: ignore[attr-defined]
        error = self._try(statement, names, function)
        if error is not None and str(error).startswith("'NoneType' object"):
            # Here is a row where there was none in the last run.
            for name in loaded(statement):
                if names.get(name, 0) is None:
                    names[name] = FakeValue(self.scenario)
            error = self._try(statement, names, function)
        if isinstance(error, ResourceClosedError):
            self._open_again(names)
            error = self._try(statement, names, function)
        if error is not None and heads_of(statement) == [statement]:
            error = self._with_stand_ins(statement, names, function, error)
        if error is not None:
            self._unable(statement, names, function, error)

    def _open_again(self, names: Names) -> None:
        """Replaces connections that a run has closed at its end by its own, which is open."""
        recorder = context.current()
        for name, value in list(names.items()):
            if recorder is not None and isinstance(value, Connection) and value.closed:
                names[name] = recorder.connection

    def _with_stand_ins(
        self, statement: ast.stmt, names: Names, function: Calls, error: Exception
    ) -> Optional[Exception]:
        """Tries a statement again with fake values for those of its parts that can't be had, unless
        it has something to choose from.
        """
        if "NoneType" in str(error) or self.variants(statement, function):
            return error
        names[STAND_IN] = FakeValue(self.scenario)
        stand_ins = StandIns(lambda part: self.evaluate(part, function), names, self.writes)
        variant = stand_ins.of(statement)
        if not stand_ins.count or stand_ins.has_helper or not self.writes(variant, names):
            return error
        return self._try(variant, names, function)

    def _try(self, statement: ast.stmt, names: Names, function: Calls) -> Optional[Exception]:
        self.tracer.forced_of = function
        try:
            execute(statement, names, function.code.co_filename)
        except Exception as error:
            return error
        return None

    def _unable(self, statement: ast.stmt, names: Names, function: Calls, error: Exception) -> None:
        """Takes up that a statement raises."""
        heads = heads_of(statement)
        if heads != [statement]:
            # What is in it is made to run by itself.
            line = line_of(error, function.code.co_filename)
            if line is None or not statement.lineno <= line <= last_of_head(statement):
                ignored(error, "the statements in this one are tried on their own")
                return
        else:
            for name in stored(statement):
                names[name] = FakeValue(self.scenario)
        if isinstance(error, MissingAttribute) and not error.writes:
            return
        # A `raise` that passes on what was caught is the end there, too.
        reraises = "No active exception to reraise" in str(error)
        writes = any(self.writes(head, names) for head in heads)
        if writes and not reraises and not (is_call(statement) and raised_by_itself(error)):
            self._fail(statement, function, error)
        else:
            ignored(error, "a statement that writes nothing need not work")

    def _changed(
        self, parts: Sequence[ast.expr], names: Names, statement: ast.stmt, function: Calls
    ) -> None:
        """Records updates for attributes of mapped objects that were set: they end in their tables,
        sooner or later.
        """
        recorder = context.current()
        for part in parts:
            while isinstance(part, ast.Subscript):
                part = part.value
            if recorder is None or not isinstance(part, ast.Attribute):
                continue
            mapper = sqlalchemy_internals.mapper_of(self._owner(part.value, names, function))
            for table in sqlalchemy_internals.tables_written(mapper, part.attr):
                name = recorder.table_name(table.name, table.schema)
                recorder.add(Effect("update", name), "source", statement.lineno)

    def _owner(self, node: ast.expr, names: Names, function: Calls) -> Any:
        """Returns the object of which a part is set, ``None`` where it isn't known."""
        if isinstance(node, ast.Name):
            return names.get(node.id)
        try:
            return self.evaluate(node, function)
        except Exception as error:
            ignored(error, "what isn't there is no mapped object either")
            return None


@remembered
def compiled(expression: ast.expr, path: str) -> CodeType:
    """Returns the code of an expression."""
    tree = ast.fix_missing_locations(ast.Expression(copied(expression)))
    code: CodeType = compile(tree, path, "eval")
    return code


def place_of(statement: ast.stmt, function: Calls) -> Tuple[Any, ...]:
    """Returns what tells a statement from others, in calls of its function that were given the
    same.
    """
    variant = getattr(statement, "of_lback", 0)
    where = statement.lineno, statement.col_offset, type(statement)
    return (function.code, function.given, variant) + where
