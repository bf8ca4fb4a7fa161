import warnings

warnings.warn("of the user")
warnings.warn("old", DeprecationWarning)
warnings.warn("below", RuntimeWarning, stacklevel=2)
print(warnings.filters)
open("alembic.ini")
