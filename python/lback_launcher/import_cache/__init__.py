"""A cache of what importing Alembic takes."""
