"""Puts one office together from its files: settings, rules, templates, people, days."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from mailroom.calendar import Calendar
from mailroom.directory import Directory
from mailroom.errors import ConfigError, Fault, RuleError, text
from mailroom.followups.chains import Chains
from mailroom.followups.check import against_office
from mailroom.mailbox.connections import Connections
from mailroom.mailbox.imap import Imap
from mailroom.register import cases, followups
from mailroom.register.database import Database
from mailroom.register.files import Files
from mailroom.register.rule_files import LastGood, read_files
from mailroom.rules.check import BUILT_IN, Known, check, check_each
from mailroom.rules.load import RuleSet
from mailroom.rules.reading_order import in_order
from mailroom.settings import Settings
from mailroom.words.own_pictures import read_pictures
from mailroom.words.rich import Picture
from mailroom.words.templates import Templates
from mailroom.workflow.desk import Desk

_Loaded = TypeVar("_Loaded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What the office's people make: rules, people, templates, days, pictures."""

    rules: RuleSet
    chains: Chains
    directory: Directory
    templates: Templates
    calendar: Calendar
    own_pictures: Mapping[str, Picture]


def read_papers(settings: Settings) -> Papers:
    """Load everything that people write. Raises RuleError with every fault.

    A broken template stops only the letters that need it; it is kept with its faults.
    """
    papers, faults = read_what_is_whole(settings)
    if faults:
        raise RuleError(faults)
    return papers


def read_papers_in_force(settings: Settings) -> Papers:
    """Load what the worker goes by: the rules that it last found good.

    Where none were kept, what stands in the folder is loaded. Raises RuleError.
    """
    kept = LastGood(settings.folder("data")).in_force()
    if kept is not None and not _stands_in(settings.folder("rules"), kept.hash):
        papers, faults = read_what_is_whole(settings, folder=kept.folder)
        if not faults:
            return papers
    return read_papers(settings)


def _stands_in(folder: Path, hash_: str) -> bool:
    try:
        return read_files(folder).hash == hash_
    except RuleError:
        return False


def read_what_is_whole(
    settings: Settings,
    *,
    folder: Path | None = None,
    templates: Templates | None = None,
) -> tuple[Papers, tuple[Fault, ...]]:
    """Load what can be read of it; what is broken is empty, and told by its faults.

    `folder` has other rules than the settings name; `templates` those at hand.
    Enough to look into the register; to sort or to draft, take `read_papers`.
    """
    faults: list[Fault] = []
    folder = folder or settings.folder("rules")
    rules = _whole(
        lambda: RuleSet.load(folder),
        RuleSet(categories={}, rules=(), hash="", files={}),
        faults,
    )
    chains = _whole(
        lambda: Chains.load(folder / "chains.yaml"), Chains(by_id={}, hash=""), faults
    )
    directory = _whole(lambda: Directory.load(folder / "office"), Directory(), faults)
    calendar = _whole(
        lambda: read_calendar(settings, folder),
        Calendar.load(settings.office.calendar),
        faults,
    )
    none: Mapping[str, Picture] = {}
    pictures = _whole(lambda: read_pictures(settings, BUILT_IN), none, faults)
    papers = Papers(
        rules=rules,
        chains=chains,
        directory=directory,
        templates=Templates(settings.folder("templates"))
        if templates is None
        else templates,
        calendar=calendar,
        own_pictures=pictures,
    )
    return papers, tuple(faults)


def _whole(load: Callable[[], _Loaded], empty: _Loaded, faults: list[Fault]) -> _Loaded:
    """Load something, or note its faults and take what is empty."""
    try:
        return load()
    except ConfigError as error:
        faults += error.faults
    except OSError as error:
        why = error.strerror or type(error).__name__
        sentence = text("This file cannot be read: {why}.", why=why)
        if isinstance(error, FileNotFoundError):
            sentence = text("This file is not there.")
        file = str(error.filename or "")
        faults.append(Fault(file=file, code="Y001", text=sentence))
    return empty


def read_calendar(settings: Settings, rules: Path | None = None) -> Calendar:
    """Load the office's working days, its own file included. Raises ConfigError."""
    own = (rules or settings.folder("rules")) / "days.yaml"
    # A link to nothing is no reason to go without the office's own days.
    there = own.is_symlink() or own.exists()
    return Calendar.load(settings.office.calendar, own if there else None)


def known_of(papers: Papers, today: date | None = None) -> Known:
    """Give what rules may name besides each other: templates, chains, people.

    With `today` it is looked for rules that have run out, too.
    """
    # A broken template is there: that it is broken is no fault of the rules.
    templates = dict.fromkeys(papers.templates.broken, frozenset[str]())
    templates |= {name: t.fields for name, t in papers.templates.items()}
    return Known(
        templates=templates,
        chains=frozenset(papers.chains.by_id),
        chain_titles={
            chain.id: re.split("[：:，]", chain.about["zh"])[0]
            for chain in papers.chains.by_id.values()
            if "zh" in chain.about
        },
        needing_due=frozenset(
            chain.id for chain in papers.chains.by_id.values() if chain.needs_due
        ),
        people=frozenset(
            word
            for person in papers.directory.people
            for word in (person.name, *person.also, person.address)
        ),
        own_domains=papers.directory.own_domains,
        directory=papers.directory,
        calendar=papers.calendar,
        pictures=frozenset(papers.own_pictures),
        today=today,
    )


def faults_beside(
    broken: tuple[Fault, ...], papers: Papers, folder: Path, today: date | None = None
) -> tuple[Fault, ...]:
    """Give the faults of what cannot be read with those of what can: all in one run.

    `folder` is where the rules lie. Of people or chains that cannot be read it is not
    asked whether a rule names them rightly.
    """
    unasked = {
        *(() if papers.chains.by_id else ("R041",)),
        *(() if papers.directory.people else ("R042",)),
    }
    known = known_of(papers, today)
    if papers.rules.hash:
        more = check_each(papers.rules, (), known)
    else:
        more = check_each(*RuleSet.load_broken(folder), known)
    return in_order([*broken, *(each for each in more if each.code not in unasked)])


def faults_of(papers: Papers, today: date | None = None) -> Iterable[Fault]:
    """Yield every fault that rules, templates and chains have with each other."""
    for error in papers.templates.broken.values():
        yield from error.faults
    known = known_of(papers, today)
    yield from check(papers.rules, known)
    yield from _faults_of_chains(papers, known)


def _faults_of_chains(papers: Papers, known: Known) -> Iterator[Fault]:
    read: dict[str, set[str]] = {}
    for rule in papers.rules.rules:
        category = papers.rules.categories.get(rule.category or "")
        if category is not None and category.chain:
            names = read.setdefault(category.chain, set(category.fields))
            names.update(extract.field for extract in rule.extract)
    yield from against_office(
        papers.chains, templates=known.templates, people=known.people, fields=read
    )


def proofread(desk: Desk, folder: Path) -> tuple[Papers, tuple[Fault, ...]]:
    """Load, check and try rules in the place of a desk's own: every fault of them.

    `folder` is a copy of the desk's folder of rules, of the same name: faults name the
    files that people edit. The worker asks this before it takes rules over, and
    whoever edits them before they are saved.
    """
    desk.templates.look_around()
    papers, faults = read_what_is_whole(
        desk.settings, folder=folder, templates=desk.templates
    )
    if faults:
        faults = faults_beside(faults, papers, folder)
    else:
        known = known_of(papers)
        faults = check(papers.rules, known)
        faults += tuple(_faults_of_chains(papers, known))
        faults += tuple(_cut_off(desk, papers))
    theirs = str(desk.settings.folder("rules"))
    return papers, tuple(
        replace(fault, file=fault.file.replace(str(folder), theirs)) for fault in faults
    )


def _cut_off(desk: Desk, papers: Papers) -> Iterator[Fault]:
    """Tell of chains and drawers that are gone while cases still need them."""
    with desk.database.read() as tx:
        running = followups.chains_running(tx)
        open_cases = cases.open_by_category(tx)
    for chain, waiting in running.items():
        # What was gone before cannot be lost by this change.
        if chain in desk.chains.by_id and chain not in papers.chains.by_id:
            yield Fault(
                file=str(desk.settings.folder("rules") / "chains.yaml"),
                code="R049",
                text=text(
                    "The chain “{chain}” is gone, but {n} cases still wait for its"
                    " next step. Keep it until they are done.",
                    chain=chain,
                    n=waiting,
                ),
            )
    was, now = desk.rules, papers.rules
    for category, n in open_cases.items():
        # Who may see them, and what is drafted, stands in the drawer's file.
        if category in was.categories and category not in now.categories:
            yield Fault(
                file=was.files[category],
                code="R056",
                text=text(
                    "The drawer “{category}” is gone, but {n} open cases belong to it."
                    " Keep it, if need be without its rules, until they are closed.",
                    category=category,
                    n=n,
                ),
            )


def connect(settings: Settings, account: str) -> Imap:
    """Open an IMAP connection for an account. Raises MailError, SettingsError."""
    return Imap(settings.account(account).imap, settings.secret(account, "imap"))


def open_desk(settings: Settings, papers: Papers) -> Desk:
    """Open the register and the files of an office. Raises EnvironmentFault."""
    data = settings.folder("data")
    mark = hashlib.sha256(",".join(sorted(settings.office.addresses)).encode())
    return Desk(
        settings=settings,
        database=Database(data),
        mail=Files(data / "mail", ".eml"),
        letters=Files(data / "letters", ".eml"),
        enclosures=Files(data / "enclosures", ".docx"),
        pictures=Files(data / "pictures", ""),  # of three kinds: their bytes tell
        own_pictures=papers.own_pictures,
        rules=papers.rules,
        templates=papers.templates,
        chains=papers.chains,
        directory=papers.directory,
        calendar=papers.calendar,
        connections=Connections(lambda account: connect(settings, account)),
        loop_mark=mark.hexdigest()[:16],
    )


def with_rules(desk: Desk, papers: Papers) -> Desk:
    """Give the same desk with other rules, people and days."""
    return replace(
        desk,
        rules=papers.rules,
        chains=papers.chains,
        directory=papers.directory,
        calendar=papers.calendar,
    )


def close_desk(desk: Desk) -> None:
    """Let go of everything that was opened."""
    desk.connections.close()
    desk.database.close()
