"""What a phone is told about this server: the settings JSON of ODK Collect and KoboCollect, and its QR text.

Pure. Source: wire contract §4 (``client-settings.schema.json``, ``CompressionUtils.kt``). Keys left out fall back to
Collect's defaults on every scan, so everything that matters is written out, also where it equals the default.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

#: What the menu of a field phone keeps: drafts can be resumed, sent work can be looked at; nothing unsent is deleted.
LOCKED = (
    "change_server",
    "form_update_mode",
    "periodic_form_updates_check",
    "automatic_update",
    "change_autosend",
    "delete_after_send",
    "hide_old_form_versions",
    "change_constraint_behavior",
    "change_form_metadata",
    "analytics",
    "delete_saved",
)


def phone_settings(
    *, server_url: str, user_name: str, project_name: str, admin_password: str = ""
) -> dict[str, Any]:
    """The settings of one person's phone.

    ``server_url`` is the personal address including the key (``https://host/key/TOKEN``); with it no user name or
    password is asked. ``user_name`` fills the form's ``username`` (who wrote it, as written on the phone);
    ``admin_password`` guards the locked settings, empty leaves them hidden but unguarded.
    """
    return {
        "general": {
            "protocol": "odk_default",
            "server_url": server_url.rstrip("/"),
            "username": "",
            "password": "",
            "form_update_mode": "match_exactly",
            "periodic_form_updates_check": "every_fifteen_minutes",
            "automatic_update": True,
            "hide_old_form_versions": True,
            "autosend": "wifi_and_cellular",
            "delete_send": False,
            "constraint_behavior": "on_swipe",
            "image_size": "small",
            "high_resolution": False,
            "app_language": "zh",
            "navigation": "swipe_buttons",
            "guidance_hint": "yes_collapsed",
            "metadata_username": user_name,
            "analytics": False,
            "background_location": False,
            "background_recording": False,
        },
        "admin": {"admin_pw": admin_password, **dict.fromkeys(LOCKED, False)},
        "project": {"name": project_name, "icon": "访", "color": "#1c5a5e"},
    }


def settings_code(settings: Mapping[str, Any]) -> str:
    """The text inside the QR: base64 of zlib of the JSON, the only form Collect accepts."""
    packed = zlib.compress(json.dumps(settings, ensure_ascii=False, separators=(",", ":")).encode())
    return base64.b64encode(packed).decode("ascii")
