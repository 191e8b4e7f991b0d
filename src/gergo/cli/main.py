"""The `gergo` command: what it offers, and how any command of it ends.

Exit codes: 0 done; 1 the work found what must stop you; 2 used wrongly, or the input is unusable; 3 it failed
while running; 4 not enough data to decide; 130 interrupted.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from gergo import __version__
from gergo.cli import (
    check,
    classify,
    doctor,
    evaluate,
    explain,
    export,
    finetune,
    gather,
    import_catalogue,
    index,
    inspect,
    quickstart,
    search,
    serve,
    terms,
    translate,
)
from gergo.errors import GergoError

EPILOG = (
    "Exit codes: 0 done; 1 the work found what must stop you (a check failed, the verdict is not to ship); "
    "2 used wrongly, or the input is unusable; 3 it failed while running; 4 not enough data to decide; "
    "130 interrupted."
)

app = typer.Typer(
    name="gergo",
    help="Turn a general vision-language model into one that knows your trade, from the catalogue you have.",
    epilog=EPILOG,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
CHECK_DISK = "check the path, its permissions and the space on that disk"
START, STEPS, MORE = "Start here", "From a catalogue to a search, a command a step", "More"
WORDS = "Words that stay"
app.command("quickstart", rich_help_panel=START)(quickstart.command)
app.command("import", rich_help_panel=STEPS)(import_catalogue.command)
app.command("gather", rich_help_panel=STEPS)(gather.command)
app.command("inspect", rich_help_panel=STEPS)(inspect.command)
app.command("finetune", rich_help_panel=STEPS)(finetune.command)
app.command("evaluate", rich_help_panel=STEPS)(evaluate.command)
app.command("index", rich_help_panel=STEPS)(index.command)
app.command("search", rich_help_panel=STEPS)(search.command)
app.command("serve", rich_help_panel=STEPS)(serve.command)
app.command("terms", rich_help_panel=WORDS)(terms.command)
app.command("translate", rich_help_panel=WORDS)(translate.command)
app.command("check", rich_help_panel=WORDS)(check.command)
app.command("export", rich_help_panel=MORE)(export.command)
app.command("classify", rich_help_panel=MORE)(classify.command)
app.command("explain", rich_help_panel=MORE)(explain.command)
app.command("doctor", rich_help_panel=MORE)(doctor.command)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"gergo {__version__}")
        raise typer.Exit


@app.callback()
def _global_options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[
        bool,
        typer.Option("--debug", help="Show where in the code an error came from; works after a command too."),
    ] = False,
) -> None:
    """`--debug` is only shown here: `main` takes it out of the arguments, wherever it stands."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run `gergo` with `arguments` (those of the process unless given) and exit with its code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    debug = "--debug" in options
    arguments = [value for value in options if value != "--debug"] + arguments[len(options) :]
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        code = _run(arguments or ["--help"])
        sys.stdout.flush()
    except (
        BrokenPipeError,
        SystemExit,
    ):  # `gergo ... | head` has all it wanted; rich makes a SystemExit of that
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted", file=sys.stderr)
        code = 130
    except Exception as error:
        if debug:
            traceback.print_exc()
        code = _report(error, debug)
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    command = typer.main.get_command(app)
    try:
        with command.make_context("gergo", arguments) as context:
            command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    return 0


def _report(error: Exception, debug: bool) -> int:
    """Say on stderr what went wrong and what to do about it; the exit code."""
    if isinstance(error, GergoError):
        message, hint, code = str(error), error.hint, error.exit_code
    elif isinstance(error, typer.TyperException):
        context = getattr(error, "ctx", None)
        message = error.format_message()
        hint = f"{context.command_path if context else 'gergo'} --help shows what there is"
        code = 2
    elif isinstance(error, OSError):
        message, hint, code = f"{error}", CHECK_DISK, 3
    elif isinstance(error, RuntimeError) and "LanceError(IO)" in str(error):  # Lance's OSError
        what = re.sub(r",? /\S+\.rs:.*|^.*LanceError\(IO\): ", "", str(error).splitlines()[0])
        message, code = f"a table of the catalogue cannot be read or written: {what}", 3
        hint = f"{CHECK_DISK}; a folder that was cut short has to be copied again"
    else:
        message, code = f"this is a bug in gergo: {type(error).__name__}: {error}", 3
        hint = "please report it with the traceback above" if debug else "run it again with --debug to see where"
    print(f"error: {message}", file=sys.stderr)
    if hint:
        print(f"hint: {hint}", file=sys.stderr)
    return code
