"""A run of one script on a fake database, which records what the script asks for."""
