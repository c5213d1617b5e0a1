from tests.desk.conftest import HOUSE, Town


def test_it(town: Town, sit) -> None:
    from sync.models import Submission
    for s in Submission.objects.all(): print(s.state, s.trouble)
    c = sit(town.cast.wang)
    for url in ("/", "/submissions", f"/submissions/{town.first.pk}", "/households", f"/households/{HOUSE}", "/due", "/mine", "/leads", "/troubles", "/ledgers", "/ledgers/310118102/2026-11", "/people", f"/people/{town.cast.li.pk}", "/forms", "/feedback", "/feedback/all"):
        r = c.get(url)
        print(url, r.status_code)
        assert r.status_code == 200, r.content.decode()[:300]
