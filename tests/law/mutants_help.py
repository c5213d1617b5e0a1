"""Broken sentences about what was given. Histories must notice every one."""

from dataclasses import replace

from pytest import MonkeyPatch

from server.field import help
from server.households.chains import Chain
from server.ledgers import links
from server.support import derive


def a_sum_is_overwritten(patch: MonkeyPatch) -> None:
    """The last amount stands for all."""
    honest = derive.told_of

    def last(*args, **more):
        told = honest(*args, **more)
        return replace(told, aids=told.aids[-1:])

    patch.setattr(help, "told_of", last)
    patch.setattr(links, "told_of", last)


def an_edit_adds(patch: MonkeyPatch) -> None:
    """What an edit replaces goes on counting beside it."""
    honest = derive.chains_of

    def apart(filings, decisions, waiting=frozenset()):
        return [
            Chain(version.instance, (version,), {version.instance: chain.reviews[version.instance]}, chain.voided,
                  frozenset({version.instance}))
            for chain in honest(filings, decisions, waiting) for version in chain.versions
        ]

    patch.setattr(derive, "chains_of", apart)


HELP = [a_sum_is_overwritten, an_edit_adds]
