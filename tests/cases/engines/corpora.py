"""A small corpus with near-duplicates, and builds of it by the command line."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

NOUNS = ("المجلس", "المرفأ", "المتحف", "الجسر", "السوق", "النادي", "المصنع", "الحي")
ARTICLES = 48


def article(number: int) -> str:
    """Every sixth article is the last one over again, but for two words."""
    rng = random.Random(number - 1 if number % 6 == 5 else number)
    text = " ".join(f"{rng.choice(NOUNS)} رقم {rng.randint(1, 999)}" for _ in range(40)) + "."
    if number % 6 == 5:
        text += " وهذه نسخة."
    return json.dumps({"id": f"a{number}", "title": f"خبر {number}", "text": text}, ensure_ascii=False) + "\n"


def digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def lay_out(folder: Path, annotate: str = '"gold", "patterns"', extra: str = "") -> None:
    raw = folder / "raw"
    raw.mkdir(parents=True)
    for part in range(4):
        lines = [article(number) for number in range(part, ARTICLES, 4)]
        (raw / f"part-{part}.jsonl").write_text("".join(lines) + (extra if part == 2 else ""), "utf-8")
    (folder / "corpus.toml").write_text(
        f'name = "clustered"\nannotate = [{annotate}]\n[limits]\narticle_seconds = 0.5\n'
        "[splits]\nshares = { train = 0.5, test = 0.5 }\n",
        encoding="utf-8",
    )


def build(folder: Path, *options: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Build in small shards, by the command line."""
    program = "from corpus_builder.pipeline import inputs; inputs.SHARD_FILES = 1; from corpus_builder.cli import main"
    return subprocess.run(
        [sys.executable, "-c", f"{program}; raise SystemExit(main())", "build", "--no-verify", *options],
        cwd=folder,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
