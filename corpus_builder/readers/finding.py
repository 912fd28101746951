"""Where articles lie: files and folders become units of work, in an order that depends on their names
alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from corpus_builder.config import Config
from corpus_builder.model import Origin, Problem
from corpus_builder.places import files_under, is_remote, place
from corpus_builder.problems import problem
from corpus_builder.readers.encodings import BOM, looks_like_utf16, occurrences
from corpus_builder.readers.streams import decompressed_head, head
from corpus_builder.readers.units import COMPRESSIONS, STDIN, Unit, file_kind

#: A plain JSONL file larger than this is dealt out in line-aligned ranges of about this many bytes, and of less towards its end.
RANGE_BYTES = 4 << 20
_HEAD_BYTES = 8192
_PIECE = 1 << 17


def find_units(paths: Iterable[Path | str], config: Config) -> tuple[list[Unit], list[Problem]]:
    """Every unit of the files and folders named, sorted by printed name, and what is wrong with the rest.

    Folders are searched through; hidden files are left out, and links that lead out of the folder are
    refused. A file that is named itself is read whatever it is called: its first bytes decide. ``-`` is
    standard input.
    """
    files: dict[Path, bool] = {}
    problems: list[Problem] = []
    stdin: list[Unit] = []
    for path in map(place, paths):
        if path == STDIN:
            stdin = [_stdin_unit(config)]
        elif path.is_dir():
            for found in _walk(path, path.resolve(), config, problems):
                files.setdefault(found, False)
        elif path.is_file():
            files[path] = True
        else:
            problems.append(problem("file-unreadable", "There is no such file or folder", Origin(str(path))))
    units: dict[Path, list[Unit]] = {}
    folders: dict[Path, Path] = {}
    for path, named in files.items():
        try:
            for unit_path, made in _file_units(path, named, config, problems):
                units.setdefault(_real(unit_path, folders), made)
        except OSError as error:
            problems.append(problem("file-unreadable", _reason(error), Origin(printed_name(path, config))))
    ordered = sorted((unit for made in units.values() for unit in made), key=lambda u: (u.name, u.byte_start))
    return stdin + ordered, sorted(problems, key=lambda p: (p.origin.path, p.code))


def printed_name(path: Path, config: Config) -> str:
    """The path as problems print it: relative to the corpus's folder, forward slashes, always valid
    Unicode. A remote one is printed as its address.
    """
    if is_remote(path):
        return str(path)
    absolute, root = os.path.abspath(path), os.path.abspath(config.root)  # noqa: PTH100 (no links)
    inside = root.rstrip("/") + "/"
    shown = (absolute[len(inside) :] or ".") if f"{absolute}/".startswith(inside) else str(path)
    return os.fsencode(shown).decode("utf-8", "backslashreplace")


def annotation_files(paths: Iterable[Path | str], config: Config) -> list[Path]:
    """The annotation files among the files and folders named that stand beside no single article, in
    order.
    """
    found: set[Path] = set()
    for path in map(place, paths):
        if path.is_dir():
            found.update(
                p for p in _walk(path, path.resolve(), config, []) if file_kind(p.name).role == "annotation"
            )
        elif path.is_file() and file_kind(path.name).role == "annotation":
            found.add(path)
    alone = [path for path in found if article_beside(path) is None]
    return sorted(alone, key=lambda path: printed_name(path, config))


def article_beside(path: Path) -> Path | None:
    """The article file that a sidecar or annotation file stands beside, if that file holds a single
    article.
    """
    kind = file_kind(path.name)
    if kind.role == "annotation" and kind.format == "jsonl":
        return None
    forms = (".txt", ".marked.txt") if kind.role == "sidecar" else (".txt", ".marked.txt", ".json")
    for form in forms:
        for compression in ("", *COMPRESSIONS):
            beside = path.with_name(kind.stem + form + compression)
            if beside.is_file() and (
                form != ".json" or not _is_array(beside, COMPRESSIONS.get(compression, "none"))
            ):
                return beside
    return None


def companions(unit: Unit) -> list[Path]:
    """The sidecar and annotation files that are read with a unit's article."""
    if unit.path == STDIN or unit.format not in ("text", "marked", "json"):
        return []
    sidecars = (".meta.json", ".meta.toml") if unit.format == "text" else ()
    if unit.format == "json" and _is_array(unit.path, unit.compression):
        return []
    return beside(unit, (*sidecars, ".ann.json"))


def beside(unit: Unit, suffixes: tuple[str, ...]) -> list[Path]:
    """The files with these suffixes beside a unit's article; a link out of the folder is none of them."""
    stem = file_kind(unit.path.name).stem
    found = [unit.path.with_name(stem + suffix) for suffix in suffixes]
    return [
        p
        for p in found
        if p.is_file() and (not p.is_symlink() or p.resolve().is_relative_to(p.parent.resolve()))
    ]


def _real(path: Path, folders: dict[Path, Path]) -> Path:
    """The path without links, as `Path.resolve` gives it; ``folders`` keeps what each folder resolved to."""
    if path.is_symlink() or is_remote(path):
        return path.resolve()
    folder = path.parent
    if folder not in folders:
        folders[folder] = folder.resolve()
    return folders[folder] / path.name


def _is_array(path: Path, compression: str) -> bool:
    """Whether a JSON file holds an array of articles rather than one."""
    return head(path, compression, _HEAD_BYTES).removeprefix(BOM).lstrip()[:1] == b"["


def _walk(folder: Path, root: Path, config: Config, problems: list[Problem]) -> Iterator[Path]:
    if is_remote(folder):
        names = [name for name, _size in files_under(folder)]
        yield from (
            folder / name for name in names if not any(part.startswith(".") for part in name.split("/"))
        )
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        problems.append(problem("file-unreadable", _reason(error), Origin(printed_name(folder, config))))
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            target = path.resolve()
            if not target.is_relative_to(root):
                origin = Origin(printed_name(path, config))
                problems.append(problem("symlink-outside", "The link leads out of the folder", origin))
            elif not target.exists():
                problems.append(
                    problem("file-unreadable", "The link leads nowhere", Origin(printed_name(path, config)))
                )
            elif target.is_file() and any(part.startswith(".") for part in target.relative_to(root).parts):
                # Its target is hidden from the search, as in an annex; every other target is met by itself.
                yield path
        elif entry.is_dir():
            yield from _walk(path, root, config, problems)
        elif entry.is_file():
            yield path


def _file_units(
    path: Path, named: bool, config: Config, problems: list[Problem]
) -> Iterator[tuple[Path, list[Unit]]]:
    kind = file_kind(path.name)
    name = printed_name(path, config)
    if kind.role in ("sidecar", "annotation"):
        article = article_beside(path)
        if article is not None and named:
            yield from _file_units(article, True, config, problems)
        elif article is None and kind.role == "sidecar":
            problems.append(problem("metadata-orphan", "The sidecar stands alone", Origin(name)))
        return
    if kind.role == "paper" and not named:
        return
    form, compression = config.read.format or kind.format, kind.compression
    if not form and named:
        with path.open("rb") as stream:
            form, compression = sniffed(stream.read(_HEAD_BYTES))
    if not form:
        problems.append(problem("file-unknown", f"No reader knows the file {path.name}", Origin(name)))
        return
    size = path.stat().st_size
    whole = Unit(path, name, form, compression, 0, size, 1)
    yield path, list(_ranges(whole)) if form == "jsonl" and compression == "none" else [whole]


def _ranges(unit: Unit) -> Iterator[Unit]:
    if unit.byte_end <= RANGE_BYTES * 3 // 2:
        yield unit
        return
    start, line = 0, 1
    with unit.path.open("rb") as stream:
        if looks_like_utf16(stream.read(_HEAD_BYTES)):
            yield unit
            return
        stream.seek(0)
        lines = 0
        while (block := _whole_lines(stream, next_share(RANGE_BYTES, unit.byte_end - stream.tell())))[0]:
            size, whole, found = block
            lines += found
            end = stream.tell()
            if end < unit.byte_end and whole:
                # The range ends after its last whole line; the next one begins there.
                end -= size - whole
                stream.seek(end)
            elif end < unit.byte_end:
                continue
            yield unit._replace(byte_start=start, byte_end=end, first_line=line)
            start, line, lines = end, line + lines, 0


def next_share(most: int, left: int) -> int:
    """How many bytes to deal out next where ``left`` are left: ever fewer, so that workers who take one share after the other end at
    about the same time (Polychronopoulos and Kuck 1987). It knows nothing of how many workers there are.
    """
    return min(most, max(most // 4, left // 4, 1))


def _whole_lines(stream: BinaryIO, most: int) -> tuple[int, int, int]:
    """Reads on: how many bytes, how many of them are whole lines, and how many lines. In pieces that the cache holds."""
    size = whole = lines = 0
    while size < most and (piece := stream.read(min(_PIECE, most - size))):
        if found := occurrences(piece, b"\n"):
            lines += found
            whole = size + piece.rindex(b"\n") + 1
        size += len(piece)
    return size, whole, lines


def _stdin_unit(config: Config) -> Unit:
    # Peeking leaves every byte to be read again.
    buffered = cast(BufferedReader, sys.stdin.buffer)
    form, compression = sniffed(buffered.peek(_HEAD_BYTES))
    return Unit(STDIN, "<stdin>", config.read.format or form, compression)


def sniffed(head: bytes) -> tuple[str, str]:
    """Format and compression by the first bytes; text where nothing else fits."""
    compression = "none"
    if head.startswith(b"\x1f\x8b"):
        compression = "gz"
    elif head.startswith(b"\x28\xb5\x2f\xfd"):
        compression = "zst"
    if head.startswith(b"PAR1"):
        return "parquet", "none"
    content = decompressed_head(head, compression).removeprefix(BOM)
    if content.startswith(b"+++\n"):
        return "marked", compression
    start = content.lstrip()
    if start.startswith(b"["):
        return "json", compression
    if start.startswith(b"{"):
        first_line, newline, _rest = start.partition(b"\n")
        whole = first_line.rstrip().endswith(b"}") or not newline
        return "jsonl" if whole else "json", compression
    return "text", compression


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
