"""The tables of activities. Counts and cadres, pseudonyms of the host, never a patient."""

from activities.models.activity import Activity, ActivityParty, Invitation, PlannedVolume, Series, Session, Site
from activities.models.calendar import CalendarFeed, Occasion, OccasionDate
from activities.models.follow_up import FollowUpCase, FollowUpCheck
from activities.models.people import (
    Feedback,
    FeedbackLink,
    OfActivity,
    Participant,
    Placement,
    PlacementEntry,
    PlacementObjective,
    Professional,
    VisitorFile,
    VisitorPaper,
)
from activities.models.programme import PlannedActivity, Programme
from activities.models.result import OUTCOMES, Correction, Dispute, Result
from activities.models.totals import PartySet, PartySetMember, Total, TrainedPerson

__all__ = [
    "OUTCOMES",
    "Activity",
    "ActivityParty",
    "CalendarFeed",
    "Correction",
    "Dispute",
    "Feedback",
    "FeedbackLink",
    "FollowUpCase",
    "FollowUpCheck",
    "Invitation",
    "Occasion",
    "OccasionDate",
    "OfActivity",
    "Participant",
    "PartySet",
    "PartySetMember",
    "Placement",
    "PlacementEntry",
    "PlacementObjective",
    "PlannedActivity",
    "PlannedVolume",
    "Professional",
    "Programme",
    "Result",
    "Series",
    "Session",
    "Site",
    "Total",
    "TrainedPerson",
    "VisitorFile",
    "VisitorPaper",
]
