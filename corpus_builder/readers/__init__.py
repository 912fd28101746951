"""Files become raw records with their origin: the only place that knows file formats and damaged input."""

from corpus_builder.readers.annotations import RawAnnotation, find_annotations
from corpus_builder.readers.finding import companions, find_units
from corpus_builder.readers.reading import Lines, batches, read
from corpus_builder.readers.units import RawRecord, Unit

__all__ = [
    "Lines",
    "RawAnnotation",
    "RawRecord",
    "Unit",
    "batches",
    "companions",
    "find_annotations",
    "find_units",
    "read",
]
