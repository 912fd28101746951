"""The levels of problems and the formats in which they are printed: alone here, for the command line's help needs no more."""

LEVELS = ("note", "warning", "error")
FORMATS = ("text", "json", "github", "sarif")
