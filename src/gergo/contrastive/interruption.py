"""Ctrl-C, or a scheduler's SIGTERM, that lets a step finish, so that what is saved is never half a step."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from gergo.progress import say

TWICE_AFTER_S = 1.0


@contextmanager
def interruptions() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C or SIGTERM sets; the second one stops at once. One that comes right after it is no
    second one: a launcher of several processes passes on what the terminal has sent already.

    Outside the main thread nothing can be caught and the event is never set.
    """
    stop, first_s = threading.Event(), 0.0
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask_to_stop(number: int, frame: object) -> None:
        nonlocal first_s
        del number, frame
        if stop.is_set():
            if time.monotonic() - first_s > TWICE_AFTER_S:
                raise KeyboardInterrupt
            return
        first_s = time.monotonic()
        stop.set()
        say("stopping after this step; the same command resumes")

    before = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
