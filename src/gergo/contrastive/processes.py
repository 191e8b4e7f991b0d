"""The processes that share a run, as `accelerate launch` starts them: one a GPU, on one machine or on many.

Every process draws the same batches and encodes its share of each. It then gathers the vectors of all others and takes
the loss of the whole batch: each has the gradient of every vector, keeps that of its own times the number of processes,
and carries it into its weights; the mean over the processes is then the gradient that one process would have found. So
a batch is as large, and a run the same, however many share it; only dropout and augmentation are drawn by each for
itself. What is measured, chosen and written is the first process's alone, and told to the others.

Shapes: B examples of a batch, b those of one process.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from gergo.errors import TrainingError

T = TypeVar("T")
# The first process may have a million pictures to decode while the others wait.
PATIENCE = timedelta(hours=24)
_BUCKET = 2**24
_CPU = torch.device("cpu")


@dataclass(frozen=True)
class Processes:
    """This process among those of the run.

    count: how many there are. number: which of them this is, from 0. here: how many there are on this machine.
    number_here: which of these it is. device: where tensors that are exchanged have to lie.
    """

    count: int = 1
    number: int = 0
    here: int = 1
    number_here: int = 0
    device: torch.device = _CPU

    @property
    def first(self) -> bool:
        """Whether this process is the one that measures, chooses, writes and speaks."""
        return self.number == 0

    def own(self, rows: int) -> slice:
        """The rows of a batch that are this process's; shares differ by one at most.

        >>> [Processes(3, number).own(7) for number in range(3)]
        [slice(0, 3, None), slice(3, 5, None), slice(5, 7, None)]
        """
        each, more = divmod(rows, self.count)
        start = self.number * each + min(self.number, more)
        return slice(start, start + each + (self.number < more))

    def own_seed(self, seed: int) -> int:
        """A seed for what every process draws for itself; the seed as it is for the first."""
        return int(np.random.SeedSequence([seed, self.number]).generate_state(1)[0]) if self.number else seed

    def gather(self, own_bD: Tensor, rows: int) -> Tensor:
        """The rows of all processes, [B, ...], in their order. Gradients flow: see above."""
        if self.count == 1:
            return own_bD
        return _Gathered.apply(own_bD, self, rows)  # pyright: ignore[reportReturnType]

    def gathered(self, own_bD: Tensor, rows: int) -> Tensor:
        """As `gather`, without gradients."""
        if self.count == 1:
            return own_bD
        from accelerate.utils import gather

        most = -(-rows // self.count)  # what is exchanged has to be equally long everywhere
        padding = own_bD.new_zeros((most - len(own_bD), *own_bD.shape[1:]))
        with _others():
            every = gather(torch.cat([own_bD, padding]).to(self.device))
        assert isinstance(every, Tensor)
        shares = [Processes(self.count, number).own(rows) for number in range(self.count)]
        kept = [every[number * most :][: share.stop - share.start] for number, share in enumerate(shares)]
        return torch.cat(kept).to(own_bD.device)

    def of_own(self, gradient_BD: Tensor) -> Tensor:
        """What the gradient of all vectors is to this process's: its own rows, times the number of processes, since the
        gradients of weights are then meant."""
        return self.count * gradient_BD[self.own(len(gradient_BD))]

    @torch.no_grad()
    def mean_gradients(self, weights: Iterable[Tensor]) -> None:
        """Replace the gradient of every weight by its mean over the processes."""
        if self.count == 1:
            return
        for bucket in _buckets([weight.grad for weight in weights if weight.grad is not None]):
            flat = torch.cat([gradient.reshape(-1) for gradient in bucket])
            with _others():
                torch.distributed.all_reduce(flat)
            parts = (flat / self.count).split([gradient.numel() for gradient in bucket])
            for gradient, part in zip(bucket, parts, strict=True):
                gradient.copy_(part.view_as(gradient))

    def any(self, *flags: bool) -> tuple[bool, ...]:
        """Of each flag, whether it is set in any process."""
        if self.count == 1:
            return flags
        values = torch.tensor(flags, dtype=torch.int32, device=self.device)
        with _others():
            torch.distributed.all_reduce(values, torch.distributed.ReduceOp.MAX)
        return tuple(bool(value) for value in values.tolist())

    def from_first(self, make: Callable[[], T]) -> T:
        """What `make` gives in the first process; it is called there alone. Tensors come to the others on the CPU."""
        if self.count == 1:
            return make()
        from accelerate.utils import broadcast_object_list

        tensors: list[Tensor] = []
        made = make() if self.first else None
        told = [_without_tensors(made, tensors)]
        with _others():
            broadcast_object_list(told)
            if self.first:
                for tensor in tensors:
                    torch.distributed.broadcast(tensor.detach().to(self.device).contiguous(), 0)
                return made  # pyright: ignore[reportReturnType]
            return self._with_tensors(told[0])

    def in_turn(self, work: Callable[[], T]) -> T:
        """`work` in the first process, then in the first of every machine, then in the others: what one of them writes,
        those after it find."""
        own_turn = 0 if self.first else 1 if self.number_here == 0 else 2
        made: list[T] = []
        for turn in range(3):
            if turn == own_turn:
                made.append(work())
            self.any(False)
        return made[0]

    def _with_tensors(self, value: Any) -> Any:
        if isinstance(value, _Place):
            tensor = torch.empty(value.shape, dtype=value.dtype, device=self.device)
            torch.distributed.broadcast(tensor, 0)
            return tensor.cpu()
        if type(value) is dict:
            return {key: self._with_tensors(one) for key, one in value.items()}
        return [self._with_tensors(one) for one in value] if type(value) is list else value


@cache
def processes() -> Processes:
    """This process among those that `accelerate launch` (or torchrun) started; one by itself where none did."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return Processes()
    from accelerate import PartialState

    from gergo.towers.precision import default_device

    device = default_device()
    state = PartialState(cpu=device.type == "cpu", timeout=PATIENCE)
    return Processes(
        count=state.num_processes,
        number=state.process_index,
        here=int(os.environ.get("LOCAL_WORLD_SIZE", state.num_processes)),
        number_here=state.local_process_index,
        device=state.device or device,
    )


class _Gathered(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, own_bD: Tensor, shared: Processes, rows: int) -> Tensor:
        ctx.shared = shared
        return shared.gathered(own_bD, rows)

    @staticmethod
    def backward(ctx: Any, gradient_BD: Tensor) -> tuple[Tensor | None, ...]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return ctx.shared.of_own(gradient_BD), None, None


@dataclass(frozen=True)
class _Place:
    """Where a tensor was, in what is told without it."""

    shape: torch.Size
    dtype: torch.dtype


def _without_tensors(value: Any, tensors: list[Tensor]) -> Any:
    """The same dictionaries and lists with their tensors, which are appended to `tensors`, left out."""
    if isinstance(value, Tensor):
        tensors.append(value)
        return _Place(value.shape, value.dtype)
    if isinstance(value, dict):
        return {key: _without_tensors(one, tensors) for key, one in value.items()}
    return [_without_tensors(one, tensors) for one in value] if type(value) is list else value


def _buckets(gradients: list[Tensor]) -> Iterator[list[Tensor]]:
    """Gradients of one dtype together, up to so many numbers."""
    bucket: list[Tensor] = []
    for gradient in sorted(gradients, key=lambda one: str(one.dtype)):
        full = sum(one.numel() for one in bucket) + gradient.numel() > _BUCKET
        if bucket and (full or gradient.dtype != bucket[0].dtype):
            yield bucket
            bucket = []
        bucket.append(gradient)
    if bucket:
        yield bucket


@contextmanager
def _others() -> Iterator[None]:
    """Say so where another process is gone: its own message says why."""
    try:
        yield
    except RuntimeError as error:
        raise TrainingError(
            "another process of this run has ended",
            hint="its own message says why; the same command resumes from the last checkpoint",
        ) from error
