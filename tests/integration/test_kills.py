"""Claims about SIGKILL at any moment; `python -m tests.kills` is the long trial."""

from pathlib import Path

import pytest

from tests.integration.servers import Dovecot
from tests.kills.claims import claims
from tests.kills.trial import Plan, run, trial


@pytest.mark.slow
@pytest.mark.server
def test_killed_again_and_again_it_loses_nothing_and_sends_nothing_twice(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    plan = Plan(kills=11, mails=24, approvals=10, seed=7, rm_huey=True)

    with trial(plan, tmp_path, dovecot, user="killed") as office:
        run(office)

        made = claims(office)
    assert [line for claim in made for line in claim.against] == []
    assert len(made) >= 10
