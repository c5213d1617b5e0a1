"""Addresses of the REST service. No trailing slashes."""

from django.contrib.auth.decorators import login_required
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from server.api.due import DueList
from server.api.households import HouseholdList, HouseholdPage, HouseholdVisits
from server.api.ledgers import LedgerList, LedgerMonth, LedgerTable
from server.api.submissions import SubmissionList, SubmissionPage
from server.api.visits import VisitList

app_name = "api"
urlpatterns = [
    path("households", HouseholdList.as_view(), name="households"),
    path("households/<str:any_id>", HouseholdPage.as_view(), name="household"),
    path("households/<str:any_id>/visits", HouseholdVisits.as_view(), name="household_visits"),
    path("visits", VisitList.as_view(), name="visits"),
    path("due", DueList.as_view(), name="due"),
    path("submissions", SubmissionList.as_view(), name="submissions"),
    path("submissions/<int:submission_id>", SubmissionPage.as_view(), name="submission"),
    path("ledgers", LedgerList.as_view(), name="ledgers"),
    path("ledgers/<str:town>/<str:month>", LedgerMonth.as_view(), name="ledger"),
    path("ledgers/<str:town>/<str:month>/<int:table>", LedgerTable.as_view(), name="ledger_lines"),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
    # The page that draws it, from files of our own server. For people: whoever is not signed in goes to the log-in.
    path("", login_required(SpectacularSwaggerView.as_view(url_name="api:schema")), name="page"),
]
#: For the roof: ``path("api/", include(api_urls))``.
api_urls = (urlpatterns, app_name)
