"""`gergo finetune`: a model learns a catalogue."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gergo.cli.arguments import CataloguePath, JsonFlag, parse_settings
from gergo.cli.printing import print_json, print_table
from gergo.errors import UsageError

if TYPE_CHECKING:
    from gergo.contrastive.planning import Plan

OPTIONS = {"base", "method", "out", "retain", "plan", "search"}


class Method(StrEnum):
    """How much of the base is trained."""

    AUTO = "auto"
    PROBE = "probe"
    LIT = "lit"
    LORA = "lora"
    FULL = "full"


def command(
    catalogue: CataloguePath,
    out: Annotated[
        Path | None, typer.Option(metavar="MODEL_DIR", help="Where the tuned model goes.", show_default=False)
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE", help="Settings of the training, as epochs=3.", show_default=False),
    ] = None,
    base: Annotated[
        str, typer.Option(metavar="MODEL", help="What to start from: base, a model's folder, or a hub name.")
    ] = "base",
    method: Annotated[
        Method,
        typer.Option(
            help="probe trains the projections, lit one tower, lora adapters in both, full everything; "
            "auto picks by items, memory and time."
        ),
    ] = Method.AUTO,
    retain: Annotated[
        Path | None,
        typer.Option(
            metavar="CATALOGUE",
            help="A catalogue of what must not be forgotten: measured while training, never trained on.",
            show_default=False,
        ),
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Say what each method would take, by a few steps of each, and stop.")
    ] = False,
    search: Annotated[
        bool,
        typer.Option("--search", help="Try methods and learning rates on validation first, within search_minutes."),
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Tune a model on a catalogue. Interrupted, the same command goes on where it was."""
    named = parse_settings(settings or [])
    for name in OPTIONS & named.keys():
        value = "" if name in ("plan", "search") else f" {named[name]}"
        raise UsageError(f"{name} is an option, not a setting", hint=f"--{name}{value}")
    if out is None and not plan:
        raise UsageError("--out is missing", hint="--out MODEL_DIR says where the tuned model goes")
    if as_json and not plan:
        raise UsageError("--json goes with --plan", hint="training.json in MODEL_DIR holds the record of a run")
    import gergo
    from gergo.contrastive.processes import processes

    processes()  # before any model is loaded: it says which device is this process's
    opened, model = gergo.Catalogue.open(catalogue), gergo.Model.load(base)
    kept = None if retain is None else gergo.Catalogue.open(retain)
    if plan:
        from gergo.contrastive.finetuning import plan as make_plan

        planned = make_plan(opened, base=model, method=method.value, retain=kept, **named)
        if processes().first:
            _print_plan(planned, as_json=as_json)
        return
    assert out is not None
    gergo.finetune(opened, base=model, out=out, method=method.value, retain=kept, search=search, **named)
    if processes().first:
        print(out)


def _print_plan(plan: Plan, *, as_json: bool) -> None:
    from gergo.progress import duration

    if as_json:
        print_json({"schema": 1, **plan.record()})
        return
    rows = [
        (
            cost.method,
            f"{100 * cost.trainable / cost.weights:.1f}% of {cost.weights / 1e6:.1f} M",
            f"{cost.memory_bytes / 1e9:.2f} of {cost.available_bytes / 1e9:.1f} GB",
            "yes" if cost.fits else "no",
            f"{cost.largest_batch:,}",
            f"{cost.step_s:.2f} s",
            duration(cost.epoch_s),
            f"{duration(cost.total_s)}, {cost.epochs} epochs",
        )
        for cost in plan.costs
    ]
    columns = ("method", "weights that learn", "memory", "fits", "largest batch", "a step", "an epoch", "at most")
    print_table(f"{plan.items:,} items, batches of {plan.costs[0].batch_size}", columns, rows)
    print(f"auto picks {plan.method}: {plan.reason}")
