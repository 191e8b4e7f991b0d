"""Apertium's pipelines as its `.mode` files give them, stage by stage; it is a program here, never a library."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from gergo.errors import GergoError, UsageError

MODES = Path("/usr/share/apertium/modes")
TIMEOUT_S = 300.0
_CODES = {"en": "eng", "it": "ita", "ca": "cat", "es": "spa", "fr": "fra", "pt": "por", "de": "deu",
          "gl": "glg", "oc": "oci", "ro": "ron", "nl": "nld", "sv": "swe", "da": "dan", "eo": "epo", "sc": "srd",
          "hi": "hin"}  # fmt: skip
INSTALL = "apt-get install apertium apertium-eng-cat apertium-cat-ita"
_ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True)
class Pair:
    """One pair's commands, cut where we reach in.

    Attributes:
        analyse: surface to lexical units; only the first pair of a chain runs it.
        choose: tagging and all else before the dictionary; `rejoin` is its part that a handed-over unit still needs.
        look_up: the bilingual dictionary.
        transfer: lexical selection, agreement, word order.
        generate: lexical units to surface.
    """

    name: str
    analyse: tuple[str, ...]
    choose: tuple[str, ...]
    rejoin: tuple[str, ...]
    look_up: str
    transfer: tuple[str, ...]
    generate: tuple[str, ...]


def code(language: str) -> str:
    """Apertium's three letters for a language given in two or three."""
    return _CODES.get(language.lower(), language.lower())


def chain(source: str, to: str, *, modes: Path = MODES) -> tuple[Pair, ...]:
    """The shortest way from one language to another over the installed pairs.

    Raises:
        UsageError: Apertium is not installed, or no installed pairs lead there.
    """
    if shutil.which("lt-proc") is None or shutil.which("apertium-transfer") is None or not modes.is_dir():
        raise UsageError("the engine 'apertium' is not installed", hint=INSTALL)
    edges = [p.stem.split("-") for p in sorted(modes.glob("*.mode")) if re.fullmatch(r"[a-z]{3}-[a-z]{3}", p.stem)]
    start, end = code(source), code(to)
    came: dict[str, str] = {start: ""}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for one, other in edges:
            if one == here and other not in came:
                came[other] = here
                queue.append(other)
    if end not in came or end == start:
        reached = ", ".join(sorted(language for language in came if language != start)) or "none"
        raise UsageError(
            f"no installed Apertium pair leads from {source!r} to {to!r}; from {source!r} they reach {reached}",
            hint=f"{INSTALL}; other pairs: apt-cache search apertium-",
        )
    path = [end]
    while came[path[-1]]:
        path.append(came[path[-1]])
    path.reverse()
    return tuple(read_mode(modes / f"{a}-{b}.mode") for a, b in pairwise(path))


def read_mode(path: Path) -> Pair:
    """Cut a mode file's pipeline at its analyser, dictionary, and generator."""
    text = path.read_text(encoding="utf-8").strip().replace("$1", "-g").replace("$2", "")
    commands = [command.strip() for command in text.split("|")]

    def index(mark: str) -> int:
        found = [i for i, command in enumerate(commands) if mark in command]
        if not found:
            raise GergoError(f"{path}: no stage with {mark!r}", hint="this pair is built in a way we do not know")
        return found[0]

    analyse, look_up, generate = index("automorf"), index("autobil"), index("autogen.bin")
    choose = commands[analyse + 1 : look_up]
    rejoin = [i for i, command in enumerate(choose) if command.startswith("apertium-pretransfer")]
    return Pair(
        path.stem,
        tuple(commands[: analyse + 1]),
        tuple(choose),
        tuple(choose[rejoin[0] :]) if rejoin else (),
        commands[look_up],
        tuple(commands[look_up + 1 : generate]),
        tuple(commands[generate:]),
    )


def run(commands: tuple[str, ...], text: str) -> str:
    """Pipe a text through commands, which are the words of a mode file that the system's package installed.

    Raises:
        GergoError: a command failed or hung; what it said is told.
    """
    try:
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", " | ".join(commands)],
            input=text.encode(),
            capture_output=True,
            timeout=TIMEOUT_S,
            env=_ENVIRONMENT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GergoError(f"apertium did not end within {TIMEOUT_S:.0f} s", hint="try a shorter text") from None
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        what = said[-1] if said else f"exit code {done.returncode}"
        raise GergoError(f"apertium failed: {what}", hint=f"reinstall: {INSTALL}")
    return done.stdout.decode(errors="replace")
