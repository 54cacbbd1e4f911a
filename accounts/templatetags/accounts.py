"""How accounts are written on pages."""

from typing import Any, Final

from django import template
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

register = template.Library()

# The first that stands in what a browser says of itself: many say they are others as well.
BROWSERS: Final = {
    "Edg": "Edge",
    "OPR": "Opera",
    "MicroMessenger": "WeChat",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS: Final = {
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


@register.filter
def browser(user_agent: str) -> str:
    """`Firefox, Windows` from what a browser says of itself; that itself, cut short, where it is not known."""
    found = [next((name for sign, name in signs.items() if sign in user_agent), None) for signs in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or user_agent[:60] or gettext("Unknown")


@register.simple_tag(takes_context=True)
def sign_in_address(context: Any) -> str:
    """The sign-in page, from where one comes back to this page; pages about signing in hand on where they came from."""
    request = context.get("request")
    target = ""
    if request is not None:
        about_accounts = request.path.startswith(reverse("accounts:account"))
        target = request.GET.get("next", "") if about_accounts else request.get_full_path()
    query = "?" + urlencode({"next": target}) if target else ""
    return reverse("account_login") + query
