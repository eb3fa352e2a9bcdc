"""A visitor of the desk without a browser: logs in, opens pages, sends forms."""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime

import anyio
import httpx

from mailroom.register import logins
from mailroom.register.logins import Role
from mailroom.web.application import application
from tests.unit.small_office import SmallOffice

HOST = "127.0.0.1"
PLACE = f"http://{HOST}"


class Visitor:
    """Somebody at the desk; without a name, a stranger; `at` stops time."""

    def __init__(
        self,
        office: SmallOffice,
        name: str = "",
        *,
        role: Role = Role.APPROVER,
        person: str = "",
        language: str = "en",
        at: datetime | None = None,
    ) -> None:
        self.office = office
        self.at = at
        self.headers = {"accept-language": language}
        self.cookies = httpx.Cookies()
        if name:
            now = datetime.now(UTC)
            with office.desk.database.write() as tx:
                one = logins.named(tx, name) or logins.add(
                    tx, name, person=person, role=role, now=now, actor="test"
                )
                token = logins.begin_session(tx, one, now=now)
            self.cookies.set("mailroom", token, domain=HOST)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page, without following where it leads."""
        return self.ask("GET", path, headers=headers)

    def post(
        self, path: str, form: Mapping[str, object] | None = None, **headers: str
    ) -> httpx.Response:
        """Send a form as the desk's own pages send it."""
        given = {"origin": PLACE, "sec-fetch-site": "same-origin"} | headers
        return self.ask("POST", path, data=dict(form or {}), headers=given)

    def ask(self, method: str, path: str, **how: object) -> httpx.Response:
        """Ask for anything; headers named with _ are written with -."""
        given = how.pop("headers", {})
        assert isinstance(given, Mapping)
        headers = self.headers | {k.replace("_", "-"): v for k, v in given.items()}

        async def answer() -> httpx.Response:
            app = application(
                lambda: self.office.desk, clock=lambda: self.at or datetime.now(UTC)
            )
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(
                transport=transport, base_url=PLACE, cookies=self.cookies
            ) as client:
                said = await client.request(method, path, headers=headers, **how)  # type: ignore[arg-type]  # what httpx takes
                self.cookies = client.cookies
                return said

        return anyio.run(answer)


def fields(page: httpx.Response, action: str) -> dict[str, str]:
    """Read the fields that a form of a page sends, as it stands."""
    form = re.search(
        rf'<form[^>]*action="{re.escape(action)}[^"]*"[^>]*>(.*?)</form>',
        page.text,
        re.DOTALL,
    )
    assert form, f"no form for {action}"
    inputs = re.findall(r"<input\b[^>]*>", form[1])
    found = {
        _attribute(tag, "name"): _attribute(tag, "value")
        for tag in inputs
        if _attribute(tag, "name")
    }
    for name, value in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form[1], re.DOTALL
    ):
        found[name] = html.unescape(value)
    return found


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""
