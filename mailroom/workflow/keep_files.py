"""Keep files: attachments go into a folder of the office, because a rule says so.

`data/attachments/<folder>/<name>`: the folder is the rule's, the name is the sender's,
made safe. What could run, or is not what its name says, is not kept there.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from mailroom.errors import Text, text
from mailroom.message.filenames import safe_name
from mailroom.message.filetypes import belies_itself, is_of_type, is_program
from mailroom.message.model import Attachment
from mailroom.message.parse import parse
from mailroom.register import errands, jobs, messages
from mailroom.register.jobs import Job
from mailroom.register.named_files import keep_named
from mailroom.register.schema import AnyRow
from mailroom.register.texts import pack
from mailroom.workflow.desk import Desk

FOLDER = "attachments"  # under the data folder
LARGEST = 50 * 1024 * 1024  # bytes of one file
MOST = 50  # files of one message


def keep_files(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Keep the attachments of one message, once, however often this is tried.

    Raises LeaseLostError, EnvironmentFault, UnreadableMessageError.
    """
    with desk.database.read() as tx:
        row = messages.row(tx, job.subject_id)
        asked = errands.due(tx, row.id, ("save_attachment",))
    attached = parse(desk.mail.read(row.sha256)).attachments if asked else ()
    root = desk.settings.folder("data") / FOLDER
    kept = [(errand, list(_keep(root, errand, attached))) for errand in asked]
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        for errand, files in kept:
            errands.end(tx, errand, "done", files=files, now=now)
        jobs.finish(tx, job, now=now)
    return []


def _keep(
    root: Path, errand: AnyRow, attached: Iterable[Attachment]
) -> Iterator[tuple[str, str, object]]:
    """Keep what the rule asks for: each file's name, where it lies, or why not."""
    folder = safe_name(errand.wanted, "")
    wanted = [
        one
        for one in attached
        if not errand.only or is_of_type(errand.only, one)
        # A picture that the letter shows in its text is no enclosure.
        if errand.only or not one.inline
    ]
    for number, one in enumerate(wanted, 1):
        name = safe_name(one.name, one.type)
        why = _why_not(name, one, number)
        if why is not None:
            yield name, "", pack(why)
            continue
        path = keep_named(root / folder, name, one.content)
        yield name, str(path.relative_to(root)), None


def _why_not(name: str, one: Attachment, number: int) -> Text | None:
    if number > MOST:
        return text("only the first {n} files of a letter are kept", n=MOST)
    if not one.content:
        return text("the file is empty")
    if one.size > LARGEST:
        return text("it is larger than the {limit} MB allowed: {size} MB",
                    limit=LARGEST // 2**20, size=one.size // 2**20)  # fmt: skip
    if is_program(name, one.content):
        return text("it is a program")
    if belies_itself(name, one.content):
        return text("it is another kind of file than its name says")
    return None
