"""The QR of a phone, key by key: what Collect would read out of it."""

import base64
import json
import zlib

import pytest

from sync.setup import phone_settings, settings_code

SETTINGS = phone_settings(
    server_url="https://tanfang.example/key/abc/",
    user_name="小李",
    project_name="探访关爱",
    admin_password="4821",
)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("server_url", "https://tanfang.example/key/abc"),
        ("username", ""),
        ("password", ""),
        ("form_update_mode", "match_exactly"),
        ("periodic_form_updates_check", "every_fifteen_minutes"),
        ("hide_old_form_versions", True),
        ("autosend", "wifi_and_cellular"),
        ("delete_send", False),
        ("app_language", "zh"),
        ("metadata_username", "小李"),
        ("analytics", False),
        ("background_location", False),
        ("background_recording", False),
    ],
)
def test_general_key(key: str, value: object) -> None:
    assert SETTINGS["general"][key] == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("admin_pw", "4821"),
        ("change_server", False),
        ("form_update_mode", False),
        ("change_autosend", False),
        ("delete_after_send", False),
        ("delete_saved", False),
    ],
)
def test_admin_key(key: str, value: object) -> None:
    assert SETTINGS["admin"][key] == value


def test_drafts_can_be_finished_and_sent_work_looked_at() -> None:
    assert not {"save_as_draft", "edit_saved", "view_sent", "send_finalized"} & set(SETTINGS["admin"])


def test_the_code_is_base64_of_zlib_of_the_json() -> None:
    code = settings_code(SETTINGS)
    assert json.loads(zlib.decompress(base64.b64decode(code))) == SETTINGS


def test_no_setting_but_the_three_rooms_collect_knows() -> None:
    assert set(SETTINGS) == {"general", "admin", "project"}
