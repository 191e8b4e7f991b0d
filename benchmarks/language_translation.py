"""Translation that keeps a glossary's words: occurrences kept, opaque spans, articles, beside the raw pipeline.

    python benchmarks/language_translation.py --data FOLDER [--titles 500]

FOLDER is the one with `translation/` and `fashion/` (GERGO_DATA). Controls as in the WMT terminology task: no glossary,
and a random one, both judged by the glossary that was meant. Wall time and the processor's time are both given, for a
machine may have other work.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import random
import re
import resource
import subprocess
import time
from collections import Counter
from pathlib import Path

from gergo.language.checking import CheckReport, check_translation, report_on
from gergo.language.checks.pairing import pair
from gergo.language.documents import plain_segment
from gergo.language.engines import load_engine
from gergo.language.glossary import Entry, Glossary
from gergo.language.translating import translate, translate_segments

COLUMNS = ("system", "occurrences", "kept", "recall", "same letters", "paragraphs", "opaque lost", "article faults",
           "faults", "warnings")  # fmt: skip


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("GERGO_DATA"), required="GERGO_DATA" not in os.environ
    )
    parser.add_argument("--titles", type=int, default=500)
    options = parser.parse_args()
    query = ["dpkg-query", "-W", "-f=${Version}", "apertium"]
    version = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    machine = f"{platform.machine()}, {os.cpu_count()} cores, python {platform.python_version()}"
    print(f"{machine}, apertium {version}\n")
    for name in "ab":
        document(Path(options.data) / "translation", name)
    titles(Path(options.data) / "fashion" / "products.csv", options.titles)


def document(folder: Path, name: str) -> None:
    """The given document with list `name`, by every system."""
    source, glossary = folder / "source.en.md", Glossary.of(folder / f"terms_{name}.txt")
    print(f"## source.en.md with terms_{name}.txt\n\n| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    started, cpu = time.perf_counter(), _cpu_s()
    done = translate(source, glossary=glossary)
    took, used = time.perf_counter() - started, _cpu_s() - cpu
    row("apertium, glossary", done.report)
    controls = {
        "apertium, no glossary": translate(source).text,
        "apertium, random glossary": translate(source, glossary=_random(source, glossary)).text,
        "raw pipeline (eng-cat, cat-ita)": _raw(source.read_text()),
    }
    for system, text in controls.items():
        row(system, check_translation(source, text, glossary=glossary, kind="markdown"))
    given = check_translation(source, folder / f"translation_{name}.it.md", glossary=glossary)
    row(f"the given translation {name.upper()}", given)
    print(f"\n{took:.1f} s, {used:.1f} s of a processor. Alarms on the given translation {name.upper()}:\n")
    for finding in given.findings:
        place = finding.source or finding.target
        side = "source" if finding.source else "translation"
        print(f"- {finding.severity} `{finding.kind}` at {side} {place}: {finding.message}")
    print()


def row(name: str, report: CheckReport) -> None:
    """One line of the table."""
    counts = Counter(report.counts())
    kept = sum(r.kept for r in report.rows)
    paragraphs = len(report.pairing.target.segments)
    warnings = len(report.findings) - len(report.faults)
    print(f"| {name} | {report.occurrences} | {kept} | {report.recall:.1%} | {report.exact_recall:.1%} | {paragraphs} "
          f"| {counts['opaque_lost']} | {counts['article'] + counts['gender']} "
          f"| {len(report.faults)} | {warnings} |")  # fmt: skip


def _random(source: Path, glossary: Glossary) -> Glossary:
    """As many words of the document as the glossary has rows, drawn from those that it does not list."""
    listed = {w for e in glossary.entries for n in e.names for w in re.findall(r"\w+", n.casefold())}
    words = sorted(set(re.findall(r"[a-z]{4,}", source.read_text())) - listed)
    return Glossary.of(random.Random(0).sample(words, len(glossary.entries)))


def _raw(text: str) -> str:
    for pair_name in ("eng-cat", "cat-ita"):
        command = ["apertium", "-u", pair_name]
        text = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
    return text


def titles(path: Path, count: int) -> None:
    """Product titles with the brand column as glossary."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:count]
    brands = sorted({r["brand"] for r in rows})
    glossary = Glossary(tuple(Entry(b, pos="name", case="any") for b in brands))
    engine = load_engine("apertium", source="en", to="it")
    segments = [plain_segment(r["title"]) for r in rows]
    started, cpu = time.perf_counter(), _cpu_s()
    done = translate_segments(segments, glossary, engine, to="it")
    took, used = time.perf_counter() - started, _cpu_s() - cpu
    report = report_on(pair(segments, done, glossary.entries, in_step=True), glossary)
    with_brand = sum(r["brand"].casefold() in s.text.casefold() for r, s in zip(rows, done, strict=True))
    print(f"## {count} fashion titles, {len(brands)} brands\n")
    print(f"brand occurrences kept: {sum(r.kept for r in report.rows)} of {report.occurrences} ({report.recall:.1%}); "
          f"titles that hold their row's brand: {with_brand} of {count}; faults {len(report.faults)}")  # fmt: skip
    print(f"{count / took:.0f} titles a second ({took:.1f} s), "
          f"{count / used:.0f} a second of a processor ({used:.1f} s)\n")  # fmt: skip
    for segment, title in list(zip(segments, done, strict=True))[:: max(count // 12, 1)]:
        print(f"- {segment.text} → {title.text}")


def _cpu_s() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main()
