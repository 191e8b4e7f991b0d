"""Ctrl-C that lets a step finish, so that what is saved is never half a step."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from gergo.progress import say


@contextmanager
def interruptions() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second one stops at once.

    Outside the main thread nothing can be caught and the event is never set.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask_to_stop(number: int, frame: object) -> None:
        del number, frame
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        say("stopping after this step; the same command resumes")

    before = signal.signal(signal.SIGINT, ask_to_stop)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
