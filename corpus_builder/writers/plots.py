"""The card's two plots as plain SVG: label balance by split, and sentence lengths. The same figures give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

#: Okabe and Ito's palette, which colour-blind readers can tell apart.
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
_BAR = 14
_LEFT = 90
_WIDTH = 640


def label_balance(shares: Mapping[str, Mapping[str, int]], labels: Sequence[str]) -> str:
    """Horizontal bars: for each label, its share of all entities in each split. ``shares`` is ``{split: {label: count}}``."""
    splits = list(shares)
    totals = {split: sum(shares[split].values()) or 1 for split in splits}
    most = max((shares[s].get(label, 0) / totals[s] for s in splits for label in labels), default=0) or 1
    step = _BAR * len(splits) + 12
    parts = []
    for i, label in enumerate(labels):
        top = 40 + i * step
        parts.append(_text(_LEFT - 8, top + _BAR * len(splits) / 2 + 4, label, "end"))
        for j, split in enumerate(splits):
            share = shares[split].get(label, 0) / totals[split]
            y = top + j * _BAR
            parts.append(
                _bar(_LEFT, y, share / most * (_WIDTH - _LEFT - 70), _BAR - 2, _COLOURS[j % len(_COLOURS)])
            )
            parts.append(
                _text(_LEFT + share / most * (_WIDTH - _LEFT - 70) + 4, y + 10, f"{share:.1%}", "start")
            )
    legend = [
        _bar(_LEFT + k * 110, 14, 12, 12, _COLOURS[k % len(_COLOURS)])
        + _text(_LEFT + k * 110 + 17, 24, split, "start")
        for k, split in enumerate(splits)
    ]
    return _svg(52 + step * len(labels), "Share of each label by split", [*legend, *parts])


def sentence_lengths(counts: Mapping[int, int]) -> str:
    """A histogram of sentence lengths in tokens, in bins of five up to a hundred and more."""
    bins = [0] * 21
    for length, count in counts.items():
        bins[min(length // 5, 20)] += count
    most = max(bins) or 1
    height = 200
    width = (_WIDTH - _LEFT - 20) / len(bins)
    parts = []
    for i, count in enumerate(bins):
        tall = count / most * height
        parts.append(_bar(_LEFT + i * width, 30 + height - tall, width - 2, tall, _COLOURS[0]))
        if i % 2 == 0:
            parts.append(
                _text(
                    _LEFT + i * width + width / 2,
                    30 + height + 16,
                    f"{i * 5}{'+' if i == 20 else ''}",
                    "middle",
                )
            )
    parts.append(_text(_LEFT - 8, 40, str(most), "end"))
    parts.append(_text(_LEFT - 8, 30 + height, "0", "end"))
    parts.append(_text((_WIDTH + _LEFT) / 2, 30 + height + 36, "tokens in a sentence", "middle"))
    return _svg(height + 80, "Sentence lengths", parts)


def _svg(height: float, title: str, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:g}" role="img" aria-label="{escape(title)}">'
    style = '<g font-family="sans-serif" font-size="11" fill="#222">'
    ground = f'<rect width="{_WIDTH}" height="{height:g}" fill="#fff"/>'
    return "\n".join([head, f"<title>{escape(title)}</title>", ground, style, *parts, "</g>", "</svg>", ""])


def _bar(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" fill="{colour}"/>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
