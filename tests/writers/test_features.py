import datasets
import pytest
import yaml

from corpus_builder.writers.features import features, yaml_features
from corpus_builder.writers.schemas import SCHEMAS

LABELS = ("PER", "ORG")


@pytest.mark.parametrize("config", SCHEMAS)
def test_features_are_what_datasets_makes_of_the_columns(config):
    made = datasets.Features.from_dict(features(config, LABELS))
    assert made.to_dict() == features(config, LABELS)
    assert made.arrow_schema.equals(SCHEMAS[config])


@pytest.mark.parametrize("config", SCHEMAS)
def test_what_the_card_says_is_what_datasets_writes_into_cards(config):
    made = datasets.Features.from_dict(features(config, LABELS))
    assert made._to_yaml_list() == yaml_features(config, LABELS)


@pytest.mark.parametrize("config", SCHEMAS)
def test_what_the_card_says_is_read_back_as_the_same_features(config):
    text = yaml.safe_dump(yaml_features(config, LABELS), allow_unicode=True)
    made = datasets.Features._from_yaml_list(yaml.safe_load(text))
    assert made.to_dict() == features(config, LABELS)


def test_the_classes_stand_in_the_order_of_the_registry():
    tags = datasets.Features.from_dict(features("tokens", LABELS))["ner_tags"].feature
    assert tags.names == ["O", "B-PER", "I-PER", "B-ORG", "I-ORG"]
