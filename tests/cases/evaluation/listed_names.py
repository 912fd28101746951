"""An annotator for tests: what is in its list is a name, wherever it stands."""

import re

NAMES = {
    "سامي النجار": "PER",
    "سامي": "PER",
    "بغداد": "LOC",
    "حلب": "ORG",
    "رويترز": "ORG",
    "قالت": "MISC",
    "قال": "PER",
}


def find(text):
    for name, label in NAMES.items():
        for match in re.finditer(re.escape(name), text):
            yield match.start(), match.end(), label, 0.9
