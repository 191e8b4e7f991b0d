"""Every error Gergo raises on purpose, one tree.

    GergoError                3   it failed while running
    ├── UsageError            2   used wrongly: an option, an argument, a missing extra
    │   └── MissingExtra      2   an optional dependency is not installed
    ├── InputError            2   the input is unusable: a file, a row, a column, a model
    ├── NotEnoughData         4   too little data to decide or to train on
    └── TrainingError         3   a training run stopped: NaN loss, disk full

The number is the exit code of the command line. A user's mistake is one of these; our own mistakes are assertions.
"""

from __future__ import annotations


class GergoError(Exception):
    """Base of the tree: `str(error)` says what happened and where, `error.hint` what to do about it."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(GergoError):
    """Gergo was used wrongly: an unknown option, a value out of range."""

    exit_code = 2


class MissingExtra(UsageError):
    """An optional dependency is needed and absent; the hint is the command that installs it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} is not installed", hint=f"pip install 'gergo[{extra}]'")


class InputError(GergoError):
    """The input cannot be used: a file, a row, a column, a model folder."""

    exit_code = 2


class NotEnoughData(GergoError):
    """There is too little data to train on or to decide anything."""

    exit_code = 4


class TrainingError(GergoError):
    """A training run had to stop; what was saved before it can be resumed."""
