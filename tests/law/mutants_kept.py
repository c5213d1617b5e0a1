"""Broken promises of the database's side: versions, hashes, what a refresh reads. Histories must notice every one."""

from dataclasses import replace

from pytest import MonkeyPatch

from server.exchange import undo_import
from server.field import assign, decide, decide_batch, merge
from server.field import help as help_
from server.households import component, evidence
from server.households.load import Kept
from server.households.models import Ident
from server.visits import schedule
from sync import receive, rows, versions
from tests.law import mutants, promises, walker


def no_version_rises(patch: MonkeyPatch) -> None:
    """A changed row is served under the version it had."""
    honest = versions.rise

    def flat(rises, cause, now):
        known = {(v.list, v.entity_id): v.n for v in versions.EntityVersion.objects.all()}
        fresh = [one for one in rises if (one.list, one.entity_id) not in known]
        return known | dict(honest(fresh, cause, now))

    patch.setattr(rows, "rise", flat)


def a_version_rises_with_content_alone(patch: MonkeyPatch) -> None:
    """A submission that changes nothing raises nothing: the phone that sent it stays ahead for ever."""
    honest = versions.rise
    patch.setattr(rows, "rise", lambda rises, cause, now: honest(
        [replace(one, submissions=0) for one in rises], cause, now))


def a_hash_sleeps(patch: MonkeyPatch) -> None:
    """Rows change, the list's hash does not."""
    patch.setattr(rows, "count_up", lambda scopes: None)


def a_refresh_reads_the_cluster_alone(patch: MonkeyPatch) -> None:
    """What was blocked, or came apart, is not looked at again."""
    def same_household(kept, ids):
        served = Ident.objects.filter(pk__in=ids).values("household")
        return set(Ident.objects.filter(household__in=served).values_list("pk", flat=True))

    patch.setattr(Kept, "_neighbours", same_household)


def a_refresh_reads_the_id_alone(patch: MonkeyPatch) -> None:
    patch.setattr(Kept, "_neighbours", lambda kept, ids: set())


def a_hash_moves_with_strangers(patch: MonkeyPatch) -> None:
    """Whatever changes anywhere changes everybody's hash: phones go on downloading what they have."""
    honest = versions.count_up

    def everywhere(scopes):
        scopes = set(scopes)
        known = set(versions.ListCounter.objects.values_list("list", "scope")) if scopes else set()
        honest(scopes | known)

    patch.setattr(rows, "count_up", everywhere)


def the_unknown_is_called_deleted(patch: MonkeyPatch) -> None:
    """Integrity takes an id it has never heard of for a deleted one: what waits on a phone would go."""
    honest = promises.entity_states

    def rash(list, scopes, ids):
        ids = [*ids]
        said = dict(honest(list, scopes, ids))
        return ((entity, said.get(entity, True)) for entity in ids)

    patch.setattr(promises, "entity_states", rash)
    patch.setattr(walker, "entity_states", rash)


def a_second_file_of_a_name_is_dropped(patch: MonkeyPatch) -> None:
    """Same name, other bytes: taken for the file that is there already."""
    honest = receive._insert_files

    def sparing(post, submission_id, new):
        there = set(receive.Attachment.objects.filter(submission=submission_id).values_list("name", flat=True))
        honest(post, submission_id, {named: one for named, one in new.items() if named[0] not in there})

    patch.setattr(receive, "_insert_files", sparing)


def a_decision_about_a_file_derives_one_household(patch: MonkeyPatch) -> None:
    """The others keep what they were until somebody looks at them for another reason."""
    honest = decide.touched_by_submission

    def first(instance):
        touched = honest(instance)
        return replace(touched, households=frozenset(sorted(touched.households)[:1]))

    patch.setattr(decide, "touched_by_submission", first)
    patch.setattr(decide_batch, "touched_by_submission", first)


def an_undone_file_leaves_a_line(patch: MonkeyPatch) -> None:
    """Undoing a file takes its first line back."""
    honest = undo_import.decide_batch
    patch.setattr(undo_import, "decide_batch", lambda kind, batch, **more: honest(kind, f"{batch}/1", **more))


def an_assign_names_the_served_id_only(patch: MonkeyPatch) -> None:
    """The other ids of the household stay at home where they were."""
    patch.setattr(assign, "ids_with", lambda any_id: [any_id])


def a_merge_names_no_village(patch: MonkeyPatch) -> None:
    """Two villages stay home to one household: one of them is no longer heard."""
    patch.setattr(merge, "file_assigns", lambda *args, **more: [])


def what_changed_its_home_meets_nobody(patch: MonkeyPatch) -> None:
    """Evidence meets its equals when it changes, not when its home does."""
    patch.setattr(evidence.Told, "digest", lambda told, model: evidence.keyed("told", f"{model.hash} {told.packed}"))


def whoever_knows_an_id_is_heard_with_leads(patch: MonkeyPatch) -> None:
    """A lead from anybody asks for a visit to the household it names."""
    patch.setattr(component.Component, "heard_leads", property(
        lambda one: frozenset(lead.instance for lead in one.requests)))


def whoever_knows_an_id_is_heard_with_referrals(patch: MonkeyPatch) -> None:
    patch.setattr(help_, "waiting_on_referral", lambda filings, decisions, homes: frozenset())


def a_lead_from_elsewhere_counts(patch: MonkeyPatch) -> None:
    patch.setattr(help_, "waiting_on_lead", lambda filings, decisions, lead: frozenset())


def an_inspection_answers(patch: MonkeyPatch) -> None:
    """督查 ends a lead like a visit."""
    patch.setattr(help_, "settles", lambda outcome, kind: outcome not in schedule.IN_VAIN)


def a_visit_in_vain_answers(patch: MonkeyPatch) -> None:
    patch.setattr(help_, "settles", lambda outcome, kind: kind != "check")


KEPT = [
    mutants.received_for_observed, mutants.arrival_for_id, mutants.an_echo_counts, mutants.an_edit_is_newer_truth,
    mutants.a_returned_statement_counts, no_version_rises, a_version_rises_with_content_alone, a_hash_sleeps,
    a_refresh_reads_the_cluster_alone, a_refresh_reads_the_id_alone, mutants.a_file_is_judged_line_by_line,
    a_decision_about_a_file_derives_one_household, an_undone_file_leaves_a_line,
    an_assign_names_the_served_id_only, a_merge_names_no_village, what_changed_its_home_meets_nobody,
    whoever_knows_an_id_is_heard_with_leads, whoever_knows_an_id_is_heard_with_referrals, a_lead_from_elsewhere_counts,
    an_inspection_answers, a_visit_in_vain_answers,
]
