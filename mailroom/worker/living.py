"""Looks for rules that people have changed, and takes over what is good."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from mailroom import office
from mailroom.errors import ConfigError, Fault, MailroomError, text
from mailroom.office import Papers
from mailroom.register import events
from mailroom.register.rule_files import LastGood, RuleFiles, Signs, read_files, signs
from mailroom.workflow.desk import Desk
from mailroom.workflow.notify import notify

log = logging.getLogger("mailroom.rules")

BEAT_SECONDS = 0.5  # between two looks; each costs one stat(2) a file
SETTLED_AFTER = timedelta(seconds=2)  # without a further change: the save has ended
UNREADABLE = "unreadable"  # stands for the hash of files that cannot be read
IN_FORCE, REFUSED = "rules in force", "rules refused"


class LivingRules:
    """A desk whose rules follow the files, as far as those can be used.

    Rules, chains, people and days are one value: all of them are taken over at once,
    or none. Whoever has begun with a desk goes on with it.
    """

    def __init__(self, desk: Desk) -> None:
        """`desk` is what to go by until something better is found."""
        self.desk = desk
        self._folder = desk.settings.folder("rules")
        self._store = LastGood(desk.settings.folder("data"))
        kept = self._store.in_force()
        self._hash = kept.hash if kept else ""  # of the files that the desk goes by
        self._seen = self._signs()
        self._changed_at: datetime | None = None

    def begin(self, now: datetime) -> Desk:
        """Look at once, as a worker does that starts; return the desk to go by."""
        self._seen = self._signs()
        self._consider(now)
        return self.desk

    def look(self, now: datetime) -> bool:
        """Look whether the files have changed; say whether the desk has.

        A file that is being saved is left alone until it has been at rest.
        """
        seen = self._signs()
        if seen != self._seen:
            self._seen, self._changed_at = seen, now
            return False
        if self._changed_at is None or now - self._changed_at < SETTLED_AFTER:
            return False
        self._changed_at = None
        return self._consider(now)

    def _signs(self) -> tuple[Signs, Signs]:
        # A refused rule may only lack a template that is being written.
        templates = self.desk.settings.folder("templates")
        return signs(self._folder), signs(templates, ("**/*.docx",))

    def _consider(self, now: datetime) -> bool:
        try:
            return self._take(now)
        except MailroomError as error:  # no disk, no database: it is tried again
            log.warning("rules cannot be looked at", extra={"why": str(error)})
            self._changed_at = now
            return False

    def _take(self, now: datetime) -> bool:
        try:
            files = read_files(self._folder)
        except ConfigError as error:
            self._refuse(UNREADABLE, error.faults, now)
            return False
        if files.hash == self._hash:
            if self._store.refused() is not None:  # somebody has put them back
                self._enforce(files, now)
            return False
        try:
            papers, faults = self._try(files)
        except MailroomError:
            raise
        except Exception as error:  # a fault of ours must not stop the service
            # These files have met it: people hear of it as of a fault of theirs.
            log.exception("changed rules cannot be checked")
            self._refuse(files.hash, [self._mishap(error)], now)
            return False
        if any(fault.severity == "error" for fault in faults):
            self._refuse(files.hash, faults, now)
            return False
        self._enforce(files, now)
        self._hash = files.hash
        self.desk = office.with_rules(self.desk, papers)
        log.info("rules taken over", extra={"hash": files.hash})
        return True

    def _try(self, files: RuleFiles) -> tuple[Papers, tuple[Fault, ...]]:
        """Load, check and try the very bytes that are kept."""
        return office.proofread(self.desk, self._store.keep(files))

    def _mishap(self, error: Exception) -> Fault:
        sentence = text(
            "These files cannot be checked: mailroom itself has a fault here ({kind})."
            " Take back the last change, and tell whoever looks after mailroom.",
            kind=type(error).__name__,
        )
        return Fault(file=str(self._folder), code="R057", text=sentence)

    def _enforce(self, files: RuleFiles, now: datetime) -> None:
        self._store.keep(files)
        self._store.enforce(files, now)
        with self.desk.database.write() as tx:
            if events.newest(tx, "rules") != (IN_FORCE, files.hash):
                events.record(
                    tx, IN_FORCE, at=now, entity="rules", entity_id=0, hash=files.hash
                )

    def _refuse(self, hash_: str, faults: Iterable[Fault], now: datetime) -> None:
        """Go on as before, and tell it: in the book, and once to people."""
        wrong = tuple(fault for fault in faults if fault.severity == "error")
        self._store.refuse(hash_, wrong, now)
        with self.desk.database.write() as tx:
            if events.newest(tx, "rules") == (REFUSED, hash_):
                return
            events.record(
                tx, REFUSED, at=now, entity="rules", entity_id=0, hash=hash_,
                faults=len(wrong),
            )  # fmt: skip
            notify(
                self.desk, tx, key=f"rules:{hash_}", now=now,
                subject=text("The changed rules cannot be used"),
                body=text(
                    "The rules were changed and have faults ({n} in all); the first is"
                    " in {place}. The desk goes on with the rules that it had. The"
                    " command “mailroom check” tells what is wrong.",
                    n=len(wrong),
                    place=wrong[0].place,
                ),
            )  # fmt: skip
        extra = {"hash": hash_, "count": len(wrong), "place": wrong[0].place}
        log.warning("changed rules refused", extra=extra)


def desk_in_force(desk: Desk) -> Callable[[], Desk]:
    """Give a desk that goes by the rules which the worker has found good.

    For an entrance beside the worker's process: it takes over what that one took.
    """
    store = LastGood(desk.settings.folder("data"))
    lock = threading.Lock()
    kept = store.in_force()
    hash_ = kept.hash if kept else ""

    def current() -> Desk:
        nonlocal desk, hash_
        with lock:
            named = store.named()
            if named and named != hash_:
                hash_ = named
                # What is damaged since is told by the worker; here the old ones serve.
                with contextlib.suppress(ConfigError):
                    papers = office.read_papers_in_force(desk.settings)
                    desk = office.with_rules(desk, papers)
            return desk

    return current
