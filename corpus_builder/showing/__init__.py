"""Documents drawn as one self-contained HTML page, for proof-reading."""

from corpus_builder.showing.pages import show_page
from corpus_builder.showing.sources import page_of_paths, records_of_paths

__all__ = ["page_of_paths", "records_of_paths", "show_page"]
