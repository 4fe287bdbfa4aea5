"""A whole life on a machine that is thrown away: install, backup, a destroyed data folder, restore, upgrade.

``python -m tests.rehearsal`` runs the commands of ``docs/install.md`` and ``docs/backup.md`` as they stand. It needs
root and Linux: the machine is a copy of this one in memory (an overlay), in which nothing outlives the run.
"""
