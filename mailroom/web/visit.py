"""Who looks at the desk, in which language, at what moment."""

from dataclasses import dataclass
from datetime import datetime

from mailroom.cases import NOBODY, Sight
from mailroom.directory import Person
from mailroom.i18n import LANGUAGES, Language
from mailroom.register.logins import Login, Role
from mailroom.workflow.desk import Desk
from mailroom.workflow.sight import sight_of

LANGUAGE_COOKIE = "mailroom_language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One look at the desk: everything a page may depend on besides what is asked."""

    desk: Desk
    login: Login | None  # None: nobody has logged in
    token: str  # of the session; "" without one
    person: Person | None
    sight: Sight
    language: Language
    place: str  # where they are: a path of ours, with its query
    now: datetime

    @property
    def who(self) -> str:
        """The name under which a decision stands in the book."""
        if self.login is None:
            raise PermissionError("nobody has logged in")
        return self.login.name

    def may(self, role: Role) -> bool:
        """Say whether the visitor may do what needs a role."""
        return self.login is not None and self.login.role.reaches(role)

    @property
    def edits_rules(self) -> bool:
        """Say whether the visitor may change rules: an admin, or an editor by name."""
        person = self.person
        return self.may(Role.ADMIN) or (person is not None and "editor" in person.roles)


def visit_of(
    desk: Desk,
    login: Login | None,
    *,
    token: str,
    cookie: str,
    languages: str,
    place: str,
    now: datetime,
) -> Visit:
    """Put a visit together. The language: one's own, a cookie's, the browser's."""
    person = desk.directory.person(login.person) if login and login.person else None
    own = login.language if login else None
    return Visit(
        desk=desk,
        login=login,
        token=token,
        person=person,
        sight=sight_of(desk, person) if login else NOBODY,
        language=_language(own, cookie, languages, desk.settings.office.language),
        place=place,
        now=now,
    )


def _language(
    own: str | None, cookie: str, languages: str, office: Language
) -> Language:
    for wanted in (own, cookie):
        for known in LANGUAGES:
            if wanted == known:
                return known
    ranked = sorted(
        (_rank(entry, place) for place, entry in enumerate(languages.split(",")[:20])),
        reverse=True,
    )
    for quality, _, tag in ranked:
        if quality > 0 and tag.startswith("zh"):
            return "zh-CN"
        if quality > 0 and tag.startswith("en"):
            return "en"
    return office


def _rank(entry: str, place: int) -> tuple[float, int, str]:
    """Read one entry of Accept-Language (RFC 9110, 12.5.4): `en-GB;q=0.8`."""
    tag, _, quality = entry.strip().lower().partition(";")
    try:
        weight = float(quality.strip().removeprefix("q=") or 1)
    except ValueError:
        weight = 0.0
    return weight, -place, tag
