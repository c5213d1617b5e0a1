"""The QR of a phone, key by key: what Collect would read out of it."""

import base64
import json
import zlib
from typing import Any

import pytest
import segno

from sync.setup import phone_settings, settings_code

SETTINGS = phone_settings(
    server_url="https://tanfang.example/key/abc/",
    user_name="小李",
    project_name="探访关爱",
    admin_password="482135",
)

#: What Collect's schema lets stand under each key (wire contract §4): the values of an enumeration, or a type.
#: Whatever is not here, or has another value, a phone drops without a word.
GENERAL: dict[str, Any] = {
    "protocol": {"odk_default"},
    "server_url": str,
    "username": str,
    "password": str,
    "form_update_mode": {"manual", "previously_downloaded", "match_exactly"},
    "periodic_form_updates_check": {
        "every_fifteen_minutes", "every_one_hour", "every_six_hours", "every_24_hours",
    },
    "automatic_update": bool,
    "hide_old_form_versions": bool,
    "autosend": {"off", "wifi_only", "cellular_only", "wifi_and_cellular"},
    "delete_send": bool,
    "instance_sync": bool,
    "constraint_behavior": {"on_swipe", "on_finalize"},
    "image_size": {"original_image_size", "very_small", "small", "medium", "large"},
    "high_resolution": bool,
    "app_language": {"zh", "zh_TW", "en"},
    "font_size": {"13", "17", "21", "25", "29"},
    "navigation": {"swipe", "buttons", "swipe_buttons"},
    "guidance_hint": {"no", "yes", "yes_collapsed"},
    "external_app_recording": bool,
    "metadata_username": str,
    "metadata_phonenumber": str,
    "metadata_email": str,
    "analytics": bool,
    "background_location": bool,
    "background_recording": bool,
}  # fmt: skip
#: Every key of the admin room that a released Collect reads; all of them must be said.
ADMIN = {
    "admin_pw", "edit_saved", "send_finalized", "view_sent", "get_blank", "delete_saved", "change_server",
    "change_project_display", "change_app_language", "change_font_size", "change_navigation", "maps",
    "form_update_mode", "periodic_form_updates_check", "automatic_update", "hide_old_form_versions",
    "change_autosend", "delete_after_send", "change_constraint_behavior", "high_resolution", "image_size",
    "guidance_hint", "external_app_recording", "instance_form_sync", "change_form_metadata", "analytics",
    "moving_backwards", "access_settings", "change_language", "jump_to", "save_mid", "save_as_draft",
    "finalize_in_form_entry", "bulk_finalize",
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("protocol", "odk_default"),
        ("server_url", "https://tanfang.example/key/abc"),
        ("username", ""),
        ("password", ""),
        ("form_update_mode", "match_exactly"),
        ("periodic_form_updates_check", "every_fifteen_minutes"),
        ("automatic_update", True),
        ("hide_old_form_versions", True),
        ("autosend", "wifi_and_cellular"),
        ("delete_send", False),
        ("instance_sync", True),
        ("constraint_behavior", "on_swipe"),
        ("image_size", "small"),
        ("high_resolution", False),
        ("app_language", "zh"),
        ("font_size", "21"),
        ("navigation", "swipe_buttons"),
        ("guidance_hint", "yes_collapsed"),
        ("external_app_recording", False),
        ("metadata_username", "小李"),
        ("metadata_phonenumber", ""),
        ("metadata_email", ""),
        ("analytics", False),
        ("background_location", False),
        ("background_recording", False),
    ],
)
@pytest.mark.wire("W-67")
def test_general_key(key: str, value: object) -> None:
    assert SETTINGS["general"][key] == value
    allowed = GENERAL[key]
    assert isinstance(value, allowed) if isinstance(allowed, type) else value in allowed


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("admin_pw", "482135"),
        # the main menu: begin, drafts, waiting, sent; no downloading by hand, and above all no deleting
        ("edit_saved", True),
        ("send_finalized", True),
        ("view_sent", True),
        ("get_blank", False),
        ("delete_saved", False),
        # settings on which updating and sending hang
        ("change_server", False),
        ("change_project_display", False),
        ("change_app_language", False),
        ("change_font_size", True),
        ("change_navigation", False),
        ("maps", False),
        ("form_update_mode", False),
        ("periodic_form_updates_check", False),
        ("automatic_update", False),
        ("hide_old_form_versions", False),
        ("change_autosend", False),
        ("delete_after_send", False),
        ("change_constraint_behavior", False),
        ("high_resolution", False),
        ("image_size", False),
        ("guidance_hint", False),
        ("external_app_recording", False),
        ("instance_form_sync", False),
        ("change_form_metadata", False),
        ("analytics", False),
        # inside a form
        ("moving_backwards", True),
        ("access_settings", False),
        ("change_language", False),
        ("jump_to", True),
        ("save_mid", True),
        ("save_as_draft", True),
        ("finalize_in_form_entry", True),
        ("bulk_finalize", False),
    ],
)
@pytest.mark.wire("W-67")
def test_admin_key(key: str, value: object) -> None:
    assert SETTINGS["admin"][key] == value


@pytest.mark.wire("W-67")
def test_every_key_is_one_collect_reads_and_none_of_the_locks_is_left_to_its_default() -> None:
    assert set(SETTINGS["general"]) == set(GENERAL)
    assert set(SETTINGS["admin"]) == ADMIN
    locks = {key: value for key, value in SETTINGS["admin"].items() if key != "admin_pw"}
    assert {type(value) for value in locks.values()} == {bool}


def test_user_name_and_password_for_an_address_that_asks_for_them() -> None:
    told = phone_settings(server_url="https://tanfang.example", user_name="小李", project_name="探访关爱",
                          account="li-3", password="abcd2345")["general"]
    assert (told["username"], told["password"], told["metadata_username"]) == ("li-3", "abcd2345", "小李")


@pytest.mark.wire("W-66")
def test_the_code_is_base64_of_zlib_of_the_json() -> None:
    code = settings_code(SETTINGS)
    assert json.loads(zlib.decompress(base64.b64decode(code))) == SETTINGS


@pytest.mark.wire("W-66")
def test_no_setting_but_the_three_rooms_collect_knows() -> None:
    assert set(SETTINGS) == {"general", "admin", "project"}
    assert set(SETTINGS["project"]) == {"name", "icon", "color"}


def test_the_picture_stays_coarse_enough_for_an_old_camera() -> None:
    url = "https://tanfang.shqp.example.gov.cn/key/" + "x" * 43
    told = phone_settings(server_url=url, user_name="欧阳小明", project_name="青浦探访关爱", admin_password="482135")
    assert segno.make(settings_code(told), error="l", micro=False).symbol_size(border=0)[0] <= 117  # version 25
