"""The phone's vocabulary as data: lists, their columns, and the question names of the four forms. Pure.

Only this room knows these names. `xlsforms/` builds the forms from them, `translate` reads answers by them, `lists`
serves rows under them; `tests/engine/test_every_question.py` holds the three together.

**What a phone may carry.** Of a household: what is needed to find the door, to know why one goes, and to show what
was last said where the form asks again. Never on the phone: ID numbers and whatever gives them away (so no hash),
income, health, drugs/prison tags, other members, who proposed what.
"""

from collections.abc import Mapping

FORMS = ("screening", "visit", "lead", "referral")

#: The one entity list each form writes (entities spec 2024.1.0: one per form).
LIST_OF: Mapping[str, str] = {
    "screening": "households",
    "visit": "households",
    "lead": "leads",
    "referral": "referrals",
}

#: Columns of the entity lists, without those every list has (name = id, label, __version and its like).
#: Texts that a form shows for correction are served whole (never shortened): an echo must equal what is held.
ENTITY_LISTS: Mapping[str, tuple[str, ...]] = {
    "households": (
        "as_of",         # place of the row: highest place in its fold, compact text; blank for rows made on the phone
        "hh_code",       # short household number people can say aloud
        "village",       # 12-digit code
        "village_name",
        "town",          # 9-digit code
        "rep_name",
        "sex",           # male | female | ''
        "birth_year",    # yyyy | ''
        "id_tail4",      # last four of the ID number, X in upper case | ''
        "members_n",     # prefills members_n
        "addr_short",    # prefills addr: the residence address as held, whole
        "phone",         # prefills phone, whole
        "table_no",      # 1..4 | ''
        "status",        # new | active | exited | closed | moved | dead | not_found
        "grade",         # A | B | C
        "kind_due",      # regular | return | urgent | none
        "due_from",      # yyyy-mm-dd | '' : first day on which the next visit counts
        "due_to",        # yyyy-mm-dd | '' : last day in time
        "last_visit",    # yyyy-mm-dd | '' : last successful visit
        "exit_date",     # yyyy-mm-dd | '' : end of the last relief spell while the return plan is open
        "focus",         # non-sensitive tags, in words, joined by 、
        "last_plan",     # prefills plan, whole
        "last_note",     # prefills difficulty, whole; blank where the household carries a sensitive tag
        "told",          # 1 once 告知 has been given | ''
    ),
    "leads": (
        "as_of",
        "village",       # 12-digit code
        "village_name",
        "rep_name",      # whom it is about, may be blank
        "brief",         # what was seen, first 40 characters
        "urgent",        # 1 | 0
        "reported_on",   # yyyy-mm-dd
        "due",           # yyyy-mm-dd : answer by
        "state",         # open | closed
    ),
    "referrals": (
        "as_of",
        "hh",            # household id (as served)
        "hh_name",
        "village",       # 12-digit code
        "kind",          # code of REFERRAL kinds
        "target",        # policy or resource, in words
        "state",         # suggested | contacted | accepted | linked | done | failed | dropped
        "linked_on",     # yyyy-mm-dd | '' : 衔接时间, prefills linked_on
        "next_step",     # prefills next_step
        "opened_on",     # yyyy-mm-dd
    ),
}

#: Plain CSV files: columns after name (= code) and label.
FILE_LISTS: Mapping[str, tuple[str, ...]] = {
    "villages": ("town", "town_name"),
    "policies": (
        "kind",          # basic | special | urgent | welfare | social
        "dept",          # mz (civil affairs) | other
        "topic",         # medical education housing job disabled child, or ''
        "brief",         # one sentence, readable offline
    ),
    "resources": (
        "kind",          # company | ngo | volunteer | foundation | citizen_aid | purchased | bridge | other
        "needs",         # need codes it covers, separated by spaces
        "town",          # 9-digit code, '' for the whole district
        "left",          # places left, '' for no limit
        "valid_to",      # yyyy-mm-dd | ''
        "brief",
    ),
    "workers": ("town", "kind"),
}

#: Everything a form may name: what `publish` is told.
KNOWN_LISTS: frozenset[str] = frozenset({*ENTITY_LISTS, *FILE_LISTS})

#: The one explaining row for a worker without villages: fixed id, village NO_VILLAGE, kept out by every choice_filter.
NO_HOUSEHOLD_ID = "00000000-0000-4000-8000-000000000000"
NO_VILLAGE = "none"
NO_HOUSEHOLD_LABEL = "（您名下还没有村居，名单是空的。请联系街镇管理员分配村居后，再同步一次）"

#: First character of every `was_…` and of `as_of`: never blank, so never taken again. What follows is what was shown.
MARK = "="
AS_OF = "as_of"
#: Prefilled question -> (hidden question with what was shown, column it was read from).
WAS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "screening": {},
    "visit": {
        "members_n": ("was_members_n", "members_n"),
        "addr": ("was_addr", "addr_short"),
        "phone": ("was_phone", "phone"),
        "difficulty": ("was_difficulty", "last_note"),
        "plan": ("was_plan", "last_plan"),
    },
    "lead": {},
    "referral": {
        "linked_on": ("was_linked_on", "linked_on"),
        "next_step": ("was_next_step", "next_step"),
    },
}

#: Picked from a list that moves on -> hidden copy that survives it (see `pick` in the sources of the forms): an engine
#: takes an answer back that the list no longer offers, also when a draft or a sent form is opened. Read the copy.
KEPT: Mapping[str, Mapping[str, str]] = {
    "screening": {"lead_id": "lead_id_kept"},
    "visit": {"hh": "hh_kept", "lead_id": "lead_id_kept"},
    "lead": {"hh": "hh_kept"},
    "referral": {
        "ref": "ref_kept", "hh": "hh_kept", "policy": "policy_kept", "resource": "resource_kept",
        "helper": "helper_kept",
    },
}

#: The observed day (走访日期 and its like); why it is earlier than the day of writing.
OBSERVED_ON: Mapping[str, str] = {
    "screening": "visit_on",
    "visit": "visit_on",
    "lead": "seen_on",
    "referral": "acted_on",
}
LATE = ("late_why", "late_note")

#: Metadata every form has, filled by the phone.
META = ("start", "end", "today", "deviceid", "username")

#: What people answer, in order. A repeat stands as "repeat/question".
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "screening": (
        "visit_on", "late_why", "late_note", "told", "lead_id", "village",
        "rep_name", "id_type", "id_no", "id_keep", "id_keep_note", "sex_q", "birth_q",
        "guardian_told", "guardian_name", "dup_action",
        "hukou_kind", "hukou_town", "hukou_text",
        "members_n",
        "member/m_name", "member/m_relation", "member/m_id_type", "member/m_id_no", "member/m_birth_year",
        "member/m_age_band", "member/m_tags",
        "income_pc", "addr", "phone", "insur", "insur_other",
        "in_relief", "applied_on", "refused_on", "refused_why", "programme", "admit_on", "end_on",
        "overlay", "overlay_text",
        "may_qualify", "willing", "able", "aware",
        "policy_minzheng", "policy_minzheng_text", "policy_other", "policy_other_text",
        "vuln6", "focus6", "watch", "health", "needs", "difficulty", "selfhelp", "suggest",
        "told_policy", "told_which", "grade_sug", "plan",
        "photo", "geo", "signature",
    ),
    "visit": (
        "visit_on", "late_why", "late_note", "scope", "village", "hh", "lead_id", "kind_pick", "result",
        "away_note", "moved_on", "moved_to", "moved_town", "moved_text", "died_on", "others_left", "heard_from",
        "told", "guardian_told", "guardian_name", "changed",
        "income_pc", "income_why",
        "members_n",
        "member_change/m_what", "member_change/m_old_name", "member_change/m_name", "member_change/m_relation",
        "member_change/m_id_type", "member_change/m_id_no", "member_change/m_birth_year",
        "member_change/m_age_band", "member_change/m_tags", "member_change/m_since", "member_change/m_left_why",
        "addr", "village_new", "phone", "health", "vuln6", "job", "job_note", "insur", "insur_other",
        "in_relief", "applied_on", "refused_on", "refused_why", "programme", "admit_on", "end_on",
        "overlay", "overlay_text",
        "may_qualify", "willing", "able", "aware",
        "policy_minzheng", "policy_minzheng_text", "policy_other", "policy_other_text",
        "trend", "needs", "difficulty", "selfhelp", "suggest", "told_policy", "told_which", "help_given", "help_note",
        "stable_income", "income_source", "integration", "reapply", "suggest_close",
        "check_match", "check_finding",
        "plan", "grade_sug", "next_on",
        "photo", "geo", "signature",
    ),
    "lead": (
        "seen_on", "late_why", "late_note", "source", "source_other", "hotline_no",
        "service_line", "centre", "asked",
        "urgent", "event", "event_other", "event_at", "hit_basic", "need_now", "aid_now", "aid_amount", "aid_at",
        "aid_note",
        "village", "rep_name", "addr", "phone", "seen", "hh",
        "reporter_name", "reporter_phone", "reporter_ok",
        "photo", "geo",
    ),
    "referral": (
        "acted_on", "late_why", "late_note", "mode", "village", "ref", "hh", "need", "kind", "service", "bridge_no",
        "policy", "resource", "target_text", "helper", "side_town", "side_text",
        "state", "linked_on", "aid_kind", "amount", "payer", "aid_on", "goods", "sessions", "receipt",
        "result", "outcome", "satisfaction", "next_step", "next_on", "photo",
    ),
}

#: What the form keeps beside the answers and the server reads. `seen_…`: columns of the row as they were when the
#: household was chosen (taken by the same event as `was_…`, but without MARK), so that no part of a form opens or shuts
#: later because a list moved on. The rest are calculations from the answers.
HIDDEN: Mapping[str, tuple[str, ...]] = {
    "screening": (
        "lead_id_kept", "village_name", "id_ok", "sex", "birth_year", "id_tail4", "dup_n", "dup_of", "grade_rule",
        "table_calc",
    ),
    "visit": (
        "hh_kept", "lead_id_kept", AS_OF, "was_members_n", "was_addr", "was_phone", "was_difficulty", "was_plan",
        "seen_village", "seen_name", "seen_birth_year", "seen_table", "seen_status", "seen_grade",
        "seen_kind", "seen_from", "seen_to", "seen_last", "seen_exit", "seen_told", "seen_focus", "seen_lead_urgent",
        "kind", "contacted", "exit_months", "can_close",
    ),
    "lead": ("hh_kept", "village_name", "brief"),
    "referral": (
        "ref_kept", "hh_kept", "policy_kept", "resource_kept", "helper_kept", AS_OF, "was_linked_on", "was_next_step",
        "new_id", "seen_hh", "seen_hh_name", "seen_village", "seen_kind", "seen_target", "seen_state", "seen_opened",
        "hh_id", "hh_name", "kind_eff", "target",
    ),
}
