"""Letters that cannot matter to the grammar where they stand are read as unknown words.

Most letters near a trigger stand there by chance: the comma and the في of ``في مايو،``, and the dollar of ``دولار،``. With these as ``_``
a quarter as many windows differ, so that what is remembered of one serves more.
"""

from __future__ import annotations

import numpy as np

from corpus_builder.annotators.patterns.grammar import ALONE

#: What a letter may have after it in a match, where a pattern looks at what stands before or after one, and where `dates` does; bounds
#: apart. No harm is done by more.
NEIGHBOURS = {
    "detYn": "$%&()*,-/6789:<=>@ABEHJKLMNOPRSTUVWY^abcdeghijlmnpqrtuvxy|~",
    "NXxhSMPV": "$%&-12AEFHJKMNOPQRSUVX^abgiotxy|~",
    "m*u0vjrcl": "&()*,-/6789LYcdejlmnrtuv~",
    "12": "&()*,-/6789AEHJYbcdegjlmnrtuvx~",
    "34f": "&()*,-/6789@EYbcdejlmnrtuv~",
    "o": "&,-AEHJbgx~",
    "5": "Eb",
    "6": "12f",
    "7": "12Yf",
    "8": "1234f",
    "9": "0",
    "W": "&,12=XZdfo",
    "q": "12Xo",
    "-&~": "(*126789=@JMNSVWXYcdehjlmnortuvx",
    "/(": "*6789=@Ycdejlmnrtuv",
    ")": "&,-/PSVYdent~",
    ",": "&12=JXYZdfo",
    "@": ",-/Ydent",
    "%:": "Ydent",
    "b|": "(=GJMNSVYdehntx",
    "J": "*6789@ACYcjlmruv",
    "isp": "6IYruv",
    "^": "I",
    "=": "JYdent",
    "a": "=Yt",
    "DL": "ACJ",
    "z": "CJ",
    "C": "12=LXdeo",
    "k": "&12345Xo",
    "Hg": "$%&,-/KOPRSUVYdenty",
    "EG": "$%OPRSUVy",
    "Z": "Hg",
    "$O": "&=Ydent",
    "UyTK": "&KNQ",
    "R": "KQ",
    "Q": "k",
}
_UNKNOWN = np.uint8(ord("_"))
_BESIDE = np.zeros((128, 128), np.bool_)
for _letters, _following in NEIGHBOURS.items():
    _BESIDE[np.ix_([*map(ord, _letters)], [*map(ord, _following)])] = True
# Between بين and a number an unknown word may stand and no other: ``بين نحو 5 و7 دولارات``.
_BESIDE[ord("B")] = True
_ALONE = np.isin(np.arange(128), [*map(ord, ALONE + "!")])


def without_strays(classes: str) -> str:
    """Class letters with ``_`` for each that no pattern can take, or look at, together with a neighbour, and none alone."""
    letters = np.frombuffer(classes.encode("ascii"), np.uint8)
    beside = _BESIDE[letters[:-1], letters[1:]]
    kept = _ALONE.take(letters)
    kept[:-1] |= beside
    kept[1:] |= beside
    return np.where(kept, letters, _UNKNOWN).tobytes().decode("ascii")
