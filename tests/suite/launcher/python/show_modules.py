import builtins
import importlib.machinery
import re
import sys
import warnings

print(
    builtins.compile,
    sorted(vars(importlib.machinery.SourceFileLoader)),
    sys.path_hooks[1:2],
    warnings.filters,
)
print(sorted(vars(importlib.machinery.PathFinder).items()))
print(
    [getattr(finder, "__name__", finder) for finder in sys.meta_path],
    re.compile,
    getattr(re, "_compiler", None),
)
for name, module in sorted(sys.modules.items()):
    if getattr(module, "__spec__", None) and name.partition(".")[0] in (
        "alembic",
        "sqlalchemy",
        "mako",
        "markupsafe",
        "typing",
        "typing_extensions",
        "json",
        "re",
        "enum",
    ):
        spec = module.__spec__
        print(
            name,
            module.__file__,
            getattr(module, "__cached__", None),
            getattr(module, "__path__", None),
            module.__loader__ is spec.loader,
        )
        print(
            type(spec),
            spec.name,
            spec.origin,
            spec.cached,
            spec.has_location,
            spec.parent,
            type(spec.loader),
            sorted(vars(spec.loader).items()),
        )
        for value in list(vars(module).values()):
            code = getattr(value, "__code__", None)
            if isinstance(code, type(re.compile.__code__)):
                print(
                    code.co_name,
                    code.co_filename,
                    code.co_firstlineno,
                    code.co_flags,
                    code.co_code,
                    code.co_names,
                    code.co_consts[:1],
                )
            if isinstance(value, re.Pattern):
                print(value, value.groups, value.groupindex)
