"""The grammar of dates, amounts and percentages over the class letters of `words`.

Every repetition is bounded, so the time taken grows with the length of a text and no faster. The large patterns are compiled when a
text first needs them.
"""

from __future__ import annotations

import re

# Numbers -------------------------------------------------------------------------------------------------
_FIGURE = r"=?[detYn]"
_WORDS = r"[Nx](?:&?[NxX]){0,5}"
_TAIL = rf"(?:&(?:(?:{_FIGURE}|{_WORDS}|h)[SPVM]{{0,2}}|[SVM])){{1,3}}"
_AMOUNT = (
    rf"(?:\({_FIGURE}\)[SPV]{{1,2}}|(?:{_FIGURE}[SPV]{{1,2}}|{_WORDS}[SPV]{{0,2}}|M|[SV][SP]?)(?:{_TAIL})?"
    rf"|{_FIGURE}(?:&h)?|h[SPVM]?)"
)
_TO = r"[~\-|]"
_NOT_BEFORE = r"(?<![detYn.])"
# Money -----------------------------------------------------------------------------------------------------
_NATION = r"(?:K{1,2}|Qk)"
_CURRENCY = rf"(?:[Uy]{_NATION}?|R{_NATION}|[$O])"
_SMALL = rf"(?:&{_AMOUNT}yK?|&hF?)?"
MONEY = (
    rf"(?:(?:(?<=B)|(?<=B[_b])){_AMOUNT}(?:{_CURRENCY})?&{_AMOUNT}{_CURRENCY})"
    rf"|{_NOT_BEFORE}{_AMOUNT}(?:{_TO}{_AMOUNT})?{_CURRENCY}{_SMALL}"
    rf"|[$O]{_FIGURE}[SPV]{{0,2}}(?:[~\-]{_FIGURE}[SPV]{{0,2}})?"
    rf"|T{_NATION}?{_SMALL}"
    rf"|[Uy]{_NATION}?&h[FS]?"
    rf"|(?P<one>[Uy]N{_NATION}?)"
)
# Percentages -----------------------------------------------------------------------------------------------
_SHARE = rf"(?:{_FIGURE}S?(?:&h)?|{_WORDS}(?:&h)?|h|S)"
_PERCENT_SIGN = r"(?:%|[i^]I)"
PERCENT = (
    rf"(?:(?:(?<=B)|(?<=B[_b])){_SHARE}&{_SHARE}{_PERCENT_SIGN})"
    rf"|{_NOT_BEFORE}{_SHARE}(?:{_TO}{_SHARE})?{_PERCENT_SIGN}"
    rf"|(?P<joined>%[detYn])"
)
# Dates -----------------------------------------------------------------------------------------------------
_SURE = r"(?:[m*j]|[67][12f]|8[1-4f]|90)"
_MONTH = r"(?:[m*juvrcl]|[67][12f]|8[1-4f]|90)"
_DOUBLE = rf"(?:{_MONTH}(?:[/\-]?{_MONTH}|\({_MONTH}\))?)"
_ERA = r"[Hg]"
_YEAR = rf"(?:[,/\-]?Y(?:[/\-]Y)?{_ERA}?|[detn]H)"
_DAY = r"=?d(?:(?:,&|[-,~|&/])=?d){0,5}[J/\-]?"
_ORDINAL = r"(?:[o12]x|[o12]&X|X|[o12])"
_NAMED_DAY = rf"(?:{_ORDINAL}(?:[~\-&]{_ORDINAL})?J|f)"
_FIXED = (
    rf"(?P<weekday>W(?:&W)?,?)?(?P<day>{_DAY}|{_NAMED_DAY})(?P<dated>{_DOUBLE}|@(?=[,/]?Y))(?P<year>{_YEAR})?"
)
_MONTH_RANGE = rf"(?P<months>{_DOUBLE}[~\-]{_DOUBLE}Y{_ERA}?|(?<=B){_DOUBLE}&{_DOUBLE}Y{_ERA}?)"
_OF_YEAR = rf"(?P<month>{_DOUBLE})(?P<month_year>{_YEAR})"
_ALONE = (
    rf"(?P<alone>{_MONTH}[/\-]?{_MONTH}|{_MONTH}\({_MONTH}\)|{_SURE}"
    rf"|(?<=[ips~])[u6]|(?<=[m*]&)u|(?<=s)[vr]|[uv](?=L)|(?<=J)u(?=~{_MONTH}))"
)
_CENTURY = rf"C(?:{_ORDINAL}(?:&{_ORDINAL})?|=?[de](?:&=?[de])?)(?:E|bG|[Hg])?"
DATE = (
    rf"(?:W,?)?Z{_ERA}?"
    rf"|{_FIXED}|{_MONTH_RANGE}|{_OF_YEAR}|{_ALONE}"
    rf"|(?P<decade>D(?:J?C(?:L|{_ORDINAL}))?(?!J?A))|(?P<plain_decade>zJ?C(?:L|{_ORDINAL}))"
    rf"|{_CENTURY}|(?:k[o1-5]|M[o12](?=E|bG|[~&,]))(?:E|bG)?|[kM]{_ORDINAL}(?:E|bG)"
    rf"|(?<![.\-/=detYn])(?:[detY]|n)(?:H|E|bG)"
    rf"|(?P<span>(?<![.\-/=detYn])[Y][\-/][Yde]{_ERA}?(?![.\-/]?[detYn]))"
    rf"|(?P<years>(?<=a)(?:=?[tY](?:{_ERA}|E|bG)?))"
    rf"|(?P<headed>(?<=[pB7])Y{_ERA}?)"
    rf"|(?P<bracketed>(?<=\()Y(?=\)))"
    rf"|(?P<lined>(?:(?<=!)|(?<![\s\S]))Y(?=[-:]))"
    rf"|(?P<loose>(?<=[i~Jb])Y(?![:/.\-]?[detYn]))"
)
#: With which letters each kind begins; a search from place to place in turn is many times slower.
NUMBER_BEGINS = re.compile(r"[=(detYnNxhSVM%$OTUy]")
DATE_BEGINS = re.compile(r"[ZW=detYno12Xfm*j6789uvrclDzCkM]")
HAS_PERCENT, HAS_CURRENCY = re.compile(r"[%I]"), re.compile(r"[UyRTO$]")
HAS_DATE = re.compile(r"[ZY6789m*juvrclDzCkHMEG]|a=?t")
#: With "years" taken along: those coordinated with a year, ``عامي 2019 و2020``.
MORE_YEARS = re.compile(r"[&~|,](?:=?J?)(Y[Hg]?)(?![SPVUyKRO$%])")
ONE_MONTH, SURE_MONTH = re.compile(_MONTH), re.compile(_SURE)
#: No match holds one of the bounds, and each holds a trigger, or hundreds after a year's noun (عام 656).
BOUNDS, TRIGGERS, HUNDREDS, YEAR_NOUN = "_!", "ZY%Im*uvjrclH67890DzCkMEGUyTRO$", "t", "a"
#: The triggers that match between two bounds.
ALONE = "Zm*jDT"
