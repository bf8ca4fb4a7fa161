"""The lines that ran in no scenario, and what they would do."""
