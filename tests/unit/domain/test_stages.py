"""The steps of a nomination: every pair of state and act is either in the table or refused."""

from itertools import product

import pytest

from core.domain.roles import Role, TenantKind
from core.domain.stages import (
    NOMINATION,
    PLAN,
    Channel,
    IllegalMove,
    PlanAct,
    PlanState,
    acts,
    move,
    plan_acts,
    plan_move,
)
from core.domain.stages import NominationAct as Act
from core.domain.stages import NominationState as State
from core.rulebook.js2023 import EDITION

CITY = [
    (State.DRAFT, Act.SUBMIT, Role.CITY_CENTRE, State.SUBMITTED),
    (State.RETURNED, Act.SUBMIT, Role.CITY_CENTRE, State.SUBMITTED),
    (State.SUBMITTED, Act.COUNTERSIGN, Role.CITY_HR, State.REPORTED),
    (State.SUBMITTED, Act.RETURN, Role.CITY_HR, State.RETURNED),
    (State.REPORTED, Act.RETURN, Role.PROVINCE_CENTRE, State.RETURNED),
    (State.REPORTED, Act.ADMIT, Role.PROVINCE_CENTRE, State.ADMITTED),
    (State.REPORTED, Act.REJECT, Role.PROVINCE_HR, State.REJECTED),
    (State.DRAFT, Act.WITHDRAW, Role.CITY_CENTRE, State.WITHDRAWN),
    (State.SUBMITTED, Act.WITHDRAW, Role.CITY_CENTRE, State.WITHDRAWN),
    (State.REPORTED, Act.WITHDRAW, Role.CITY_CENTRE, State.WITHDRAWN),
    (State.RETURNED, Act.WITHDRAW, Role.CITY_CENTRE, State.WITHDRAWN),
]
DIRECT = [
    (State.DRAFT, Act.SUBMIT, Role.CENTRAL_BRANCH, State.REPORTED),
    (State.RETURNED, Act.SUBMIT, Role.CENTRAL_BRANCH, State.REPORTED),
    (State.REPORTED, Act.RETURN, Role.PROVINCE_HR, State.RETURNED),
    (State.REPORTED, Act.ADMIT, Role.PROVINCE_CENTRE, State.ADMITTED),
    (State.REPORTED, Act.REJECT, Role.PROVINCE_CENTRE, State.REJECTED),
    (State.DRAFT, Act.WITHDRAW, Role.CENTRAL_BRANCH, State.WITHDRAWN),
    (State.REPORTED, Act.WITHDRAW, Role.CENTRAL_BRANCH, State.WITHDRAWN),
    (State.RETURNED, Act.WITHDRAW, Role.CENTRAL_BRANCH, State.WITHDRAWN),
]
STEPS = [(Channel.CITY, *step) for step in CITY] + [(Channel.PROVINCE_DIRECT, *step) for step in DIRECT]


@pytest.mark.parametrize(("channel", "state", "act", "role", "after"), STEPS)
def test_a_legal_step_leads_where_it_should(
    channel: Channel, state: State, act: Act, role: Role, after: State
) -> None:
    assert move(state, act, channel=channel, role=role) is after
    assert act in acts(state, channel=channel, role=role)


@pytest.mark.parametrize("channel", Channel)
def test_every_other_pair_is_refused_for_every_role(channel: Channel) -> None:
    legal = {(state, act) for each, state, act, *_ in STEPS if each is channel}
    assert legal == NOMINATION[channel].keys()
    for state, act, role in product(State, Act, Role):
        if (state, act) not in legal:
            with pytest.raises(IllegalMove, match=f"推荐申报{state.zh}，不能{act.zh}。"):
                move(state, act, channel=channel, role=role)


@pytest.mark.parametrize(("channel", "state", "act", "role", "after"), STEPS)
def test_who_may_not_take_a_step_is_told_who_may(
    channel: Channel, state: State, act: Act, role: Role, after: State
) -> None:
    allowed = NOMINATION[channel][state, act].by
    assert role in allowed
    assert {each.kind for each in allowed} & {TenantKind.ENTERPRISE, TenantKind.PLATFORM} == set()
    for other in Role:
        if other not in allowed:
            with pytest.raises(IllegalMove) as refused:
                move(state, act, channel=channel, role=other)
            assert refused.value.message.startswith(f"{act.zh}由")
            assert refused.value.message.endswith(f"办理，{other.zh}不能办理。")
            assert act not in acts(state, channel=channel, role=other)


def test_a_refusal_says_what_is_possible_instead() -> None:
    with pytest.raises(IllegalMove) as refused:
        move(State.REPORTED, Act.COUNTERSIGN, channel=Channel.CITY, role=Role.PROVINCE_CENTRE)
    assert refused.value.message == ("推荐申报已报省级，不能会签。现在可以退回、确定为试点企业、不予确定。")
    with pytest.raises(IllegalMove) as refused:
        move(State.ADMITTED, Act.WITHDRAW, channel=Channel.CITY, role=Role.CITY_CENTRE)
    assert refused.value.message == ("推荐申报已确定为试点企业，不能撤回。刷新页面后查看现在的状态。")


@pytest.mark.parametrize("channel", Channel)
def test_a_decided_nomination_goes_nowhere_and_every_state_is_reached(channel: Channel) -> None:
    moves = NOMINATION[channel]
    ended = {State.ADMITTED, State.REJECTED, State.WITHDRAWN}
    assert not {state for state, _ in moves} & ended
    reached = {State.DRAFT} | {step.to for step in moves.values()}
    assert reached == set(State) - (set() if channel is Channel.CITY else {State.SUBMITTED})


def test_a_place_is_held_from_sending_in_until_rejected_or_withdrawn() -> None:
    assert [each for each in State if each.stands] == [
        State.SUBMITTED,
        State.REPORTED,
        State.RETURNED,
        State.ADMITTED,
    ]


def test_channels_are_those_of_the_template() -> None:
    assert EDITION.template.codes("/nomination/channels") == tuple(Channel)


JOINT = {
    Channel.CITY: {Role.CITY_HR, Role.CITY_INDUSTRY},
    Channel.PROVINCE_DIRECT: {Role.PROVINCE_CENTRE, Role.CENTRAL_BRANCH},
}
ENTERPRISE = {Role.ENTERPRISE_HR, Role.ENTERPRISE_PRINCIPAL}
PROVINCE = {Role.PROVINCE_HR, Role.PROVINCE_CENTRE}


def plan_steps(channel: Channel) -> dict[tuple[PlanState, PlanAct], tuple[PlanState, set[Role]]]:
    joint = JOINT[channel]
    return {
        (PlanState.PUBLICISED, PlanAct.SUBMIT): (PlanState.SUBMITTED, ENTERPRISE),
        (PlanState.PUBLICISED, PlanAct.WITHDRAW): (PlanState.WITHDRAWN, ENTERPRISE),
        (PlanState.SUBMITTED, PlanAct.AGREE): (PlanState.SUBMITTED, joint),
        (PlanState.SUBMITTED, PlanAct.CONCLUDE): (PlanState.REVIEWED, joint),
        (PlanState.SUBMITTED, PlanAct.RETURN): (PlanState.RETURNED, joint),
        (PlanState.SUBMITTED, PlanAct.REJECT): (PlanState.REJECTED, PROVINCE),
        (PlanState.REVIEWED, PlanAct.APPROVE): (PlanState.APPROVED, PROVINCE),
        (PlanState.REVIEWED, PlanAct.RETURN): (PlanState.RETURNED, PROVINCE),
        (PlanState.REVIEWED, PlanAct.REJECT): (PlanState.REJECTED, PROVINCE),
        (PlanState.APPROVED, PlanAct.SUPERSEDE): (PlanState.SUPERSEDED, PROVINCE),
    }


@pytest.mark.parametrize(
    ("channel", "state", "act"), [(each, *pair) for each in Channel for pair in product(PlanState, PlanAct)]
)
def test_a_version_of_a_plan_goes_only_where_the_table_leads_and_only_by_those_it_names(
    channel: Channel, state: PlanState, act: PlanAct
) -> None:
    after, allowed = plan_steps(channel).get((state, act), (None, set()))
    for role in Role:
        if role in allowed:
            assert plan_move(state, act, channel=channel, role=role) is after
            assert act in plan_acts(state, channel=channel, role=role)
            continue
        assert act not in plan_acts(state, channel=channel, role=role)
        refused = f"工作方案{state.zh}，不能{act.zh}(?:（二（[二三]））)?。"
        expected = f"{role.zh}不能办理。" if after else refused
        with pytest.raises(IllegalMove, match=expected):
            plan_move(state, act, channel=channel, role=role)


def test_a_version_of_a_plan_that_ended_goes_nowhere_and_every_state_is_reached() -> None:
    for channel in Channel:
        ended = {PlanState.RETURNED, PlanState.REJECTED, PlanState.WITHDRAWN, PlanState.SUPERSEDED}
        assert not {state for state, _ in PLAN[channel]} & ended
        assert {PlanState.PUBLICISED} | {step.to for step in PLAN[channel].values()} == set(PlanState)


def test_a_version_that_may_still_be_returned_or_withdrawn_is_pending() -> None:
    assert [each for each in PlanState if each.pending] == [
        PlanState.PUBLICISED,
        PlanState.SUBMITTED,
        PlanState.REVIEWED,
    ]
