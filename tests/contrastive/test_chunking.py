"""The chunked losses are the plain ones: value and gradient, whatever the batch, its ties and the settings."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from gergo.contrastive.losses import Members, info_nce, relate, sigmoid_loss
from gergo.contrastive.objective import Objective
from gergo.contrastive.settings import Settings


def batch(count: int, seed: int) -> tuple[list[torch.Tensor], Members]:
    """Raw vectors, scale and bias as leaves, and a batch with shared texts and groups."""
    random = torch.Generator().manual_seed(seed)
    raw = [torch.randn(count, 6, generator=random) for _ in range(2)]
    leaves = [*raw, torch.rand((), generator=random) * 4, -3 * torch.rand((), generator=random)]
    items = torch.arange(count)
    bears = torch.randint(-1, count, (count, 2), generator=random)
    drawn = torch.where(bears[:, 0] >= 0, bears[:, 0], count + items)
    members = Members(items, torch.randint(0, count, (count,), generator=random), bears, drawn)
    return [leaf.requires_grad_() for leaf in leaves], members


def value_and_gradients(objective: Objective, leaves: list[torch.Tensor], members: Members) -> list[torch.Tensor]:
    a, b, log_scale, bias = leaves
    if objective.sigmoid:
        objective.bias = torch.nn.Parameter(bias.detach().clone())
    weights = [a, b, log_scale, *objective.parameters()]
    loss = objective(F.normalize(a, dim=1), F.normalize(b, dim=1), log_scale.exp(), members)
    return [loss.detach(), *torch.autograd.grad(2.5 * loss, weights)]


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(2, 30),
    rows=st.integers(1, 12),
    seed=st.integers(0, 10_000),
    loss=st.sampled_from(["softmax", "sigmoid"]),
    smoothing=st.sampled_from([0.0, 0.2]),
    hardness=st.sampled_from([0.0, 0.5]),
    matryoshka=st.sampled_from([(), (2, 4)]),
)
def test_value_and_gradients_are_those_of_the_plain_loss(
    count: int, rows: int, seed: int, loss: str, smoothing: float, hardness: float, matryoshka: tuple[int, ...]
) -> None:
    asked = Settings.parse({"loss": loss, "label_smoothing": smoothing, "hardness": hardness, "matryoshka": matryoshka})
    leaves, members = batch(count, seed)
    leaves = [leaf.detach().double().requires_grad_() for leaf in leaves]  # or rounding is what is compared
    plain = value_and_gradients(Objective(asked, rows=count), leaves, members)
    chunked = value_and_gradients(Objective(asked, rows=min(rows, count - 1)), leaves, members)
    for one, other in zip(chunked, plain, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)


def test_it_never_holds_the_whole_matrix() -> None:
    """No tensor made in the forward or backward pass of 512 rows, 32 at a time, is near 512 x 512."""
    leaves, members = batch(512, 0)
    objective = Objective(Settings(), rows=32)
    sizes: list[int] = []

    class Watch(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            made = func(*args, **(kwargs or {}))
            if isinstance(made, torch.Tensor):
                sizes.append(made.numel())
            return made

    with Watch():
        a, b, log_scale, _ = leaves
        objective(F.normalize(a, dim=1), F.normalize(b, dim=1), log_scale.exp(), members).backward()
    assert max(sizes) <= 32 * 512
    assert a.grad is not None


@pytest.mark.parametrize("rows", [slice(1, 3), slice(0, 5)])
def test_some_rows_and_columns_of_a_relation_are_a_part_of_it(rows: slice) -> None:
    _, members = batch(5, 3)
    whole = relate(*members)
    for part, of in zip(relate(*members, rows=rows), whole, strict=True):
        assert torch.equal(part, of[rows])
    for part, of in zip(relate(*members, columns=rows), whole, strict=True):
        assert torch.equal(part, of[:, rows])


def test_gradients_of_all_losses_agree_with_finite_differences() -> None:
    _, members = batch(5, 1)
    relation = relate(*members)
    raw = [torch.randn(5, 4, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    numbers = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (1.0, -2.0)]

    def smooth(a: torch.Tensor, b: torch.Tensor, scale: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        softmax = info_nce(a, b, scale.exp(), relation, smoothing=0.3)
        return softmax + sigmoid_loss(a, b, scale.exp(), bias, relation, smoothing=0.3)

    assert torch.autograd.gradcheck(smooth, (*raw, *numbers))


def test_hard_negatives_pull_the_gradient_to_themselves() -> None:
    """Of two negatives the nearer one is pushed harder than the plain loss pushes it, the farther one less."""
    a = F.normalize(torch.tensor([[1.0, 0.0], [0.8, 0.6], [-1.0, 0.1]]), dim=1)
    ids = torch.arange(3)
    members = Members(ids, ids, ids[:, None], ids)

    def pushed(hardness: float) -> torch.Tensor:
        b = a.clone().requires_grad_()
        info_nce(a[:1].expand(3, 2), b, torch.tensor(5.0), relate(*members), hardness=hardness)
        logits = (5.0 * a[:1] @ b.T).requires_grad_()
        from gergo.contrastive.losses import Relation, softmax_rows

        one = Relation(torch.tensor([[True, False, False]]), torch.zeros(1, 3, dtype=torch.bool))
        return torch.autograd.grad(softmax_rows(logits, one, hardness=hardness).sum(), logits)[0][0]

    plain, hard = pushed(0.0), pushed(1.0)
    assert hard[1] > plain[1] > 0
    assert 0 < hard[2] < plain[2]
