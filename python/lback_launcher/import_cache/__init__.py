"""A cache of the work that importing Alembic takes. `LBACK_IMPORT_CACHE=0` turns it off.

`cache` switches it on for an import, `cache_file` stores it. Four parts replace work of Python's:
`module_places`, `module_code`, `compiled_patterns` and `compiled_texts`.
"""
