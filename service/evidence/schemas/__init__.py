"""The bodies of the room's routes as marshmallow schemas: what the API's document shows."""

from service.evidence.schemas.bodies import EventBody, OccasionBody
from service.evidence.schemas.fields import faults_of

__all__ = ["EventBody", "OccasionBody", "faults_of"]
