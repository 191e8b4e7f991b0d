"""`torch.compile` for the encoders: faster steps for a minute or more of compiling before the first.

It pays on a GPU and on long runs; on two processor cores the embedded base gains little. What is compiled computes what
it did before up to rounding, and what is saved knows nothing of it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from gergo.errors import UsageError
from gergo.towers.network import DualEncoder


@contextmanager
def compiled(network: DualEncoder, wanted: bool) -> Iterator[list[nn.Module]]:
    """Within the context the encoders that compute anything are compiled, where that is wanted; gives them.

    Raises:
        UsageError: there is no C++ compiler, and no GPU to compile for.
    """
    encoders = [network.tower(name).encoder for name in network.towers] if wanted else []
    encoders = [encoder for encoder in encoders if next(encoder.parameters(), None) is not None]
    if encoders:
        _require_compiler()
    for encoder in encoders:
        encoder.compile()
    try:
        yield encoders
    finally:
        for encoder in encoders:
            encoder._compiled_call_impl = None


def _require_compiler() -> None:
    if not torch.cuda.is_available() and not any(map(shutil.which, (os.environ.get("CXX") or "g++", "clang++"))):
        raise UsageError(
            "compile=true needs a C++ compiler, and none is installed",
            hint="Debian: apt-get install g++ python3-dev; or leave the setting out",
        )
