"""Tokens and “who am I”."""

from django.contrib.auth import authenticate
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import TokenAuthentication
from accounts.policy import roles_of
from accounts.throttle import address_is_tired, locked_out


class CredentialsSerializer(serializers.Serializer):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=200, trim_whitespace=False)


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class TokenView(APIView):
    """A new token for an e-mail and a password. Throttled like the login page."""

    authentication_classes = ()
    permission_classes = ()

    def get_authenticate_header(self, request):
        return "Token"  # so that a refusal is 401, not 403

    @extend_schema(request=CredentialsSerializer, responses=TokenSerializer)
    def post(self, request):
        given = CredentialsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        if address_is_tired(request._request):
            return locked_out(request._request)
        user = authenticate(request._request, username=given.validated_data["email"].strip().lower(), password=given.validated_data["password"])
        if user is None:
            raise exceptions.AuthenticationFailed(_("The e-mail and the password do not belong together. Check both."))
        instance, token = AuthToken.objects.create(user)
        return Response({"token": token, "expires_at": instance.expiry})

    @extend_schema(request=None, responses={204: None})
    def delete(self, request):
        """Revoke the token that this request carries."""
        found = TokenAuthentication().authenticate(request)
        if not found:
            raise exceptions.NotAuthenticated
        found[1].delete()
        return Response(status=204)


class MembershipSerializer(serializers.Serializer):
    role = serializers.CharField()
    institution = serializers.CharField(source="institution.code", default=None)
    region = serializers.CharField(source="region.code", default=None)


class MeSerializer(serializers.Serializer):
    email = serializers.EmailField()
    name = serializers.CharField()
    language = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    memberships = MembershipSerializer(many=True)


class MeView(APIView):
    """The person behind the token or the session."""

    @extend_schema(responses=MeSerializer)
    def get(self, request):
        user = request.user
        return Response(
            MeSerializer(
                {
                    "email": user.email, "name": user.name, "language": user.language,
                    "roles": sorted(roles_of(user)), "memberships": user.standing,
                }
            ).data
        )  # fmt: skip
