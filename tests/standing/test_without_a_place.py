"""What nobody can place is with the district: in its queues and counts, and in nobody else's.

Written from docs/law.md, Lists: one without a home stands with the reviewers of the 街镇 it names, else of its
sender's, else with the district. 老孙 inspects in the whole district: he answers for no village.
"""

from server.support.models import Lead
from tests.standing.town import FAMILY, NAME, Town

OTHERS = {**FAMILY, "rep_name": "沈阿大", "id_no": "", "id_type": "none", "phone": "13600001111", "addr": "漕河街9号"}
CRY = {"source": "neighbour", "urgent": "yes", "event": "illness", "rep_name": "孙六", "seen": "老人三天没有出门"}


def test_a_registration_and_what_waits_on_it(town: Town) -> None:
    found = town.phone(town.cast.inspector).report("screening", FAMILY)
    town.clock.to("2024-03-02")
    town.phone(town.cast.chen).visit(found.entity, plan="听说在金泽镇")
    assert town.holders(found.entity) == set()
    (line,) = town.bureau.queue("waiting")
    assert NAME in line
    (line,) = town.bureau.queue("elsewhere")
    assert "小陈" in line
    assert town.bureau.look("/submissions").count("待审") == town.bureau.look("/submissions").count("他处填报") == 1
    for office in (town.wang, town.xu):
        assert office.queue("waiting") == office.queue("elsewhere") == []


def test_a_lead_is_seen_and_nothing_unrelated_ends_it(town: Town) -> None:
    # 03-04 老孙 tells of a lead and says no village. 03-05 he registers a family that he cannot place either, naming
    # the lead: neither is in the village of the other.
    phone = town.phone(town.cast.inspector)
    town.clock.to("2024-03-04")
    cry = phone.report("lead", CRY)
    assert any(CRY["seen"] in line for line in town.bureau.look("/leads").rows)
    assert town.bureau.look("/leads").count("待处理") == 1
    assert town.wang.look("/leads").rows == town.xu.look("/leads").rows == []
    town.clock.to("2024-03-05")
    phone.report("screening", {**OTHERS, "lead_id": cry.entity, "lead_id_kept": cry.entity})
    assert Lead.objects.get(pk=cry.entity).state == "open"
