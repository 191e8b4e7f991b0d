"""Write docs/commands.md from the commands' own help: `python docs/generate_commands.py [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path

import typer
from typer.core import TyperCommand, TyperGroup

from gergo.cli.main import app

PAGE = Path(__file__).parent / "commands.md"
WIDTH = 110
HEAD = """# Commands

Written by `make docs` from the commands' own help. Every command is also a function of `gergo`: see the
[README](../README.md). Data goes to stdout, progress and errors to stderr; an error ends with a `hint:`.
"""


def page() -> str:
    """The whole page: the list of commands, then the help of each."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    parts = [HEAD, _block(group, "gergo")]
    for name in group.list_commands(typer.Context(group)):
        command = group.commands[name]
        assert isinstance(command, TyperCommand)
        parts += [f"## gergo {name}\n", _block(command, f"gergo {name}")]
    return "\n".join(parts)


def _block(command: TyperCommand | TyperGroup, name: str) -> str:
    command.rich_markup_mode = None  # the boxes are for terminals
    context = typer.Context(
        command,
        info_name=name,
        help_option_names=["-h", "--help"],
        terminal_width=WIDTH,
        max_content_width=WIDTH,
    )
    return f"```text\n{command.get_help(context).rstrip()}\n```\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        if PAGE.read_text("utf-8") != page():
            sys.exit("docs/commands.md is not what the commands say: make docs")
    else:
        PAGE.write_text(page(), "utf-8")
