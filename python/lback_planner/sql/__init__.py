"""A reader of SQL text that finds which statement does what to which table."""
