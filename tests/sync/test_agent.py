"""What a phone calls itself, in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.agent import App, read_agent

DALVIK = "Dalvik/2.1.0 (Linux; U; Android 12; HUAWEI P40)"


@pytest.mark.parametrize(
    ("agent", "app", "too_old", "cannot_edit"),
    [
        (f"org.odk.collect.android/v2025.3.3 {DALVIK}", App("ODK Collect", "2025.3.3", 2025, 3, "12"), False, False),
        (f"org.koboc.collect.android/v2025.3.3 {DALVIK}", App("KoboCollect", "2025.3.3", 2025, 3, "12"), False, False),
        ("org.odk.collect.android/v2026.1-beta.1 x", App("ODK Collect", "2026.1-beta.1", 2026, 1), False, False),
        ("org.odk.collect.android/v2025.1.2 x", App("ODK Collect", "2025.1.2", 2025, 1), False, True),
        ("org.odk.collect.android/v2023.2.4 x", App("ODK Collect", "2023.2.4", 2023, 2), True, True),
        ("Mozilla/5.0 (Linux; Android 12)", App(""), False, False),
        ("org.odk.collect.android/ x", App(""), False, False),
        ("", App(""), False, False),
    ],
)
def test_agents(agent: str, app: App, too_old: bool, cannot_edit: bool) -> None:
    told = read_agent(agent)
    assert (told, told.is_too_old, told.cannot_edit) == (app, too_old, cannot_edit)


@given(st.text(max_size=200))
def test_any_text_is_an_answer(agent: str) -> None:
    assert read_agent(agent).name in ("", "ODK Collect", "KoboCollect")
