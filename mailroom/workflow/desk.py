"""What lies at hand while the day's work is done: values, and the doors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from mailroom.calendar import Calendar
from mailroom.directory import Directory, Person
from mailroom.drafts import LETTER
from mailroom.followups.chains import Chains
from mailroom.mailbox.connections import Connections
from mailroom.register import logins
from mailroom.register.database import Database
from mailroom.register.files import Files
from mailroom.rules.load import RuleSet
from mailroom.settings import Settings
from mailroom.words.rich import Picture
from mailroom.words.templates import Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One office, put together."""

    settings: Settings
    database: Database
    mail: Files  # raw messages, one .eml each
    letters: Files  # what we send, byte for byte
    enclosures: Files  # rendered .docx
    pictures: Files  # what our letters show
    own_pictures: Mapping[str, Picture]  # the office's, by the field that shows them
    rules: RuleSet
    templates: Templates  # by path under templates/
    chains: Chains
    directory: Directory
    calendar: Calendar
    connections: Connections
    loop_mark: str  # X-Mailroom-Loop of this installation

    def shelf(self, kind: str) -> Files:
        """Say where a file of this media type is kept that goes with a letter.

        A mail that is passed on lies among the mail already.
        """
        return self.mail if kind == LETTER else self.enclosures

    def person(self, who: str) -> Person | None:
        """Find the person behind an account of the machine or a login of the desk."""
        mapped = self.settings.reviewers.get(who)
        if mapped is None:
            with self.database.read() as tx:
                mapped = logins.person_of(tx, who)
        return self.directory.person(mapped or "")

    def today(self, now: datetime) -> date:
        """Return the office's own date."""
        return now.astimezone(self.settings.office.zone).date()
