import sys

main = sys.modules["__main__"]
for name in (
    "argv",
    "orig_argv",
    "path",
    "flags",
    "executable",
    "prefix",
    "warnoptions",
    "_xoptions",
):
    print(name, "=", getattr(sys, name))
print(main.__file__, main.__name__, main.__spec__, main.__package__, main.__doc__)
