"""What one direction of one revision does: runs it in the worlds that it needs, and unites what they show."""

import ast
import linecache
import time
import traceback
import types

from ..coverage import forcing
from ..coverage import lines_not_run
from ..execution import scenarios
from ..model import Reason
from ..coverage.reachability import Reach
from ..execution.recorder import arguments_of, change_of, run
from ..coverage.tracer import Tracer


#: Seconds for each world beside the first.
SHORT = 1.0


#: Seconds after which no more worlds are begun: what they would show is left to the lines that did not run.
BUDGET = 6.0


class Direction:
    """What was found."""

    def __init__(self):
        self.effects = []
        self.reasons = []
        self.raises = None
        self.empty = False
        self.sql = []
        #: What the schema was asked for, and the files that had a part in it.
        self.asked = set()
        self.files = set()
        #: Variables of the environment that were looked at; and whether something was that can't be named.
        self.environ = set()
        self.volatile = False
        #: What it means for the schema, as lists.
        self.changes = []

    def reason(self, why, file=None, line=None):
        reason = Reason(why, file, line)
        if all(reason.key() != other.key() for other in self.reasons):
            self.reasons.append(reason)

    def take(self, outcome):
        """What a run depended on."""
        self.files |= outcome.files
        self.environ |= outcome.environ
        self.volatile = self.volatile or outcome.volatile

    def finish(self):
        for effect in self.effects:
            if effect.change is not None and effect.main:
                self.changes.append(change_of(effect))
            elif effect.change is not None:
                self.changes += [["unsure", table.schema, table.name, {}] for table in effect.written()]
            if effect.conditional and effect.main and effect.change is not None and effect.table is not None and effect.kind not in ("drop_table", "drop_view", "rename_table"):
                self.changes.append(["unsure", effect.table.schema, effect.table.name, {}])
        if self.reasons:
            self.changes.append(["incomplete", None, None, {}])
        return self


def analyse(module, which, context, schema, path, project):
    """Never raises."""
    found = Direction()
    try:
        function = getattr(module, which, None)
        if function is None:
            found.empty = True
            return found.finish()
        examine(found, module, function, which, context, schema, path, project)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        found.reason("can't be analysed (%s: %s, in %s)" % (type(error).__name__, error, last.name), path)
    return found.finish()


def examine(found, module, function, which, context, schema, path, project):
    arguments = arguments_of(function, context)
    if arguments is None:
        found.reason("`%s` takes arguments that lback doesn't know" % which, path, function.__code__.co_firstlineno)
        return
    code = getattr(function, "__code__", None)
    first = run(function, arguments, context, schema.copy(), scenarios.first(), path)
    if first.too_long:
        # Modules that were imported meanwhile are there now.
        first = run(function, arguments, context, schema.copy(), scenarios.first(), path)
    found.sql = first.sql
    found.take(first)
    found.empty = not first.effects and code is not None and does_nothing(path, which)
    if first.forbidden or not (first.asked or any(lines_not_run.has_ways_out(file) for file in files_of(module, path, project))):
        exact(found, first, path, project)
        return
    several(found, function, arguments, context, schema, path, project)


def files_of(module, path, project):
    """The script, and the modules of the project whose functions it names."""
    found = {path}
    for value in list(vars(module).values()):
        if isinstance(value, types.FunctionType) and project.has(value.__code__.co_filename):
            found.add(value.__code__.co_filename)
    return found


def exact(found, outcome, path, project):
    """One run showed it all."""
    unite(found, [outcome])
    if outcome.forbidden:
        found.reason(outcome.forbidden, *place(outcome, path))
    elif outcome.error is not None:
        ended(found, outcome.error, path, project)


def ended(found, error, path, project):
    """A run ended with an error. One that the script raises itself is what it does; others may be due to the pretence."""
    file, line = where(error, path, project)
    if is_own(error, project):
        found.raises = "%s: %s" % (type(error).__name__, error) if str(error) else type(error).__name__
    else:
        found.reason("fails where there is no database (%s: %s)" % (type(error).__name__, " ".join(str(error).split())[:120]), file, line)


def several(found, function, arguments, context, schema, path, project):
    tracer = Tracer(project, Reach())
    outcomes = []
    queue = [scenarios.first()]
    # Last come the worlds of keys.
    later, keys = [], set()
    asked = set()
    end = time.process_time() + BUDGET
    while (queue or later) and len(outcomes) < 24 and (time.process_time() < end or len(outcomes) < 4):
        watch = tracer if queue else Tracer(project, tracer.reach)
        world = (queue or later).pop(0)
        outcome = run(function, arguments, context, schema.copy(), world, path, watch, None if not outcomes else SHORT)
        if outcome.too_long and outcomes:
            # Answers that let a script go on for ever prove nothing.
            outcome.error, outcome.forbidden = TimeoutError(outcome.forbidden), None
        outcomes.append(outcome)
        found.take(outcome)
        if outcome.forbidden:
            found.reason(outcome.forbidden, *place(outcome, path))
            break
        tracer.learn(watch)
        later += scenarios.with_keys(outcome.world.keys, keys)
        if outcome.asked - asked:
            asked |= outcome.asked
            tried = [(other.world.rows, other.world.truth, other.world.negated) for other in outcomes]
            queue = [other for other in scenarios.further(asked) if (other.rows, other.truth, other.negated) not in tried]
        if outcome.error is not None and world.rows and not raised_by_script(outcome.error, project):
            other = scenarios.with_other_text(world)
            if other is not None:
                queue.append(other)
    unite(found, outcomes)
    found.asked = asked
    if agree(outcomes, project):
        ended(found, outcomes[0].error, path, project)
        return
    forcing.read_what_never_ran(found, tracer, context, schema, path, project)


def agree(outcomes, project):
    """Whether all worlds ended with one error, at one place in the project."""
    ends = {(type(outcome.error), str(outcome.error)) + where(outcome.error, None, project) for outcome in outcomes if outcome.error is not None}
    return len(ends) == 1 and all(outcome.error is not None for outcome in outcomes) and is_of_itself(outcomes[0].error, project)


def is_of_itself(error, project):
    """Whether it has nothing to do with what the database answered."""
    if raised_by_script(error, project):
        return True
    about = getattr(error, "obj", None)
    return is_own(error, project) and (isinstance(error, (NameError, ImportError)) or isinstance(error, AttributeError) and isinstance(about, (type, types.ModuleType)))


def unite(found, outcomes):
    seen = {}
    # A world that was cut off says nothing of what would have come.
    whole = [outcome for outcome in outcomes if outcome.error is None and not outcome.forbidden] or outcomes
    for number, outcome in enumerate(outcomes):
        for effect in outcome.effects:
            key = effect.key()
            if key not in seen:
                seen[key] = effect
                effect.main = number == 0
                found.effects.append(effect)
        for reason in outcome.reasons:
            found.reason(reason.why, reason.file, reason.line)
    for key, effect in seen.items():
        if not all(any(other.key() == key for other in outcome.effects) for outcome in whole):
            effect.conditional = True


def place(outcome, path):
    return path, outcome.line


def frames(error, project):
    return [frame for frame in traceback.extract_tb(error.__traceback__) if project.has(frame.filename)]


def where(error, path, project):
    for frame in reversed(frames(error, project)):
        return frame.filename, frame.lineno
    return path, None


def is_own(error, project):
    """Whether the project's own code fails, not something that it calls."""
    last = last_of(error)
    if isinstance(error, NotImplementedError):
        # Alembic says so of what a dialect can't do.
        return True
    return last is not None and project.has(last.tb_frame.f_code.co_filename)


def last_of(error):
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return last


def raised_by_script(error, project):
    """Whether a `raise` of the project is what ended it."""
    last = last_of(error)
    if last is None or not project.has(last.tb_frame.f_code.co_filename):
        return False
    line = linecache.getline(last.tb_frame.f_code.co_filename, last.tb_lineno).strip()
    return line.startswith(("raise", "assert")) or isinstance(error, NotImplementedError)


def does_nothing(path, which):
    """Whether a function is there for form's sake only."""
    function = lines_not_run.function_of(path, which)
    if function is None:
        return False
    for statement in function.body:
        plain = isinstance(statement, (ast.Pass, ast.Global, ast.Import, ast.ImportFrom))
        constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        returns = isinstance(statement, ast.Return) and (statement.value is None or isinstance(statement.value, ast.Constant))
        if not (plain or constant or returns):
            return False
    return True
