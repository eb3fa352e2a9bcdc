"""What the settings file may say, and what an operator is told of a mistake in it."""

import copy
import os
import textwrap
from pathlib import Path

import pytest

from mailroom.errors import EnvironmentFault, Fault, SettingsError
from mailroom.settings import Secret, Settings

GBK = "this file is not UTF-8 (GBK perhaps); save it as UTF-8"
RIGHT = """\
[office]
name = "恒远集团办公室"
addresses = ["office@hengyuan.example", "London@Hengyuan.example"]

[[accounts]]
name = "office"
address = "office@hengyuan.example"

[accounts.imap]
host = "imap.hengyuan.example"

[[accounts]]
name = "london"
address = "London@Hengyuan.Example"
mailboxes = ["INBOX", "Post room"]
since = 2026-11-01

[accounts.imap]
host = "imap.hengyuan.example"
poll = 5

[accounts.smtp]
host = "smtp.hengyuan.example"
"""


@pytest.fixture(autouse=True)
def _no_secrets_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("MAILROOM_") or name == "CREDENTIALS_DIRECTORY":
            monkeypatch.delenv(name)


def written(folder: Path, source: str | bytes) -> Path:
    file = folder / "mailroom.toml"
    if isinstance(source, str):
        source = textwrap.dedent(source).encode()
    file.write_bytes(source)
    return file


def faults(folder: Path, source: str | bytes) -> list[Fault]:
    file = written(folder, source)
    with pytest.raises(SettingsError) as caught:
        Settings.load(file)
    assert all(fault.file == str(file) for fault in caught.value.faults)
    return list(caught.value.faults)


def only_fault(folder: Path, source: str | bytes) -> tuple[int, int, str, str]:
    (fault,) = faults(folder, source)
    return fault.line, fault.column, fault.code, str(fault.text)


def changed(old: str, new: str) -> str:
    assert old in RIGHT
    return RIGHT.replace(old, new, 1)


# ── what is right ────────────────────────────────────────────────────────


def test_several_accounts_stand_in_one_file_each_with_its_own_servers(
    tmp_path: Path,
) -> None:
    settings = Settings.load(written(tmp_path, RIGHT))

    office, london = settings.accounts
    assert (office.imap.port, office.smtp, office.mailboxes) == (993, None, ("INBOX",))
    assert (london.imap.poll, london.mailboxes) == (5.0, ("INBOX", "Post room"))
    assert london.smtp is not None
    assert london.smtp.port == 465
    assert settings.account("london") is london
    with pytest.raises(KeyError):
        settings.account("paris")


def test_the_domain_of_an_address_is_compared_without_its_case(tmp_path: Path) -> None:
    settings = Settings.load(written(tmp_path, RIGHT))

    assert settings.accounts[1].address == "London@hengyuan.example"
    assert settings.accounts[1].address in settings.office.addresses


def test_a_date_of_toml_serves_as_since(tmp_path: Path) -> None:
    assert Settings.load(written(tmp_path, RIGHT)).accounts[1].since == "2026-11-01"


def test_folders_count_from_the_settings_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, RIGHT + '\n[folders]\ndata = "/srv/mail"\nrules = "regeln"\n')
    monkeypatch.chdir(tmp_path)

    settings = Settings.load(Path("mailroom.toml"))
    monkeypatch.chdir("/")

    assert settings.folder("rules") == tmp_path / "regeln"
    assert settings.folder("data") == Path("/srv/mail")


def test_a_byte_order_mark_of_windows_does_no_harm(tmp_path: Path) -> None:
    file = written(tmp_path, b"\xef\xbb\xbf" + RIGHT.encode())

    assert Settings.load(file).office.name == "恒远集团办公室"


def test_settings_do_not_change_once_read(tmp_path: Path) -> None:
    settings = Settings.load(written(tmp_path, RIGHT))

    with pytest.raises(ValueError, match="frozen"):
        settings.office.mode = "send"


# ── what is wrong ────────────────────────────────────────────────────────


def test_an_unknown_setting_is_named_with_the_one_that_was_meant(
    tmp_path: Path,
) -> None:
    source = changed('host = "imap', 'hots = "x"\nhost = "imap')

    assert only_fault(tmp_path, source) == (
        10, 1, "S004", "unknown setting accounts.0.imap.hots; did you mean host?",
    )  # fmt: skip


def test_an_unknown_setting_that_resembles_nothing_gets_no_guess(
    tmp_path: Path,
) -> None:
    source = changed('name = "恒远集团办公室"', 'name = "恒远"\n  zzz = 1')

    assert only_fault(tmp_path, source) == (3, 3, "S004", "unknown setting office.zzz")


def test_an_unknown_table_is_found_at_its_heading(tmp_path: Path) -> None:
    assert only_fault(tmp_path, RIGHT + "\n[ofice]\n")[:3] == (25, 1, "S004")


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("poll = 5", 'poll = "often"', (20, 1), "it should be a number"),
        ("poll = 5", "poll = 0", (20, 1), "it should be 0.1 or more"),
        ("poll = 5", "port = 70000", (20, 1), "it should be 65535 or less"),
        ("poll = 5", 'port = "imaps"', (20, 1), "it should be a whole number"),
        ("poll = 5", 'tls = "ssl"', (20, 1), "may be 'tls', 'starttls', 'none'"),
        ("poll = 5", "user = 5", (20, 1), "should be a text in quotes"),
        ('"INBOX", "Post room"', "1", (15, 1), "it should be a text in quotes"),
        ("since = 2026-11-01", 'since = "soon"', (16, 1), '"now", "all", or a date'),
        ("London@Hengyuan.Example", "London", (14, 1), "should be a mail address"),
        ('name = "london"', 'name = "London"', (13, 1), "a-z, 0-9 and _"),
        ('name = "恒远', 'timezone = "Peking"\nname = "恒远', (2, 1), "Asia/Shanghai"),
        ('name = "恒远', 'code = "恒"\nname = "恒远', (2, 1), "1 to 8 of A-Z"),
    ],
)
def test_a_wrong_value_is_told_with_what_would_be_right(
    tmp_path: Path, old: str, new: str, place: tuple[int, int], words: str
) -> None:
    source = changed(old, new)

    found = {
        (fault.line, fault.column): str(fault.text)
        for fault in faults(tmp_path, source)
    }

    assert words in found[place]


def test_a_missing_setting_is_told_at_its_table(tmp_path: Path) -> None:
    source = changed('[accounts.imap]\nhost = "imap.hengyuan.example"\n', "")

    assert only_fault(tmp_path, source) == (
        5, 1, "S004", "accounts.0.imap is missing",
    )  # fmt: skip


def test_a_faulty_account_is_told_once(tmp_path: Path) -> None:
    source = RIGHT.replace("poll = 5", "poll = 0").replace(
        "[accounts.imap]\nhost", "x", 1
    )

    assert len(faults(tmp_path, source)) == 3  # x, no imap, poll


def test_dotted_keys_have_their_place_too(tmp_path: Path) -> None:
    source = RIGHT.replace(
        '[accounts.imap]\nhost = "imap.hengyuan.example"\n', "imap.hots = 'x'\n", 1
    )

    assert [(f.line, f.column) for f in faults(tmp_path, source)] == [(5, 1), (9, 1)]


@pytest.mark.parametrize(
    "line", ["name ＝ “恒远”", "name = “恒远”", "name： '恒远'", "【office】"]
)
def test_full_width_signs_are_recognised_as_such(tmp_path: Path, line: str) -> None:
    found = only_fault(tmp_path, f"[office]\n{line}\n")

    assert found[0] == 2
    assert found[1] > 0
    assert found[2] == "S003"
    assert "full-width or curly sign" in found[3]


def test_full_width_signs_in_texts_and_comments_are_not_to_blame(
    tmp_path: Path,
) -> None:
    source = '[office]\nname = "办公室：收发"  # 名称：如“恒远”\ncode = HY\n'

    found = only_fault(tmp_path, source)

    assert found[0] == 3
    assert found[3].startswith("this is not TOML: ")
    assert "full-width" not in found[3]


def test_a_file_saved_as_gbk_is_recognised(tmp_path: Path) -> None:
    found = only_fault(tmp_path, RIGHT.encode("gbk"))

    assert found == (0, 0, "S002", GBK)


def test_a_missing_file_is_told_with_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.load(tmp_path / "mailroom.toml")

    assert "mailroom init DIR" in str(caught.value)


def test_a_folder_in_place_of_the_file_is_the_operators_to_mend(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="Is a directory"):
        Settings.load(tmp_path)


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ('name = "london"', 13),
        ('host = "smtp.hengyuan.example"', 23),
        ("poll = 5", 20),
        ('name = "恒远集团办公室"', 2),
    ],
)
def test_a_password_in_the_file_is_a_fault_that_does_not_show_it(
    tmp_path: Path, where: str, line: int
) -> None:
    source = changed(where, f'password = "geheim"\n{where}')

    found = only_fault(tmp_path, source)

    assert found[:3] == (line, 1, "S012")
    assert "geheim" not in found[3]


@pytest.mark.parametrize(
    "source",
    [
        '[accounts]\nname = "office"\npassword = "geheim"\n',
        'accounts = "office"\n',
        "accounts = [1, 2]\n",
        '[[accounts]]\nimap = "imap.hengyuan.example"\nsmtp = ["geheim"]\n',
        "office = 3\n",
        "",
    ],
)
def test_a_file_of_the_wrong_shape_is_told_never_a_crash(
    tmp_path: Path, source: str
) -> None:
    found = faults(tmp_path, source)

    assert found
    assert "geheim" not in "\n".join(map(str, found))


def test_an_office_without_an_account_is_told_so(tmp_path: Path) -> None:
    source = "accounts = []\n" + RIGHT.split("[[accounts]]", maxsplit=1)[0]

    assert only_fault(tmp_path, source) == (1, 1, "S004", "accounts is empty")


def test_single_brackets_around_accounts_are_recognised(tmp_path: Path) -> None:
    source = RIGHT.split("[[accounts]]", maxsplit=1)[0]
    source += '[accounts]\nname = "office"\n'

    assert only_fault(tmp_path, source) == (
        5, 1, "S004", "an account begins with [[accounts]], in two pairs of brackets",
    )  # fmt: skip


def test_two_accounts_of_one_name_are_a_fault_at_the_second(tmp_path: Path) -> None:
    source = changed('name = "london"', 'name = "office"')

    assert only_fault(tmp_path, source) == (
        13, 1, "S005", "two accounts are named office",
    )  # fmt: skip


def test_an_address_of_nobody_an_account_that_cannot_send_a_move_to_nowhere(
    tmp_path: Path,
) -> None:
    source = changed('"office@hengyuan.example", ', "")
    source = source.replace('name = "london"', 'name = "london"\nmarks = "move"')
    source = source.replace("[office]", '[office]\nmode = "send"')

    assert [(f.line, f.code, str(f.text)[:40]) for f in faults(tmp_path, source)] == [
        (6, "S005", 'mode = "send" needs [accounts.smtp]'),
        (8, "S005", "office@hengyuan.example is not among off"),
        (15, "S005", 'marks = "move" needs move_to, a mailbox'),
    ]


def test_all_faults_are_told_in_one_run_in_their_order(tmp_path: Path) -> None:
    source = RIGHT.replace("[office]", '[office]\nmode = "sende"\ncodes = 1')
    source = source.replace('name = "london"', 'name = "office"\npassword = "x"')
    source = source.replace("poll = 5", 'poll = "often"')

    assert [(f.line, f.code) for f in faults(tmp_path, source)] == [
        (2, "S004"), (3, "S004"), (15, "S005"), (16, "S012"), (23, "S004"),
    ]  # fmt: skip


# ── secrets ──────────────────────────────────────────────────────────────


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret("geheim")

    shown = [
        repr(secret), str(secret), f"{secret}", f"{secret!r}", "{}".format(secret),  # noqa: UP032  each way counts
        "%s" % secret, repr([secret]), repr({"a": secret}), repr(copy.copy(secret)),  # noqa: UP031  likewise
    ]  # fmt: skip
    assert not any("geheim" in each for each in shown)
    assert secret.reveal() == "geheim"


def secret_file(folder: Path, name: str, content: bytes, mode: int = 0o600) -> Path:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    file.chmod(mode)
    return file


def test_a_password_comes_from_the_environment_before_any_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.load(written(tmp_path, RIGHT))
    secret_file(tmp_path, "secrets/office_imap_password", b"from the file\n")
    assert settings.secret("office", "imap").reveal() == "from the file"

    monkeypatch.setenv("MAILROOM_OFFICE_IMAP_PASSWORD", "from outside")

    assert settings.secret("office", "imap").reveal() == "from outside"


@pytest.mark.parametrize("variable", ["CREDENTIALS_DIRECTORY", "MAILROOM_SECRETS_DIR"])
def test_a_password_may_lie_where_systemd_or_a_container_puts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    settings = Settings.load(written(tmp_path, RIGHT))
    secret_file(tmp_path, "run/office_imap_password", "密码 \n".encode())

    monkeypatch.setenv(variable, str(tmp_path / "run"))

    assert settings.secret("office", "imap").reveal() == "密码 "


def test_the_password_of_imap_serves_for_smtp_where_there_is_no_other(
    tmp_path: Path,
) -> None:
    settings = Settings.load(written(tmp_path, RIGHT))
    secret_file(tmp_path, "secrets/london_imap_password", b"one")
    assert settings.secret("london", "smtp").reveal() == "one"

    secret_file(tmp_path, "secrets/london_smtp_password", b"two")

    assert settings.secret("london", "smtp").reveal() == "two"
    assert settings.secret("london", "imap").reveal() == "one"


def no_secret(settings: Settings) -> Fault:
    with pytest.raises(SettingsError) as caught:
        settings.secret("office", "imap")
    (fault,) = caught.value.faults
    return fault


def test_a_missing_password_is_told_with_its_file_and_its_variable(
    tmp_path: Path,
) -> None:
    fault = no_secret(Settings.load(written(tmp_path, RIGHT)))

    assert fault.file == str(tmp_path / "secrets" / "office_imap_password")
    assert fault.code == "S010"
    assert "MAILROOM_OFFICE_IMAP_PASSWORD" in str(fault.text)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_password_that_others_may_read_is_not_taken(
    tmp_path: Path, mode: int
) -> None:
    settings = Settings.load(written(tmp_path, RIGHT))
    file = secret_file(tmp_path, "secrets/office_imap_password", b"geheim", mode)

    fault = no_secret(settings)

    assert (fault.code, str(fault.text)) == (
        "S011", f"others may read this password; run: chmod 600 {file}",
    )  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"\n", b"\xc3\xdc\xc2\xeb"])
def test_an_empty_or_unreadable_password_is_a_fault(
    tmp_path: Path, content: bytes
) -> None:
    settings = Settings.load(written(tmp_path, RIGHT))
    secret_file(tmp_path, "secrets/office_imap_password", content)

    assert no_secret(settings).code == "S013"


def test_notepads_byte_order_mark_is_no_part_of_a_password(tmp_path: Path) -> None:
    settings = Settings.load(written(tmp_path, RIGHT))
    secret_file(tmp_path, "secrets/office_imap_password", b"\xef\xbb\xbfgeheim\r\n")

    assert settings.secret("office", "imap").reveal() == "geheim"


def test_a_secrets_folder_that_is_closed_to_us_counts_as_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.load(written(tmp_path, RIGHT))
    closed = settings.folder("secrets") / "office_imap_password"
    ask = Path.is_file

    def is_file(path: Path) -> bool:
        if path == closed:
            raise PermissionError(13, "closed", str(path))
        return ask(path)

    monkeypatch.setattr(Path, "is_file", is_file)

    with pytest.raises(SettingsError, match="no password for account office"):
        settings.secret("office", "imap")
