"""Claims that a template comes out as docxtpl 0.20.2 fills it, feature by feature."""

from pathlib import Path

import pytest

from tests.oracle.canonical import canonical
from tests.oracle.features_tables import TABLES_AND_PARTS
from tests.oracle.features_text import TEXT
from tests.oracle.twins import ours, theirs

CASES = TEXT | TABLES_AND_PARTS


@pytest.mark.parametrize("feature", CASES)
def test_it_comes_out_as_docxtpl_fills_it(feature: str, tmp_path: Path) -> None:
    case = CASES[feature]

    rendered = ours(case.word, case.fields, tmp_path)

    assert canonical(rendered.docx) == canonical(theirs(case.word, case.fields))
    assert rendered.missing == ()
