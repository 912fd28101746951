"""``corpus.toml`` as a frozen `Config`: unknown keys are refused, and every key has a default."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from math import isclose, isfinite
from pathlib import Path
from typing import Any, NamedTuple

from corpus_builder.problems import CorpusError
from corpus_builder.schemas import fast, violations

FILE_NAME = "corpus.toml"
LABELS = ("PER", "ORG", "LOC", "MISC", "DATE", "MONEY", "PERCENT")
Pairs = tuple[tuple[str, str], ...]
#: Keys that say where things lie and cannot change what is made of an article.
_PLACES = ("raw", "out", "card", "root", "path", "allow")
_SECTION = re.compile(r"\s*\[\s*([A-Za-z0-9_.\- \"']+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-.\"']+(?:\s*\.\s*[A-Za-z0-9_\-\"']+)*)\s*=")


class Source(NamedTuple):
    """Metadata for articles that carry none of their own."""

    source: str | None = None
    license: str | None = None
    published: str | None = None
    url: str | None = None


class Read(NamedTuple):
    """How foreign records become articles.

    ``fields`` pairs our field with the foreign one, ``constants`` our field with a value for every record,
    ``sources`` a foreign source name with the one to print.
    """

    format: str | None = None
    fields: Pairs = ()
    constants: Pairs = ()
    sources: Pairs = ()
    id_from: tuple[str, ...] = ()


class Clean(NamedTuple):
    """Files of reviewed boilerplate rules beside the built-in ones."""

    boilerplate: tuple[str, ...] = ("boilerplate.tsv",)


class Splits(NamedTuple):
    """How articles are dealt to splits. ``shares`` holds ``(split, share)`` pairs that add up to 1."""

    ledger: str = "splits.tsv"
    shares: tuple[tuple[str, float], ...] = (("train", 0.8), ("validation", 0.1), ("test", 0.1))
    key: str = "corpus-builder"
    similarity: float = 0.4
    by: str = "hash"
    validation_from: str | None = None
    test_from: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _share in self.shares)


class Limits(NamedTuple):
    """Where reading and annotating stop: bytes, nesting, seconds."""

    file_bytes: int = 2 << 30
    article_bytes: int = 5_000_000
    depth: int = 100
    article_seconds: float = 30.0


class Onnx(NamedTuple):
    model: str | None = None
    revision: str | None = None


class Tagger(NamedTuple):
    model: str | None = None


class Gazetteer(NamedTuple):
    lists: tuple[str, ...] = ()


class Allow(NamedTuple):
    file: str = "allow.tsv"


class Config(NamedTuple):
    """The whole configuration. Relative paths start from ``root``; ``path`` is the file, if there is one."""

    name: str = "corpus"
    description: str = ""
    language: str = "ar"
    license: str | None = None
    version: str = "0.1.0"
    homepage: str | None = None
    raw: tuple[str, ...] = ("raw",)
    out: str = "dataset"
    card: str = "dataset_card.md"
    labels: tuple[str, ...] = LABELS
    annotate: tuple[str, ...] = ("gold", "patterns", "tagger", "gazetteer")
    min_score: float = 0.0
    source: Source = Source()
    read: Read = Read()
    clean: Clean = Clean()
    splits: Splits = Splits()
    limits: Limits = Limits()
    onnx: Onnx = Onnx()
    tagger: Tagger = Tagger()
    gazetteer: Gazetteer = Gazetteer()
    allow: Allow = Allow()
    root: Path = Path()
    path: Path | None = None

    def resolve(self, name: str) -> Path:
        """A path of the configuration, relative ones from the folder of corpus.toml."""
        return self.root / name

    def rule_files(self) -> list[Path]:
        """The boilerplate rule files that exist."""
        return [path for path in map(self.resolve, self.clean.boilerplate) if path.is_file()]

    def list_files(self) -> list[Path]:
        """The gazetteer lists that the configuration adds."""
        return [self.resolve(name) for name in self.gazetteer.lists]

    def settings(self) -> dict[str, Any]:
        """Every setting by its name, those of a section in a table of their own."""
        values = self._asdict()
        return values | {name: values[name]._asdict() for name in _SECTIONS}

    def digest(self) -> str:
        """SHA-256 (hex) of every setting that can change the output, contents of the named files included.

        Where things lie (raw, out, card, the folder itself) does not count, nor does the allow list, which
        only silences warnings, nor the ledger's content, which has a digest of its own.
        """
        from hashlib import sha256

        settings = {key: value for key, value in self.settings().items() if key not in _PLACES}
        named = [*self.rule_files(), *self.list_files()]
        named += [self.resolve(model) for model in (self.tagger.model, self.onnx.model) if model]
        contents = [_content_digest(path) for path in named]
        canonical = json.dumps([settings, contents], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return sha256(canonical.encode()).hexdigest()


_SECTIONS: dict[str, Any] = {
    "source": Source,
    "read": Read,
    "clean": Clean,
    "splits": Splits,
    "limits": Limits,
    "onnx": Onnx,
    "tagger": Tagger,
    "gazetteer": Gazetteer,
    "allow": Allow,
}
_OUR_FIELDS = ("id", "text", "title", "language", "published", "source", "url", "license", "split", "author")


def load_config(path: Path | None = None) -> Config:
    """Read ``corpus.toml``: the file or folder named, else the one in the current folder, else the defaults.

    CorpusError with one line (file, line, what is wrong) if the file cannot be used.
    """
    if path is None:
        path = Path(FILE_NAME)
        if not path.is_file():
            return Config(root=Path())
    elif path.is_dir():
        path = path / FILE_NAME
    try:
        source = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: not UTF-8 at byte {error.start}") from None
    return parse_config(source, path)


def parse_config(source: str, path: Path) -> Config:
    """The configuration written in ``source``, which was read from ``path``."""
    import tomllib

    try:
        table = tomllib.loads(source.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CorpusError(f"{path}: {error or 'nested too deep'}") from None
    settings = plain_toml(table)
    _refuse_unknown(settings, source, path)
    for endless in _not_finite(settings, ()):
        raise CorpusError(f"{path}:{_line(source, list(endless))}: {'/'.join(endless)} is no finite number")
    if not fast("corpus").is_valid(settings):
        for found in violations("corpus", settings):
            raise CorpusError(f"{path}:{_line(source, [str(k) for k in found.path])}: {found.message}")
    config = _config(settings, path)
    _check(config, settings, source)
    return config


def _config(settings: Mapping[str, Any], path: Path) -> Config:
    values: dict[str, Any] = {"root": path.parent, "path": path}
    for key, value in settings.items():
        if key in _SECTIONS:
            values[key] = _SECTIONS[key](**{k: _frozen(v) for k, v in value.items()})
        else:
            values[key] = _frozen(value)
    return Config(**values)


def _frozen(value: object) -> object:
    if isinstance(value, dict):
        return tuple(value.items())
    return tuple(value) if isinstance(value, list) else value


def plain_toml(value: Any) -> Any:
    """TOML's dates as ISO 8601 strings: JSON Schema knows no others."""
    if isinstance(value, dict):
        return {key: plain_toml(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_toml(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _not_finite(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The paths of TOML's nan and inf, about which validators differ."""
    if isinstance(value, float) and not isfinite(value):
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _not_finite(item, (*path, key))


def _refuse_unknown(settings: Mapping[str, Any], source: str, path: Path) -> None:
    top = [name for name in Config._fields if name not in ("root", "path")]
    _refuse(settings, top, (), source, path)
    for section, kind in _SECTIONS.items():
        inner = settings.get(section, {})
        if isinstance(inner, dict):
            _refuse(inner, kind._fields, (section,), source, path)
    read = settings.get("read", {})
    for name, known in (
        ("fields", _OUR_FIELDS),
        ("constants", _OUR_FIELDS[2:]),
    ):
        inner = read.get(name, {}) if isinstance(read, dict) else {}
        if isinstance(inner, dict):
            _refuse(inner, known, ("read", name), source, path)


def _refuse(
    table: Mapping[str, Any], known: Iterable[str], where: tuple[str, ...], source: str, path: Path
) -> None:
    known = list(known)
    for key in table:
        if key not in known:
            from difflib import get_close_matches

            near = get_close_matches(key, known, 1, 0.5)
            hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(known)}"
            section = f"[{'.'.join(where)}] " if where else ""
            raise CorpusError(f"{path}:{_line(source, [*where, key])}: {section}{key} is no key; {hint}")


def _check(config: Config, settings: Mapping[str, Any], source: str) -> None:
    """What a schema cannot say."""

    def refuse(message: str, *keys: str) -> None:
        raise CorpusError(f"{config.path}:{_line(source, list(keys))}: {message}")

    shares = [share for _name, share in config.splits.shares]
    if not isclose(sum(shares), 1.0, abs_tol=1e-6):
        refuse(f"the shares of the splits add up to {sum(shares):g}, not to 1", "splits", "shares")
    if config.splits.by == "time":
        if config.splits.test_from is None:
            refuse('by = "time" needs test_from', "splits", "by")
        elif config.splits.validation_from and config.splits.validation_from > config.splits.test_from:
            refuse("validation_from lies after test_from", "splits", "validation_from")
    for section, key in (("clean", "boilerplate"), ("gazetteer", "lists")):
        for name in settings.get(section, {}).get(key, ()):
            if not config.resolve(name).is_file():
                refuse(f"the file {name} is not there", section, key)
    if config.tagger.model and not config.resolve(config.tagger.model).is_file():
        refuse(f"the file {config.tagger.model} is not there", "tagger", "model")


def _line(source: str, keys: list[str]) -> int:
    """The line of a key, as far as it is written plainly; else that of its section; else 1."""
    section: list[str] = []
    best = (0, 1)
    for number, text in enumerate(source.splitlines(), 1):
        if match := _SECTION.match(text):
            section = _dotted(match[1])
            here = section
        elif match := _KEY.match(text):
            here = section + _dotted(match[1])
        else:
            continue
        shared = 0
        while shared < min(len(here), len(keys)) and here[shared] == keys[shared]:
            shared += 1
        if shared == len(here) and shared > best[0]:
            best = (shared, number)
    return best[1]


def _dotted(name: str) -> list[str]:
    return [part.strip().strip("\"'") for part in name.split(".")]


def _content_digest(path: Path) -> str | None:
    """SHA-256 of a file, or of a folder's names and files; None if nothing is there."""
    from hashlib import sha256

    if path.is_file():
        return sha256(path.read_bytes()).hexdigest()
    if path.is_dir():
        found = sorted(inner for inner in path.rglob("*") if inner.is_file())
        inside = [(inner.relative_to(path).as_posix(), _content_digest(inner)) for inner in found]
        return sha256(json.dumps(inside).encode()).hexdigest()
    return None
