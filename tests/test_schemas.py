from __future__ import annotations

import copy
import json
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from corpus_builder.schemas import NAMES, fast, schema, schema_text, slow, violations

CASES = Path(__file__).parent / "cases" / "schemas"
LINES = (CASES / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()


def verdict_of(line: str) -> dict[str, Any]:
    """A case; ``over`` changes the schema's own first example, where "<absent>" takes a key away."""
    case: dict[str, Any] = json.loads(line)
    if "over" in case:
        value = {**schema(case["schema"])["examples"][0], **case["over"]}
        case["value"] = {key: item for key, item in value.items() if item != "<absent>"}
    return case


VERDICTS = [verdict_of(line) for line in LINES]
KEYWORDS_WITHOUT_VERDICT = {"$schema", "$id", "title", "description", "examples", "$defs", "$ref"}
#: Values that validators are known to disagree about, and plain ones.
NASTY: list[Any] = [
    None, True, False, 0, -1, 1, 1.0, 1.5, -0.0, 2**32, 2**53, 10**30, 1e300, "", " ", "a", "a\n", "\n", "ar",
    "ar\n", "2026-02-29", "2026-03-14", "2026-03-14T10:20:00Z", "2026-03-14T10:20:60Z", "0000-01-01",
    "٢٠٢٦-٠٣-١٤",
    "PER", "PER\n", "https://x", "http://x y", "\u00a0", "\u0085", "\u2028", "\u0000", "é", "e\u0301",
    "😀" * 200,
    "😀" * 201, "س" * 40, "س" * 41, "0" * 64, "٠" * 64, [], {}, ["a", "a"], [1, 1.0], [1, True], ["PER"],
    {"a": None}, {"sha256": "0" * 64}, "train", "text", "title", "heading", "blocks",
]  # fmt: skip


def properties(node: object) -> Iterator[dict[str, Any]]:
    """Every described property of a schema, however deep."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "properties":
                yield from value.values()
            if name not in ("examples", "enum"):
                yield from properties(value)
    elif isinstance(node, list):
        for value in node:
            yield from properties(value)


def keywords(node: object) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(keywords, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    found = set()
    for name, value in node.items():
        found.add(name)
        if name in ("properties", "$defs"):
            found |= keywords(list(value.values()))
        elif name not in ("examples", "enum", "const", "not", "dependentRequired"):
            found |= keywords(value)
    return found


def changed(value: Any, rng: random.Random, keys: list[str]) -> Any:
    """The value with one to three random changes somewhere inside."""
    made = copy.deepcopy(value)
    for _ in range(rng.randint(1, 3)):
        node = made
        while True:
            inner = (
                [v for v in (node.values() if isinstance(node, dict) else node) if isinstance(v, dict | list)]
                if isinstance(node, dict | list)
                else []
            )
            if inner and rng.random() < 0.6:
                node = rng.choice(inner)
                continue
            break
        if isinstance(node, dict):
            key = rng.choice([*node, rng.choice(keys)])
            if rng.random() < 0.15:
                node.pop(key, None)
            else:
                node[key] = copy.deepcopy(rng.choice(NASTY))
        elif isinstance(node, list):
            node.append(copy.deepcopy(rng.choice(node + NASTY)))
    return made


@pytest.mark.parametrize("name", NAMES)
def test_schemas_fit_the_meta_schema_and_have_an_id_of_their_own(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema(name)["$id"].startswith(f"urn:corpus-builder:schema:{name}:")
    assert json.loads(schema_text(name)) == schema(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_property_is_described_and_its_examples_fit(name: str) -> None:
    assert all(not list(violations(name, example)) for example in schema(name)["examples"])
    definitions = schema(name).get("$defs", {})
    for described in properties(schema(name)):
        target = definitions[described["$ref"].rpartition("/")[2]] if "$ref" in described else described
        assert {"title", "description", "examples"} <= target.keys() | described.keys(), described
        alone = Draft202012Validator({**target, "$defs": definitions})
        assert all(alone.is_valid(example) for example in target["examples"]), described


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda v: f"{v['schema']}-{v['keyword']}")
def test_both_validators_give_the_expected_verdict(verdict: dict[str, Any]) -> None:
    name, value = verdict["schema"], verdict["value"]
    assert fast(name).is_valid(value) is verdict["valid"]
    assert slow(name).is_valid(value) is verdict["valid"]
    assert bool(list(violations(name, value))) is not verdict["valid"]


def test_every_keyword_in_use_has_a_case_it_refuses() -> None:
    refused = set()
    for verdict in VERDICTS:
        refused |= {
            (verdict["schema"], str(e.validator))
            for e in slow(verdict["schema"]).iter_errors(verdict["value"])
        }
    for name in NAMES:
        used = keywords(schema(name)) - KEYWORDS_WITHOUT_VERDICT
        structural = {"properties", "items", "format" if name == "article" else "", "propertyNames"}
        assert used - structural <= {keyword for schema_name, keyword in refused if schema_name == name}, name


@pytest.mark.parametrize("name", NAMES)
def test_both_validators_agree_on_thousands_of_generated_records(name: str) -> None:
    rng = random.Random(f"agreement {name}")
    valid = [verdict["value"] for verdict in VERDICTS if verdict["schema"] == name and verdict["valid"]]
    keys = sorted(
        {key for verdict in VERDICTS if isinstance(verdict["value"], dict) for key in verdict["value"]}
    )
    judged = {True: 0, False: 0}
    for _ in range(2500):
        value = changed(rng.choice(valid), rng, keys)
        verdict = fast(name).is_valid(value)
        assert slow(name).is_valid(value) is verdict, value
        judged[verdict] += 1
    assert min(judged.values()) > 100


def test_a_disagreement_is_a_problem_of_its_own() -> None:
    value = tomllib.loads((CASES / "schema-disagreement.toml").read_text(encoding="utf-8"))
    assert [found.code for found in violations("corpus", value)] == ["schema-disagreement"]


def test_an_unknown_schema_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        schema_text("nothing")
