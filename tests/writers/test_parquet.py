import hashlib
import itertools

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_builder.writers.parquet import GROUP_BYTES, GROUP_ROWS, ParquetFile, column_digests, group_edges
from corpus_builder.writers.schemas import SENTENCES, TOKENS

LABELS = ("PER", "ORG")
WORDS = st.text("اب1 é👩", max_size=4)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.none() | WORDS,
            "number": st.none() | st.integers(-5, 5),
            "score": st.floats(0, 1),
            "flag": st.none() | st.booleans(),
            "words": st.none() | st.lists(st.none() | WORDS, max_size=3),
            "spans": st.lists(
                st.fixed_dictionaries({"start": st.integers(0, 9), "kind": st.none() | WORDS}), max_size=3
            ),
        }
    ),
    max_size=6,
)
SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("number", pa.int32()),
        ("score", pa.float64()),
        ("flag", pa.bool_()),
        ("words", pa.list_(pa.string())),
        ("spans", pa.list_(pa.struct([("start", pa.int32()), ("kind", pa.string())]))),
    ]
)


def digests(table):
    return list(column_digests(table))


@settings(max_examples=100, deadline=None)
@given(ROWS, ROWS, ROWS, st.lists(st.integers(0, 6), max_size=3))
def test_a_logical_digest_is_of_the_rows_alone(before, rows, after, cuts):
    """Slicing, chunking and a way through Parquet leave it as it is."""
    wanted = digests(pa.Table.from_pylist(rows, SCHEMA))
    longer = pa.Table.from_pylist([*before, *rows, *after], SCHEMA)
    part = longer.slice(len(before), len(rows))
    assert digests(part) == wanted
    edges = [0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]
    chunked = pa.concat_tables([part.slice(low, high - low) for low, high in itertools.pairwise(edges)])
    assert digests(chunked) == wanted
    sink = pa.BufferOutputStream()
    pq.write_table(chunked, sink)
    assert digests(pq.read_table(pa.BufferReader(sink.getvalue()))) == wanted


@settings(max_examples=100, deadline=None)
@given(ROWS, ROWS)
def test_other_rows_have_another_digest(one, other):
    tables = [pa.Table.from_pylist(rows, SCHEMA) for rows in (one, other)]
    assert (digests(tables[0]) == digests(tables[1])) == tables[0].equals(tables[1])


def test_where_a_word_ends_counts():
    one, other = (pa.table({"words": pa.array(words)}) for words in (["ab", "c"], ["a", "bc"]))
    assert digests(one) != digests(other)


@pytest.mark.parametrize(
    ("sizes", "edges"),
    [
        ([], [0]),
        ([5], [0, 1]),
        ([GROUP_BYTES, 1], [0, 1, 2]),
        ([GROUP_BYTES + 1, GROUP_BYTES + 1], [0, 1, 2]),
        ([1, GROUP_BYTES], [0, 1, 2]),
        ([GROUP_BYTES - 1, 1, 1], [0, 2, 3]),
        ([0] * GROUP_ROWS, [0, GROUP_ROWS]),
        ([0] * (2 * GROUP_ROWS + 1), [0, GROUP_ROWS, 2 * GROUP_ROWS, 2 * GROUP_ROWS + 1]),
    ],
)
def test_row_groups_end_at_so_many_rows_or_so_much_text(sizes, edges):
    assert group_edges(sizes) == edges


@given(st.lists(st.integers(0, GROUP_BYTES * 2), max_size=30))
def test_row_groups_hold_every_row_and_are_as_large_as_they_may(sizes):
    edges = group_edges(sizes)
    assert edges[0] == 0
    assert edges[-1] == len(sizes)
    for low, high in itertools.pairwise(edges):
        assert low < high
        assert high - low == 1 or sum(sizes[low:high]) <= GROUP_BYTES
        assert high == len(sizes) or sum(sizes[low : high + 1]) > GROUP_BYTES


def token_rows(count):
    return [
        {
            "article_id": f"a{i}",
            "sentence_index": 0,
            "tokens": ["قال", "x"],
            "ner_tags": [0, 1],
            "starts": [0, 4],
            "ends": [3, 5],
        }
        for i in range(count)
    ]


def written(folder, tables, name="train-00000-of-00001.parquet"):
    (folder / "tokens").mkdir(parents=True)
    file = ParquetFile(folder, "tokens", "train", name, LABELS)
    for table in tables:
        file.write(table)
    return file.close()


def test_a_written_file_is_what_its_record_says(tmp_path):
    rows = token_rows(5)
    table = pa.Table.from_pylist(rows, TOKENS)
    record = written(tmp_path, [table.slice(0, 2), table.slice(2, 0), table.slice(2)])
    path = tmp_path / record.path
    data = path.read_bytes()
    assert record.sha256 == hashlib.sha256(data).hexdigest()
    assert (record.bytes, record.rows, record.config, record.split) == (len(data), 5, "tokens", "train")
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        assert file.read().to_pylist() == rows
        assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [2, 3]
        column = file.metadata.row_group(0).column(2)
        assert column.compression == "ZSTD"
        assert column.has_column_index
        assert column.has_offset_index
        assert b"class_label" not in file.schema_arrow.metadata[b"huggingface"]
        assert b'"I-ORG"' in file.schema_arrow.metadata[b"huggingface"]


def test_the_chunks_that_rows_come_in_do_not_change_the_bytes(tmp_path):
    table = pa.Table.from_pylist(token_rows(50), TOKENS)
    chunked = pa.concat_tables([table.slice(i, 7) for i in range(0, 50, 7)])
    metadata = table.replace_schema_metadata({"other": "metadata"})
    records = {written(tmp_path / str(i), [given]) for i, given in enumerate((table, chunked, metadata))}
    assert len(records) == 1


def test_rows_of_other_columns_are_refused(tmp_path):
    with pytest.raises(ValueError, match="schema"):
        written(tmp_path, [SENTENCES.empty_table().slice(0, 0), pa.table({"x": [1]})])
