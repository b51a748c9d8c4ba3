"""Every column of every table is sealed, or says nothing of anybody and somebody has said why."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sealed import RING
from sqlalchemy import Boolean, Column, DateTime, Integer, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator

import records
from records.columns import Lookup, Sealed, SealedCell, UtcDateTime
from records.errors import NoKeysError
from records.seals import Seals, give_seals
from records.tables import Base, Patient, Text

OPAQUE_IDS = {
    *("*.reference", "*.sid", "*.intent", "disclosures.id", "staff_answers.id", "links.id"),
    "pages.text",
    *("pages.escalation", "journeys.escalation", "owed.escalation"),
    *("links.about", "links_handed_out.about", "pages.key", "owed.key", "contact_attempts.task"),
}
"""Random, or counted within a journey: agenda keys, escalations, treatments."""
STAFF = {
    *("*.by", "*.role", "*.taken_by", "*.taken_as", "*.decided_by", "*.decided_as"),
    *("amendments.disagreement_taken_by", "page_texts.person", "pages.person"),
    *("inbound_texts.handled_by", "inbound_texts.from_staff", "owed.owner", "*.whom"),
    "decodes.who",
}
"""Ids and roles of staff; of an attempt and a link, whom as a kind."""
KINDS = {
    *("patients.phone_kind", "patients.language", "companions.kind", "patient_changes.field"),
    *("disclosures.told", "amendments.decision", "texts.template", "*.state"),
    *("*.status", "pages.level", "pages.all_clear", "inbound_texts.opt_out_type"),
    *("inbound_texts.keyword", "inbound_texts.last_error", "journeys.stage", "*.outcome"),
    *("journeys.waits_for", "*.kind", "owed.section", "contact_attempts.how"),
    *("refusals.command", "refusals.code", "texts.reason", "page_texts.reason"),
}
"""One word of a list that the code has: Temporal's search attributes say no less."""
HASHES = {
    *("journal_links.words", "journal_links.salt", "journal_links.act", "*.link", "*.key_id"),
    *("journal_anchors.heads", "journal_anchors.key_check", "journal_anchors.anchor"),
}
"""The journal's chain: keyed hashes, the salt without which nobody guesses, who has which."""
OTHERS = {
    "patients.zone": "the zone of the clock she lives by, wider than a state",
    "patient_details.whereabouts_on": "a day, and nothing of where",
    "patient_details.phone_confirmed_on": "a day, and nothing of the number",
    "signs.name": "a part of the system",
    "signs.note": "the build that it runs",
    "watch_findings.told_state": "one word, as its state",
    "journeys.next_act": "a kind of act",
    "decodes.namespace": "a part of Temporal",
    "journal_links.act": "one of four words",
    "journal_links.words": "a keyed hash, salted",
    "journal_links.salt": "random",
    "journal_links.key_id": "the name of a key",
    "journal_links.link": "a keyed hash",
    "journal_heads.link": "a keyed hash",
    "journal_anchors.heads": "references, counts and keyed hashes",
    "journal_anchors.key_id": "the name of a key",
    "journal_anchors.key_check": "a keyed hash of nothing",
    "journal_anchors.anchor": "a keyed hash",
}
PLAIN = {*OPAQUE_IDS, *STAFF, *KINDS, *HASHES, *OTHERS}
SEALED = {
    *("patients.record_number", "patients.identity", "patients.given_name"),
    *("patients.family_name", "patients.born", "patients.phone_e164", "patients.referred_by"),
    *("patients.note", "referral_notes.antidepressant_trials", "referral_notes.substance_use"),
    *("patient_details.address", "patient_details.whereabouts", "patient_details.safe_times"),
    *("patient_details.treating_therapist", "patient_details.safe_ways"),
    *("patient_details.interpreter", "companions.name", "companions.phone"),
    *("companions.relation", "companions.may_be_told", "disclosures.person"),
    *("disclosures.what", "disclosures.why", "amendments.request", "amendments.reason"),
    *("amendments.disagreement", "texts.recipient", "texts.body", "page_texts.recipient"),
    *("page_texts.lists", "pages.recipient", "pages.what", "inbound_texts.sender"),
    *("inbound_texts.recipient", "inbound_texts.body", "journal.payload"),
    *("journal.content_hash", "journal_replaced.payload", "journal_replaced.set_aside_hash"),
    *("journal_replaced.kept_hash", "owed.line", "owed.shows", "staff_answers.body"),
    *("contact_attempts.note", "refusals.sentence", "links.what", "links.answer"),
    *("links.said", "links.sentence", "watch_findings.says"),
}

COLUMNS = [column for table in Base.metadata.sorted_tables for column in table.columns]


def named(column: Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"


def is_sealed(column: Column[Any]) -> bool:
    return isinstance(column.type, SealedCell)


def is_plain(column: Column[Any]) -> bool:
    """An instant, a count or a yes and no says nothing of who; words are listed."""
    if isinstance(column.type, UtcDateTime | Integer | Boolean | DateTime | Lookup):
        return True
    return named(column) in PLAIN or f"*.{column.name}" in PLAIN


@pytest.mark.parametrize("column", COLUMNS, ids=named)
def test_every_column_is_sealed_or_plain_for_a_reason(column: Column[Any]) -> None:
    assert is_sealed(column) == (named(column) in SEALED), "sealed is what the list says"
    assert is_sealed(column) != is_plain(column), "one of the two, and somebody has said which"


def test_each_seal_vouches_for_its_own_column() -> None:
    for column in COLUMNS:
        if isinstance(column.type, SealedCell):
            assert column.type.column == named(column)


def test_each_hash_stands_beside_what_it_is_the_hash_of() -> None:
    hashed = [column for column in COLUMNS if isinstance(column.type, Lookup)]
    assert len(hashed) == 8
    for column in hashed:
        assert isinstance(column.type, Lookup)
        assert all(is_sealed(column.table.c[name]) for name in column.type.of)


@pytest.mark.parametrize(
    "asked",
    [
        lambda: Patient.given_name == "Ada",
        lambda: Patient.born == "1985-03-03",
        lambda: Text.body.like("%Ada%"),
        lambda: select(Patient).order_by(Patient.family_name.desc()),
        lambda: Patient.phone_e164 == Text.recipient,
        lambda: Patient.phone_e164.in_(["+1"]),
        lambda: Patient.phone_lookup == "+1",
        lambda: Patient.phone_lookup.in_(["+1"]),
    ],
)
def test_no_query_looks_into_what_is_sealed_or_misses_an_older_key(asked: Any) -> None:
    with pytest.raises(TypeError):
        asked()


def _sorted_by(file: Path) -> Iterator[str]:
    """The columns by which a file's queries sort or group."""
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            if call.func.attr not in {"order_by", "group_by"}:
                continue
            for node in (each for argument in call.args for each in ast.walk(argument)):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    yield f"{node.value.id}.{node.attr}"


def test_no_query_sorts_by_what_is_sealed() -> None:
    """The type cannot refuse this one: PostgreSQL and SQLite would sort by the ciphers."""
    files = [*(Path(records.__file__).parent).glob("*.py")]
    by = {each for file in files for each in _sorted_by(file)}
    assert "Patient.enrolled_at" in by, "the search finds what there is"
    sealed = {
        f"{mapper.class_.__name__}.{column.key}"
        for mapper in Base.registry.mappers
        for column in mapper.columns
        if is_sealed(column) or isinstance(column.type, Lookup)
    }
    assert by.isdisjoint(sealed)


def test_without_keys_nothing_is_sealed_and_nothing_opened() -> None:
    dialect = sqlite.dialect()
    words: TypeDecorator[str] = Sealed("patients.note")
    for act in (words.process_bind_param, words.process_result_value):
        with pytest.raises(NoKeysError, match="without their keys"):
            act("x", dialect)
    give_seals(dialect, Seals(RING))
    stored = words.process_bind_param("nights", dialect)
    assert stored is not None
    assert stored.startswith("enc1:tests-2:")
    assert words.process_result_value(stored, dialect) == "nights"
