"""Waits of statements for locks: their limits, and the errors that end them."""
