"""What phones are told is told to a grid worker: in Chinese, without our words, what to do, where the record is."""

import re

import pytest

from sync.problems import Refusal
from sync.troubles import Aside
from tests.house import ROOT

#: What a door says that is ours, where the program is not reached.
NGINX = re.findall(
    r'<message nature="error">([^<]+)</message>', (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
)
TOLD = [*(refusal.sentence for refusal in Refusal), *NGINX]
#: Names of things on the phone's screen, and what stands in its settings.
LATIN = {"ODK", "Collect", "KoboCollect", "https", "MB"}
OURS = re.compile(
    "请求|响应|服务端|客户端|接口|参数|字段|解析|校验|鉴权|认证|授权|令牌|密钥|会话|协议|异常|报错|错误码|状态码|超时|"
    "缓存|数据库|事务|实例|元数据|哈希|摘要|编码|字节|主机|域名|端口|路径|重定向|质询|附件数|配置|非法|无效"
)
#: A grid worker is asked to do something, or told who does it.
TO_DO = re.compile("请|会自动")
#: Refusals that answer what was sent: where the record is now must be said.
FETCHING = {Refusal.NO_SUCH_FORM, Refusal.NO_SUCH_FILE, Refusal.KEY_EXPIRED}
WHERE = re.compile("记录|没有收下|仍在手机|内容仍在|手机里的")


@pytest.mark.wire("W-51")
@pytest.mark.parametrize("sentence", TOLD)
def test_a_grid_worker_can_read_it(sentence: str) -> None:
    assert set(re.findall("[A-Za-z]+", sentence)) <= LATIN
    assert not OURS.findall(sentence)
    assert TO_DO.search(sentence) and sentence.endswith("。") and len(sentence) <= 70
    clauses = re.split("[，。；、（）]", re.sub("[ A-Za-z]", "", sentence))
    assert max(map(len, clauses)) <= 25, "no clause is read twice"
    assert not re.search("[,;:!?()]|\\.(?!\\d)", sentence.replace("https://", "")), "Chinese punctuation"


def test_each_has_a_sentence_of_its_own_and_a_status_that_phones_take_for_a_refusal() -> None:
    assert len({refusal.sentence for refusal in Refusal}) == len(Refusal)
    assert {refusal.status for refusal in Refusal} <= {400, 401, 403, 404, 405, 411, 413, 429, 503}


@pytest.mark.parametrize("refusal", [one for one in Refusal if one not in FETCHING], ids=lambda one: one.name)
def test_it_says_where_the_record_is(refusal: Refusal) -> None:
    assert WHERE.search(refusal.sentence)


@pytest.mark.wire("W-61")
@pytest.mark.parametrize("aside", Aside, ids=lambda one: one.name)
def test_what_is_put_aside_is_called_kept(aside: Aside) -> None:
    """Told on success: nobody should send it again."""
    assert re.search("保留|已收到", aside.sentence) and not re.search("请|[A-Za-z]", aside.sentence)


def test_the_three_sentences_of_the_web_server_are_looked_at() -> None:
    assert len(NGINX) == 3
