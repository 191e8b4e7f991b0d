"""Numbers as they are printed on every page."""

from __future__ import annotations

MINUS = "\N{MINUS SIGN}"


def percent(share: float) -> str:
    """0.4832 is "48.3%"."""
    return f"{100 * share:.1f}%".replace("-", MINUS)


def points(share: float) -> str:
    """A difference of shares, in points: 0.032 is "+3.2", -0.004 "−0.4", nothing "0.0"."""
    rounded = round(100 * share, 1) or 0.0
    return (f"{rounded:+.1f}" if rounded else "0.0").replace("-", MINUS)


def p_value(p: float) -> str:
    """0.0234 is "= .023"; what three places cannot show is "< .001"."""
    return "< .001" if p < 0.001 else f"= {p:.3f}".replace("0.", ".", 1)


def effect_size(size: float) -> str:
    """0.271 is "+0.27", -0.664 "−0.66"."""
    return f"{size:+.2f}".replace("-", MINUS)


def count(number: int) -> str:
    """12345 is "12,345"."""
    return f"{number:,}"


def figure(value: float, share: bool = True) -> str:
    """A metric: a percentage when it is a share, else the number as it is (a rank)."""
    return percent(value) if share else f"{value:,.0f}"
