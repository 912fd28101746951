from __future__ import annotations

import pytest

from corpus_builder import annotate
from corpus_builder.config import Config


@pytest.mark.parametrize("annotator", ["tagger", "gazetteer"])
@pytest.mark.parametrize("adverb", ["تركياً", "تركيًا"])
def test_a_country_with_the_adverbs_ending_is_no_place(adverb: str, annotator: str) -> None:
    config = Config(annotate=(annotator,))
    plain = annotate(f"وصل الوفد إلى تركيا أمس، وهي حكومة مدعومة {adverb}.", config=config)
    assert [entity.text for entity in plain.entities] == ["تركيا"]
