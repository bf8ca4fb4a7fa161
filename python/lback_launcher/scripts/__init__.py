"""The script cache: version scripts that Alembic need not run to know their place in the history.

`script_cache` replaces Alembic's loading of scripts, `script_folder` stores what is known of the
scripts of a folder, `static_script` decides from a script's code whether it need not run,
`lazy_script` stands for one that has not run.
"""
