"""Every refusal at the phones' door: code, HTTP status, and one sentence for the person holding the phone.

Collect shows the sentence after "Error: ". It never gives up on a refused submission: it stays on the phone and is
tried again, so each sentence says what to do and that nothing is lost. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


@dataclass(frozen=True)
class Problem:
    """`status` is never 2xx/3xx. 401 only where a user name and a password are asked for: to a phone with a token in
    its address it would mean the same question, which its owner cannot answer."""

    status: int
    sentence: str


class Refusal(Enum):
    """The catalogue. The member's name is the code found in logs."""

    # --- who is there ---
    BAD_KEY = Problem(
        403, "服务器不认识这部手机的地址。请向街镇管理员要新的二维码，重新扫码；手机里未发送的记录不会丢。"
    )
    KEY_LOST = Problem(
        403, "这部手机的二维码已按遗失停用。如手机已找回，请联系街镇管理员重新发码，手机里的记录请不要删除。"
    )
    KEY_LEFT = Problem(403, "您的账号已停用，名单不再更新。未发送的记录请尽快发送，或联系街镇管理员。")
    KEY_LEFT_LONG_AGO = Problem(
        403, "您的账号停用已超过30天，服务器不再接收。请把手机交给街镇管理员，用数据线取出记录。"
    )
    KEY_EXPIRED = Problem(403, "这个二维码过期未用，已失效。请向街镇管理员要新的二维码。")

    NOT_LOGGED_IN = Problem(
        401, "请在手机的服务器设置里填写用户名和手机密码（不是电脑登录密码）；手机里未发送的记录不会丢。"
    )
    WRONG_PASSWORD = Problem(
        401,
        "用户名或手机密码不对。请照发放单重新填写，注意小写字母和横线；忘记了请向街镇管理员要新的，记录不会丢。",
    )
    LOGIN_TOO_OLD = Problem(401, "登录已过时，手机会自动重新登录。如果仍看到这句话，请再发送一次，记录不会丢。")
    BASIC_NEEDS_HTTPS = Problem(
        401, "没有加密的连接上不能直接发送密码。请把手机里的服务器地址改为以 https 开头，或重新扫描二维码。"
    )
    NOT_YOUR_ADDRESS = Problem(
        403, "服务器地址末尾的用户名与登录的用户名不一致。请改成自己的用户名，或把它删去；未发送的记录不会丢。"
    )
    TOO_MANY_TRIES = Problem(429, "密码连续填错多次，请等一分钟再试。手机里未发送的记录不会丢。")

    # --- what is asked for ---
    NO_SUCH_PATH = Problem(
        404, "服务器上没有这个地址。请检查手机里的服务器地址，或重新扫描二维码；手机里未发送的记录不会丢。"
    )
    WRONG_ADDRESS = Problem(
        400, "手机里的服务器地址与服务器自己的不一致。请重新扫描二维码；手机里未发送的记录不会丢。"
    )
    WRONG_SCHEME = Problem(
        400, "手机里的服务器地址应以 https 开头。请重新扫描二维码；手机里未发送的记录不会丢。"
    )
    NO_SUCH_FORM = Problem(404, "服务器上没有这张表单的这个版本。请在手机上更新表单后再试。")
    NO_SUCH_FILE = Problem(404, "服务器上没有这个文件。请在手机上更新表单后再试。")
    WRONG_METHOD = Problem(
        405, "服务器不明白这个操作。请用 ODK Collect 或 KoboCollect 更新和发送；手机里未发送的记录不会丢。"
    )
    NO_FORMS = Problem(503, "服务器上暂时没有可用的表单，手机里的表单和记录都不变。请稍后再更新。")

    # --- what is sent ---
    NOT_MULTIPART = Problem(400, "发送的格式不对，服务器没有收下。请用 ODK Collect 或 KoboCollect 重新发送。")
    NO_LENGTH = Problem(411, "发送时没有说明大小，服务器没有收下。请用 ODK Collect 或 KoboCollect 重新发送。")
    CUT_SHORT = Problem(
        400, "网络中断，只收到一部分，服务器没有收下。记录还在手机里，请到信号好的地方再发送。"
    )
    NO_XML = Problem(400, "发送的内容里没有表单，服务器没有收下。请重新发送；仍不行请联系街镇管理员。")
    NOT_XML = Problem(
        400, "这条记录的内容已损坏，服务器没有收下。记录还在手机里，请不要删除，联系街镇管理员取出。"
    )
    NO_INSTANCE_ID = Problem(
        400, "这条记录没有编号，服务器没有收下。请更新表单后重新填写；原记录请先不要删除。"
    )
    BAD_INSTANCE_ID = Problem(
        400, "这条记录的编号不合规则，服务器没有收下。请更新表单后重新填写；原记录请先不要删除。"
    )
    TWO_INSTANCE_IDS = Problem(
        400, "这条记录写了几个互相不同的编号，服务器没有收下。请更新表单后重新填写；原记录请先不要删除。"
    )
    UNKNOWN_FORM = Problem(404, "服务器上没有这张表单，没有收下。请确认扫的是本区的二维码；记录还在手机里。")
    TOO_LARGE = Problem(
        413, "照片或录音太大（一次最多30MB），服务器没有收下。请重拍小一点的照片，或删去几张后再发送。"
    )
    TOO_MANY_PARTS = Problem(413, "一次发送的文件太多，服务器没有收下。请删去几张照片后再发送。")

    # --- not the phone's fault ---
    SERVER_FAULT = Problem(503, "服务器出了故障，这次没有收下。记录还在手机里，不会丢，请过一会儿再发送。")
    TRY_LATER = Problem(503, "服务器正忙，这次没有收下。记录还在手机里，请过几分钟再发送。")

    @property
    def status(self) -> int:
        return self.value.status

    @property
    def sentence(self) -> str:
        return self.value.sentence


class Refused(Exception):
    """Raised anywhere below the views; the door turns it into an answer. Nothing was stored.

    `headers`: what the answer carries besides (the challenge of a 401).
    """

    def __init__(self, refusal: Refusal, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__(refusal.name)
        self.refusal, self.headers = refusal, headers
