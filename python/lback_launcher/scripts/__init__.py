"""Version scripts that need not run for Alembic to know their place in the history."""
