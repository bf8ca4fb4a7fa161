import sys

main = sys.modules["__main__"]
for name, value in sorted(vars(main).items()):
    print(
        name,
        "=",
        value
        if isinstance(value, (str, type(None), bool, dict)) and name != "__builtins__"
        else type(value),
    )
print(
    main.__name__,
    getattr(main, "__file__", None),
    getattr(main, "__spec__", None),
    getattr(main, "__package__", None),
)
print(main.__builtins__ is sys.modules["builtins"])
