"""`gergo doctor`: what this machine can run, and whether what was shipped is whole."""

from __future__ import annotations

import os
import re
import shutil
import sys

import typer

from gergo.cli.arguments import JsonFlag
from gergo.cli.printing import print_json, print_table

PROGRAMS = {"chromium": "tests of pages in a real browser", "apertium": "translation offline"}
Check = tuple[str, str, bool]


def command(as_json: JsonFlag = False) -> None:
    """Say what this machine can run, which extras are there, and whether the shipped weights are intact."""
    checks = [*_machine(), *_libraries(), *_extras(), *_programs(), _weights()]
    if as_json:
        print_json({"schema": 1, "checks": [{"name": n, "found": f, "ok": ok} for n, f, ok in checks]})
    else:
        print_table("", ["", "found", ""], [[name, found, "" if ok else "!"] for name, found, ok in checks])
    if not checks[-1][2]:
        raise typer.Exit(1)


def _machine() -> list[Check]:
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    free_gib = shutil.disk_usage(".").free / 2**30
    return [
        ("python", ".".join(map(str, sys.version_info[:3])), True),
        ("cores", str(len(os.sched_getaffinity(0))), True),
        ("memory", f"{memory_gib:.1f} GiB", memory_gib >= 4),
        ("disk free here", f"{free_gib:.1f} GiB", free_gib >= 2),
    ]


def _libraries() -> list[Check]:
    from importlib import metadata

    import torch

    from gergo.towers import precision

    device = precision.default_device()
    dtype = str(precision.resolve("auto", device)).removeprefix("torch.")
    named = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    versions = [(name, metadata.version(name), True) for name in ("transformers", "lancedb", "faiss-cpu")]
    return [
        ("torch", torch.__version__, True),
        ("device", named, True),
        ("matrix products in", dtype, True),
        *versions,
    ]


def _extras() -> list[Check]:
    """One line an extra: which of its packages are missing."""
    from importlib import metadata

    missing: dict[str, list[str]] = {}
    for requirement in metadata.requires("gergo") or []:
        extra = re.search(r"extra == ['\"]([\w-]+)['\"]", requirement)
        name = re.match(r"[\w.-]+", requirement)
        if extra and name:
            absent = missing.setdefault(extra[1], [])
            if not _installed(name[0]):
                absent.append(name[0])
    return [
        (
            f"extra {extra}",
            f"missing {', '.join(absent)}: pip install 'gergo[{extra}]'" if absent else "there",
            True,
        )
        for extra, absent in missing.items()
    ]


def _installed(distribution: str) -> bool:
    from importlib import metadata

    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def _programs() -> list[Check]:
    return [
        (f"program {name}", shutil.which(name) or f"missing (for {purpose})", True)
        for name, purpose in PROGRAMS.items()
    ]


def _weights() -> Check:
    from gergo.towers.loading import base_folder, intact

    try:
        whole = intact(base_folder())
    except (OSError, ValueError, KeyError) as error:
        return ("embedded base", f"cannot be read: {error}", False)
    return (
        "embedded base",
        "intact" if whole else "its weights are not those that were shipped: reinstall",
        whole,
    )
