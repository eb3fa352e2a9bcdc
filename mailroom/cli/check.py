"""Checks everything that people edit: settings, rules, templates, people, days."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, get_args

import click

from mailroom.cli.talk import Talk, now
from mailroom.directory import Directory, Role
from mailroom.errors import Fault, SettingsError, Text, text
from mailroom.rules.read_folder import unread_files
from mailroom.settings import Settings
from mailroom.workflow import standing
from mailroom.yamlfile.proofread import nearest

CONFIGURATION = 4


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def check(talk: Talk, *, as_json: bool) -> None:
    """Check settings, rules and templates: every fault, with its place. 检查配置。"""
    faults = list(find_faults(talk))
    if as_json:
        talk.json([plain(talk, fault) for fault in faults])
    else:
        talk.faults(faults)
        if not faults:
            talk.tell(text("settings, rules and templates are in order"))
        _tell_what_is_in_use(talk)
    if any(fault.severity == "error" for fault in faults):
        raise click.exceptions.Exit(CONFIGURATION)


def _tell_what_is_in_use(talk: Talk) -> None:
    with contextlib.suppress(SettingsError):
        refused = standing.refusal(talk.settings())
        if refused is not None:
            talk.tell(refused)


def find_faults(talk: Talk) -> Iterator[Fault]:
    """Yield every fault, by the same loaders as the service."""
    from mailroom import office  # noqa: PLC0415  the other commands start faster

    try:
        settings = talk.settings()
    except SettingsError as error:
        yield from error.faults
        return
    yield from _missing_secrets(settings)
    yield from unread_files(settings.folder("rules"))
    papers, broken = office.read_what_is_whole(settings)
    if broken:
        for template in papers.templates.broken.values():
            yield from template.faults
        yield from office.faults_beside(broken, papers, settings.folder("rules"))
        return
    yield from office.faults_of(papers, now().date())
    yield from _papers_for_nobody(settings, papers.directory)
    yield from _of_another_office(settings, papers.directory)
    # A year without its holiday schedule must be said while there is time.
    last = papers.calendar.known_until
    if (now() + timedelta(days=31)).year > last:
        yield Fault(
            file=str(settings.folder("rules") / "days.yaml"),
            code="C001",
            severity="warning",
            text=text(
                "the holidays of {year} are not known yet; enter them here when they"
                " are announced",
                year=last + 1,
            ),
        )


def _papers_for_nobody(settings: Settings, directory: Directory) -> Iterator[Fault]:
    """Yield a warning for each reader of the day's papers whom nobody knows."""
    roles = set(get_args(Role))
    names = {name for one in directory.people for name in (one.name, *one.also)}
    for kind, paper in settings.papers:
        for word in paper.to:
            if word in roles or directory.person(word) is not None:
                continue
            near = nearest(word, roles | names)
            yield Fault(
                file=str(settings.source),
                code="S014",
                severity="warning",
                text=text(
                    "[papers] {kind}: “{word}” is nobody of the office, and no role."
                    " Did you mean “{near}”?",
                    kind=kind,
                    word=word,
                    near=near,
                )
                if near
                else text(
                    "[papers] {kind}: “{word}” is nobody of the office, and no role",
                    kind=kind,
                    word=word,
                ),
            )


def _of_another_office(settings: Settings, directory: Directory) -> Iterator[Fault]:
    """Yield a warning where rules/office is not of this office, but as it shipped."""
    folder = f"{settings.folder('rules').name}/office"
    addresses = settings.office.addresses
    named = directory.own_addresses or directory.own_domains
    strange = [a for a in addresses if named and not directory.is_own(a)]
    for address in strange:
        sentence = text(
            "{address} of mailroom.toml is not among own_addresses and own_domains"
            " here: is this file still that of the invented office?",
            address=address,
        )
        yield _doubt(f"{folder}/office.yaml", "C002", sentence)
    houses = {_house(address) for address in addresses}
    houses.update(() if strange else directory.own_domains)
    if directory.people and not any(
        _house(person.address) in houses for person in directory.people
    ):
        sentence = text(
            "nobody here has an address of the office: are these still the invented"
            " people? Letters name them, and notices go to them."
        )
        yield _doubt(f"{folder}/people.yaml", "C003", sentence)


def _house(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _doubt(file: str, code: str, sentence: Text) -> Fault:
    return Fault(file=file, code=code, severity="warning", text=sentence)


def _missing_secrets(settings: Settings) -> Iterator[Fault]:
    for account in settings.accounts:
        try:
            settings.secret(account.name, "imap")
            if account.smtp is not None and account.smtp.user:
                settings.secret(account.name, "smtp")
        except SettingsError as error:
            yield from error.faults


def plain(talk: Talk, fault: Fault) -> dict[str, Any]:
    """Write a fault for programs."""
    return {
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "code": fault.code,
        "severity": fault.severity,
        "text": talk.say(fault.text),
    }
