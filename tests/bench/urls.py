"""The program's addresses and two minimal views, on the same server, through the same middleware."""

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from server.urls import urlpatterns as ours


def read(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@csrf_exempt
def keep(request: HttpRequest) -> HttpResponse:
    """What anybody would write first: take the file, one INSERT, one commit."""
    xml = request.FILES["xml_submission_file"].read()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_kept (xml) VALUES (%s)", [xml])
    return HttpResponse(status=201)


urlpatterns = [path("bench/read", read), path("bench/keep", keep), *ours]
