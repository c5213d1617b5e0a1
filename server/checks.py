"""System checks: each wrong setting explained before the first request, with what to do about it.

Texts are Chinese: the bureau's own machine room reads them. Ids are listed in docs/settings.md.
"""

import os
import stat
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from sync.vault.keyring import KeyRingMissing, load_keyring


def _is_private(host: str) -> bool:
    """A host only this machine reaches."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def key_ring(**_: Any) -> list[CheckMessage]:
    """E001 no (whole) key ring; W001 others may read it; W002 it lies in the folder of the files it protects."""
    path = Path(settings.KEY_RING_PATH)
    try:
        load_keyring(path)
    except KeyRingMissing as problem:
        hint = (
            "初次安装：运行 manage.py make_keyring 生成。若数据库里已有数据，切勿另行生成，请从备份恢复该文件，"
            "否则已有的姓名、证件号码将永远无法读出。"
        )
        return [Error(f"没有可用的密钥环：{problem}", hint=hint, id="server.E001")]
    found: list[CheckMessage] = []
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        found.append(Warning(f"其他用户也能读取密钥环 {path}。", hint=f"chmod 600 {path}", id="server.W001"))
    if Path(settings.FILES_DIR).resolve() in path.resolve().parents:
        hint = "请把 KEY_RING_PATH 移到文件目录之外，并与数据库分开备份。"
        found.append(Warning("密钥环放在它所保护的文件目录里。", hint=hint, id="server.W002"))
    return found


def public_address(**_: Any) -> list[CheckMessage]:
    """E002 PUBLIC_URL is no address; E003 debugging in public; E004 host not allowed; W003 public without https."""
    parts = urlsplit(settings.PUBLIC_URL)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not host or parts.path or parts.query:
        hint = "写成 https://tanfang.example.gov.cn 的样子：协议和主机名，后面不带路径。"
        return [Error(f"PUBLIC_URL={settings.PUBLIC_URL!r} 不是一个网址。", hint=hint, id="server.E002")]
    found: list[CheckMessage] = []
    if settings.DEBUG and not _is_private(host):
        hint = "去掉环境变量 DEBUG，或设 DEBUG=False：出错页面会泄露居民信息。"
        found.append(Error(f"在对外地址 {host} 上打开了调试模式。", hint=hint, id="server.E003"))
    if not any(_allows(pattern, host) for pattern in settings.ALLOWED_HOSTS):
        hint = f"在 ALLOWED_HOSTS 中加上 {host}（多个用英文逗号分开），否则手机和浏览器都会收到 400。"
        found.append(Error(f"ALLOWED_HOSTS 不包含 PUBLIC_URL 的主机 {host}。", hint=hint, id="server.E004"))
    if parts.scheme != "https" and not _is_private(host):
        hint = (
            "装好证书后把 PUBLIC_URL 改为 https://…。未加密的连接上，同网段的人能看到手机的钥匙和居民信息。"
        )
        found.append(Warning(f"对外地址 {settings.PUBLIC_URL} 没有使用 https。", hint=hint, id="server.W003"))
    if "*" in settings.ALLOWED_HOSTS:
        hint = "写明主机名；星号会让伪造的 Host 生成错误的手机二维码。"
        found.append(Warning("ALLOWED_HOSTS 含有 *。", hint=hint, id="server.W004"))
    return found


def _allows(pattern: str, host: str) -> bool:
    return pattern in {"*", host} or (pattern.startswith(".") and f".{host}".endswith(pattern))


def folders(**_: Any) -> list[CheckMessage]:
    """E005 the folder of files (or the database's) cannot be written."""
    wanted = [("FILES_DIR", Path(settings.FILES_DIR))]
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"] and database["NAME"] and ":memory:" not in str(database["NAME"]):
        wanted.append(("SQLITE_PATH", Path(str(database["NAME"])).parent))
    return [
        Error(
            f"{name}：目录 {folder} 不可写。",
            hint="请建好目录，并让运行本程序的用户拥有它（chown、chmod 700）；照片存不下时手机会一直重传。",
            id="server.E005",
        )
        for name, folder in wanted
        if not os.access(_nearest(folder), os.W_OK | os.X_OK)
    ]


def _nearest(folder: Path) -> Path:
    """The folder itself or, while it is not made yet, the nearest one above that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def database(**_: Any) -> list[CheckMessage]:
    """W005 many web workers on SQLite; W006 PostgreSQL elsewhere without encryption."""
    config = settings.DATABASES["default"]
    if "sqlite" in config["ENGINE"]:
        if settings.WEB_WORKERS > 4:
            hint = "SQLite 同一时刻只能有一个写入者：请把 WEB_WORKERS 降到 4 以内，或用 DATABASE_URL 换成 PostgreSQL。"
            return [
                Warning(f"SQLite 上配置了 {settings.WEB_WORKERS} 个网页进程。", hint=hint, id="server.W005")
            ]
        return []
    host = config.get("HOST") or "localhost"
    is_sealed = config.get("OPTIONS", {}).get("sslmode") in {"require", "verify-ca", "verify-full"}
    if host.startswith("/") or _is_private(host) or is_sealed:
        return []
    hint = "在 DATABASE_URL 末尾加上 ?sslmode=verify-full（或 require）。"
    return [Warning(f"与数据库 {host} 的连接没有加密。", hint=hint, id="server.W006")]


def choices(**_: Any) -> list[CheckMessage]:
    """E006 FIELD_APPLY is none of its two words."""
    if settings.FIELD_APPLY in {"request", "worker"}:
        return []
    hint = "request：手机得到答复前就办完；worker：交给 manage.py work。"
    return [Error(f"FIELD_APPLY={settings.FIELD_APPLY!r} 不认识。", hint=hint, id="server.E006")]


ALL = (key_ring, public_address, folders, database, choices)


def register_checks() -> Sequence[str]:
    """Tell Django of all checks; their names."""
    for check in ALL:
        register(check)
    return [check.__name__ for check in ALL]
