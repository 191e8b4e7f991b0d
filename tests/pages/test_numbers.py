"""Numbers as pages print them."""

from __future__ import annotations

import pytest

from gergo.pages import numbers


@pytest.mark.parametrize(
    ("share", "printed"),
    [(0.032, "+3.2"), (-0.004, "−0.4"), (0.0, "0.0"), (-0.0, "0.0"), (0.0004, "0.0"), (1.0, "+100.0")],
)
def test_points(share: float, printed: str) -> None:
    assert numbers.points(share) == printed


def test_percent_count_and_figure() -> None:
    assert numbers.percent(0.48321) == "48.3%"
    assert numbers.count(12345) == "12,345"
    assert numbers.figure(0.5) == "50.0%"
    assert numbers.figure(1234.0, share=False) == "1,234"


@pytest.mark.parametrize(("p", "printed"), [(0.0234, "= .023"), (0.0, "< .001"), (1.0, "= 1.000"), (0.5, "= .500")])
def test_p_value(p: float, printed: str) -> None:
    assert numbers.p_value(p) == printed
