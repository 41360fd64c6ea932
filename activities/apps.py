from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = _("Activities")

    def install_planning(self):
        """Annual programmes in the room of a partnership."""
        from activities.room import next_programmes, programme_keys
        from partnerships.room import add_next, add_tab, add_to_timeline

        add_next(next_programmes)
        add_to_timeline("activities.programme", programme_keys)
        add_tab("programmes", "programmes/", _("Annual programmes"))
        from activities import ical
        from activities.actions.calendar import tell_confirmed
        from activities.clash_panel import clash_panel
        from activities.panels import add_panel
        from core.lifecycle import add_effect
        from core.mail import attach_to

        add_panel(clash_panel)
        attach_to(ical.EVENTS, ical.attached_to)
        add_effect("activity.confirm", tell_confirmed)

    def ready(self):
        import activities.lifecycle  # noqa: F401 – registers its tables
        from activities.own_panels import OWN
        from activities.panels import add_panel
        from activities.room import action_step, activity_keys, next_activities, plan_step
        from core.topics import topic
        from library.choices import Step
        from partnerships.room import add_next, add_step, add_to_timeline

        for panel in OWN:
            add_panel(panel)
        add_step(Step.PLAN, plan_step)
        add_step(Step.ACTION, action_step)
        add_next(next_activities)
        add_to_timeline("activities.activity", activity_keys)
        topic("activities", _("Activities"), "activity_*", "ministry_activity_*", "placement_*", "programme_*", "registration_*", "visitor_*")
        from activities.past import validated_counts
        from partnerships.register_facts import add_past_source

        add_past_source(validated_counts)
        self.install_planning()
        self.install_people()
        self.install_care()

    def install_people(self):
        """Participants, invitations, certificates, feedback and exchanges on the pages of activities and partnerships."""
        from activities import people_panels as people
        from activities.actions.invitations import invited_hear_of_cancelling, invited_hear_of_postponing
        from activities.panels import add_panel, add_tab, add_warning
        from activities.papers.certificate import facts_about
        from core.lifecycle import add_effect
        from core.seals import describe
        from partnerships import room

        for tab in (people.people_tab, people.invitations_tab, people.certificates_tab, people.feedback_tab):
            add_tab(tab)
        for panel in (people.named_panel, people.feedback_panel, people.series_panel, people.invitations_panel):
            add_panel(panel)
        add_warning(people.warnings_about_people)
        room.add_next(people.next_people)
        room.add_tab("reciprocity", "reciprocity/", _("Exchanges"))
        describe("activities.participant", facts_about)
        add_effect("activity.cancel", invited_hear_of_cancelling)
        add_effect("activity.postpone", invited_hear_of_postponing)

    def install_care(self):
        """Visiting specialists, placements, treated people and the kit on the pages of activities and partnerships."""
        from activities import care_panels as care
        from activities.panels import add_panel, add_tab, add_warning
        from activities.papers import assessment, kit, licence
        from core.seals import describe
        from partnerships import room

        add_tab(care.kit_tab)
        for panel in (care.visitor_panel, care.placement_panel, care.case_panel):
            add_panel(panel)
        add_warning(care.warnings_about_visitors)
        room.add_next(care.next_care)
        room.add_tab("outcomes", "outcomes/", _("Follow-up of treated people"))
        describe("activities.activity", kit.facts_about)
        describe("activities.visitorfile", licence.facts_about)
        describe("activities.placement", assessment.facts_about)
