"""The bodies of events and occasions."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validates_schema

from service.evidence.intake import shapes
from service.evidence.schemas.fields import Attributes, Body, Day, Flag, Key, Keys, Points, Probability, Text


class EventBody(Body):
    """One decision about an entity."""

    source = Key(shapes.SOURCE, required=True)
    source_ref = Text(shapes.REFERENCE_LENGTH, required=True)
    entity = Key(shapes.ENTITY, required=True)
    code = Key(shapes.CODE, required=True)
    decided_on = Day(required=True)
    decision_kind = Key(shapes.CODE)
    severity = Key(shapes.CODE)
    value = Points()
    occasion = Text(shapes.REFERENCE_LENGTH)
    case_ref = Text(shapes.REFERENCE_LENGTH)
    kinds = Keys()
    corrected_on = Day()
    performed_on = Day()
    publicity_ends_on = Day()
    attributes = Attributes()

    @validates_schema
    def publicity_follows_decision(self, data: dict[str, Any], **_: object) -> None:
        """Publicity cannot end before there is a decision."""
        if "publicity_ends_on" in data and data["publicity_ends_on"] < data["decided_on"]:
            raise ValidationError("before_decision", "publicity_ends_on")


class OccasionBody(Body):
    """One inspection as such, with or without findings."""

    source = Key(shapes.SOURCE, required=True)
    source_ref = Text(shapes.REFERENCE_LENGTH, required=True)
    entity = Key(shapes.ENTITY, required=True)
    type = Key(shapes.CODE, required=True)
    held_on = Day(required=True)
    closed = Flag()
    probability = Probability(description="With which a random draw took the entity, where one did")
    kinds = Keys()
