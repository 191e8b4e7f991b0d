"""How any command ends: its exit code, what it says on which stream."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import gergo
from gergo.cli import main as entry
from gergo.errors import GergoError, InputError, NotEnoughData, UsageError

COLOUR = re.compile(r"\x1b\[[\d;]*3\d")  # bold and dim are no colour
HEAVY = {"torch", "transformers", "lancedb", "lance", "pyarrow", "numpy", "faiss", "PIL", "pydantic"}


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from gergo.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print('loaded', *sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(ended.stdout[ended.stdout.index("loaded") :].split())
    assert "rich" in loaded
    assert not loaded & HEAVY


def test_version(gergo_command: Callable) -> None:
    assert gergo_command("--version") == (0, f"gergo {gergo.__version__}\n", "")


def test_without_arguments_it_helps(gergo_command: Callable) -> None:
    ended = gergo_command()
    assert ended.code == 0
    assert "quickstart" in ended.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serch", "x"], "Did you mean 'search'"),
        (["search"], "Missing argument 'CATALOGUE'"),
        (["search", "shop.gergo", "--foo"], "No such option: --foo"),
        (["search", "shop.gergo", "bolt", "-k", "0"], "-k"),
        (["search", "shop.gergo", "bolt", "-k", "many"], "-k"),
        (["finetune", "shop.gergo", "--out", "x", "epochs"], "'epochs' is not a setting"),
        (["finetune", "shop.gergo", "--out", "x", "seed=1", "seed=2"], "'seed' is given twice"),
        (["finetune", "shop.gergo", "--out", "x", "method=full"], "method is an option"),
        (["finetune", "shop.gergo"], "--out"),
        (["classify", "base", "x.jpg", "--labels", "bolt"], "--labels names 1 label"),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_to_do(arguments: list[str], said: str, gergo_command: Callable) -> None:
    ended = gergo_command(*arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.startswith("error: ")
    assert said in ended.err
    assert "\nhint: " in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (InputError("no such folder", hint="make it"), 2, "error: no such folder\nhint: make it\n"),
        (UsageError("two of them"), 2, "error: two of them\n"),
        (NotEnoughData("3 rows"), 4, "error: 3 rows\n"),
        (GergoError("disk full"), 3, "error: disk full\n"),
        (OSError(28, "No space left on device"), 3, "error: [Errno 28] No space left on device\n"),
        (ValueError("x"), 3, "error: this is a bug in gergo: ValueError: x\nhint: run it again with --debug"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
    ],
)
def test_every_error_has_its_code(
    raised: BaseException, code: int, said: str, gergo_command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(arguments: list[str]) -> int:
        raise raised

    monkeypatch.setattr(entry, "_run", fail)
    ended = gergo_command("doctor")
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith(said)
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("arguments", [["--debug", "search", "nowhere", "x"], ["search", "nowhere", "x", "--debug"]])
def test_debug_shows_the_traceback_wherever_it_stands(arguments: list[str], gergo_command: Callable) -> None:
    ended = gergo_command(*arguments)
    assert ended.code == 2
    assert "Traceback" in ended.err
    assert "error: " in ended.err


def test_a_reader_that_left_is_no_error() -> None:
    for arguments in (["--help"], ["--version"]):
        process = subprocess.Popen(
            [sys.executable, "-m", "gergo", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""
        process.stderr.close()


def test_no_color_is_respected() -> None:
    said = {}
    for name, extra in {"plain": {"NO_COLOR": "1"}, "coloured": {}}.items():
        environment = {**os.environ, "FORCE_COLOR": "1", **extra}
        said[name] = subprocess.run(
            [sys.executable, "-m", "gergo", "--help"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    assert COLOUR.search(said["coloured"])
    assert not COLOUR.search(said["plain"])


def test_the_reference_of_commands_is_current() -> None:
    root = Path(__file__).parents[2]
    script = root / "docs" / "generate_commands.py"
    ended = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
