"""Every refusal at the phones' door: code, HTTP status, and one sentence for the person holding the phone.

Collect shows the sentence after "Error: ". It never gives up on a refused submission: it stays on the phone and is
tried again, so each sentence says what to do and that nothing is lost. Pure.
"""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Problem:
    """`status` is never 401 (Collect would ask for a password) and never 2xx/3xx."""

    status: int
    sentence: str


class Refusal(Enum):
    """The catalogue. The member's name is the code found in logs."""

    # --- who is there ---
    BAD_KEY = Problem(
        403, "服务器不认识这部手机的地址。请向街镇管理员要新的二维码，重新扫码；手机里未发送的记录不会丢。"
    )
    KEY_LOST = Problem(403, "这部手机的二维码已按遗失停用。如手机已找回，请联系街镇管理员重新发码。")
    KEY_LEFT = Problem(403, "您的账号已停用，名单不再更新。未发送的记录请尽快发送，或联系街镇管理员。")
    KEY_LEFT_LONG_AGO = Problem(
        403, "您的账号停用已超过30天，服务器不再接收。请把手机交给街镇管理员，用数据线取出记录。"
    )
    KEY_EXPIRED = Problem(403, "这个二维码过期未用，已失效。请向街镇管理员要新的二维码。")

    # --- what is asked for ---
    NO_SUCH_PATH = Problem(404, "服务器上没有这个地址。请检查手机里的服务器地址，或重新扫描二维码。")
    WRONG_ADDRESS = Problem(400, "手机里的服务器地址与服务器自己的不一致。请重新扫描二维码。")
    WRONG_SCHEME = Problem(
        400, "手机里的服务器地址应以 https 开头。请重新扫描二维码；手机里未发送的记录不会丢。"
    )
    NO_SUCH_FORM = Problem(404, "服务器上没有这张表单的这个版本。请在手机上更新表单后再试。")
    NO_SUCH_FILE = Problem(404, "服务器上没有这个文件。请在手机上更新表单后再试。")
    WRONG_METHOD = Problem(405, "手机的请求方式不对。请使用 ODK Collect 或 KoboCollect 发送。")
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
    """Raised anywhere below the views; the door turns it into an answer. Nothing was stored."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.name)
        self.refusal = refusal
