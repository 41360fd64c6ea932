"""The room of the demonstration's pair: services on their ladder, a project, meetings with decisions, a discussion. All invented."""

from datetime import timedelta

from accounts.models import User
from core.formats import today
from core.outbox import quietly
from partnerships.actions import room
from partnerships.models import Partnership, Specialty

INVENTED = "للعرض التجريبي"


def seed_room(pair: Partnership, specialties: list[Specialty], people: dict[str, User]) -> None:
    """Fill the room of one partnership through the portal's own actions; nobody is told."""
    pair = Partnership.objects.with_people().get(pk=pair.pk)
    north, south = people["coordinator.north"], people["coordinator.south"]
    ladders = (("referred", "visitors", "together"), ("visitors", "together"), ("abroad", "referred"))
    with quietly():
        for specialty, (first, *later) in zip(specialties, ladders, strict=False):
            line = room.open_service_line(pair, by=south, rung=first, specialty=specialty, target_rung="autonomous", note=INVENTED)
            line.rungs.update(reached_on=today() - timedelta(days=700))
            for place, rung in enumerate(later, 1):
                room.move_service_line(line, rung, by=south, reached_on=today() - timedelta(days=700 - 300 * place), note=INVENTED)
        room.describe_partnership(
            pair, by=None, goals="تقريب العلاج من المرضى وتكوين الفريق المحلي حتى يعمل بمفرده.", sdg_targets=["3.8", "3.c"],
            exit_plan="بعد سنتين متتاليتين من العمل المستقل تتحول الشراكة إلى متابعة عن بعد.",
        )  # fmt: skip
        agreement = pair.agreements.filter(status="signed").order_by("-ends_on").first()
        room.save_project(
            pair, None, by=south, title="قاعة الجراحة بالمنظار", state="running", level="secondary", agreement=agreement,
            outputs="تجهيز القاعة، تكوين فريقين، بروتوكول مشترك.", starts_on=today() - timedelta(days=120),
        )  # fmt: skip
        held = room.save_meeting(
            pair, None, by=north, title="اجتماع لجنة المتابعة", held_on=today() - timedelta(days=20), agenda="حصيلة الأيام الأخيرة\nبرنامج السداسي القادم",
            participants="منسق المؤسسة الداعمة\nمنسق المؤسسة المستفيدة\nممثل مديرية الصحة", minutes="صادق الحاضرون على الحصيلة واتفقوا على الأولويات.",
        )  # fmt: skip
        room.record_decision(held, by=north, text="إرسال قائمة المستهلكات قبل المهمة القادمة", owner=south, due_on=today() + timedelta(days=9))
        room.carry_out(room.record_decision(held, by=north, text="تأكيد تواريخ المهمة", owner=north, due_on=today() - timedelta(days=5)), by=north)
        room.save_meeting(pair, None, by=south, title="التحضير للمهمة القادمة", held_on=today() + timedelta(days=12), place="عن بعد")
        question = room.write_message(pair, by=south, text="هل يمكن إضافة يوم للفحوص قبل قائمة العمليات؟", mentions=[north])
        room.write_message(pair, by=north, text="نعم، يومان إن أمكن. نؤكد بعد ضبط الفريق.", answers=question, mentions=[south])
