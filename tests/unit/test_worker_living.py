"""Claims about rules that change while the service runs, and across its restart."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from mailroom import office
from mailroom.cases import CaseState
from mailroom.errors import RuleError
from mailroom.register import cases, followups
from mailroom.register.rule_files import LastGood, read_files, signs
from mailroom.register.schema import AnyRow, event, job, notice
from mailroom.settings import Settings
from mailroom.worker.living import IN_FORCE, REFUSED, LivingRules
from mailroom.workflow.desk import Desk
from mailroom.workflow.follow_up import promise
from tests.unit.small_office import new_register, settle

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
RULES = """\
mailroom: 1
category: {id: invoice}
rules:
  - id: invoice
    when: {subject: {contains: [WORD]}}
    examples:
      match: [{subject: about the WORD}]
"""
CHAINS = "mailroom: 1\nchains: {}\n"


def write(folder: Path, word: str = "invoice") -> None:
    (folder / "invoice.yaml").write_text(RULES.replace("WORD", word), encoding="utf-8")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = settle(tmp_path)
    text = file.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("templates =")]
    lines = ['rules = "rules"' if x.startswith("rules =") else x for x in lines]
    lines = [
        x + '\nnotify = ["xuting@hengyuan.example"]' if x.startswith("mode") else x
        for x in lines
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "templates").mkdir()
    rules = tmp_path / "rules"
    rules.mkdir()
    write(rules)
    (rules / "chains.yaml").write_text(CHAINS, encoding="utf-8")
    new_register(tmp_path / "data").close()
    return Settings.load(file)


@pytest.fixture
def rules(settings: Settings) -> Path:
    return settings.folder("rules")


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    opened = office.open_desk(settings, office.read_papers_in_force(settings))
    yield opened
    office.close_desk(opened)


@pytest.fixture
def living(desk: Desk) -> LivingRules:
    begun = LivingRules(desk)
    begun.begin(NOON)
    return begun


def settled(living: LivingRules, at: datetime = NOON) -> bool:
    """Look when a file has changed, and again when it has been at rest."""
    living.look(at)
    return living.look(at + 2 * SECOND)


def words(desk: Desk) -> tuple[str, ...]:
    (rule,) = desk.rules.rules
    return (rule.examples[0].subject,)


def happened(desk: Desk) -> list[str]:
    with desk.database.read() as tx:
        found = tx.execute(select(event.c.what).where(event.c.entity == "rules"))
        return list(found.scalars())


def test_a_changed_file_is_taken_over_once_it_has_been_at_rest(
    living: LivingRules, rules: Path
) -> None:
    before = living.desk
    write(rules, "receipt")

    assert not living.look(NOON)
    assert not living.look(NOON + SECOND)
    assert living.look(NOON + 2 * SECOND)
    assert words(living.desk) == ("about the receipt",)
    assert words(before) == ("about the invoice",)


def test_each_further_save_puts_the_look_off(living: LivingRules, rules: Path) -> None:
    write(rules, "receipt")
    living.look(NOON)
    write(rules, "a third one")

    assert not living.look(NOON + 2 * SECOND)
    assert not living.look(NOON + 3 * SECOND)
    assert living.look(NOON + 4 * SECOND)


def test_a_file_saved_with_the_same_bytes_changes_nothing(
    living: LivingRules, rules: Path
) -> None:
    write(rules)

    assert not settled(living)
    assert happened(living.desk) == [IN_FORCE]


@pytest.mark.parametrize(
    "broken",
    [
        "mailroom: 1\nrules: [",  # no YAML
        RULES.replace("when", "wenn"),  # an unknown key
        RULES.replace("about the WORD", "nothing of it"),  # an example fails
        RULES.replace("{id: invoice}", "{id: invoice, owner: Nobody}"),  # who?
    ],
)
def test_what_does_not_pass_leaves_the_last_good_set_in_use(
    living: LivingRules, rules: Path, broken: str
) -> None:
    (rules / "invoice.yaml").write_text(broken, encoding="utf-8")

    assert not settled(living)
    assert words(living.desk) == ("about the invoice",)
    assert happened(living.desk) == [IN_FORCE, REFUSED]


def test_people_days_and_chains_are_watched_and_swapped_with_the_rules(
    living: LivingRules, rules: Path
) -> None:
    (rules / "office").mkdir()
    (rules / "office" / "people.yaml").write_text(
        "mailroom: 1\npeople: [{name: Li Min}]\n", encoding="utf-8"
    )
    (rules / "days.yaml").write_text("mailroom: 1\ndays: {", encoding="utf-8")

    assert not settled(living)
    assert living.desk.directory.person("Li Min") is None

    (rules / "days.yaml").unlink()
    assert settled(living, NOON + 9 * SECOND)
    assert living.desk.directory.person("Li Min") is not None


def opened(tx: Connection, category: str) -> AnyRow:
    """Open a case of a drawer."""
    return cases.open_case(
        tx, code="HY", kind="", year=2026, now=NOON, state=CaseState.ASSIGNED,
        category=category, subject="", correspondent="", owner="",
        sensitivity="normal", due_on=None, due_basis=None,
    )  # fmt: skip


def test_a_chain_is_kept_while_somebody_waits_for_its_next_step(
    living: LivingRules, rules: Path
) -> None:
    steps = "[{after: 1, level: friendly, to: owner}]"
    chain = f"{{starts: registered, steps: {steps}, ends_on: [closed]}}"
    chains = rules / "chains.yaml"
    chains.write_text(f"mailroom: 1\nchains: {{due: {chain}}}\n", encoding="utf-8")
    assert settled(living)
    with living.desk.database.write() as tx:
        case = opened(tx, "invoice")
        promise(
            living.desk, tx, case, ["due"], starts="registered", occasion="registered",
            since=NOON, now=NOON,
        )  # fmt: skip
        waits = followups.running(tx, case.id)
    chains.write_text(CHAINS, encoding="utf-8")

    assert not settled(living, NOON + 9 * SECOND)
    refused = LastGood(living.desk.settings.folder("data")).refused()
    assert refused is not None
    assert [fault.code for fault in refused.faults] == ["R049"]

    with living.desk.database.write() as tx:
        followups.end(tx, waits[0].id, state="done", reason="it has come", now=NOON)
    chains.write_text(CHAINS + "# again\n", encoding="utf-8")
    assert settled(living, NOON + 19 * SECOND)


def test_files_that_the_check_itself_stumbles_over_are_refused_and_told(
    living: LivingRules, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise KeyError("text of a file")

    before = living.desk
    with monkeypatch.context() as patch:
        patch.setattr(office, "proofread", stumble)
        write(rules, "receipt")

        assert not settled(living)
        assert living.desk is before
        assert living.begin(NOON + 9 * SECOND) is before  # nor does it stop a start
    refused = LastGood(living.desk.settings.folder("data")).refused()
    assert refused is not None
    (fault,) = refused.faults
    assert fault.code == "R057"
    assert "KeyError" in str(fault.text)
    assert "text of a file" not in str(fault.text)
    with living.desk.database.read() as tx:
        assert len(tx.execute(select(notice)).all()) == 1

    write(rules, "receipts")
    assert settled(living, NOON + 19 * SECOND)


def test_a_drawer_with_open_cases_is_not_taken_away_under_them(
    living: LivingRules, rules: Path
) -> None:
    other = RULES.replace("invoice", "contract").replace("WORD", "contract")
    (rules / "contract.yaml").write_text(other, encoding="utf-8")
    assert settled(living)
    with living.desk.database.write() as tx:
        case = opened(tx, "contract")
    (rules / "contract.yaml").unlink()

    assert not settled(living, NOON + 9 * SECOND)
    assert "contract" in living.desk.rules.categories
    refused = LastGood(living.desk.settings.folder("data")).refused()
    assert refused is not None
    assert [(fault.file, fault.code) for fault in refused.faults] == [
        ("rules/contract.yaml", "R056")
    ]

    head = other.partition("rules:")[0]
    (rules / "contract.yaml").write_text(head, encoding="utf-8")
    assert settled(living, NOON + 19 * SECOND)
    (rules / "contract.yaml").unlink()
    with living.desk.database.write() as tx:
        cases.move(tx, case.id, CaseState.CLOSED, now=NOON)
    assert settled(living, NOON + 29 * SECOND)


@pytest.mark.parametrize("name", ["invoice.yaml", "office/people.yaml", "days.yaml"])
def test_a_link_that_leads_to_nothing_leaves_the_last_good_set_in_use(
    living: LivingRules, rules: Path, tmp_path: Path, name: str
) -> None:
    write(rules, "receipt")
    (rules / name).parent.mkdir(exist_ok=True)
    (rules / name).unlink(missing_ok=True)
    (rules / name).symlink_to(tmp_path / "gone")
    (rules / "other.yaml").write_text(
        RULES.replace("invoice", "other").replace("WORD", "other"), encoding="utf-8"
    )

    assert not settled(living)
    assert words(living.desk) == ("about the invoice",)
    assert happened(living.desk) == [IN_FORCE, REFUSED]


def test_a_file_that_was_closed_to_us_is_looked_at_when_it_is_opened(
    rules: Path,
) -> None:
    before = signs(rules)
    (rules / "invoice.yaml").chmod(0o644)
    (rules / "invoice.yaml").chmod(0o640)

    assert signs(rules) != before


def test_a_folder_emptied_by_mistake_leaves_the_last_good_set_in_use(
    living: LivingRules, rules: Path
) -> None:
    for path in rules.iterdir():
        path.unlink()

    assert not settled(living)
    assert words(living.desk) == ("about the invoice",)


def test_a_broken_file_does_not_stop_the_next_start(
    living: LivingRules, settings: Settings, rules: Path
) -> None:
    write(rules, "receipt")
    settled(living)
    (rules / "invoice.yaml").write_text("nonsense: [", encoding="utf-8")

    desk = office.with_rules(living.desk, office.read_papers_in_force(settings))
    again = LivingRules(desk)
    again.begin(NOON)

    assert words(again.desk) == ("about the receipt",)
    with pytest.raises(RuleError):
        office.read_papers(settings)


def test_without_a_good_set_a_broken_file_does_stop_the_first_start(
    settings: Settings, rules: Path
) -> None:
    (rules / "invoice.yaml").write_text("nonsense: [", encoding="utf-8")

    with pytest.raises(RuleError):
        office.read_papers_in_force(settings)


def test_a_kept_set_that_was_damaged_does_not_count(
    living: LivingRules, settings: Settings
) -> None:
    store = LastGood(settings.folder("data"))
    kept = store.in_force()
    assert kept is not None
    (kept.folder / "invoice.yaml").write_bytes(b"torn")

    assert store.in_force() is None
    assert office.read_papers_in_force(settings).rules.hash == living.desk.rules.hash


def test_a_refused_set_is_told_once_however_often_it_is_seen(
    living: LivingRules, rules: Path
) -> None:
    broken = RULES.replace("when", "wenn")
    for at in (1, 11, 21):
        (rules / "invoice.yaml").write_text(broken, encoding="utf-8")
        settled(living, NOON + at * SECOND)
    again = LivingRules(living.desk)
    again.begin(NOON)

    assert happened(living.desk) == [IN_FORCE, REFUSED]
    with living.desk.database.read() as tx:
        (told,) = tx.execute(select(notice)).all()
        assert tx.execute(select(job.c.kind)).scalars().all() == ["notice"]
    assert told.to == "xuting@hengyuan.example"
    assert "invoice.yaml:5:5" in told.body
    refused = LastGood(living.desk.settings.folder("data")).refused()
    assert refused is not None
    assert refused.faults[0].line == 5
    assert refused.hash == read_files(rules).hash


def test_files_put_back_as_they_were_are_no_trouble_any_more(
    living: LivingRules, rules: Path
) -> None:
    write(rules, "[")
    (rules / "invoice.yaml").write_text("nonsense: [", encoding="utf-8")
    settled(living)
    write(rules)

    assert not settled(living, NOON + 9 * SECOND)
    assert LastGood(living.desk.settings.folder("data")).refused() is None
    assert happened(living.desk) == [IN_FORCE, REFUSED, IN_FORCE]


def test_only_the_newest_sets_are_kept(living: LivingRules, rules: Path) -> None:
    for number in range(15):
        write(rules, f"word{number}")
        assert settled(living, NOON + number * 9 * SECOND)

    folder = living.desk.settings.folder("data") / "rules-last-good"
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 10
    kept = LastGood(living.desk.settings.folder("data")).in_force()
    assert kept is not None
    assert "word14" in (kept.folder / "invoice.yaml").read_text(encoding="utf-8")
