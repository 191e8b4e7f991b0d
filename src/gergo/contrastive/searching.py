"""Methods and learning rates tried on validation within a time budget: successive halving.

Jamieson and Talwalkar, 2016, "Non-stochastic best arm identification and hyperparameter optimization". Every
candidate (a method, a multiple of its default learning rates) has a short run of its own, warm-up, decay and mixing
with the base included; the better half, by the domain figure at the alpha that the rule takes, runs again twice as
long, until one is left. Ties go to what was measured to be cheaper. The winner then has its full run.

The candidates, and every run that ended, are lines of OUT/search.jsonl, so an interrupted search goes on behind the
last one. A rung begins only if it can end within the budget, by what the runs before it took; the first rung is thinned
until it can.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import Any, NamedTuple

from gergo.contrastive.checkpoints import Checkpoints, append_line, explained_disk, whole_lines
from gergo.contrastive.job import Job, run
from gergo.contrastive.optimization import Diverged
from gergo.contrastive.planning import FEW_ITEMS, Cost, measure
from gergo.contrastive.processes import processes
from gergo.contrastive.settings import METHODS, Method, Settings
from gergo.errors import TrainingError
from gergo.progress import duration, say

SEARCH_FILE = "search.jsonl"
RATES = (1.0, 0.3, 3.0)
_FIRST_EPOCHS = {"probe": 10, "lit": 3, "lora": 3, "full": 3}
_SHARE_OF_FIRST = 0.4


class Candidate(NamedTuple):
    """A method and what its default learning rates are multiplied by."""

    method: Method
    rate: float

    @property
    def name(self) -> str:
        return f"{self.method} x{self.rate:g}"


class Search:
    """A search over one job."""

    def __init__(self, job: Job, method: str, settings: Settings, checkpoints: Checkpoints) -> None:
        self.job, self.method, self.settings, self.checkpoints = job, method, settings, checkpoints
        self.path = checkpoints.out / SEARCH_FILE
        self.tried: list[dict[str, Any]] = processes().from_first(self._read)

    def go(self) -> tuple[Method, Settings, list[dict[str, Any]]]:
        """The winner's method and settings, filled in for the full run, and all that was tried."""
        if not self.tried or "winner" not in self.tried[-1]:
            winner = self._halve()
            self._note({"winner": winner.name, "method": winner.method, "rate": winner.rate})
        last = self.tried[-1]
        winner = Candidate(last["method"], last["rate"])
        say(f"the search found {winner.name} best; now its full run")
        return winner.method, self._filled(winner), self.tried

    def _read(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in whole_lines(self.path)]

    def _halve(self) -> Candidate:
        budget_s = 60 * self.settings.search_minutes
        field, costs = self._remembered() or self._field(budget_s)
        spent_s, rung = 0.0, 0
        while True:
            epochs = {one: 2**rung * _FIRST_EPOCHS[one.method] for one in field}
            ended = [self._tried(rung, one, epochs[one], costs[one.method]) for one in field]
            spent_s += sum(entry["time_s"] for entry in ended)
            # Stable: of equals the one that came first stays ahead, and the field is in the order of cost.
            best = sorted(zip(ended, field, strict=True), key=lambda pair: -pair[0]["domain"])
            field = [one for _, one in best[: max(1, len(best) // 2)]]
            expected_s = 2 * sum(entry["time_s"] for entry, one in best if one in field)
            if len(field) == 1:
                return field[0]
            if spent_s + expected_s > budget_s:
                say(f"the search ends here: the next rung would take {duration(expected_s)}, over search_minutes")
                return field[0]
            rung += 1

    def _remembered(self) -> tuple[list[Candidate], dict[Method, Cost]] | None:
        """The candidates that the interrupted search began with, and what their methods cost."""
        begun = next((entry for entry in self.tried if "field" in entry), None)
        if begun is None:
            return None
        field = [Candidate(method, rate) for method, rate in begun["field"]]
        costs: dict[Method, Cost] = {cost["method"]: Cost(**cost) for cost in begun["costs"]}
        return field, costs

    def _field(self, budget_s: float) -> tuple[list[Candidate], dict[Method, Cost]]:
        """The candidates of the first rung, cheapest first, and what their methods cost; said which are left out."""
        few = self.job.items < FEW_ITEMS
        allowed: list[Method] = ["probe"] if self.method == "auto" and few else list(METHODS)
        methods: list[Method] = [one for one in allowed if self.method in (one, "auto")]
        costs: dict[Method, Cost] = {one: measure(self.job, one, self.settings) for one in methods}
        takes_s: dict[Method, float] = {one: cost.run_s(_FIRST_EPOCHS[one]) for one, cost in costs.items() if cost.fits}
        by_time = sorted(takes_s.items(), key=lambda pair: pair[1])
        candidates = [Candidate(method, rate) for rate in RATES for method, _ in by_time]
        field: list[Candidate] = []
        left_out, sum_s = [f"{one} (memory)" for one in methods if one not in takes_s], 0.0
        for one in candidates:
            if field and sum_s + takes_s[one.method] > _SHARE_OF_FIRST * budget_s:
                left_out.append(f"{one.name} (time)")
            else:
                field.append(one)
                sum_s += takes_s[one.method]
        if not field:
            raise TrainingError(
                "no method fits into memory at this batch size",
                hint="`--plan` says what would: batch_size, micro_batch",
            )
        say(f"searching among {', '.join(one.name for one in field)}")
        if left_out:
            say(f"left out: {', '.join(left_out)}")
        field = sorted(field, key=lambda one: takes_s[one.method])
        known: dict[Method, Cost] = {one: cost for one, cost in costs.items() if one in takes_s}
        self._note({"field": [list(one) for one in field], "costs": [asdict(cost) for cost in known.values()]})
        return field, known

    def _tried(self, rung: int, one: Candidate, epochs: int, cost: Cost) -> dict[str, Any]:
        """The entry of one candidate and rung: from the file where it is there, else after a run."""
        for entry in self.tried:
            if (entry.get("rung"), entry.get("candidate")) == (rung, one.name):
                return entry
        say(f"trying {one.name} for {epochs} epochs, about {duration(cost.run_s(epochs))}")
        started_s = time.monotonic()
        found = self._run(one, epochs)
        taken_s = round(time.monotonic() - started_s, 1)
        entry = {"rung": rung, "candidate": one.name, "epochs": epochs, **found, "time_s": taken_s}
        return self._note(processes().from_first(lambda: entry))

    def _run(self, one: Candidate, epochs: int) -> dict[str, Any]:
        checkpoints = Checkpoints(self.checkpoints.folder / "search")
        checkpoints.start_over()
        checkpoints.open({})
        settings = self._filled(one).model_copy(update={"epochs": epochs, "patience": epochs})
        try:
            ended = run(self.job, one.method, settings, checkpoints, resume=False, scratch=self.checkpoints.folder)
        except Diverged as error:
            return {"domain": 0.0, "generality": None, "alpha": 0.0, "failed": str(error)}
        finally:
            checkpoints.start_over()
        return ended.outcome.chosen.record()

    def _filled(self, one: Candidate) -> Settings:
        filled = self.job.filled(self.settings, one.method)
        assert filled.learning_rate is not None
        assert filled.encoder_learning_rate is not None
        rates = {
            "learning_rate": one.rate * filled.learning_rate,
            "encoder_learning_rate": one.rate * filled.encoder_learning_rate,
        }
        return filled.model_copy(update=rates)

    def _note(self, entry: dict[str, Any]) -> dict[str, Any]:
        self.tried.append(entry)
        if not processes().first:
            return entry
        with explained_disk(self.checkpoints.out):
            append_line(self.path, entry)
        if "candidate" in entry:
            say(f"{entry['candidate']}: domain {entry['domain']:.3f} at alpha {entry['alpha']:g}")
        return entry
