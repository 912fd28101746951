import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from corpus_builder.writers.columns import numbers, strings, values
from corpus_builder.writers.schemas import ARTICLES

ROOT = Path(__file__).parents[2]
KINDS = st.sampled_from([np.int32, np.int64, np.uint64, np.float64])
ARRAYS = KINDS.flatmap(lambda kind: nps.arrays(kind, st.integers(0, 6)))


@given(ARRAYS, st.integers(0, 6), st.sampled_from([1, 2, -1]))
def test_numbers_come_back(array, start, step):
    column = numbers(array[start::step])
    column.validate(full=True)
    assert column.equals(pa.array(array[start::step])) or np.isnan(array).any()
    assert np.array_equal(values(column), array[start::step], equal_nan=array.dtype.kind == "f")
    assert len(values(column.slice(1))) == max(len(column) - 1, 0)


@given(st.lists(st.text("aé ب€👩", max_size=4), max_size=5))
def test_strings_come_back(texts):
    column = strings(texts)
    column.validate(full=True)
    assert column.equals(pa.array(texts, pa.string()))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nulls_are_no_numbers():
    with pytest.raises(TypeError):
        values(pa.array([1, None], pa.int32()))


def test_a_lone_surrogate_is_no_string():
    with pytest.raises(UnicodeEncodeError):
        strings(["\ud800"])


WRITING = """
import sys
from pathlib import Path
from pathlib import Path
import pyarrow as pa
from corpus_builder.writers.parquet import ParquetFile
from corpus_builder.writers.tables import derived_tables
folder = Path(sys.argv[1])
articles = pa.ipc.open_file(pa.memory_map(str(folder / "articles.arrow"))).read_all()
for config, table in zip(("articles", "sentences", "tokens"), (articles, *derived_tables(articles, ("LOC",)))):
    file = ParquetFile(folder, config, "train", f"{config}.parquet", ("LOC",))
    file.write(table)
    print(config, file.close().rows)
print("pandas" in sys.modules)
"""


def test_writing_imports_no_pandas(tmp_path):
    article = {
        "article_id": "a",
        "text": "عاد إلى غزة.",
        "url": None,
        "sentences": [{"start": 0, "end": 12, "kind": "paragraph"}],
        "entities": [
            {"start": 8, "end": 11, "label": "LOC", "text": "غزة", "annotator": "gold", "score": 1.0}
        ],
    }
    table = pa.Table.from_pylist([article], ARTICLES)
    with pa.ipc.new_file(tmp_path / "articles.arrow", ARTICLES) as writer:
        writer.write_table(table)
    for config in ("articles", "sentences", "tokens"):
        (tmp_path / config).mkdir()
    done = subprocess.run(
        [sys.executable, "-c", WRITING, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n") == ["articles 1", "sentences 1", "tokens 1", "False", ""]


ABSENT = """
import sys
from pathlib import Path
import pyarrow as pa
from corpus_builder.writers.columns import keep_pandas_out
keep_pandas_out()
pa.table({"numbers": [1, None], "texts": ["a", "b"]}).column("numbers").to_numpy()
print("pandas" in sys.modules)
print(list(pa.table({"numbers": [1.5]}).to_pandas()["numbers"]))
import pandas
print(pa.array(pandas.Series([1.5, float("nan")])).null_count)
"""


def test_pandas_is_kept_out_until_it_is_asked_for():
    done = subprocess.run([sys.executable, "-c", ABSENT], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["False", "[1.5]", "1", ""]


def test_no_process_of_a_build_imports_pandas(tmp_path):
    """The pandas that it would find cannot be imported without leaving a trace."""
    (tmp_path / "pandas.py").write_text("open('imported', 'w').close()\n", encoding="utf-8")
    text = " ".join(f"كلمة{number}" for number in range(30))
    lines = [
        json.dumps({"id": f"a{n}", "text": f"عاد أحمد إلى غزة يوم {n} مايو 2020. {text}"}) for n in range(20)
    ]
    (tmp_path / "raw.jsonl").write_text("\n".join([*lines, lines[0]]), encoding="utf-8")
    (tmp_path / "raw.txt").write_text("وصل الوفد إلى القاهرة.", encoding="utf-8")
    command = ["build", "raw.jsonl", "raw.txt", "--out", "out", "--workers", "2", "--no-verify"]
    for _build in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "corpus_builder", *command],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
            capture_output=True,
            text=True,
            check=True,
        )
        (tmp_path / "raw.txt").write_text("وصل الوفد إلى بغداد.", encoding="utf-8")
    assert not (tmp_path / "imported").exists()
    assert "earlier shards" in done.stderr


HELD = """
import numpy as np, pyarrow as pa
from pathlib import Path
from corpus_builder.writers.columns import give_back_memory
def held():
    status = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in status if line.startswith("RssAnon"))) // 1024
before = held()
buffers = [pa.allocate_buffer(1 << 20) for _ in range(64)]
for buffer in buffers:
    np.frombuffer(buffer, np.uint8).fill(1)
print(held() - before)
del buffers, buffer
give_back_memory()
print(held() - before)
"""


def test_what_was_freed_goes_back_to_the_system():
    done = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, check=True, cwd=ROOT)
    full, given_back = map(int, done.stdout.split())
    assert full >= 60
    assert given_back <= 20
