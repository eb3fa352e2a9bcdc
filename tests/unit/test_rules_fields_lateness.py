"""Claims about whether a report says that its matter is late."""

import pytest

from tests.unit.field_letters import values

LATE = [
    "能交到D6，剩下的推到6月23日",
    "门诊楼改造较计划慢5天，石料进不来。",
    "第七组材料要晚两天，周四补齐。",
    "预算没批，整体顺延一周左右。",
    "校服招标未能按时完成，原因是只有两家报名。",
    "The tills slipped because the wrong mounts came.",
    "We will miss the opening; new date is Monday.",
    "Training is two weeks late.",
    "The audit is behind schedule.",
    "八项按计划推进，一项滞后。",
    "Flooring is done, the lights are delayed.",
]
IN_TIME = [
    "原定的日子能赶上",
    "From my side this one can be closed; nothing outstanding.",
    "目前进度35%，按节点推进，无滞后。",
    "整改事项已全部落实，现申请办结。",
    "案卷归档正常推进，没有延误。",
    "Surveyor has walked three floors; on track for 31 March.",
    "Status: GREEN. Risks: none.",
    "Everything as planned, no delays.",
]
NEITHER = [
    "如有滞后，请说明原因。",
    "请各科室报送进展。",
    "Please tell us if anything slips.",
    "The pavement is slippery.",
]


@pytest.mark.parametrize("text", LATE)
def test_what_is_late_is_read_as_late(text: str) -> None:
    assert values("late", text)[0] == "true"


@pytest.mark.parametrize("text", IN_TIME)
def test_what_is_in_time_is_not_late(text: str) -> None:
    assert values("late", text)[0] == "false"


@pytest.mark.parametrize("text", NEITHER)
def test_a_word_that_only_could_mean_it_says_nothing(text: str) -> None:
    assert values("late", text) == []
