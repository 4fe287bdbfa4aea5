"""``python -m service.cli``: the program without its name on the path."""

from service.cli.commands import main

main()
