"""The mails of the pack say what was written, and their labels are ones that exist."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from mailroom.message.parse import parse
from tests.benchmarks.pack import LEVELS
from tests.offices.mails import CATEGORIES, PARTS, Mail, everything

ALL = [mail for _, _, mail in everything()]
WRITTEN = {
    entry["id"]: entry
    for path in sorted(Path(__file__).parent.glob("*.*.yaml"))
    for entry in yaml.safe_load(path.read_text("utf-8"))
}


def test_no_two_mails_have_one_name() -> None:
    assert [name for name, n in Counter(mail.id for mail in ALL).items() if n > 1] == []


@pytest.mark.parametrize("mail", ALL, ids=lambda mail: mail.id)
def test_a_mail_comes_through_its_charset_whole(mail: Mail) -> None:
    entry = WRITTEN[WRITTEN[mail.id].get("again", mail.id)]
    message = parse(mail.raw)
    assert message.subject == (entry.get("subject") or "")
    folded = "".join(message.text.split())
    for line in str(entry.get("body", "")).splitlines():
        assert "".join(line.split()) in folded


@pytest.mark.parametrize("mail", ALL, ids=lambda mail: mail.id)
def test_a_label_names_what_there_is(mail: Mail) -> None:
    assert {mail.labels["category"], *mail.labels["also"]} <= CATEGORIES
    assert mail.labels["sensitivity"] in LEVELS
    assert mail.labels["lang"] in {"zh", "zh-Hant", "en", "mixed"}


def test_each_half_has_mail_of_every_category() -> None:
    for part in PARTS:
        found = Counter(m.labels["category"] for _, p, m in everything([part]))
        assert {name for name in CATEGORIES if found[name] < 3} == set()
