import logging
from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.core.signing import BadSignature
from django.db import transaction

from accounts.actions import unsubscribe
from accounts.models import User
from core.bounces import messages_in, record_report, unsubscribe_token
from core.mail import who_unsubscribes

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Read what came back to the portal's own mailbox: delivery reports (RFC 3464), and letters that unsubscribe. Twice changes nothing."

    def add_arguments(self, parser):
        parser.add_argument(
            "paths", nargs="*", default=["-"], metavar="PATH", help="a Maildir, a folder of messages, an mbox, a message; - reads one from stdin"
        )

    def handle(self, *args, **options):
        found: Counter[str] = Counter()
        for path in options["paths"]:
            try:
                for message in messages_in(path):
                    found[self.taken(message)] += 1
            except OSError as error:
                raise CommandError(f"{path} cannot be read: {error.strerror}") from error
        words = ("lasting", "passing", "known", "unsubscribed", "foreign", "none", *(["failed"] if found["failed"] else []))
        self.stdout.write(", ".join(f"{found[word]} {word}" for word in words))

    def taken(self, message) -> str:
        """One letter that cannot be dealt with is logged and left: those after it are read all the same."""
        try:
            with transaction.atomic():
                return self.take(message)
        except Exception:
            log.exception("a letter that came back was left unread")
            return "failed"

    def take(self, message) -> str:
        if token := unsubscribe_token(message):
            try:
                key, topic = who_unsubscribes(token)
            except (BadSignature, ValueError):
                return "foreign"
            person = User.objects.filter(pk=key, is_active=True).first()
            return "unsubscribed" if person and unsubscribe(person, topic) else "known"
        return record_report(message, User.objects.filter(is_active=True))
