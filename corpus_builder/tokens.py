"""Words and punctuation marks of a text, as code-point spans: the one tokenizer of the package.

The tagger and the published ``tokens`` configuration both use it, so that a model sees the words that a
reader of the dataset sees. The rule is local, so that it can also be computed for a whole text at once from
a table of character classes. The classes:

``mark``
    What Unicode's grapheme rules attach to the character before it: combining marks, emoji modifiers and
    tags, ZERO WIDTH JOINER and NON-JOINER.
``word``
    Letters, numbers, ``_`` (tatweel is a letter) and the prepended signs that belong to the number after
    them.
``space``
    The other separators, controls, format characters and surrogates.
``sign``
    All else.

A mark after a space belongs to that space, with the consonant that a conjunct linker (virama) among such marks
draws in; a prepended sign before a space does too. Two neighbours ``a b``, neither a space, stay in one
token when

1. ``b`` is a mark;
2. ``b`` is a word and ``a`` a word or a mark;
3. they are the same sign, one of ``. … ! ? ؟ - – — = * ~``, or two regional indicators (flags);
4. ``a`` is a prepended sign and ``b`` a sign, or ``a`` is a ZERO WIDTH JOINER on a sign and ``b`` a sign
   outside ASCII (emoji sequences);
5. one of them is a joiner that stands directly between two words it joins: ``. , ٫ ٬ : /`` between decimal
   digits; ``. @ / ' ’ & + -`` between an ASCII letter and an ASCII letter or digit; ``. @ / + -`` between an
   ASCII digit and an ASCII letter. So ``1,250.5``, ``12:30``, ``12/5/2020``, ``F-16``, ``O'Neil``,
   ``name@example.org`` are one token each.

An address that begins with ``http://``, ``https://`` or ``www.`` after no word character is one token as far
as printable ASCII goes, closing punctuation left outside. Nothing in a space is part of a token.
"""

from __future__ import annotations

from functools import cache

import regex

_MARK = r"\p{GCB=Extend}\p{GCB=SpacingMark}\p{M}\u200C\u200D"
_PREPENDED = r"\p{GCB=Prepend}"
_WORD = rf"[[\p{{L}}\p{{N}}_]--[{_MARK}{_PREPENDED}]]"
_SPACE = rf"[[\p{{Z}}\p{{Cc}}\p{{Cf}}\p{{Cs}}]--[{_MARK}{_PREPENDED}]]"
_SIGN = rf"[^{_MARK}{_PREPENDED}{_WORD}{_SPACE}]"
_HELD = rf"(?:{_PREPENDED}++(?!{_SPACE}))"
_ADDRESS = rf"(?<!{_WORD})(?:https?://|www\.)[!-~]*[0-9A-Za-z/](?![{_MARK}])"
_JOINER = (
    r"(?:(?<=\p{Nd})[.,٫٬:/](?=\p{Nd})"
    r"|(?<=[A-Za-z])[.@/'’&+\-](?=[0-9A-Za-z])"
    r"|(?<=[0-9])[.@/+\-](?=[A-Za-z]))"
)
_RUN = rf"[{_WORD}{_MARK}]*+"
_AFTER_SIGN = rf"(?:[{_MARK}]++{_RUN})?+"
_TOKEN = (
    rf"(?P<space>(?:{_SPACE}|{_PREPENDED}++{_SPACE})[{_MARK}]*+"
    rf"(?:(?<=\p{{InCB=Linker}}[{_MARK}]*)\p{{InCB=Consonant}}[{_MARK}]*+)*)"
    rf"|{_ADDRESS}"
    rf"|(?:(?:[{_WORD}{_MARK}]|{_HELD}){_RUN}"
    rf"|(?:\p{{RI}}++|(?P<sign>[.…!?؟–—=*~\-])(?P=sign)*+|{_SIGN}){_AFTER_SIGN})"
    rf"(?:(?:{_JOINER}{_WORD}|(?<=[{_WORD}{_MARK}{_PREPENDED}]){_HELD}){_RUN}"
    rf"|(?:(?<={_PREPENDED})(?:\p{{RI}}++|{_SIGN})|(?<=\u200D)(?:\p{{RI}}++|[{_SIGN}--[\x00-\x7F]])){_AFTER_SIGN})*+"
)


@cache
def _pattern() -> regex.Pattern[str]:
    return regex.compile(_TOKEN, regex.V1)


def token_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The tokens of ``text[start:end]``, as half-open code-point offsets in ``text``, in order, disjoint.

    They hold every character that is not a space by the rule above, and none begins or ends inside a
    grapheme.
    """
    stop = len(text) if end is None else end
    matches = _pattern().finditer(text, start, stop)
    return [match.span() for match in matches if match.lastgroup != "space"]
