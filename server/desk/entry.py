"""Coming in and going out: log-in, lock-out page, log-out, own password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from server.desk.inputs import LoginInput, PasswordInput
from server.desk.page import page
from server.desk.seat import Seat, screen

login = LoginView.as_view(template_name="desk/entry/login.html", authentication_form=LoginInput,
                          redirect_authenticated_user=True)
logout = LogoutView.as_view()


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None, *args: Any) -> HttpResponse:
    """What somebody sees after too many wrong passwords (named in settings as AXES_LOCKOUT_CALLABLE)."""
    minutes = round(float(settings.AXES_COOLOFF_TIME) * 60)
    return render(request, "desk/entry/locked.html", {"minutes": minutes}, status=429)


@screen()
def password(request: HttpRequest, seat: Seat) -> HttpResponse:
    form = PasswordInput(seat.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, seat.user)
        messages.success(request, "密码已修改，下次登录请用新密码。", extra_tags="green")
        return redirect("desk:home")
    return page(request, seat, "entry/password.html", {"form": form})
