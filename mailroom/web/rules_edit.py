"""Holds an edited rule file to the worker's own check, and puts it in its place."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from threading import Lock
from time import monotonic

from mailroom import office
from mailroom.errors import Fault, ReviewError, RuleError, Text, text
from mailroom.office import Papers
from mailroom.register import events, rule_history
from mailroom.register.rule_files import LastGood, RuleFiles, add, put, read_files
from mailroom.register.rule_history import Author
from mailroom.register.rule_names import taken
from mailroom.register.rule_track import RULE_FILE
from mailroom.register.texts import pack
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import Visit
from mailroom.workflow.desk import Desk
from mailroom.workflow.own_benefit import serves_its_editor
from mailroom.workflow.rehearse import Rehearsed, Silent, Tally, rehearse, silent_rules

MOST_MAILS = 500  # that are gone through while somebody waits for the page
PATIENCE = 5.0  # seconds of it
MOST_SHOWN = 60  # mails that would change
OFFICE = "office/"  # people and whose word counts: for admins alone
_BOM = b"\xef\xbb\xbf"
_rehearsing = Lock()  # one at a time: it takes a processor for seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A rule file as somebody has edited it."""

    name: str  # in the folder: "invoice.yaml", "office/people.yaml"
    before: bytes  # the file as it is now
    words: str  # as it shall be
    is_new: bool = False  # there is no such file yet; `before` is empty

    @property
    def content(self) -> bytes:
        """The bytes to be written: line ends and byte order mark as they were."""
        words = self.words
        if b"\r\n" in self.before:
            words = words.replace("\n", "\r\n")
        return (_BOM if self.before.startswith(_BOM) else b"") + words.encode()

    @property
    def differs(self) -> Sequence[str]:
        """The lines in which it differs from the file as it is now, as git shows it."""
        lines = unified_diff(
            readable(self.before).splitlines(),
            self.words.splitlines(),
            n=2,
            lineterm="",
        )
        return list(lines)[2:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the check says of a folder with the edited file in it."""

    papers: Papers
    faults: tuple[Fault, ...]

    @property
    def is_good(self) -> bool:
        """Say whether the worker would take these rules."""
        return not any(fault.severity == "error" for fault in self.faults)

    def breaks(self, name: str) -> bool:
        """Say whether one of the errors lies in a file."""
        return any(f.severity == "error" and f.file == name for f in self.faults)

    def named(self, first: str) -> Sequence[Fault]:
        """Give the faults, those of one file first, errors before warnings."""
        rank = {"error": 0, "warning": 1}
        return sorted(
            self.faults, key=lambda f: (f.file != first, rank[f.severity], f.line)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What the edited rules would have made of the newest mail."""

    tally: Tally
    changed: Sequence[Rehearsed]  # the newest first, as many as are shown
    silent: Silent  # rules of theirs
    days: int
    stopped: bool  # the time was over before the mail was


def readable(content: bytes) -> str:
    """Show the bytes of a file, with line ends LF; what is no UTF-8 shows as such."""
    words = content.removeprefix(_BOM).decode("utf-8", "replace")
    return words.replace("\r\n", "\n")


def mark(content: bytes) -> str:
    """Name a state of a file, so that a form can say what it was made from."""
    return sha256(content).hexdigest()


def folder_of(visit: Visit) -> Path:
    """Say where the rules lie that people edit."""
    return visit.desk.settings.folder("rules")


def files_for(visit: Visit) -> Mapping[str, bytes]:
    """Read the rule files that a visitor may edit, by their names.

    Raises NoSuchPageError for whoever may edit none, RuleError for unreadable files.
    """
    if not visit.edits_rules:
        raise NoSuchPageError
    # Who counts as what, and who sees what is restricted, is more than a rule.
    everything = visit.login is not None and visit.login.role.value == "admin"
    return {
        name: content
        for name, content in read_files(folder_of(visit)).contents.items()
        if everything or not name.startswith(OFFICE)
    }


def file_for(visit: Visit, name: str) -> bytes:
    """Read one of them.

    Raises NoSuchPageError for a name that is not listed, ReviewError where a file
    cannot be read: without it, the others cannot be tried.
    """
    try:
        return files_for(visit)[name]
    except KeyError:
        raise NoSuchPageError from None
    except RuleError as error:
        raise _unreadable(error) from error


def _files(visit: Visit) -> RuleFiles:
    try:
        return read_files(folder_of(visit))
    except RuleError as error:
        raise _unreadable(error) from error


def _unreadable(error: RuleError) -> ReviewError:
    first = error.faults[0]
    return ReviewError(text("{place}: {why}", place=first.place, why=first.text))


def name_in(folder: Path, file: str) -> str:
    """Say what a file of a fault is called in the folder of rules."""
    return file.removeprefix(f"{folder}/").removeprefix(f"{folder.name}/")


def desk_of_folder(visit: Visit) -> Desk:
    """Give the desk by the files as they are now. Raises ReviewError for faults."""
    files = _files(visit)
    if LastGood(visit.desk.settings.folder("data")).named() == files.hash:
        return visit.desk
    proof = _proof(visit, files.contents)
    if not proof.is_good:
        raise ReviewError(text("The rule files have faults; mend them first."))
    return office.with_rules(visit.desk, proof.papers)


def prove(visit: Visit, edit: Edit) -> Proof:
    """Load, check and try the folder with the edited file, as the worker will.

    Raises ReviewError where another file cannot be read.
    """
    files = _files(visit)
    return _proof(visit, {**files.contents, edit.name: edit.content})


def _proof(visit: Visit, contents: Mapping[str, bytes]) -> Proof:
    with tempfile.TemporaryDirectory(prefix="mailroom-rules-") as spare:
        folder = Path(spare) / folder_of(visit).name
        for name, content in contents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        papers, faults = office.proofread(visit.desk, folder)
    mine = folder_of(visit)
    named = (replace(f, file=name_in(mine, f.file)) for f in faults)
    return Proof(papers=papers, faults=tuple(named))


def try_on_mail(visit: Visit, papers: Papers, days: int) -> Rehearsal:
    """Sort the newest mail by the rules in force and by these; nothing is written.

    Raises ReviewError while somebody else is at it.
    """
    if not _rehearsing.acquire(timeout=PATIENCE):
        raise ReviewError(
            text("somebody else is trying rules on the mail just now; try again")
        )
    try:
        return _tried(visit, papers, days)
    finally:
        _rehearsing.release()


def _tried(visit: Visit, papers: Papers, days: int) -> Rehearsal:
    until = monotonic() + PATIENCE
    since = visit.now - timedelta(days=days)
    new = office.with_rules(visit.desk, papers)
    tally, changed, stopped = Tally(), [], False
    for one in rehearse(visit.desk, new, since=since, now=visit.now, most=MOST_MAILS):
        # By the rules in force: nobody gets a view by editing a file.
        visible = one.is_for(visit.sight)
        tally.count(one, visible=visible)
        if one.differs and visible:
            changed.append(one)
        if monotonic() > until:
            stopped = True
            break
    return Rehearsal(
        tally=tally,
        changed=changed[::-1][:MOST_SHOWN],
        silent=silent_rules(visit.desk.rules.rules, papers.rules.rules, tally),
        days=days,
        stopped=stopped,
    )


def save(visit: Visit, edit: Edit, proof: Proof, note: str) -> bool:
    """Put the edited file in its place, and tell git and the book who has done it.

    False, and nothing is written, where the file has changed since. Raises ReviewError
    for a file with faults, for what would give its editor more to see or to say, and
    for a new file whose name has been taken since.
    """
    _must_be_sound(visit, edit, proof)
    _must_not_serve_its_editor(visit, proof.papers)
    folder = folder_of(visit)
    if edit.is_new:
        if not add(folder, edit.name, edit.content):
            raise ReviewError(is_there(taken(folder, edit.name)))
    elif not put(folder, edit.name, edit.content, base=edit.before):
        return False
    entered = rule_history.commit(
        folder / edit.name, _author(visit), _message(visit, edit.name, note)
    )
    with visit.desk.database.write() as tx:
        events.record(
            tx, "rule file saved", at=visit.now, entity=RULE_FILE, entity_id=0,
            actor=visit.who, file=edit.name, hash=mark(edit.content),
            before="" if edit.is_new else mark(edit.before), commit=entered.commit,
            why=pack(entered.why) if entered.why else None,
        )  # fmt: skip
    return True


def is_there(name: str) -> Text:
    """Say that a new file cannot have the name of one that is there."""
    return text("There is already a file {file}. Nothing was saved.", file=name)


def _must_be_sound(visit: Visit, edit: Edit, proof: Proof) -> None:
    wrong = [fault for fault in proof.faults if fault.severity == "error"]
    if proof.breaks(edit.name):
        raise ReviewError(text("The file has faults; nothing was saved."))
    if not wrong:
        return
    # Of two broken files one must be mended first; but none may be broken by this.
    files = _files(visit)
    good = LastGood(visit.desk.settings.folder("data")).named() == files.hash
    if good or _proof(visit, files.contents).is_good:
        raise ReviewError(
            text("With this change other files have faults; nothing was saved.")
        )


def _must_not_serve_its_editor(visit: Visit, papers: Papers) -> None:
    name = visit.login.person if visit.login is not None else ""
    if serves_its_editor(visit.desk, office.with_rules(visit.desk, papers), name):
        raise ReviewError(
            text(
                "This change would let you yourself see or decide more than now;"
                " somebody else must make it. Nothing was saved."
            )
        )


def _author(visit: Visit) -> Author:
    person = visit.person
    if person is not None:
        return Author(name=person.name, address=person.address)
    return Author(name=visit.who, address="")


def _message(visit: Visit, name: str, note: str) -> str:
    """Write what git keeps: which file, who, and what for."""
    who = visit.person.name if visit.person else visit.who
    return f"{name}: {who}\n\n{note}\n"
