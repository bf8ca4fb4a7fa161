"""The schema as the scripts before a revision left it."""
