"""Builds that are hurt on purpose, each in a process of its own. TORTURE=long runs the campaigns at full length."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sys
import traceback
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from corpus_builder import Config, storage
from corpus_builder.cli import building, main, progress
from corpus_builder.pipeline import inputs, making
from corpus_builder.pipeline.texts import annotate

#: Loaded here, with the tables that the first text needs, a build takes a fraction of its time in each of a thousand children.
LOADED = (
    building,
    progress,
    making,
    annotate("في 5 مايو 2024.", config=Config(annotate=("gold", "patterns"))),
)
LONG = os.environ.get("TORTURE") == "long"
CONFIG = 'name = "torture"\nannotate = ["gold", "patterns"]\n[splits]\nshares = { train = 0.5, test = 0.5 }\n'
#: How many files an edition is, and so how many shards: no two of them go together.
FILES = 4
PROGRAM = (
    sys.executable,
    "-c",
    "from corpus_builder.pipeline import inputs; inputs.SHARD_FILES = 1\n"
    "from corpus_builder.cli import main; raise SystemExit(main())",
)
NOUNS = ("المجلس", "المرفأ", "المتحف", "الجسر", "السوق", "النادي", "المصنع", "الحي")


def articles(edition: int, count: int = 40) -> str:
    """The raw articles of an edition, as JSONL; editions share three articles of four."""
    lines = []
    for number in range(count):
        rng = random.Random(f"{number}-{edition if number % 4 == 0 else 0}")
        text = " ".join(f"{rng.choice(NOUNS)} رقم {rng.randint(1, 999)}" for _ in range(30)) + "."
        lines.append(
            json.dumps({"id": f"a{number}", "title": f"خبر {number}", "text": text}, ensure_ascii=False)
        )
    return "\n".join(lines) + "\n"


def digest(folder: Path) -> str:
    """One SHA-256 over names and bytes; "" where there is no folder."""
    whole = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(path.relative_to(folder).as_posix().encode() + sha256(path.read_bytes()).digest())
    return whole.hexdigest() if folder.exists() else ""


def shards_of(said: str) -> tuple[int, int] | None:
    """How many shards a build says it took over and made; None where it found nothing to do."""
    if "nothing changed" in said:
        return None
    shards = re.search(r"^shards +(\d+)(?: +(\d+) finished before)?", said, re.MULTILINE)
    assert shards is not None, said
    found = int(shards[2] or 0)
    return found, int(shards[1]) - found


def in_a_child(work: Callable[[], int], log: Path) -> int:
    """Run ``work`` in a forked process, its output in ``log``; the exit status, or minus the signal that ended it."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        descriptor = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        sys.stdout = os.fdopen(1, "w")
        sys.stderr = os.fdopen(2, "w")
        status = 99
        # A shell's background job ignores the interrupt; what is hurt here is a build in the foreground.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            status = work()
        except BaseException:  # noqa: BLE001 - a forked child must not return into the test
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    _pid, code = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(code)


class Corpus:
    """A corpus in a folder, whose builds can be hurt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "dataset"
        self.log = folder / "log"
        self.wanted: set[tuple[str, str]] = set()
        (folder / "corpus.toml").write_text(CONFIG, encoding="utf-8")

    def edition(self, number: int) -> None:
        (self.folder / "raw").mkdir(exist_ok=True)
        lines = articles(number).splitlines(keepends=True)
        for part in range(FILES):
            path = self.folder / "raw" / f"part-{part}.jsonl"
            path.write_text(
                "".join(lines[part * len(lines) // FILES : (part + 1) * len(lines) // FILES]), "utf-8"
            )

    def build(self, hurt: Callable[[str, Path], None] | None = None, *more: str) -> int:
        """Build in a child process; ``hurt`` is called before every operation on the disk."""

        def work() -> int:
            os.chdir(self.folder)
            if hurt is not None:
                storage.on_operation = hurt
            inputs.SHARD_FILES = 1
            return main(["build", "--workers", "1", "--no-verify", *more])

        return in_a_child(work, self.log)

    def finished(self) -> set[tuple[str, str]]:
        """The finished shards in the work folder: the name of each, and the fingerprint of what it was made of."""
        notes = {
            path.stem: json.loads(path.read_bytes())
            for path in (self.folder / ".dataset.work").glob("shard-*.json")
        }
        return {(name, note["fingerprint"]) for name, note in notes.items()}

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")


def config_of(corpus: Corpus) -> Config:
    return Config()._replace(root=corpus.folder)
