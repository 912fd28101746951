"""Where the name begins in a word that particles are attached to."""

from __future__ import annotations

from collections.abc import Mapping

import regex

from corpus_builder.annotators.tagger.features import PROCLITICS, UNHEARD, Knowledge, fold

_NO_LABELS: frozenset[str] = frozenset()
_MARKED = regex.compile(r"\X", regex.V1)


def cut_evidence(folded: str, count: int, label: str, knowledge: Knowledge) -> list[str]:
    """What speaks for or against cutting ``count`` letters (1 or 2) off a folded first word of a name."""
    cut, rest = folded[:count], folded[count:]
    evidence = [f"cut={cut}", f"cut={cut}|{label}", f"next={cut}|{rest[:2]}", f"next={cut}|{rest[:1]}"]
    evidence += [f"left={min(len(rest), 6)}", f"left={cut}|{min(len(rest), 6)}", f"end={rest[-2:]}"]
    if rest.startswith("ال"):
        evidence += ["article", f"article={cut}"]
    if rest.startswith("لل"):
        evidence.append("lam-article")
    beginnings = knowledge.beginnings
    whole, left = beginnings.get(folded, _NO_LABELS), beginnings.get(rest, _NO_LABELS)
    evidence.append(f"known={bool(whole)}|{bool(left)}")
    evidence.append(f"named={label in whole}|{label in left}")
    if count == 1:
        further = beginnings.get(folded[2:], _NO_LABELS)
        evidence.append(f"further={label in left}|{label in further}")
    rarer = knowledge.band(folded) - knowledge.band(rest)
    evidence += [f"rarer={rarer}", f"rarer={cut}|{rarer}", f"heard={knowledge.band(folded) < UNHEARD}|{cut}"]
    evidence.append(f"heard={knowledge.band(folded) < UNHEARD}|{knowledge.band(rest) < UNHEARD}|{cut}")
    evidence += [f"word={folded}|{count}", f"rest={rest}"]
    return evidence


def cuttable(folded: str) -> list[int]:
    """How many letters could be attached particles: of و ف one, and then or alone of ب ل ك one; two letters
    must be left.
    """
    counts = []
    if len(folded) > 2 and folded[0] in PROCLITICS and not folded.startswith("لل"):
        counts.append(1)
        if folded[0] in "وف" and len(folded) > 3 and folded[1] in "بلك" and not folded.startswith("لل", 1):
            counts.append(2)
    return counts


def particle_length(word: str, label: str, knowledge: Knowledge, cuts: Mapping[str, float]) -> int:
    """How many code points of the first word of a name are attached particles, their vowel marks included."""
    folded = fold(word)
    best, best_score = 0, 0.0
    for count in cuttable(folded):
        score = cuts.get("bias", 0.0)
        for name in cut_evidence(folded, count, label, knowledge):
            score += cuts.get(name, 0.0)
        if score > best_score:
            best, best_score = count, score
    if best == 0:
        return 0
    graphemes = _MARKED.findall(word)
    length = 0
    taken = 0
    for grapheme in graphemes:
        if taken == best and grapheme != "\u0640":
            break
        length += len(grapheme)
        taken += grapheme[0] != "\u0640"
    return length if taken == best and length < len(word) else 0
