"""Spans that survive translation byte for byte: addresses, citations, placeholders, code, math, measures, codes."""

from __future__ import annotations

import re
from dataclasses import dataclass

UNITS = (
    "mm|cm|dm|km|m|µm|um|nm|in|inch|inches|ft|yd|mi|kg|g|mg|µg|lb|lbs|oz|t|l|L|ml|mL|cl|dl|W|kW|MW|V|kV|mV|A|mA|mAh|Ah|Wh|kWh"
    "|Hz|kHz|MHz|GHz|°C|°F|°|K|Pa|kPa|MPa|bar|psi|N|Nm|kN|J|kJ|kcal|dB|lm|lx|px|dpi|rpm|fps|s|ms|min|h|B|kB|KB|MB|GB|TB"
    "|Mbps|Gbps|%|‰|€|\\$|£|ppm|den|gsm|mm2|mm²|cm²|m²|m2|cm³|m³|m3|x"
)

# Order matters: what comes first wins where two start at one place.
_KINDS = (
    ("math", r"\$\$[^$]+\$\$|\$(?=[^\s$])[^$\n]*?[^\s$\\]\$(?!\d)|\\\([^\n]+?\\\)|\\\[[^\n]+?\\\]"),
    ("url", r"(?:https?|ftp)://[^\s<>\"'“”]*[^\s<>\"'“”.,;:!?)\]}]|www\.[^\s<>\"'“”]*[^\s<>\"'“”.,;:!?)\]}]"
            r"|(?:doi:|arXiv:)\S*[^\s.,;:!?)\]}]"),
    ("address", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w@])@\w{2,}"),
    ("citation", r"\[\^?\d+(?:\s*[,;–-]\s*\d+)*\]|\[@[^\]\s]+\]|\\(?:cite|ref|label)[a-z]*\{[^}]*\}"),
    ("placeholder", r"\{\{[^{}\n]*\}\}|\{[\w.:!\- ]*\}|\$\{[^{}\n]*\}|%\([\w]+\)[sdifr]"
            r"|%(?:\d\$)?[sdif](?!\w)|<%[^%]*%>"),
    ("angle", r"</?[A-Za-z][^<>\n]{0,200}>"),
    ("path", r"(?<![\w/])(?:~|\.{1,2})?/(?:[\w.-]+/)+[\w.-]*\w"
            r"|\b[\w-]+\.(?:py|csv|json|md|html?|txt|jpg|png|pdf|zip|yaml|toml)\b"),
    ("measure", rf"(?<![\w.,])[±~≈<>≤≥]?\d+(?:[.,]\d+)*(?:\s?[x×/–-]\s?\d+(?:[.,]\d+)*)*"
            rf"[ \u00a0\u202f]?(?:{UNITS})(?![\w²³])"
                r"|[€$£]\s?\d+(?:[.,]\d+)*"),
    ("code", r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])[A-Z0-9]+(?:[-_/.][A-Z0-9]+)*(?![\w-])"),
    ("number", r"(?<![\w.,])[+−-]?\d+(?:[.,:/]\d+)*(?![\w])"),
)  # fmt: skip
_ANY = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS))
PLAIN_NUMBER = "number"


@dataclass(frozen=True)
class Span:
    """`text[start:end]` must come through as it is; `kind` says why (url, citation, measure...)."""

    start: int
    end: int
    kind: str
    text: str


def opaque_spans(text: str) -> list[Span]:
    """The opaque spans of a text in order, without overlaps; plain numbers are among them, of kind "number".

    >>> [(s.kind, s.text) for s in opaque_spans("See [1] at https://x.org: a 5 mm bolt, <image, text>.")]
    [('citation', '[1]'), ('url', 'https://x.org'), ('measure', '5 mm'), ('angle', '<image, text>')]
    """
    return [Span(m.start(), m.end(), m.lastgroup or "", m[0]) for m in _ANY.finditer(text) if m.lastgroup]
