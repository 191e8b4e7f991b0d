"""What a step sees, and the loss it takes: views drawn, encoded and pulled together.

A view is a modality and a slot: ("image", 0) is the picture drawn for an item, ("image", 1) another one of it, which
only pairs of two pictures want. Everything is drawn from (seed, epoch, step), so nothing is remembered.

Shapes: N items, B items of a batch, D the shared latent space.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gergo.contrastive.losses import Members
from gergo.contrastive.objective import Objective, own_bias
from gergo.contrastive.pairs import Mask, draw, draw_another, from_namesakes
from gergo.contrastive.processes import processes
from gergo.contrastive.sampler import Floats32, Ints, batches, neighbouring_batches
from gergo.contrastive.selection import Examples, Selection
from gergo.contrastive.settings import Settings
from gergo.towers import precision as precisions
from gergo.towers.network import DualEncoder
from gergo.towers.precision import Precision

View = tuple[str, int]


@dataclass(frozen=True)
class Task:
    """What is trained, on what, towards what, and what judges it."""

    network: DualEncoder
    examples: Examples
    selection: Selection
    objective: Objective
    settings: Settings
    precision: Precision

    @property
    def epochs(self) -> int:
        assert self.settings.epochs is not None
        return self.settings.epochs

    @property
    def patience(self) -> int:
        assert self.settings.patience is not None
        return self.settings.patience

    @property
    def steps_per_epoch(self) -> int:
        return -(-len(self.examples.pairs) // self.settings.pairs_a_step)

    @property
    def kinds(self) -> dict[tuple[View, View], float]:
        """The pairs of views that are pulled together, and how much each counts."""
        weights = self.settings.pair_weights.items()
        return {((a, 0), (b, int(a == b))): weight for (a, b), weight in weights if weight}

    @property
    def views(self) -> list[View]:
        """What a step encodes, in an order of its own."""
        wanted = {view for kind in self.kinds for view in kind}
        return [(name, slot) for slot in (0, 1) for name in self.examples.inputs if (name, slot) in wanted]


@dataclass(frozen=True)
class Schedule:
    """What one epoch shows: batches of item positions, and by view the content drawn for each item."""

    batches: list[Ints]
    drawn: Mapping[View, Ints]


def schedule_of(task: Task, epoch: int, *, like_ND: Floats32 | None = None) -> Schedule:
    """The schedule of an epoch, counted from 1.

    like_ND: vectors of the items, as they are when the epoch begins; items that are near share a batch.
    """
    settings, pairs = task.settings, task.examples.pairs
    random = np.random.default_rng([settings.seed, epoch, 1])
    drawn: dict[View, Ints] = {
        (name, 0): draw(bears_NK, pairs.weights[name], random) for name, bears_NK in pairs.bears.items()
    }
    for name, slot in task.views:
        if slot:
            second_N = draw_another(pairs.bears[name], pairs.weights[name], drawn[name, 0], random)
            if name == "image":
                second_N = from_namesakes(second_N, drawn[name, 0], pairs.bears["text"][:, 0], random)
            drawn[name, slot] = second_N
    batch_size, seed = settings.pairs_a_step, settings.seed
    if like_ND is None:
        dealt = batches(pairs.kin_N, drawn["text", 0], batch_size=batch_size, seed=seed, epoch=epoch)
    else:
        together = min(settings.neighbours, batch_size)
        dealt = neighbouring_batches(
            pairs.kin_N, like_ND, batch_size=batch_size, together=together, seed=seed, epoch=epoch
        )
    return Schedule(dealt, drawn)


def encode(task: Task, view: View, members_B: Ints, drawn: Mapping[View, Ints], random: torch.Generator) -> Tensor:
    """The unit vectors [B, D] of one view of some items."""
    batch = task.examples.inputs[view[0]](drawn[view][members_B], random)
    with precisions.autocast(task.precision, task.network.log_scale.device):
        return task.network.encode(view[0], batch)


def batch_loss(task: Task, members_B: Ints, drawn: Mapping[View, Ints], random: torch.Generator) -> Tensor:
    """The loss of one batch, a scalar: over all kinds of pairs, weighed. Each process encodes its share."""
    shared = processes()
    own_b = members_B[shared.own(len(members_B))]
    vectors = {view: shared.gather(encode(task, view, own_b, drawn, random), len(members_B)) for view in task.views}
    return loss_of(task, vectors, members_B, drawn)


def loss_of(task: Task, vectors: Mapping[View, Tensor], members_B: Ints, drawn: Mapping[View, Ints]) -> Tensor:
    """The loss of vectors that are there already.

    An item whose two views of one kind would be the same thing (its only title, its only picture unaugmented) has
    no such pair.
    """
    pairs, device = task.examples.pairs, task.network.log_scale.device
    total = torch.zeros((), device=device)
    for (a, b), weight in task.kinds.items():
        keep_B = _differ(task, a, b, members_B, drawn)
        if keep_B.any():
            some_B = members_B[keep_B]
            bears_NK, content_N = pairs.bears[b[0]], drawn[b]
            if a[0] == b[0] == "image":  # pictures of what has one title belong together, as titles say elsewhere
                bears_NK, content_N = pairs.bears["text"][:, :1], pairs.bears["text"][:, 0]
            numbers = [pairs.items_N, pairs.groups_N, bears_NK, content_N]
            if a[0] == b[0] == "text":
                numbers.append(drawn[a])
            members = Members(*(torch.from_numpy(of_N[some_B]).to(device) for of_N in numbers))
            picked = torch.from_numpy(keep_B).to(device)
            a_BD, b_BD = (vectors[a], vectors[b]) if keep_B.all() else (vectors[a][picked], vectors[b][picked])
            scale, bias = task.network.log_scale.exp(), own_bias(task.network)
            total = total + weight * task.objective(a_BD, b_BD, scale, members, bias=bias)
    return total


def _differ(task: Task, a: View, b: View, members_B: Ints, drawn: Mapping[View, Ints]) -> Mask:
    if a[0] != b[0] or task.examples.inputs[a[0]].varies:
        return np.ones(len(members_B), dtype=bool)
    return drawn[a][members_B] != drawn[b][members_B]


def cached_gradients(task: Task, members_B: Ints, drawn: Mapping[View, Ints], seed: int) -> Tensor:
    """The loss of one batch, with its gradients left in the weights: the batch is encoded a few items at a time.

    Gao et al., 2021, "Scaling deep contrastive learning batch size under memory limited setup" (GradCache): all vectors
    are found without a graph, the loss gives their gradients, and each part is encoded once more to carry these into
    the weights. Exact: dropout and augmentation of a part are drawn from its own seed, so both passes see the same.
    """
    assert task.settings.micro_batch is not None
    shared = processes()
    own_b = members_B[shared.own(len(members_B))]
    starts = range(0, len(own_b), task.settings.micro_batch)
    parts = [own_b[start : start + task.settings.micro_batch] for start in starts]

    def part_of(view: View, number: int) -> Tensor:
        slot = [task.views.index(view), number]
        own = int(np.random.SeedSequence([seed, *slot]).generate_state(1)[0])
        torch.manual_seed(own)
        return encode(task, view, parts[number], drawn, torch.Generator().manual_seed(own))

    with torch.no_grad():
        own = {view: torch.cat([part_of(view, n) for n in range(len(parts))]) for view in task.views}
        vectors = {view: shared.gathered(own_bD, len(members_B)) for view, own_bD in own.items()}
    leaves = {view: vectors_BD.requires_grad_() for view, vectors_BD in vectors.items()}
    loss = loss_of(task, leaves, members_B, drawn)
    if loss.requires_grad:  # a batch may hold no pair of what is taught
        loss.backward()
    for view, leaf in leaves.items():
        if leaf.grad is not None:
            for number, gradient in enumerate(shared.of_own(leaf.grad).split(task.settings.micro_batch)):
                part_BD = part_of(view, number)
                if part_BD.requires_grad:
                    part_BD.backward(gradient)
    return loss.detach()
