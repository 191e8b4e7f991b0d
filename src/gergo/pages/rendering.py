"""Templates to pages that stand alone: styles, script and pictures are inside, and nothing is fetched."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gergo.files import write_whole
from gergo.pages import exhibits, numbers, plots


def render(template: str, **context: object) -> str:
    """One of `templates/` as HTML; every value is escaped, a name that is missing from `context` is an error."""
    return _environment().get_template(template).render(**context)


def save(path: str | Path, html: str) -> Path:
    """Write a page as UTF-8, moved into place whole."""
    path = Path(path)
    write_whole(path, html)
    return path


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("gergo.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": numbers.percent,
        "points": numbers.points,
        "count": numbers.count,
        "p_value": numbers.p_value,
        "effect_size": numbers.effect_size,
        "figure": numbers.figure,
        "plain": plots.plain,
        "in_order": exhibits.in_order,
    }
    environment.globals |= {"inline": _inline, "plot_library": plots.library}
    return environment


def _inline(name: str) -> Markup:
    """A file of `templates/` as it is: our own CSS and script, never data."""
    source, _, _ = PackageLoader("gergo.pages").get_source(_environment(), name)
    return Markup(source)
