"""What a phone is told about this server: the settings JSON of ODK Collect and KoboCollect, and its QR text.

Pure. Source: wire contract §4 (``client-settings.schema.json``, ``CompressionUtils.kt``, ``Defaults.kt``,
``ProtectedProjectKeys.kt``). Keys left out fall back to Collect's defaults on every scan, and an unknown key or value
is dropped without a word: so everything that matters is written out, also where it equals the default, and no more.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

#: How a field phone works. Each line with its reason; the address and the person's name are added in `phone_settings`.
HABITS: Mapping[str, Any] = {
    "protocol": "odk_default",
    # Forms and lists come by themselves, and what the server no longer has goes: nobody works with an old list.
    "form_update_mode": "match_exactly",
    "periodic_form_updates_check": "every_fifteen_minutes",
    "automatic_update": True,  # has no meaning while matching exactly; right, should somebody unlock and change that
    "hide_old_form_versions": True,
    "autosend": "wifi_and_cellular",
    # Sent forms stay: only a form that is still on the phone can be opened again and mended.
    "delete_send": False,
    # Records found on the card after a crash count as finished and are sent: rather one too many than one lost.
    "instance_sync": True,
    "constraint_behavior": "on_swipe",  # a mistake is told where it is made, not at the end
    "image_size": "small",  # 1,024 pixels: a document can be read, and a photo costs 200 KB
    "high_resolution": False,
    "app_language": "zh",
    "font_size": "21",
    "navigation": "swipe_buttons",  # who cannot swipe has buttons
    "guidance_hint": "yes_collapsed",
    "external_app_recording": False,
    "metadata_phonenumber": "",
    "metadata_email": "",
    "analytics": False,  # nothing to third parties
    "background_location": False,
    "background_recording": False,
}

#: What stays open without the administrator's password: the four buttons a worker needs, and filling a form.
OPEN = (
    "edit_saved",  # 草稿: a form begun is finished later
    "send_finalized",  # 准备上传: what still waits, and sending it by hand
    "view_sent",  # 已上传: a returned form is opened there and mended
    "change_font_size",
    "moving_backwards",
    "jump_to",
    "save_mid",
    "save_as_draft",
    "finalize_in_form_entry",
)
#: What is shut: deleting unsent work, downloading by hand, and every setting on which sending and updating hang.
LOCKED = (
    "get_blank",
    "delete_saved",
    "change_server",
    "change_project_display",
    "change_app_language",
    "change_navigation",
    "maps",
    "form_update_mode",
    "periodic_form_updates_check",
    "automatic_update",
    "hide_old_form_versions",
    "change_autosend",
    "delete_after_send",
    "change_constraint_behavior",
    "high_resolution",
    "image_size",
    "guidance_hint",
    "external_app_recording",
    "instance_form_sync",
    "change_form_metadata",
    "analytics",
    "access_settings",  # the way into the settings from inside a form
    "change_language",  # the forms have one language
    "bulk_finalize",  # would send half-filled drafts in one go
)


def phone_settings(
    *,
    server_url: str,
    user_name: str,
    project_name: str,
    admin_password: str = "",
    account: str = "",
    password: str = "",
) -> dict[str, Any]:
    """The settings of one person's phone.

    ``server_url`` is the personal address including the key (``https://host/key/TOKEN``), with which no ``account`` and
    ``password`` are asked; or an address that asks for both. ``user_name`` fills the form's ``username`` (who wrote it,
    as written on the phone); ``admin_password`` guards the locked settings, empty leaves them hidden but unguarded.
    """
    whose = {
        "server_url": server_url.rstrip("/"),
        "username": account,
        "password": password,
        "metadata_username": user_name,
    }
    return {
        "general": {**HABITS, **whose},
        "admin": {
            "admin_pw": admin_password,
            **dict.fromkeys(OPEN, True),
            **dict.fromkeys(LOCKED, False),
        },
        "project": {"name": project_name, "icon": "访", "color": "#1c5a5e"},
    }


def settings_code(settings: Mapping[str, Any]) -> str:
    """The text inside the QR: base64 of zlib of the JSON, the only form Collect accepts."""
    packed = zlib.compress(json.dumps(settings, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    return base64.b64encode(packed).decode("ascii")
