"""`gergo.finetune`: a base and a catalogue in, a model that knows the catalogue's trade out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gergo.catalogue.store import Catalogue
from gergo.contrastive.checkpoints import Checkpoints
from gergo.contrastive.job import Job, Run, read_job, run
from gergo.contrastive.planning import Choice, Plan, choose_method, plan_methods
from gergo.contrastive.processes import processes
from gergo.contrastive.record import describe, save_with_record, training_record
from gergo.contrastive.searching import Search
from gergo.contrastive.settings import METHODS, Method, Settings
from gergo.contrastive.tracking import require
from gergo.errors import UsageError
from gergo.progress import say
from gergo.towers import exported
from gergo.towers.model import SEEN_DIGITS, Model


def finetune(
    catalogue: Catalogue | str | Path,
    *,
    base: Model | str | Path,
    out: str | Path,
    method: str = "auto",
    retain: Catalogue | str | Path | None = None,
    search: bool = False,
    **settings: Any,
) -> Model:
    """Tune `base` on the catalogue's train split and write the best weights to the folder `out`.

    The best epoch on held-back items is mixed with the base as far as the rule of `gergo.contrastive.interpolation`
    says; where nothing is gained, that is the base. The same call again resumes what was interrupted.

    Args:
        method: `probe` (projections and logit scale, on the features of frozen encoders: seconds), `lit` (one tower,
            the other locked), `lora` (adapters, merged in the end), `full` (all weights), or `auto` (by items,
            memory and time; said which and why).
        retain: a catalogue of what the model must not forget; measured at every epoch, never trained on.
        search: try methods and learning rates first, within `search_minutes`; see `gergo.contrastive.searching`.
        settings: see `gergo.contrastive.settings.Settings`; values may be strings.

    Raises:
        UsageError: an unknown method or setting, or an `out` that holds something else.
        MissingExtra: a tracker whose library is not installed.
        NotEnoughData: under 20 training items with picture and text, or under 5 to validate on.
        TrainingError: the run had to stop; the same call resumes it.
    """
    wanted = Settings.parse(settings)
    _require_method(method)
    require(wanted.trackers)
    job = _job(catalogue, base, wanted, retain)
    checkpoints = Checkpoints(Path(out))
    tried: list[dict[str, Any]] = []
    if search:
        identity = describe(job, method, wanted, search=True)
        resume = checkpoints.open(identity)
        chosen, filled, tried = Search(job, method, wanted, checkpoints).go()
    else:
        chosen, reason, part = _method(method, job, wanted, checkpoints)
        say(f"method {chosen}: {reason}")
        if idle := wanted.idle(chosen, job.base.dim):
            say(f"not used by {chosen}: {', '.join(idle)}")
        filled = job.filled(wanted.model_copy(update={"micro_batch": wanted.micro_batch or part}), chosen)
        identity = describe(job, chosen, filled, search=False)
        resume = checkpoints.open(identity)
    with checkpoints.tracked(filled.trackers, describe(job, chosen, filled, search=search)):
        ended = run(job, chosen, filled, checkpoints, resume=resume, scratch=checkpoints.folder)
    record = training_record(job, chosen, filled, ended, tried=tried)
    vars(ended.model).update(processes().from_first(lambda: _finish(job, ended, Path(out), record)))
    checkpoints.finish()
    return ended.model


def plan(
    catalogue: Catalogue | str | Path,
    *,
    base: Model | str | Path,
    method: str = "auto",
    retain: Catalogue | str | Path | None = None,
    **settings: Any,
) -> Plan:
    """What every method would take, by a few steps of each: nothing is written, nothing is trained.

    Raises:
        UsageError, NotEnoughData: as `finetune`.
    """
    wanted = Settings.parse(settings)
    _require_method(method)
    methods: list[Method] = [one for one in METHODS if method in (one, "auto")]
    return plan_methods(_job(catalogue, base, wanted, retain), wanted, methods)


def _job(catalogue: Any, base: Any, settings: Settings, retain: Any) -> Job:
    catalogue, base = Catalogue.of(catalogue), Model.of(base)
    if base.family == exported.FAMILY:
        raise UsageError(
            f"{base.name} is a model exported to ONNX, which cannot be trained",
            hint="fine-tune the model that it was exported from",
        )
    if retain is not None:
        retain = Catalogue.of(retain)
        catalogue.require_other(retain)
    job = read_job(catalogue, base, settings, retain=retain)
    smallest = job.items // -(-job.items // job.filled(settings, "full").pairs_a_step)
    if smallest < processes().count:
        raise UsageError(
            f"batches of {smallest} items cannot be shared by {processes().count} processes",
            hint="batch_size counts the items of all processes; or start fewer of them",
        )
    return job


def _require_method(method: str) -> None:
    if method not in ("auto", *METHODS):
        raise UsageError(f"there is no method {method!r}", hint=f"methods: auto, {', '.join(METHODS)}")


def _method(method: str, job: Job, settings: Settings, checkpoints: Checkpoints) -> Choice:
    """The method asked for; where it is left open, that of the run that lies there unfinished, or what fits."""
    if method != "auto":
        return Choice(method, "as asked")  # pyright: ignore[reportArgumentType]
    begun = checkpoints.begun()
    if begun is not None and begun.get("method") in METHODS:
        return Choice(begun["method"], "as the unfinished run has it", begun["settings"].get("micro_batch"))
    return choose_method(job, settings)


def _finish(job: Job, ended: Run, out: Path, record: dict[str, Any]) -> dict[str, Any]:
    """Write the model; what is to be said of it from then on."""
    model = ended.model
    if ended.outcome.alpha:
        trained = job.division.train.contents.values()
        model.seen |= {content.hash[:SEEN_DIGITS] for contents in trained for content in contents if content.own}
    model.name = out.resolve().name
    save_with_record(model, out, record)
    say(f"epoch {ended.progress.best_epoch} at {ended.outcome.sentence}")
    say(f"{out} written")
    return {name: getattr(model, name) for name in ("name", "hash", "record", "seen", "source")}
